// @vitest-environment node
import { describe, expect, it } from 'vitest';
import type { Aside, Entry } from './entry';
import { buildRows, groupMilliseconds, type Row, type RowsInput } from './rows';

const morning = new Date(2026, 10, 24, 9).getTime();

function entry(seq: number, from: string, ts: number, rest: Partial<Entry> = {}): Entry {
  return {
    key: `seq:${seq}`,
    seq,
    ts,
    from: { id: from, name: from },
    text: `message ${seq}`,
    own: false,
    state: 'sent',
    ...rest,
  };
}

function joined(after: number, name: string, ts = morning): Aside {
  const who = { id: name, name };
  return {
    kind: 'notice',
    after,
    notice: { key: `in:${name}`, kind: 'joined', ts, who, own: false },
  };
}

function rowsOf(input: Partial<RowsInput>): Row[] {
  return buildRows({
    messages: [],
    asides: [],
    pending: [],
    more: false,
    unreadAfter: null,
    showNotices: true,
    ...input,
  });
}

const kinds = (rows: Row[]) => rows.map((row) => row.kind);
const heads = (rows: Row[]) => rows.flatMap((row) => (row.kind === 'message' ? [row.head] : []));

describe('rows', () => {
  it('begins with the start of the place, or with a place for what is older', () => {
    expect(kinds(rowsOf({}))).toEqual(['start']);
    expect(kinds(rowsOf({ more: true }))).toEqual(['older']);
  });

  it('groups messages of one sender within five minutes of the first', () => {
    const messages = [
      entry(1, 'ann', morning),
      entry(2, 'ann', morning + groupMilliseconds - 1),
      entry(3, 'ann', morning + groupMilliseconds),
      entry(4, 'ben', morning + groupMilliseconds + 1),
    ];
    expect(heads(rowsOf({ messages }))).toEqual([true, false, true, true]);
  });

  it('separates days, once each, and begins a group with each', () => {
    const midnight = new Date(2026, 10, 25).getTime();
    const messages = [entry(1, 'ann', midnight - 1000), entry(2, 'ann', midnight + 1000)];
    const rows = rowsOf({ messages });
    expect(kinds(rows)).toEqual(['start', 'day', 'message', 'day', 'message']);
    expect(heads(rows)).toEqual([true, true]);
  });

  it('never goes back a day for a clock that lags behind', () => {
    const midnight = new Date(2026, 10, 25).getTime();
    const messages = [entry(1, 'ann', midnight + 1000)];
    const pending = [
      entry(0, 'me', midnight - 1000, { key: 'cid:a', state: 'sending', own: true }),
    ];
    expect(kinds(rowsOf({ messages, pending }))).toEqual(['start', 'day', 'message', 'message']);
  });

  it('draws the unread line before the first unread message of somebody else', () => {
    const messages = [
      entry(1, 'ann', morning),
      entry(2, 'me', morning + 1, { own: true }),
      entry(3, 'ann', morning + 2),
      entry(4, 'ann', morning + 3),
    ];
    const rows = rowsOf({ messages, unreadAfter: 1 });
    expect(kinds(rows)).toEqual([
      'start',
      'day',
      'message',
      'message',
      'unread',
      'message',
      'message',
    ]);
    expect(heads(rows)).toEqual([true, true, true, false]);
    expect(kinds(rowsOf({ messages, unreadAfter: 4 }))).not.toContain('unread');
  });

  it('puts asides after the message they followed, and runs of notices into one row', () => {
    const messages = [entry(1, 'ann', morning), entry(2, 'ann', morning + 1)];
    const asides = [joined(1, 'ben'), joined(1, 'cid'), joined(2, 'dan')];
    const rows = rowsOf({ messages, asides });
    expect(kinds(rows)).toEqual(['start', 'day', 'message', 'notices', 'message', 'notices']);
    const first = rows[3]!;
    expect(first.kind === 'notices' && first.notices.map(({ who }) => who.id)).toEqual([
      'ben',
      'cid',
    ]);
    expect(heads(rows)).toEqual([true, true]);
  });

  it('leaves notices out when they are switched off', () => {
    const messages = [entry(1, 'ann', morning), entry(2, 'ann', morning + 1)];
    const rows = rowsOf({ messages, asides: [joined(1, 'ben')], showNotices: false });
    expect(kinds(rows)).toEqual(['start', 'day', 'message', 'message']);
    expect(heads(rows)).toEqual([true, false]);
  });

  it('never groups private with public messages, nor lets a whisper draw the unread line', () => {
    const whisper = entry(9, 'ann', morning + 1, {
      key: 'with:ann:9',
      privateWith: { id: 'ann', name: 'ann' },
    });
    const rows = rowsOf({
      messages: [entry(1, 'ann', morning)],
      asides: [{ kind: 'whisper', after: 1, entry: whisper }],
      unreadAfter: 1,
    });
    expect(kinds(rows)).toEqual(['start', 'day', 'message', 'message']);
    expect(heads(rows)).toEqual([true, true]);
  });

  it('gives each row a key of its own, even if two messages claim the same', () => {
    const same = { key: 'cid:a', own: true };
    const rows = rowsOf({
      messages: [entry(1, 'me', morning, same), entry(2, 'me', morning, same)],
    });
    expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
  });

  it('builds ten thousand messages without a pause that one would feel', () => {
    const messages = Array.from({ length: 10_000 }, (_, index) =>
      entry(index + 1, index % 3 === 0 ? 'ann' : 'ben', morning + index * 1000),
    );
    rowsOf({ messages });
    const start = performance.now();
    const rows = rowsOf({ messages });
    expect(rows.length).toBeGreaterThan(10_000);
    expect(performance.now() - start).toBeLessThan(500);
  });
});
