// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { dayKey, dayLabel, daysBetween } from './days';

const at = (year: number, month: number, day: number, hour = 12) =>
  new Date(year, month - 1, day, hour).getTime();

describe('days', () => {
  it('gives all moments of one local day the same key', () => {
    expect(dayKey(at(2026, 3, 7, 0))).toBe('2026-03-07');
    expect(dayKey(at(2026, 3, 7, 23))).toBe('2026-03-07');
  });

  it('counts calendar days, not spans of 24 hours', () => {
    expect(daysBetween(at(2026, 3, 7, 23), at(2026, 3, 8, 1))).toBe(1);
    expect(daysBetween(at(2026, 3, 7, 1), at(2026, 3, 7, 23))).toBe(0);
  });

  it('says today, yesterday, the weekday, then the date', () => {
    const now = at(2026, 11, 24);
    expect(dayLabel(at(2026, 11, 24, 1), now, 'en')).toBe('Today');
    expect(dayLabel(at(2026, 11, 23, 23), now, 'en')).toBe('Yesterday');
    expect(dayLabel(at(2026, 11, 20), now, 'en')).toBe('Friday');
    expect(dayLabel(at(2026, 11, 1), now, 'en')).toBe('Sunday, November 1');
    expect(dayLabel(at(2025, 11, 1), now, 'en')).toBe('Saturday, November 1, 2025');
  });
});
