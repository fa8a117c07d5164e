import { describe, expect, it } from 'vitest';
import { Backoff } from '../src/backoff';

const always = (value: number) => () => value;

describe('backoff', () => {
  it('doubles the ceiling from half a second to half a minute', () => {
    const backoff = new Backoff(always(1));
    const waits = Array.from({ length: 9 }, () => backoff.next());
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  });

  it('waits anything from nothing to the ceiling', () => {
    expect(new Backoff(always(0)).next()).toBe(0);
    expect(new Backoff(always(0.25)).next()).toBe(125);
  });

  it('adds its share to what the server asks for, so that not all come at once', () => {
    expect(new Backoff(always(0.5)).next(3000)).toBe(3250);
  });

  it('begins anew after a success', () => {
    const backoff = new Backoff(always(1));
    backoff.next();
    backoff.next();
    expect(backoff.attempts).toBe(2);
    backoff.reset();
    expect(backoff.attempts).toBe(0);
    expect(backoff.next()).toBe(500);
  });

  it('does not overflow after thousands of attempts', () => {
    const backoff = new Backoff(always(1));
    for (let i = 0; i < 5000; i += 1) backoff.next();
    expect(backoff.next()).toBe(30_000);
  });
});
