import type { Aside, Entry, Notice } from '../timeline/entry';
import { mergeEntries } from '../timeline/merge';

export type TimelinePhase = 'new' | 'loading' | 'ready' | 'failed';

/** Notices and whispers kept per room; older ones are dropped. */
const asidesKept = 300;

/** Messages kept of a place that nobody looks at. */
const messagesKeptWhenClosed = 200;

/** The loaded stretch of one conversation: without gaps, always up to the newest message. */
export class Timeline {
  messages = $state.raw<Entry[]>([]);
  asides = $state.raw<Aside[]>([]);
  /** Older messages exist on the server. */
  more = $state(false);
  phase = $state<TimelinePhase>('new');
  /** Why it could not be loaded, as a sentence, in the phase `failed`. */
  failure = $state('');
  loadingOlder = $state(false);
  olderFailed = $state(false);
  /** Changes only together with `messages` or `asides`. */
  readonly #own = new Set<string>();

  get firstSeq(): number {
    return this.messages[0]?.seq ?? 0;
  }

  get lastSeq(): number {
    return this.messages[this.messages.length - 1]?.seq ?? 0;
  }

  has(seq: number): boolean {
    // Loaded without gaps: the position follows from the number.
    return this.messages[seq - this.firstSeq]?.seq === seq;
  }

  /** Whether the own message of this cid is shown here already, as one of the log or aside. */
  holds(cid: string): boolean {
    return this.#own.has(cid);
  }

  add(entries: readonly Entry[]): void {
    this.#noteOwn(entries);
    this.messages = mergeEntries(this.messages, entries);
  }

  /** Starts over with the newest page, where what lies between is not known. */
  replace(entries: readonly Entry[], more: boolean): void {
    this.#noteOwn(entries);
    this.messages = mergeEntries([], entries);
    this.more = more;
    this.phase = 'ready';
    this.olderFailed = false;
  }

  addNotice(notice: Notice): void {
    this.#addAside({ kind: 'notice', after: this.lastSeq, notice });
  }

  addWhisper(entry: Entry, after: number = this.lastSeq): void {
    const known = this.asides.some(
      (aside) => aside.kind === 'whisper' && aside.entry.key === entry.key,
    );
    if (known) return;
    this.#noteOwn([entry]);
    this.#addAside({ kind: 'whisper', after, entry });
  }

  /** Frees what nobody looks at once there are `bound` of them; it loads again on scrolling up. */
  trim(bound: number = messagesKeptWhenClosed, kept: number = messagesKeptWhenClosed): void {
    if (this.messages.length <= bound) return;
    this.messages = this.messages.slice(-kept);
    this.asides = this.asides.filter((aside) => aside.after >= this.firstSeq);
    this.more = true;
  }

  #noteOwn(entries: readonly Entry[]): void {
    for (const { own, cid } of entries) if (own && cid !== undefined) this.#own.add(cid);
  }

  #addAside(aside: Aside): void {
    const asides = [...this.asides];
    let position = asides.length;
    while (position > 0 && asides[position - 1]!.after > aside.after) position -= 1;
    asides.splice(position, 0, aside);
    this.asides = asides.slice(-asidesKept);
  }
}
