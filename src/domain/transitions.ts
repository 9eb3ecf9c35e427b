/** A state machine as a table: from each state, the states it may lead to. */
export type Transitions<State extends string> = Readonly<Record<State, readonly State[]>>;

/** True if the table lets `from` lead to `to`. Staying is not a transition. */
export function mayLead<State extends string>(table: Transitions<State>, from: State, to: State): boolean {
  return table[from].includes(to);
}

/**
 * `to`, if the table allows it.
 *
 * @throws Error if not: a defect of ours, never a person's mistake, which commands refuse before they get here.
 */
export function transition<State extends string>(table: Transitions<State>, from: State, to: State): State {
  if (from !== to && !mayLead(table, from, to)) throw new Error(`No transition from ${from} to ${to}`);
  return to;
}
