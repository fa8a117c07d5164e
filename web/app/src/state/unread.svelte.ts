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
    return Math.max(0, (this.#latest.get(place) ?? 0) - (this.#read.get(place) ?? 0));
  }

  markRead(place: PlaceKey, seq: number = this.latest(place)): void {
    if (this.#advance(place, seq)) this.#store();
    if (this.count(place) === 0) this.#calling.delete(place);
  }

  /** An own message doesn't count as unread: it moves the mark when nothing is unread before it. */
  ownMessage(place: PlaceKey, seq: number): void {
    if (this.readUpTo(place) >= seq - 1) this.markRead(place, seq);
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
    this.#store();
  }

  #advance(place: PlaceKey, seq: number): boolean {
    if (!(seq > (this.#read.get(place) ?? -1))) return false;
    this.#read.set(place, seq);
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
