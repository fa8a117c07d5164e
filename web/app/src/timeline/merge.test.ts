// @vitest-environment node
import { describe, expect, it } from 'vitest';
import type { Entry } from './entry';
import { mergeEntries } from './merge';

const entry = (seq: number, text = `message ${seq}`): Entry => ({
  key: `seq:${seq}`,
  seq,
  ts: seq,
  from: { id: 'ann', name: 'Ann' },
  text,
  own: false,
  state: 'sent',
});

const seqs = (entries: readonly Entry[]) => entries.map(({ seq }) => seq);

describe('merging stretches of a log', () => {
  it('appends what is newer', () => {
    expect(seqs(mergeEntries([entry(1), entry(2)], [entry(3), entry(4)]))).toEqual([1, 2, 3, 4]);
  });

  it('puts an older page in front', () => {
    expect(seqs(mergeEntries([entry(5), entry(6)], [entry(3), entry(4)]))).toEqual([3, 4, 5, 6]);
  });

  it('shows each message once and keeps the object that is known', () => {
    const known = [entry(1), entry(2)];
    const merged = mergeEntries(known, [entry(2, 'again'), entry(3)]);
    expect(seqs(merged)).toEqual([1, 2, 3]);
    expect(merged[1]).toBe(known[1]);
  });

  it('drops doubles within what is added', () => {
    expect(seqs(mergeEntries([], [entry(2), entry(1), entry(2)]))).toEqual([1, 2]);
  });
});
