import type { PendingMessage } from './pendingMessage';
import { watchRemovals, type KeyValueStore } from './store';

const prefix = 'klatsch.queue.';

/** A guest who doesn't come back leaves its messages behind: after 30 days they are thrown away. */
const keptMilliseconds = 30 * 24 * 3_600_000;

interface Stored {
  /** Where it stands in the order of all messages of the user: about when it was written. */
  order: number;
  message: PendingMessage;
}

function parse(text: string | null): Stored | null {
  try {
    const stored = JSON.parse(text ?? '') as Stored;
    const { cid, text: words, room, to } = stored.message;
    const whole = [cid, words, room ?? to].every((each) => typeof each === 'string');
    return whole && typeof stored.order === 'number' ? stored : null;
  } catch {
    return null;
  }
}

/**
 * Keeps the unsent messages of each user over a reload. Each message has an item of its own, so
 * that two pages of one browser don't overwrite each other's.
 */
export class QueueStore {
  constructor(private readonly store: KeyValueStore) {}

  /** The messages of a user, in their order. `now`: milliseconds since 1970. */
  load(user: string, now: number): Stored[] {
    const loaded: Stored[] = [];
    for (const key of this.#keys()) {
      const stored = parse(this.store.getItem(key));
      if (!stored || stored.order < now - keptMilliseconds) this.store.removeItem(key);
      else if (key.startsWith(`${prefix}${user}.`)) loaded.push(stored);
    }
    return loaded.sort((a, b) => a.order - b.order);
  }

  save(user: string, order: number, message: PendingMessage): void {
    try {
      this.store.setItem(`${prefix}${user}.${message.cid}`, JSON.stringify({ order, message }));
    } catch {
      // The store is full: the message lives as long as the page.
    }
  }

  /** Calls `removed` with the cid of each message of this user that another page removes. */
  watchRemovals(user: () => string | null, removed: (cid: string) => void): void {
    watchRemovals(this.store, (key) => {
      const own = `${prefix}${user()}.`;
      if (key.startsWith(own)) removed(key.slice(own.length));
    });
  }

  remove(user: string, cid: string): void {
    this.store.removeItem(`${prefix}${user}.${cid}`);
  }

  #keys(): string[] {
    const keys = Array.from({ length: this.store.length }, (_, index) => this.store.key(index));
    return keys.filter((key): key is string => key?.startsWith(prefix) ?? false);
  }
}
