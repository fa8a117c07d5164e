import { limits } from './protocol';

/** An entry of a log of which the numbers are dense. */
export interface Numbered {
  readonly seq: number;
}

export interface FeedSource<Entry extends Numbered> {
  /** The oldest entries after `after`, ascending. */
  fetch(after: number): Promise<{ messages: Entry[]; more: boolean }>;
  deliver(entry: Entry): void;
  /** The entries after `after` up to `seq` can't be had; those that follow are delivered. */
  lost(after: number, seq: number): void;
}

/** What is missing beyond this is not caught up with. */
const largestGap = limits.resume_messages;

/**
 * The entries of one log as they come in, made whole: each is delivered once and in order. One
 * that comes too early is held until those before it were fetched.
 */
export class Feed<Entry extends Numbered> {
  readonly #held = new Map<number, Entry>();
  /** The highest number that came in; what is not held of it will be fetched. */
  #target: number;
  #filling = false;
  /** Becomes another one when what is under way has to be forgotten. */
  #life = {};

  /** `last`: the newest number that needs no delivery any more. */
  constructor(
    private readonly source: FeedSource<Entry>,
    private last: number,
  ) {
    this.#target = last;
  }

  /** The last one that was delivered, or needed not be. */
  get cursor(): number {
    return this.last;
  }

  receive(entry: Entry): void {
    const { seq } = entry;
    if (seq <= this.last) return;
    this.#target = Math.max(this.#target, seq);
    // Entries beyond the bound are not held: they are fetched when it is their turn.
    if (seq === this.last + 1 || this.#held.size < largestGap) this.#held.set(seq, entry);
    this.#deliverHeld();
    if (this.last < this.#target && !this.#filling) void this.#fill();
  }

  /** What comes from now on begins after `cursor`; what was under way is forgotten. */
  restart(cursor: number): void {
    this.#life = {};
    this.#held.clear();
    this.#filling = false;
    this.last = this.#target = cursor;
  }

  #deliverHeld(): void {
    for (let next = this.#held.get(this.last + 1); next; next = this.#held.get(this.last + 1)) {
      this.#held.delete(next.seq);
      this.last = next.seq;
      this.source.deliver(next);
    }
  }

  async #fill(): Promise<void> {
    const life = this.#life;
    this.#filling = true;
    while (this.#life === life && this.last < this.#target) {
      const before = this.last;
      if (this.#nextHeld() - before <= largestGap) await this.#fetchPage(life);
      if (this.#life === life && this.last === before) this.#giveUp();
    }
    if (this.#life === life) this.#filling = false;
  }

  async #fetchPage(life: object): Promise<void> {
    try {
      const { messages } = await this.source.fetch(this.last);
      if (this.#life !== life) return;
      for (const entry of messages) if (entry.seq > this.last) this.#held.set(entry.seq, entry);
      this.#deliverHeld();
    } catch {
      // That nothing was delivered says enough.
    }
  }

  /** The number of the first entry that is there, or of the last one that is known. */
  #nextHeld(): number {
    return Math.min(this.#target, ...this.#held.keys());
  }

  #giveUp(): void {
    const next = this.#nextHeld();
    const end = this.#held.has(next) ? next - 1 : next;
    const after = this.last;
    this.last = end;
    this.source.lost(after, end);
    this.#deliverHeld();
  }
}
