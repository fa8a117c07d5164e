import { codePointCount } from './codePoints';

const controlCharacter = /\p{Cc}/u;

/** Why a user can't be called so, as a sentence; null when it is fine. */
export function nameProblem(name: string, limit: number): string | null {
  const trimmed = name.trim();
  if (trimmed === '') return 'Type a name first.';
  if (codePointCount(trimmed) > limit) return `A name has at most ${limit} characters.`;
  if (trimmed.startsWith('@')) return 'A name can’t begin with @.';
  if (trimmed.includes(':')) return 'A name can’t hold a colon, which ends the name in “@name:”.';
  if (controlCharacter.test(trimmed)) return 'A name can’t hold control characters.';
  return null;
}

/** Why a room can't be called so, as a sentence; null when it is fine. */
export function titleProblem(title: string, limit: number): string | null {
  const trimmed = title.trim();
  if (trimmed === '') return 'Type a name for the room first.';
  if (codePointCount(trimmed) > limit) return `A room’s name has at most ${limit} characters.`;
  if (controlCharacter.test(trimmed)) return 'A room’s name can’t hold control characters.';
  return null;
}
