import { MemoryStore, type KeyValueStore } from '../src/store';

/** A `localStorage` of several pages: each is told of what the others remove. */
export class BrowserPages {
  readonly #items = new MemoryStore();
  readonly #listeners = new Map<KeyValueStore, (key: string) => void>();

  /** The store of one more page. */
  open(): KeyValueStore {
    const items = this.#items;
    const page: KeyValueStore = {
      get length() {
        return items.length;
      },
      key: (index) => items.key(index),
      getItem: (key) => items.getItem(key),
      setItem: (key, value) => items.setItem(key, value),
      removeItem: (key) => {
        items.removeItem(key);
        for (const [other, removed] of this.#listeners) if (other !== page) removed(key);
      },
      watchRemovals: (removed) => void this.#listeners.set(page, removed),
    };
    return page;
  }
}
