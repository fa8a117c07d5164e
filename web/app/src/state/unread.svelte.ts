import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { PlaceKey } from './place';
import { readStored, watchStored, writeStored } from './storage';

const storeMilliseconds = 300;

/**
 * How far each place was read. Sequence numbers are dense, so what is unread is a subtraction and
 * needs no message at hand. Kept in this browser per user, and shared between its tabs.
 */
export class Unread {
  #latest = new SvelteMap<PlaceKey, number>();
  #read = new SvelteMap<PlaceKey, number>();
  #calling = new SvelteSet<PlaceKey>();
  /** Own messages after the mark, ascending: they stand among what is unread, and are not. */
  #own = new SvelteMap<PlaceKey, readonly number[]>();
  #key: string | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  load(userId: string): void {
    const key = `read.${userId}`;
    if (key === this.#key) return;
    this.#key = key;
    const merge = () => {
      for (const [place, seq] of Object.entries(readStored<Record<string, number>>(key, {}))) {
        this.#advance(place, seq);
      }
    };
    merge();
    watchStored(key, merge);
  }

  /** The place's log reaches up to here. A place never read before starts as read or as new. */
  setLatest(place: PlaceKey, seq: number, ifNew: 'read' | 'unread'): void {
    if (seq > (this.#latest.get(place) ?? 0)) this.#latest.set(place, seq);
    if (!this.#read.has(place)) {
      this.#read.set(place, ifNew === 'read' ? seq : 0);
      this.#store();
    }
  }

  latest(place: PlaceKey): number {
    return this.#latest.get(place) ?? 0;
  }

  readUpTo(place: PlaceKey): number {
    return this.#read.get(place) ?? 0;
  }

  count(place: PlaceKey): number {
    const latest = this.latest(place);
    const own = (this.#own.get(place) ?? []).filter((seq) => seq <= latest).length;
    return Math.max(0, latest - this.readUpTo(place) - own);
  }

  markRead(place: PlaceKey, seq: number = this.latest(place)): void {
    if (this.#advance(place, seq)) this.#store();
    if (this.count(place) === 0) this.#calling.delete(place);
  }

  /** An own message never counts as unread; with nothing unread before it, it moves the mark. */
  ownMessage(place: PlaceKey, seq: number): void {
    const read = this.readUpTo(place);
    const own = this.#own.get(place) ?? [];
    if (read >= seq - 1) this.markRead(place, seq);
    else if (!own.includes(seq)) this.#own.set(place, [...own, seq].sort((a, b) => a - b));
  }

  /** Somebody mentioned the reader here. */
  setCalling(place: PlaceKey): void {
    this.#calling.add(place);
  }

  isCalling(place: PlaceKey): boolean {
    return this.#calling.has(place) && this.count(place) > 0;
  }

  forget(place: PlaceKey): void {
    this.#latest.delete(place);
    this.#read.delete(place);
    this.#calling.delete(place);
    this.#own.delete(place);
    this.#store();
  }

  #advance(place: PlaceKey, seq: number): boolean {
    if (!(seq > (this.#read.get(place) ?? -1))) return false;
    const own = (this.#own.get(place) ?? []).filter((each) => each > seq);
    let read = seq;
    while (own[0] === read + 1) read = own.shift()!;
    if (own.length > 0) this.#own.set(place, own);
    else this.#own.delete(place);
    this.#read.set(place, read);
    return true;
  }

  /** Soon, not at once: in a rush every message moves a mark. */
  #store(): void {
    this.#timer ??= setTimeout(() => this.flush(), storeMilliseconds);
  }

  /** Writes what waits to be written; the page calls it before it goes away. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#key) writeStored(this.#key, Object.fromEntries(this.#read));
  }
}
