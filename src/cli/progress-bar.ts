const WIDTH = 20;

/** `[#####...............]`: how much of something long is done, in characters that every terminal has. */
export function progressBar(done: number, total: number): string {
  const filled = total === 0 ? WIDTH : Math.floor((Math.min(done, total) / total) * WIDTH);
  return `[${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}]`;
}
