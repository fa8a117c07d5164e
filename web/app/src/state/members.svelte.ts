import { SvelteMap, SvelteSet } from 'svelte/reactivity';

interface RoomMembers {
  ids: SvelteSet<string>;
  /** The true count: a snapshot of a large room lists only a part. */
  count: number;
  /** In a large room, where nobody's presence is told: how many are online. */
  online?: number;
}

/** Who is in which room, as far as the server told. */
export class Members {
  #rooms = new SvelteMap<string, RoomMembers>();
  #fresh = new Set<string>();

  setSnapshot(room: string, ids: readonly string[], count: number): void {
    this.#fresh.add(room);
    this.#rooms.set(room, { ids: new SvelteSet(ids), count: Math.max(count, ids.length) });
  }

  joined(room: string, id: string): boolean {
    const members = this.#rooms.get(room);
    if (!members || members.ids.has(id)) return false;
    members.ids.add(id);
    this.#rooms.set(room, { ids: members.ids, count: members.count + 1 });
    return true;
  }

  left(room: string, id: string): void {
    const members = this.#rooms.get(room);
    if (!members) return;
    members.ids.delete(id);
    this.#rooms.set(room, { ids: members.ids, count: Math.max(0, members.count - 1) });
  }

  /** A large room tells how many there are, and not who. */
  setCounts(room: string, count: number, online: number): void {
    const ids = this.#rooms.get(room)?.ids ?? new SvelteSet<string>();
    this.#rooms.set(room, { ids, count, online });
  }

  /** Somebody talks. In a large room that shows who is there; true where it was news. */
  heard(room: string, id: string): boolean {
    const members = this.#rooms.get(room);
    if (members?.online === undefined || members.ids.has(id)) return false;
    members.ids.add(id);
    return true;
  }

  /** Undefined where the list of members tells it. */
  onlineCountOf(room: string): number | undefined {
    return this.#rooms.get(room)?.online;
  }

  /** Who came and went since is not known: the list is shown until a new one comes. */
  outdate(): void {
    this.#fresh.clear();
  }

  forget(room: string): void {
    this.#fresh.delete(room);
    this.#rooms.delete(room);
  }

  isFresh(room: string): boolean {
    return this.#fresh.has(room);
  }

  has(room: string, id: string): boolean {
    return this.#rooms.get(room)?.ids.has(id) ?? false;
  }

  idsOf(room: string): string[] {
    return [...(this.#rooms.get(room)?.ids ?? [])];
  }

  countOf(room: string): number {
    return this.#rooms.get(room)?.count ?? 0;
  }
}
