import { fromHere } from '../../config/location.ts';
import { lineInput, parseInput } from '../../domain/schemas/input.ts';
import { type Answers, type InitOptions, pathsBelow } from './answers.ts';
import type { Asker } from './asker.ts';

type PathAnswers = Pick<Answers, 'dataPath' | 'issuesPath' | 'repositoryPath'>;

/** Asks where things go, as one question where the defaults will do; nothing where options have said it. */
export async function askPaths(asker: Asker, given: PathAnswers, options: InitOptions): Promise<PathAnswers> {
  const { dataPath, issuesPath, repositoryPath } = given;
  const isGiven = [options.dataPath, options.issuesPath, options.repositoryPath].some((path) => path !== undefined);
  if (isGiven || (await asker.confirmed(`Keep everything below ${dataPath}?`, { initial: true }))) {
    return { dataPath, issuesPath, repositoryPath };
  }
  const ask = async (question: string, initial: string): Promise<string> => {
    const check = (text: string): string => parseInput(lineInput, text, 'It');
    return fromHere((await asker.written(question, { initial, required: true, check })).trim());
  };
  const data = await ask('Where shall work in progress and transcripts be kept?', dataPath);
  const below = pathsBelow(data);
  return {
    dataPath: data,
    issuesPath: await ask('Where shall the files about issues be kept, for you to read?', below.issuesPath),
    repositoryPath: await ask('Where shall copies of the repositories be kept?', below.repositoryPath),
  };
}
