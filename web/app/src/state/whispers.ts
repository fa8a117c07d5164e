import type { Entry } from '../timeline/entry';
import { readStored, sessionArea, writeStored } from './storage';

interface Placed {
  room: string;
  after: number;
  entry: Entry;
}

const kept = 100;

/**
 * In which room's view a private message appeared: the server does not know, since to it a
 * private message has no room. Kept for this tab, so that a reload shows the same.
 */
export class Whispers {
  #placed: Placed[] = [];
  #typedIn = new Map<string, string>();
  #user: string | null = null;

  load(userId: string): void {
    if (this.#user === userId) return;
    this.#user = userId;
    this.#placed = readStored<Placed[]>(`whispers.${userId}`, [], sessionArea());
    this.#typedIn = new Map(
      readStored<[string, string][]>(`whisper-rooms.${userId}`, [], sessionArea()),
    );
  }

  /** A private message is being sent from this room's composer. */
  setTypedIn(cid: string, room: string): void {
    this.#typedIn.set(cid, room);
    const newest = [...this.#typedIn].slice(-kept);
    this.#typedIn = new Map(newest);
    if (this.#user) writeStored(`whisper-rooms.${this.#user}`, newest, sessionArea());
  }

  typedIn(cid: string | undefined): string | undefined {
    return cid === undefined ? undefined : this.#typedIn.get(cid);
  }

  place(room: string, after: number, entry: Entry): void {
    if (this.#placed.some((other) => other.room === room && other.entry.key === entry.key)) return;
    this.#placed = [...this.#placed, { room, after, entry }].slice(-kept);
    if (this.#user) writeStored(`whispers.${this.#user}`, this.#placed, sessionArea());
  }

  in(room: string): readonly Placed[] {
    return this.#placed.filter((placed) => placed.room === room);
  }
}
