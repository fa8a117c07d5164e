import { limits, type ResumePoint } from './protocol';

/** How far a user has got: the last sequence number seen of each room and conversation. */
export interface Cursors {
  readonly user: string;
  readonly rooms: Readonly<Record<string, number>>;
  /** By the id of the other one. */
  readonly conversations: Readonly<Record<string, number>>;
}

type Cursor = readonly [id: string, seq: number];

/** What to ask for when the session opens again: as much as one may, rooms before conversations. */
export function resumePoints(
  rooms: readonly Cursor[],
  conversations: readonly Cursor[],
): ResumePoint[] {
  return [
    ...rooms.map(([room, after]): ResumePoint => ({ room, after })),
    ...conversations.map(([other, after]): ResumePoint => ({ with: other, after })),
  ].slice(0, limits.resume_points);
}
