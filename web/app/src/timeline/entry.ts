/** What a conversation consists of, as the page shows it, without Svelte and sockets. */

export interface Person {
  id: string;
  name: string;
}

export type DeliveryState = 'sent' | 'sending' | 'failed';

/** A message of a room or of a private conversation. */
export interface Entry {
  /** Stable from the moment of sending on, so that the row on the page stays the same element. */
  key: string;
  /** The position in the conversation's log; 0 while the server has not confirmed it. */
  seq: number;
  /** Milliseconds since 1970, UTC. */
  ts: number;
  from: Person;
  text: string;
  own: boolean;
  /** The other party as the reader sees it, when only the two of them see this message. */
  privateWith?: Person;
  state: DeliveryState;
  /** The client's id of an own message: what retry and delete name. */
  cid?: string;
  /** Why it failed, as a sentence. */
  error?: string;
}

export type NoticeKind = 'joined' | 'left' | 'renamed';

/** Somebody entered, left or took another name. */
export interface Notice {
  key: string;
  kind: NoticeKind;
  ts: number;
  who: Person;
  /** The name before, of a `renamed`. */
  before?: string;
  own: boolean;
}

/**
 * Something that is shown between the messages of a room but is no message of its log: a notice,
 * or a private message that was written or received while this room was open.
 */
export type Aside = { after: number } & (
  { kind: 'notice'; notice: Notice } | { kind: 'whisper'; entry: Entry }
);
