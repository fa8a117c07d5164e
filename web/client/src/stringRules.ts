import { rules } from './protocol';

export type RuleName = keyof typeof rules;

// What the server counts as blank: what shows nothing, the direction of writing included.
const blank =
  '\\t-\\r \\x85\\xa0\\xad\\u034f\\u061c\\u115f\\u1160\\u1680\\u180e\\u2000-\\u200f' +
  '\\u2028-\\u202f\\u205f-\\u2064\\u2066-\\u2069\\u2800\\u3000\\u3164\\ufeff\\uffa0';
const direction = '\\u202a-\\u202e\\u2066-\\u2069';

const identifier = /^[A-Za-z0-9_-]+$/u;
const anythingVisible = new RegExp(`[^${blank}]`, 'u');
// Halves of surrogate pairs are no characters: no UTF-8 has them.
const half = '\\ud800-\\udfff';
const controlInText = new RegExp(`[\\0-\\x08\\x0b-\\x1f\\x7f-\\x9f${half}]`, 'u');
const controlInLine = new RegExp(`[\\0-\\x1f\\x7f-\\x9f\\u2028\\u2029${direction}${half}]`, 'u');

function problemOfText(text: string): string | null {
  if (controlInText.test(text)) return 'has a control character';
  return anythingVisible.test(text) ? null : 'shows nothing';
}

function problemOfLine(text: string): string | null {
  if (controlInLine.test(text)) return 'has a control character or a line break';
  if (!anythingVisible.test(text)) return 'shows nothing';
  const points = [...text];
  const ends = [points[0]!, points[points.length - 1]!];
  return ends.every((each) => anythingVisible.test(each)) ? null : 'has white space at its ends';
}

function problemOfName(name: string): string | null {
  if (name.includes(':')) return 'has a colon';
  if (name.startsWith('@')) return 'begins with @';
  return problemOfLine(name);
}

/** What is wrong with the characters of a string; null when nothing is. */
export function problemOfCharacters(text: string, rule: RuleName): string | null {
  switch (rule) {
    case 'text':
      return problemOfText(text);
    case 'name':
      return problemOfName(text);
    case 'title':
      return problemOfLine(text);
    default:
      return problemOfIdentifier(text);
  }
}

export function problemOfIdentifier(text: string): string | null {
  return identifier.test(text) ? null : 'may have only letters A to Z and a to z, digits, _ and -';
}
