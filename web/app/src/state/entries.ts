import type { PendingMessage, PrivateMessage, RoomMessage } from '../../../client/src/index';
import type { Entry, Person } from '../timeline/entry';

/** An own message keeps its key from sending on: the client's id is known before the seq is. */
function keyOf(own: boolean, cid: string | undefined, prefix: string, seq: number): string {
  return own && cid !== undefined ? `cid:${cid}` : `${prefix}:${seq}`;
}

export function entryOfRoomMessage(message: RoomMessage, me: string): Entry {
  const own = message.from.id === me;
  return {
    key: keyOf(own, message.cid, 'seq', message.seq),
    seq: message.seq,
    ts: message.ts,
    from: message.from,
    text: message.text,
    own,
    state: 'sent',
    ...(message.cid === undefined ? {} : { cid: message.cid }),
  };
}

export function entryOfPrivateMessage(message: PrivateMessage, me: string): Entry {
  const own = message.from.id === me;
  return {
    key: keyOf(own, message.cid, `with:${message.with}`, message.seq),
    seq: message.seq,
    ts: message.ts,
    from: message.from,
    text: message.text,
    own,
    privateWith: own ? message.to : message.from,
    state: 'sent',
    ...(message.cid === undefined ? {} : { cid: message.cid }),
  };
}

/** `error`: why it failed, as a sentence. `ts`: when it was written, by this device's clock. */
export function entryOfPending(
  message: PendingMessage,
  me: Person,
  to: Person | undefined,
  ts: number,
  error: string | undefined,
): Entry {
  return {
    key: `cid:${message.cid}`,
    seq: message.seq ?? 0,
    ts: message.ts ?? ts,
    from: me,
    text: message.text,
    own: true,
    state: message.state,
    cid: message.cid,
    ...(to ? { privateWith: to } : {}),
    ...(error === undefined ? {} : { error }),
  };
}
