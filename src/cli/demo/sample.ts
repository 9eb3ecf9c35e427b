import type { Script } from '../../agents/scripted/script.ts';

/** The repository that the demonstration works on where none is named. */
export const sampleFiles: Readonly<Record<string, string>> = {
  'README.md': '# greeter\n\nSays hello.\n\n```js\nimport { greet } from "./greet.js";\ngreet(); // "Hello!"\n```\n',
  'package.json': `${JSON.stringify(
    { name: 'greeter', version: '1.0.0', type: 'module', private: true, scripts: { test: 'node --test' } },
    null,
    2,
  )}\n`,
  'greet.js': 'export function greet() {\n  return "Hello!";\n}\n',
  'greet.test.js': [
    'import test from "node:test";',
    'import assert from "node:assert/strict";',
    'import { greet } from "./greet.js";',
    '',
    'test("says hello", () => assert.equal(greet(), "Hello!"));',
    '',
  ].join('\n'),
};

export const sampleIssue = {
  title: 'Greet people by their name',
  body: 'It would be friendlier if `greet("Ada")` said "Hello, Ada!". Without a name it should stay as it is.',
};

/** What the scripted agent plays on the sample. */
export const sampleScript: Script = {
  plan: [
    {
      steps: [
        { text: 'Reading greet.js and its test.' },
        {
          plan: `# Plan for #{{issue.number}}: {{issue.title}}

*This plan was played from a script; no model has read the issue.*

1. \`greet.js\`: give \`greet\` an optional \`name\` and put it into the greeting.
2. \`greet.test.js\`: a test for a name; the one without stays.
3. \`README.md\`: show it.

## Checks

\`npm test\`
`,
        },
      ],
    },
  ],
  implement: [
    {
      steps: [
        { text: 'Changing greet.js.' },
        {
          write: {
            path: 'greet.js',
            content:
              '/** Greets, by name where there is one. */\nexport function greet(name) {\n  return name ? `Hello, ${name}!` : "Hello!";\n}\n',
          },
        },
        {
          append: {
            path: 'greet.test.js',
            content: 'test("says the name", () => assert.equal(greet("Ada"), "Hello, Ada!"));\n',
          },
        },
        { append: { path: 'README.md', content: '\nWith a name: `greet("Ada")` says "Hello, Ada!".\n' } },
        { text: 'greet takes a name now. (Scripted.)' },
      ],
    },
  ],
  review: [
    {
      steps: [
        {
          review: {
            verdict: 'approve',
            summary: 'Does what the plan says, with a test. (Scripted: no model has read the change.)',
            findings: [],
          },
        },
      ],
    },
  ],
};
