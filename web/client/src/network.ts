/** What the device says of its network. */
export interface Network {
  /** False when the device knows that it has none. */
  readonly online: boolean;
  /** Calls `changed` when that changes or the page is looked at again. Returns how to stop that. */
  watch(changed: () => void): () => void;
}

/** The browser's word; elsewhere, such as in Node.js, always online. */
export const browserNetwork: Network = {
  get online() {
    return globalThis.navigator?.onLine !== false;
  },
  watch(changed) {
    if (typeof window === 'undefined') return () => {};
    const whenVisible = () => {
      if (!document.hidden) changed();
    };
    window.addEventListener('online', changed);
    window.addEventListener('offline', changed);
    document.addEventListener('visibilitychange', whenVisible);
    return () => {
      window.removeEventListener('online', changed);
      window.removeEventListener('offline', changed);
      document.removeEventListener('visibilitychange', whenVisible);
    };
  },
};
