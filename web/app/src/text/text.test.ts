// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { avatarColour, avatarColours, initials } from './avatar';
import { codePointCount } from './codePoints';
import { fuzzyScore } from './fuzzy';
import { nameProblem, titleProblem } from './names';

describe('code points', () => {
  it('are counted as the server counts them', () => {
    for (const text of ['', 'abc', '👍', '👩‍🚀', 'a\ud83d', '\udc4d']) {
      expect(codePointCount(text)).toBe([...text].length);
    }
  });
});

describe('avatars', () => {
  it('show initials of whatever people are called', () => {
    expect(initials('Amber Otter')).toBe('AO');
    expect(initials('ann')).toBe('A');
    expect(initials('Jean Paul van Damme')).toBe('JD');
    expect(initials('  «Zoë»  ')).toBe('Z');
    expect(initials('🦦')).toBe('🦦');
    expect(initials('')).toBe('?');
  });

  it('keep their colour', () => {
    expect(avatarColour('k3x9p2ma')).toBe(avatarColour('k3x9p2ma'));
    const used = new Set(Array.from({ length: 200 }, (_, index) => avatarColour(`id${index}`)));
    expect(used.size).toBe(avatarColours);
  });
});

describe('fuzzy search', () => {
  const best = (query: string, labels: string[]) =>
    labels
      .filter((label) => fuzzyScore(label, query) > 0)
      .sort((a, b) => fuzzyScore(b, query) - fuzzyScore(a, query));

  it('prefers beginnings, then beginnings of words, then runs', () => {
    expect(best('ro', ['Zorro', 'The Room', 'Rope'])).toEqual(['Rope', 'The Room', 'Zorro']);
  });

  it('finds letters in order, and nothing else', () => {
    expect(best('bb', ['Bubble Beach', 'Orbit'])).toEqual(['Bubble Beach']);
    expect(fuzzyScore('Orbit', '')).toBeGreaterThan(0);
  });
});

describe('names', () => {
  it('are refused with a reason', () => {
    expect(nameProblem('Amber Otter', 40)).toBeNull();
    expect(nameProblem('  ', 40)).toMatch(/Type a name/);
    expect(nameProblem('@ann', 40)).toMatch(/@/);
    expect(nameProblem('a:b', 40)).toMatch(/colon/);
    expect(nameProblem('x'.repeat(41), 40)).toMatch(/at most 40/);
    expect(nameProblem('👍'.repeat(40), 40)).toBeNull();
    expect(titleProblem('', 80)).toMatch(/Type a name/);
    expect(titleProblem('a\u0007b', 80)).toMatch(/control/);
  });
});
