/**
 * Waits for two things that start at once. Where one does not start, the other is ended, and the first reason thrown.
 */
export async function startTogether<First, Second>(
  first: Promise<First>,
  second: Promise<Second>,
  end: (started: First | Second) => Promise<unknown>,
): Promise<readonly [First, Second]> {
  const [one, other] = await Promise.allSettled([first, second]);
  if (one.status === 'fulfilled' && other.status === 'fulfilled') return [one.value, other.value];
  for (const start of [one, other]) if (start.status === 'fulfilled') await end(start.value);
  throw one.status === 'rejected' ? one.reason : (other as PromiseRejectedResult).reason;
}
