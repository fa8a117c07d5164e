import { rules, type User } from './protocol';
import { problemOfIdentifier } from './stringRules';

/** To whom a typed text goes, or why that isn't clear. `label`: what stands between `@` and `:`. */
export type Address =
  | { readonly kind: 'everybody'; readonly text: string }
  /** `to` is not among the known people where `known` is false: the server may know the id. */
  | { readonly kind: 'private'; readonly to: User; readonly known: boolean; readonly text: string }
  /** Several people have this name. */
  | { readonly kind: 'ambiguous'; readonly label: string; readonly people: readonly User[] }
  /** Nobody has this name, and it can't be an id. */
  | { readonly kind: 'unknown'; readonly label: string }
  /** `@label:` stands elsewhere than at the beginning. */
  | { readonly kind: 'misplaced'; readonly label: string };

const leading = /^\s*@([^:\n]{1,80}):[ \t]?([\s\S]*)$/u;
const idElsewhere = /[\s([{]@([A-Za-z0-9_-]{1,64}):/u;

const fold = (name: string) => name.normalize('NFC').trim().toLocaleLowerCase();

const mayBeId = (label: string) =>
  label.length <= rules.id.maxLength && problemOfIdentifier(label) === null;

/**
 * `@id:` or `@name:` at the beginning makes a text private. Ids go before names; names are
 * compared without regard to case. "@Ann look: it broke" only mentions Ann.
 */
export function parseAddress(text: string, people: readonly User[]): Address {
  const match = leading.exec(text);
  if (!match) return withoutAddress(text, people);
  const label = match[1]!.trim();
  const rest = match[2]!;
  const byId = people.find(({ id }) => id === label);
  if (byId) return { kind: 'private', to: byId, known: true, text: rest };
  const named = people.filter(({ name }) => fold(name) === fold(label));
  if (named.length > 1) return { kind: 'ambiguous', label, people: named };
  if (named[0]) return { kind: 'private', to: named[0], known: true, text: rest };
  if (label.includes('@') || mentionsFirst(label, people)) return withoutAddress(text, people);
  if (!mayBeId(label)) return { kind: 'unknown', label };
  return { kind: 'private', to: { id: label, name: label }, known: false, text: rest };
}

/** The same text for everybody: the address becomes a mention. */
export function withoutColon(text: string): string {
  return text.replace(leading, (_, label: string, rest: string) => `@${label} ${rest}`);
}

function mentionsFirst(label: string, people: readonly User[]): boolean {
  return people.some(({ id, name }) =>
    [id, name].some((known) => fold(label).startsWith(`${fold(known)} `)),
  );
}

function withoutAddress(text: string, people: readonly User[]): Address {
  const folded = fold(text);
  const named = people.find(({ name }) => folded.includes(` @${fold(name)}:`));
  const label = named?.name ?? idElsewhere.exec(text)?.[1];
  return label === undefined ? { kind: 'everybody', text } : { kind: 'misplaced', label };
}
