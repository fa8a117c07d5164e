import type { PendingMessage } from './pendingMessage';
import type { KeyValueStore } from './store';

const prefix = 'klatsch.queue.';

interface Stored {
  /** Where it stands in the order of all messages of the user. */
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

  /** The messages of a user, in their order. */
  load(user: string): Stored[] {
    const own = `${prefix}${user}.`;
    const keys = Array.from({ length: this.store.length }, (_, index) => this.store.key(index));
    return keys
      .filter((key): key is string => key !== null && key.startsWith(own))
      .map((key) => parse(this.store.getItem(key)))
      .filter((each): each is Stored => each !== null)
      .sort((a, b) => a.order - b.order);
  }

  save(user: string, order: number, message: PendingMessage): void {
    try {
      this.store.setItem(`${prefix}${user}.${message.cid}`, JSON.stringify({ order, message }));
    } catch {
      // The store is full: the message lives as long as the page.
    }
  }

  remove(user: string, cid: string): void {
    this.store.removeItem(`${prefix}${user}.${cid}`);
  }
}
