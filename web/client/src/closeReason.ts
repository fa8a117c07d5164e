/** A server may ask for patience, but not keep its clients away. */
const longestMilliseconds = 60_000;

/**
 * How long the server asks to wait before coming back, in milliseconds: a close reason of the form
 * `{"retry_after_ms":2000}` says so, by which a server that stops spreads its clients. 0 for any
 * other reason, since a reason may be missing or be meant for people.
 */
export function askedToWait(reason: string): number {
  try {
    const asked = (JSON.parse(reason) as { retry_after_ms?: unknown } | null)?.retry_after_ms;
    return typeof asked === 'number' ? boundedWait(asked) : 0;
  } catch {
    return 0;
  }
}

/** What a server asks for, within what a client does for it. */
export function boundedWait(milliseconds: number): number {
  return Math.min(longestMilliseconds, Math.max(0, milliseconds));
}
