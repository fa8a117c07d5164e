import type { Person } from '../timeline/entry';

/** Where a typed text goes: to the place it was typed in, to one person alone, or nowhere. */
export type Resolved =
  | { kind: 'plain'; text: string }
  | { kind: 'private'; to: Person; text: string }
  | { kind: 'wrong'; problem: string };

const leading = /^\s*@([^:\n@]{1,80}):[ \t]?([\s\S]*)$/u;
const elsewhere = /[\s([{]@([A-Za-z0-9_-]{1,64}):/u;
const idShape = /^[A-Za-z0-9_-]{1,64}$/u;

const fold = (name: string) => name.trim().toLocaleLowerCase();

/**
 * `@id:` or `@name:` at the beginning makes a text private. A name has to be that of one known
 * person; an id may be anybody's, since the server knows more people than this page.
 */
export function resolveAddress(text: string, people: readonly Person[]): Resolved {
  const match = leading.exec(text);
  if (!match) return misplaced(text, people) ?? { kind: 'plain', text };
  const label = match[1]!;
  const rest = match[2]!;
  const byId = people.find(({ id }) => id === label.trim());
  if (byId) return { kind: 'private', to: byId, text: rest };
  const named = people.filter(({ name }) => fold(name) === fold(label));
  if (named.length === 1) return { kind: 'private', to: named[0]!, text: rest };
  if (named.length > 1) {
    const ids = named.map(({ id }) => `@${id}:`).join(' or ');
    return { kind: 'wrong', problem: `${named.length} people are called “${label.trim()}”. Use the id: ${ids}` };
  }
  if (mentionsFirst(label, people)) return misplaced(text, people) ?? { kind: 'plain', text };
  if (idShape.test(label.trim())) {
    const id = label.trim();
    return { kind: 'private', to: { id, name: `@${id}` }, text: rest };
  }
  return {
    kind: 'wrong',
    problem: `Nobody here is called “${label.trim()}”. Choose somebody from the list, or leave out the colon to say it to everybody.`,
  };
}

/** "@Ann could you look: it broke" mentions Ann; the colon belongs to the sentence. */
function mentionsFirst(label: string, people: readonly Person[]): boolean {
  return people.some(({ name, id }) =>
    [name, id].some((known) => fold(label).startsWith(`${fold(known)} `)),
  );
}

function misplaced(text: string, people: readonly Person[]): Resolved | null {
  const named = people.find(({ name }) => fold(text).includes(` @${fold(name)}:`));
  const label = named?.name ?? elsewhere.exec(text)?.[1];
  if (label === undefined) return null;
  return {
    kind: 'wrong',
    problem: `“@${label}:” makes a message private only at its beginning. Move it there, or leave out the colon.`,
  };
}

/** The same text for everybody: the addressee becomes a mention. */
export function stripAddressee(text: string): string {
  const match = leading.exec(text);
  return match ? `@${match[1]} ${match[2]}` : text;
}
