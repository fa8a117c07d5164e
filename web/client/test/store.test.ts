// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';
import { defaultStore, watchRemovals } from '../src/store';

describe('the store of a browser', () => {
  it('is its localStorage', () => {
    expect(defaultStore()).toBe(localStorage);
  });

  it('tells of what other pages remove, and of nothing else', () => {
    const removed: string[] = [];
    watchRemovals(defaultStore(), (key) => removed.push(key));
    const happens = (key: string | null, newValue: string | null, storageArea = localStorage) =>
      window.dispatchEvent(new StorageEvent('storage', { key, newValue, storageArea }));
    happens('klatsch.changed', 'text');
    happens('klatsch.removed', null);
    happens(null, null); // all of them, by somebody who clears the browser
    happens('klatsch.other', null, sessionStorage);
    expect(removed).toEqual(['klatsch.removed']);
  });
});
