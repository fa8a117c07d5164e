import { SvelteMap } from 'svelte/reactivity';

export interface Room {
  id: string;
  title: string;
  /** How many were here when the list was asked for. */
  online: number;
  joined: boolean;
}

/** The rooms that exist, as far as known, and in which of them the reader is. */
export class Rooms {
  #all = new SvelteMap<string, Room>();
  /** The main room, for whoever is in it: the server names it first. */
  #first = $state<string | null>(null);

  readonly joined = $derived(this.#sorted(true));
  readonly others = $derived(this.#sorted(false));

  #sorted(joined: boolean): Room[] {
    const later = ({ id }: Room) => Number(id !== this.#first);
    return [...this.#all.values()]
      .filter((room) => room.joined === joined)
      .sort((a, b) => later(a) - later(b) || a.title.localeCompare(b.title));
  }

  /** The server's word after connecting: exactly these are joined. */
  setJoined(rooms: readonly { room: string; title: string }[]): void {
    const ids = new Set(rooms.map(({ room }) => room));
    for (const room of this.#all.values()) {
      if (room.joined && !ids.has(room.id)) this.#all.set(room.id, { ...room, joined: false });
    }
    this.#first = rooms[0]?.room ?? this.#first;
    for (const { room, title } of rooms) this.enter(room, title);
  }

  /** The server's list of all rooms; one that is gone and not joined disappears. */
  setListed(rooms: readonly { room: string; title: string; online: number }[]): void {
    const ids = new Set(rooms.map(({ room }) => room));
    for (const room of this.#all.values()) {
      if (!room.joined && !ids.has(room.id)) this.#all.delete(room.id);
    }
    for (const { room, title, online } of rooms) {
      const joined = this.isJoined(room);
      this.#all.set(room, { id: room, title, online, joined });
    }
  }

  enter(id: string, title: string): void {
    const known = this.#all.get(id);
    if (known?.joined && known.title === title) return;
    this.#all.set(id, { id, title, online: known?.online ?? 0, joined: true });
  }

  leave(id: string): void {
    const known = this.#all.get(id);
    if (known) this.#all.set(id, { ...known, joined: false });
  }

  isJoined(id: string): boolean {
    return this.#all.get(id)?.joined ?? false;
  }

  get(id: string): Room | undefined {
    return this.#all.get(id);
  }
}
