import type { AttemptStarted, RunEvent, RunRecord } from '../../domain/stream/run-event.ts';
import type { Output } from '../output.ts';
import { formatUsd, plainLine, plainText } from '../text.ts';
import { formatTokens } from './status-text.ts';

type Colors = Output['colors'];

/** Turns the records of one run into lines for people; remembers what a later record refers to. */
export type RecordLines = (record: RunRecord) => readonly string[];

/** Columns of the clock before every line. */
const INDENT = ' '.repeat(7);

export function recordLines(colors: Colors): RecordLines {
  const tools = new Map<string, string>();
  let startedAt: number | null = null;
  let isMidText = false;

  function linesOf(event: RunEvent): string[] {
    switch (event.type) {
      case 'attempt_started':
        return [colors.bold(startLine(event))];
      case 'started':
        return [];
      case 'text': {
        const lines = plainText(event.text).trim().split('\n');
        const mark = isMidText ? ' ' : colors.cyan('●');
        isMidText = event.more === true;
        return lines.every((line) => line === '') ? [] : lines.map((line, at) => `${at === 0 ? mark : ' '} ${line}`);
      }
      case 'tool_start':
        tools.set(event.id, event.name);
        return [`${colors.yellow('▸')} ${colors.bold(plainLine(event.name))} ${colors.dim(plainLine(event.summary))}`];
      case 'tool_end':
        return event.ok ? [] : [colors.red(`✗ ${plainLine(tools.get(event.id) ?? 'the tool')} failed`)];
      case 'file_changed':
        return [`${colors.green(fileMarks[event.change])} ${plainLine(event.path)}`];
      case 'retry':
        return [colors.yellow(`↻ try ${event.attempt} in ${event.delayMs / 1000} s: ${plainLine(event.reason)}`)];
      case 'question':
        return [colors.magenta(`? ${plainLine(event.text)}`)];
      case 'saved':
        return [colors.dim(`⤓ saved${event.work === null ? '' : ` ${event.work.slice(0, 12)}`}`)];
      case 'final':
        return [finalLine(event, colors)];
      case 'attempt_ended':
        if (event.outcome === 'ok') return [];
        return [
          colors.red(
            `■ the attempt ${event.outcome === 'stopped' ? 'was stopped' : 'failed'}: ${plainLine(event.message)}`,
          ),
        ];
      case 'usage':
      case 'other':
        return [];
    }
  }

  return ({ at, event }) => {
    startedAt ??= Date.parse(at);
    if (event.type !== 'text') isMidText = false;
    const clock = colors.dim(clockOf(Date.parse(at) - startedAt));
    return linesOf(event).map((line, index) => `${index === 0 ? clock : INDENT}${line}`);
  };
}

const fileMarks = { added: '+', modified: '~', deleted: '-' } as const;

function startLine({ agent, host, model, phase, resumed, after }: AttemptStarted): string {
  const who = plainLine(model === null ? agent : `${agent} (${model})`);
  const how = after === null ? phase : `${phase}, going on`;
  return `▶ ${who} on ${plainLine(host)}: ${how}${resumed ? ', in its session' : ''}`;
}

function finalLine(event: Extract<RunEvent, { type: 'final' }>, colors: Colors): string {
  const cost = event.costUsd === null ? '' : `, ${formatUsd(event.costUsd)}`;
  const sums = `${formatTokens(event.usage)}${event.turns === null ? '' : `, ${event.turns} turns`}${cost}`;
  return event.ok ? colors.green(`✔ done: ${sums}`) : colors.red(`✗ ended: ${plainLine(event.message)} (${sums})`);
}

/** `12:07 ` since the run began; hours are minutes too. */
function clockOf(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const clock = `${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`;
  return `${clock}  `.slice(0, INDENT.length).padEnd(INDENT.length);
}
