/** Where the client keeps what has to survive a reload: the part of `localStorage` that it uses. */
export type KeyValueStore = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

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

/** The browser's `localStorage`; where there is none or it is blocked, memory. */
export function defaultStore(): KeyValueStore {
  try {
    const { localStorage } = globalThis;
    const probe = 'klatsch.probe';
    localStorage.setItem(probe, '');
    localStorage.removeItem(probe);
    return localStorage;
  } catch {
    return new MemoryStore();
  }
}

/** Calls `removed` with the key of each item that another page of the browser removes. */
export function watchRemovals(store: KeyValueStore, removed: (key: string) => void): void {
  // Comes for what other pages do, never for what this one does.
  globalThis.addEventListener?.('storage', ({ key, newValue, storageArea }) => {
    if (storageArea === store && key !== null && newValue === null) removed(key);
  });
}
