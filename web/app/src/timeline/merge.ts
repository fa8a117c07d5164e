import type { Entry } from './entry';

/**
 * Joins two stretches of one log: ascending by seq, each message once. What is known stays the
 * same object. Appending newer messages, the common case, costs one copy of the list.
 */
export function mergeEntries(known: readonly Entry[], added: readonly Entry[]): Entry[] {
  const last = known[known.length - 1]?.seq ?? 0;
  const ascending = added.every(
    (entry, index) => entry.seq > (index === 0 ? last : added[index - 1]!.seq),
  );
  if (ascending) return [...known, ...added];
  const bySeq = new Map<number, Entry>();
  for (const entry of known) bySeq.set(entry.seq, entry);
  for (const entry of added) if (!bySeq.has(entry.seq)) bySeq.set(entry.seq, entry);
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}
