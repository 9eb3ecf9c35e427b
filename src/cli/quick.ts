/**
 * The commands that answer and end. The build makes one file of this and of all that it needs, and a few more of what
 * only some commands need: to find and read hundreds of small files takes longer than most commands.
 */
export { run } from './run.ts';
