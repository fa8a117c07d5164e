/** The shape of the client's errors that this page relies on. */
interface NamedError {
  name?: unknown;
  errorName?: unknown;
  data?: { name?: unknown; reason?: unknown };
}

const sentences: Record<string, string> = {
  no_such_room: 'This room does not exist any more.',
  not_a_member: 'You are not in this room any more.',
  room_exists: 'There is a room of this name already.',
  not_allowed: 'This is not allowed here.',
  room_full: 'The room is full.',
  no_such_user: 'Nobody has this id.',
  own_user: 'You can’t write to yourself alone.',
  rate_limited: 'Too much at once. Wait a moment.',
  overloaded: 'The server has too much to do. Try again in a moment.',
  store_unavailable: 'The server can’t store anything at the moment. Try again soon.',
  timeout: 'The server did not answer in time.',
  room_unavailable: 'The room can’t be reached at the moment. Try again soon.',
  stopping: 'The server is restarting.',
};

/** The name of klatsch's error table, where the error carries one. */
export function errorName(error: unknown): string | null {
  const { data, errorName: named } = (error ?? {}) as NamedError;
  if (typeof data?.name === 'string') return data.name;
  return typeof named === 'string' ? named : null;
}

/** What went wrong, for people. */
export function sentenceOf(error: unknown): string {
  const name = errorName(error);
  if (name !== null && sentences[name]) return sentences[name];
  const reason = (error as NamedError | null)?.data?.reason;
  if (typeof reason === 'string' && reason !== '') return `The server refused it: ${reason}.`;
  return 'The server could not be reached.';
}
