import type { Chat } from './chat.svelte';
import { sentenceOf } from './errors';
import { placeKey, roomPlace, samePlace } from './place';

/** Entering, leaving, creating and finding rooms. */
export class Membership {
  /** The server's list was seen, so that a room missing in it does not exist. */
  roomsListed = $state(false);

  constructor(private readonly chat: Chat) {}

  async join(room: string): Promise<void> {
    const { chat } = this;
    const place = roomPlace(room);
    const fresh = !chat.rooms.isJoined(room);
    try {
      if (fresh) {
        const snapshot = await chat.client.joinRoom(room);
        chat.rooms.enter(snapshot.room, snapshot.title);
        chat.unread.setLatest(placeKey(place), snapshot.seq, 'read');
      }
      chat.open(place);
      await chat.load(place);
      if (fresh && chat.me) {
        const key = `entered:${room}:${Date.now()}`;
        chat.addNotice(room, { key, kind: 'joined', ts: Date.now(), who: chat.me, own: true });
      }
    } catch (error) {
      chat.problem = `You could not enter the room. ${sentenceOf(error)}`;
    }
  }

  async leave(room: string): Promise<void> {
    const { chat } = this;
    try {
      await chat.client.leaveRoom(room);
      const open = samePlace(chat.place, roomPlace(room));
      this.left(room);
      const next = chat.rooms.joined[0];
      if (next && open) chat.open(roomPlace(next.id));
    } catch (error) {
      chat.problem = `You are still in the room. ${sentenceOf(error)}`;
    }
  }

  /** The reader is in this room no more, by whatever device. */
  left(room: string): void {
    const { chat } = this;
    const place = roomPlace(room);
    chat.rooms.leave(room);
    chat.members.forget(room);
    chat.forgetTimeline(place);
    chat.unread.forget(placeKey(place));
    chat.reading.clearLine(place);
  }

  /** The reader entered a room on another device. */
  async joinedElsewhere(room: string): Promise<void> {
    const { chat } = this;
    await this.listRooms();
    chat.rooms.enter(room, chat.rooms.get(room)?.title ?? room);
    if (samePlace(chat.place, roomPlace(room))) await chat.load(roomPlace(room));
  }

  /** Null when it worked, or a sentence that says why not. */
  async create(title: string): Promise<string | null> {
    const { chat } = this;
    try {
      const { room } = await chat.client.createRoom(title);
      await this.listRooms();
      await this.join(room);
      return null;
    } catch (error) {
      return sentenceOf(error);
    }
  }

  async listRooms(): Promise<void> {
    try {
      const { rooms } = await this.chat.client.listRooms();
      this.chat.rooms.setListed(rooms);
      this.roomsListed = true;
    } catch {
      // The list that is shown stays; it is asked for again by and by.
    }
  }
}
