import type { AgentAdapter, Launch, ModelDoor, SessionStart } from '../adapter.ts';
import type { AgentTask, CodingAgent } from '../agent.ts';
import { createAgent } from '../create-agent.ts';
import { createCliFinder } from '../install/find-cli.ts';
import { instructionsUnderReview } from '../instructions-under-review.ts';
import { providerOf, type ModelAccess } from '../model-access.ts';
import { promptWithForm } from '../structured-answer.ts';
import { geminiArguments, geminiEnvironment, geminiFiles } from './command.ts';
import { gemini } from './distribution.ts';
import { classifyEnd, sessionConflict } from './outcome.ts';
import { createGeminiParser } from './parse.ts';
import { geminiSessionPaths } from './session.ts';

/** Gemini CLI, Google's command-line agent, run by our own Node. */
export function createGeminiAgent(options: ModelAccess = {}): CodingAgent {
  const finder = createCliFinder(gemini, options);

  async function launch(task: AgentTask, session: SessionStart, model: ModelDoor): Promise<Launch> {
    const { file, args, readOnlyPaths } = await finder.locate();
    return {
      file,
      args: [...args, ...geminiArguments(task, session)],
      env: geminiEnvironment(model),
      stdin: promptWithForm(task),
      readOnlyPaths,
      homeFiles: geminiFiles(task),
      // It reads GEMINI.md whatever its settings say, and from a change under review that is somebody's text.
      hidden: ['.gemini', 'GEMINI.md', ...(await instructionsUnderReview(task, ['GEMINI.md']))],
      secrets: [],
    };
  }

  const adapter: AgentAdapter = {
    name: 'gemini',
    description: 'Gemini CLI, the command-line agent by Google.',
    check: finder.check,
    provider: () =>
      providerOf(gemini, options, { api: 'google', baseUrl: 'https://generativelanguage.googleapis.com' }),
    launch,
    createParser: createGeminiParser,
    isProgress: () => false,
    classify: classifyEnd,
    sessionConflict,
    sessionPaths: geminiSessionPaths,
    sessionCost: () => Promise.resolve(0),
  };
  return createAgent(adapter);
}
