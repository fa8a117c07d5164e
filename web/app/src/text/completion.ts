/** The completion of `@` names: what is being typed, who fits, and what is put in its place. */

export interface Candidate {
  id: string;
  name: string;
  /** Is in the room that is open. */
  inRoom: boolean;
  online: boolean;
  /** When this person last said something the reader saw; 0 for never. */
  lastHeard: number;
}

export interface CompletionQuery {
  /** Index of the `@`. */
  at: number;
  /** What stands between the `@` and the caret. */
  typed: string;
  /** Nothing but white space stands before the `@`: the addressee of a private message. */
  leading: boolean;
}

const longestQuery = 40;

/** The `@` word that the caret stands in, or null. Names may hold spaces, so a query may, too. */
export function completionQuery(text: string, caret: number): CompletionQuery | null {
  const before = text.slice(0, caret);
  const at = before.lastIndexOf('@');
  if (at === -1 || caret - at > longestQuery) return null;
  const previous = before[at - 1];
  if (previous !== undefined && !/[\s([{"'“‘«]/u.test(previous)) return null;
  const typed = before.slice(at + 1);
  if (/[\n:]/u.test(typed) || /^\s/u.test(typed)) return null;
  return { at, typed, leading: before.slice(0, at).trim() === '' };
}

type Fit = 0 | 1 | 2 | 3;

/** 3: the name begins with it; 2: a later word of the name or the id does; 1: within; 0: not. */
function fitOf(candidate: Candidate, typed: string): Fit {
  const name = candidate.name.toLocaleLowerCase();
  if (name.startsWith(typed)) return 3;
  if (candidate.id.toLocaleLowerCase().startsWith(typed)) return 2;
  if (name.split(/\s+/u).some((word) => word.startsWith(typed))) return 2;
  return name.includes(typed) ? 1 : 0;
}

/** In the room first, then by how well it fits, then who is online, who spoke last, and by name. */
export function rankCandidates(
  candidates: readonly Candidate[],
  query: string,
  limit = 8,
): Candidate[] {
  const typed = query.toLocaleLowerCase();
  return candidates
    .map((candidate) => ({ candidate, fit: fitOf(candidate, typed) }))
    .filter(({ fit }) => fit > 0)
    .sort(
      (a, b) =>
        Number(b.candidate.inRoom) - Number(a.candidate.inRoom) ||
        b.fit - a.fit ||
        Number(b.candidate.online) - Number(a.candidate.online) ||
        b.candidate.lastHeard - a.candidate.lastHeard ||
        a.candidate.name.localeCompare(b.candidate.name) ||
        a.candidate.id.localeCompare(b.candidate.id),
    )
    .slice(0, limit)
    .map(({ candidate }) => candidate);
}

export interface Completed {
  text: string;
  caret: number;
}

/**
 * Puts the chosen person in the place of what was typed. At the beginning of a message it becomes
 * the addressee (`@name: `), elsewhere a mention (`@name `). `label` is the name, or the id where
 * the name would not be unique.
 */
export function complete(
  text: string,
  caret: number,
  query: CompletionQuery,
  label: string,
): Completed {
  const inserted = `@${label}${query.leading ? ':' : ''} `;
  const rest = text.slice(caret).replace(/^:? /u, '');
  const before = text.slice(0, query.at);
  return { text: before + inserted + rest, caret: before.length + inserted.length };
}
