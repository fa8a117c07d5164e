import { exactlyOneOf, notificationOf, paramsOf, resultOf, rules, structs } from './protocol';
import type { Methods, Notifications } from './protocol';
import { problemOfCharacters, problemOfIdentifier, type RuleName } from './stringRules';

/** What is wrong with a value: where (`resume[2].after`, or empty for all of it) and why. */
export interface Problem {
  readonly field: string;
  readonly reason: string;
}

/**
 * How much is checked: all that the protocol says of what is sent; but only what the client relies
 * on of what is received, so that a server that allows longer texts doesn't break it.
 */
type Strictness = 'sent' | 'received';

type StructName = keyof typeof structs;

const wrong = (reason: string): Problem => ({ field: '', reason });

function within(container: string, problem: Problem | null): Problem | null {
  if (!problem) return null;
  const direct = problem.field === '' || problem.field.startsWith('[');
  return { ...problem, field: `${container}${direct ? '' : '.'}${problem.field}` };
}

function problemOfString(value: unknown, rule: RuleName, strictness: Strictness): Problem | null {
  if (typeof value !== 'string') return wrong('must be a string');
  const isIdentifier = rule === 'id' || rule === 'cid' || rule === 'token';
  let reason: string | null = null;
  if (strictness === 'sent') {
    const { minLength, maxLength } = rules[rule];
    const length = [...value].length;
    if (length < minLength || length > maxLength) {
      return wrong(`must have ${minLength} to ${maxLength} characters`);
    }
    reason = problemOfCharacters(value, rule);
  } else if (isIdentifier) reason = problemOfIdentifier(value);
  return reason === null ? null : wrong(reason);
}

function problemOfInteger(value: unknown, least: number, largest: number): Problem | null {
  if (Number.isSafeInteger(value) && value as number >= least && value as number <= largest) {
    return null;
  }
  return wrong(`must be a whole number from ${least} to ${largest}`);
}

function problemOfList(
  value: unknown,
  item: string,
  largest: number,
  strictness: Strictness,
): Problem | null {
  if (!Array.isArray(value)) return wrong('must be an array');
  if (strictness === 'sent' && value.length > largest) {
    return wrong(`must have ${largest} entries at most`);
  }
  for (const [index, each] of value.entries()) {
    const problem = problemOf(each, item, strictness);
    if (problem) return within(`[${index}]`, problem);
  }
  return null;
}

function problemOfStruct(value: unknown, name: StructName, strictness: Strictness): Problem | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return wrong('must be an object');
  }
  const object = value as Record<string, unknown>;
  for (const [field, type] of Object.entries(structs[name])) {
    const optional = field.endsWith('?');
    const key = optional ? field.slice(0, -1) : field;
    if (object[key] === undefined) {
      if (!optional) return { field: key, reason: 'is missing' };
      continue;
    }
    const problem = within(key, problemOf(object[key], type, strictness));
    if (problem) return problem;
  }
  const alternatives = (exactlyOneOf as Partial<Record<StructName, readonly string[]>>)[name];
  if (alternatives && alternatives.filter((each) => object[each] !== undefined).length !== 1) {
    return wrong(`must have exactly one of: ${alternatives.join(', ')}`);
  }
  return null;
}

/** `type` is a word of the generated description: see `structs`. */
function problemOf(value: unknown, type: string, strictness: Strictness): Problem | null {
  const list = /^(\w+)\[(\d+)\]$/u.exec(type);
  if (list) return problemOfList(value, list[1]!, Number(list[2]), strictness);
  const range = /^(\d+)\.\.(\d+)$/u.exec(type);
  if (range) return problemOfInteger(value, Number(range[1]), Number(range[2]));
  if (type === 'integer') return problemOfInteger(value, 0, Number.MAX_SAFE_INTEGER);
  if (type === 'boolean') return typeof value === 'boolean' ? null : wrong('must be true or false');
  if (type in structs) return problemOfStruct(value, type as StructName, strictness);
  return problemOfString(value, type as RuleName, strictness);
}

/** What the server would refuse in the params of a request; null when it would take them. */
export function problemOfParams(method: keyof Methods, params: unknown): Problem | null {
  return problemOf(params, paramsOf[method], 'sent');
}

/** What the client can't use in a result; null when it is well. */
export function problemOfResult(method: keyof Methods, result: unknown): Problem | null {
  return problemOf(result, resultOf[method], 'received');
}

/** What the client can't use in a notification; null when it is well. */
export function problemOfNotification(
  method: keyof Notifications,
  params: unknown,
): Problem | null {
  return problemOf(params, notificationOf[method], 'received');
}

/** False for a notification of a later version, which is passed over. */
export function isNotification(method: unknown): method is keyof Notifications {
  return typeof method === 'string' && Object.hasOwn(notificationOf, method);
}
