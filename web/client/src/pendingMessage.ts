import type { ErrorObject } from './errors';

/** Where a message goes: to a room, or to one user. */
export type Target = { readonly room: string } | { readonly to: string };

/** A message of one's own that is not known to be in its log yet. It never changes: see `queue`. */
export interface PendingMessage {
  /** Identifies it from sending on; the message that comes back carries it, too. */
  readonly cid: string;
  readonly room?: string;
  readonly to?: string;
  readonly text: string;
  /**
   * `sending`: until the server has it, over lost connections and reloads. `sent`: the server has
   * it; it is on its way back. `failed`: refused, as `error` says; `retry` or `discard` it.
   */
  readonly state: 'sending' | 'sent' | 'failed';
  readonly seq?: number;
  /** Milliseconds since 1970, as the server has them. */
  readonly ts?: number;
  readonly error?: ErrorObject;
}

/** Messages of one lane are sent one after the other, so that they keep their order. */
export function laneOf({ room, to }: PendingMessage): string {
  return room === undefined ? `to/${to}` : `room/${room}`;
}
