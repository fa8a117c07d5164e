import { dayKey } from './days';
import type { Aside, Entry, Notice } from './entry';

/** One line or block of the message log: what the virtual list measures and places. */
export type Row =
  | { kind: 'start'; key: string }
  | { kind: 'older'; key: string }
  | { kind: 'day'; key: string; ts: number }
  | { kind: 'unread'; key: string }
  | { kind: 'message'; key: string; entry: Entry; head: boolean }
  | { kind: 'notices'; key: string; notices: Notice[] };

export interface RowsInput {
  /** Ascending by seq. */
  messages: readonly Entry[];
  /** Ascending by `after`; those with the same `after` in the order of their arrival. */
  asides: readonly Aside[];
  /** Own messages that the server has not confirmed, in the order of sending. */
  pending: readonly Entry[];
  /** Older messages exist than those at hand. */
  more: boolean;
  /** The seq of the last message read when the line was drawn; null for no line. */
  unreadAfter: number | null;
  showNotices: boolean;
}

/** Messages of one sender this close to the first of them form a group. */
export const groupMilliseconds = 5 * 60_000;

/** Builds the rows in one pass; the cost is linear in what is loaded. */
export function buildRows(input: RowsInput): Row[] {
  const builder = new RowsBuilder(input);
  let next = 0;
  const asidesUpTo = (seq: number) => {
    while (next < input.asides.length && input.asides[next]!.after < seq) {
      builder.addAside(input.asides[next]!);
      next += 1;
    }
  };
  for (const entry of input.messages) {
    asidesUpTo(entry.seq);
    builder.addMessage(entry, true);
  }
  asidesUpTo(Infinity);
  for (const entry of input.pending) builder.addMessage(entry, false);
  return builder.rows;
}

class RowsBuilder {
  readonly rows: Row[] = [];
  private day = '';
  private groupStart: Entry | null = null;
  private unreadDrawn = false;
  private readonly keys = new Set<string>();

  constructor(private readonly input: RowsInput) {
    this.rows.push(input.more ? { kind: 'older', key: 'older' } : { kind: 'start', key: 'start' });
  }

  /** `ofLog`: it stands in this conversation's log, so that its seq can be compared. */
  addMessage(entry: Entry, ofLog: boolean): void {
    this.startDay(entry.ts);
    if (ofLog) this.drawUnread(entry);
    const head = !this.continuesGroup(entry);
    if (head) this.groupStart = entry;
    this.rows.push({ kind: 'message', key: this.ownKey(entry), entry, head });
  }

  /** A list with one key twice can't be shown at all, whatever a server may send. */
  private ownKey(entry: Entry): string {
    const key = this.keys.has(entry.key) ? `${entry.key}/${entry.seq}` : entry.key;
    this.keys.add(key);
    return key;
  }

  addAside(aside: Aside): void {
    if (aside.kind === 'whisper') {
      this.addMessage(aside.entry, false);
      return;
    }
    if (!this.input.showNotices) return;
    this.startDay(aside.notice.ts);
    this.groupStart = null;
    const last = this.rows[this.rows.length - 1];
    if (last?.kind === 'notices') last.notices.push(aside.notice);
    else this.rows.push({ kind: 'notices', key: aside.notice.key, notices: [aside.notice] });
  }

  private startDay(ts: number): void {
    const day = dayKey(ts);
    // An aside or a pending message carries this device's clock, which may lag behind the
    // server's: a day never begins twice or earlier than the one before it.
    if (day <= this.day) return;
    this.day = day;
    this.groupStart = null;
    this.rows.push({ kind: 'day', key: `day:${day}`, ts });
  }

  private drawUnread(entry: Entry): void {
    const { unreadAfter } = this.input;
    if (this.unreadDrawn || unreadAfter === null || entry.own || entry.seq <= unreadAfter) return;
    this.unreadDrawn = true;
    this.groupStart = null;
    this.rows.push({ kind: 'unread', key: 'unread' });
  }

  private continuesGroup(entry: Entry): boolean {
    const start = this.groupStart;
    return (
      start !== null &&
      start.from.id === entry.from.id &&
      start.privateWith?.id === entry.privateWith?.id &&
      entry.ts - start.ts < groupMilliseconds
    );
  }
}
