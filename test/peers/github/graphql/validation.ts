import type { GraphQLError } from 'graphql';
import {
  TypeInfo,
  specifiedRules,
  validate,
  type ASTVisitor,
  type DocumentNode,
  type GraphQLSchema,
  type ValidationContext,
  type ValidationRule,
  FieldsOnCorrectTypeRule,
  KnownArgumentNamesRule,
  KnownTypeNamesRule,
  NoUndefinedVariablesRule,
  NoUnusedVariablesRule,
  ProvidedRequiredArgumentsRule,
  ScalarLeafsRule,
  ValuesOfCorrectTypeRule,
  VariablesInAllowedPositionRule,
} from 'graphql';

/** An entry of `errors` as GitHub writes it. */
export interface ErrorEntry {
  readonly type?: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: Readonly<Record<string, unknown>>;
  readonly locations?: readonly { readonly line: number; readonly column: number }[];
  readonly message: string;
}

/** GitHub's code for what each rule finds. */
const codes = new Map<ValidationRule, string>([
  [KnownTypeNamesRule, 'undefinedType'],
  [NoUndefinedVariablesRule, 'variableNotDefined'],
  [NoUnusedVariablesRule, 'variableNotUsed'],
  [ProvidedRequiredArgumentsRule, 'missingRequiredArguments'],
  [ScalarLeafsRule, 'selectionMismatch'],
  [ValuesOfCorrectTypeRule, 'argumentLiteralsIncompatible'],
  [VariablesInAllowedPositionRule, 'variableMismatch'],
]);

/** Unknown fields and arguments, in GitHub's words. */
function unknownNames(context: ValidationContext, report: (error: ErrorEntry) => void): ASTVisitor {
  const trail: string[] = [];
  return {
    OperationDefinition: (node) => {
      trail.splice(0, trail.length, node.name === undefined ? node.operation : `${node.operation} ${node.name.value}`);
    },
    FragmentDefinition: (node) => {
      trail.splice(0, trail.length, `fragment ${node.name.value}`);
    },
    InlineFragment: {
      enter: (node) => void trail.push(`... on ${node.typeCondition?.name.value ?? ''}`),
      leave: () => void trail.pop(),
    },
    Field: {
      enter: (node) => {
        const fieldName = node.name.value;
        trail.push(node.alias?.value ?? fieldName);
        const locations = locationsOf(node.loc?.startToken);
        const typeName = context.getParentType()?.name;
        const definition = context.getFieldDef();
        if (typeName !== undefined && definition == null) {
          report({
            path: [...trail],
            extensions: { code: 'undefinedField', typeName, fieldName },
            locations,
            message: `Field '${fieldName}' doesn't exist on type '${typeName}'`,
          });
        }
        for (const { name } of node.arguments ?? []) {
          if (definition == null || definition.args.some((known) => known.name === name.value)) continue;
          report({
            path: [...trail, name.value],
            extensions: { code: 'argumentNotAccepted', name: fieldName, typeName: 'Field', argumentName: name.value },
            locations: locationsOf(name.loc?.startToken),
            message: `Field '${fieldName}' doesn't accept argument '${name.value}'`,
          });
        }
      },
      leave: () => void trail.pop(),
    },
  };
}

function locationsOf(token: { readonly line: number; readonly column: number } | undefined) {
  return token === undefined ? [] : [{ line: token.line, column: token.column }];
}

/** Everything wrong with a query before it runs. GitHub answers it with HTTP 200 and no data. */
export function validationErrors(schema: GraphQLSchema, document: DocumentNode): ErrorEntry[] {
  const errors: ErrorEntry[] = [];
  const types = new TypeInfo(schema);
  const names: ValidationRule = (context) => unknownNames(context, (error) => errors.push(error));
  validate(schema, document, [names], undefined, types);
  const others = specifiedRules.filter((rule) => rule !== FieldsOnCorrectTypeRule && rule !== KnownArgumentNamesRule);
  const rest = validate(schema, document, others);
  if (rest.length === 0) return errors;
  for (const rule of others) {
    for (const error of validate(schema, document, [rule])) errors.push(entryOf(error, codes.get(rule)));
  }
  return errors;
}

function entryOf(error: GraphQLError, code = 'staticValidation'): ErrorEntry {
  return { extensions: { code }, locations: error.locations ?? [], message: error.message };
}
