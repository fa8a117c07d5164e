import type { ErrorData } from '../../../client/src/index';

/** Errors of the protocol and of the client, in the words of the page. */
const sentences: Readonly<Record<string, string>> = {
  no_such_room: 'This room does not exist any more.',
  not_a_member: 'You are not in this room any more.',
  room_exists: 'There is a room of this name already.',
  not_allowed: 'This is not allowed here.',
  room_full: 'The room is full.',
  no_such_user: 'Nobody has this id.',
  own_user: 'This is your own id. Nobody else would see it.',
  rate_limited: 'That was too much at once. Wait a moment.',
  overloaded: 'The server has too much to do. Try again in a moment.',
  store_unavailable: 'The server can’t store anything at the moment. Try again soon.',
  timeout: 'The server did not answer in time.',
  room_unavailable: 'The room can’t be reached at the moment. Try again soon.',
  stopping: 'The server is restarting. Try again in a moment.',
  disconnected: 'The connection was lost. Try again when you are back.',
  queue_full:
    'Too many messages wait to be sent already. Your text stays here until some of them have gone.',
};

function dataOf(error: unknown): Partial<ErrorData> {
  return (error as { data?: Partial<ErrorData> } | null | undefined)?.data ?? {};
}

/** The name of the error table, where the error carries one. */
export function errorName(error: unknown): string | null {
  return dataOf(error).name ?? null;
}

/** What went wrong, for people. */
export function sentenceOf(error: unknown): string {
  const { name, reason } = dataOf(error);
  if (name !== undefined && sentences[name]) return sentences[name];
  if (reason !== undefined && reason !== '') return `The server refused it: ${reason}.`;
  return 'Something went wrong. Try again.';
}
