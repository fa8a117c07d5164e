/** Where the client keeps what has to survive a reload: the part of `localStorage` that it uses. */
export interface KeyValueStore
  extends Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'> {
  /** Calls `removed` with the key of each item that another page of the browser removes. */
  watchRemovals?(removed: (key: string) => void): void;
}

/** Keeps things as long as the page lives. */
export class MemoryStore implements KeyValueStore {
  readonly #items = new Map<string, string>();

  get length(): number {
    return this.#items.size;
  }

  key(index: number): string | null {
    return [...this.#items.keys()][index] ?? null;
  }

  getItem(key: string): string | null {
    return this.#items.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.#items.set(key, value);
  }

  removeItem(key: string): void {
    this.#items.delete(key);
  }
}

/** The browser's `localStorage`. */
class BrowserStore implements KeyValueStore {
  constructor(private readonly storage: Storage) {}

  get length(): number {
    return this.storage.length;
  }

  key(index: number): string | null {
    return this.storage.key(index);
  }

  getItem(key: string): string | null {
    return this.storage.getItem(key);
  }

  setItem(key: string, value: string): void {
    this.storage.setItem(key, value);
  }

  removeItem(key: string): void {
    this.storage.removeItem(key);
  }

  watchRemovals(removed: (key: string) => void): void {
    // Comes for what other pages do, never for what this one does.
    globalThis.addEventListener?.('storage', ({ key, newValue, storageArea }) => {
      if (storageArea === this.storage && key !== null && newValue === null) removed(key);
    });
  }
}

/** The browser's `localStorage`; where there is none or it is blocked, memory. */
export function defaultStore(): KeyValueStore {
  try {
    const { localStorage } = globalThis;
    const probe = 'klatsch.probe';
    localStorage.setItem(probe, '');
    localStorage.removeItem(probe);
    return new BrowserStore(localStorage);
  } catch {
    return new MemoryStore();
  }
}
