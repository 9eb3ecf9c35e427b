// Given to Node with --import: every module that is loaded afterwards is written, one a line, to standard error.
import { register } from 'node:module';

const hooks = `
import { writeSync } from 'node:fs';
export async function resolve(specifier, context, next) {
  const found = await next(specifier, context);
  writeSync(2, 'module ' + found.url + '\\n');
  return found;
}`;

register(`data:text/javascript,${encodeURIComponent(hooks)}`);
