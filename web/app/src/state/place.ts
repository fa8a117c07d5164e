/** Where the reader is, and what a message, a draft or an unread count belongs to. */
export type Place = { kind: 'room'; room: string } | { kind: 'user'; user: string };

/** A string that names a place in maps and storage. */
export type PlaceKey = string;

export const roomPlace = (room: string): Place => ({ kind: 'room', room });
export const userPlace = (user: string): Place => ({ kind: 'user', user });

export function placeKey(place: Place): PlaceKey {
  return place.kind === 'room' ? `room/${place.room}` : `user/${place.user}`;
}

export function samePlace(one: Place | null, other: Place | null): boolean {
  if (one === null || other === null) return one === other;
  return placeKey(one) === placeKey(other);
}

const id = /^[A-Za-z0-9_-]{1,64}$/u;

/** Reads `room/beach` or `user/k3x9p2ma`; null for anything else. */
export function parsePlace(text: string): Place | null {
  const [kind, name, ...rest] = text.split('/');
  if (rest.length > 0 || name === undefined || !id.test(name)) return null;
  if (kind === 'room') return roomPlace(name);
  return kind === 'user' ? userPlace(name) : null;
}
