/** Finds what somebody means by a few letters: the quick switcher's ranking. */

/**
 * How well `query` fits `label`: 0 not at all; higher is better. All signs of the query must
 * appear in order; beginnings of words and unbroken runs count more.
 */
export function fuzzyScore(label: string, query: string): number {
  const text = label.toLocaleLowerCase();
  const wanted = query.toLocaleLowerCase().trim();
  if (wanted === '') return 1;
  if (text.startsWith(wanted)) return 1000 - text.length;
  const whole = text.indexOf(wanted);
  if (whole > 0) return (/\s|[-_]/u.test(text[whole - 1]!) ? 800 : 500) - text.length;
  let score = 100;
  let position = -1;
  for (const sign of wanted) {
    const found = text.indexOf(sign, position + 1);
    if (found === -1) return 0;
    score -= found - position - 1;
    position = found;
  }
  return Math.max(1, score);
}
