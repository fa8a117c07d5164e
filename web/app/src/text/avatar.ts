/** How many avatar colours `tokens.css` declares. */
export const avatarColours = 12;

/** The same id has the same colour, in every browser. */
export function avatarColour(id: string): number {
  let hash = 2166136261;
  for (let index = 0; index < id.length; index += 1) {
    hash = Math.imul(hash ^ id.charCodeAt(index), 16777619);
  }
  // The low bits alone hardly differ between short ids: let the high ones reach them.
  hash = Math.imul(hash ^ (hash >>> 15), 2246822507);
  hash ^= hash >>> 13;
  return (hash >>> 0) % avatarColours;
}

const letterOrDigit = /[\p{L}\p{N}]/u;

/** The first letters of the first and the last word; a name without any keeps its first sign. */
export function initials(name: string): string {
  const words = name.split(/\s+/u).flatMap((word) => {
    const first = [...word].find((sign) => letterOrDigit.test(sign));
    return first ? [first] : [];
  });
  if (words.length === 0) return [...name.trim()][0] ?? '?';
  const chosen = words.length === 1 ? words : [words[0]!, words[words.length - 1]!];
  return chosen.join('').toLocaleUpperCase();
}
