// @vitest-environment jsdom
import { afterEach, describe, expect, it } from 'vitest';
import { defaultStore } from '../src/store';

describe('the store of a browser', () => {
  afterEach(() => localStorage.clear());

  it('is its localStorage', () => {
    const store = defaultStore();
    store.setItem('klatsch.one', 'text');
    expect(localStorage.getItem('klatsch.one')).toBe('text');
    expect([store.length, store.key(0), store.getItem('klatsch.one')]).toEqual([
      1,
      'klatsch.one',
      'text',
    ]);
    store.removeItem('klatsch.one');
    expect(localStorage).toHaveLength(0);
  });

  it('tells of what other pages remove, and of nothing else', () => {
    const removed: string[] = [];
    defaultStore().watchRemovals?.((key) => removed.push(key));
    const happens = (key: string | null, newValue: string | null, storageArea = localStorage) =>
      window.dispatchEvent(new StorageEvent('storage', { key, newValue, storageArea }));
    happens('klatsch.changed', 'text');
    happens('klatsch.removed', null);
    happens(null, null); // all of them, by somebody who clears the browser
    happens('klatsch.other', null, sessionStorage);
    expect(removed).toEqual(['klatsch.removed']);
  });
});
