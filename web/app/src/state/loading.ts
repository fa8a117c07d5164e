import type { Entry } from '../timeline/entry';
import type { Chat } from './chat.svelte';
import { entryOfPrivateMessage, entryOfRoomMessage } from './entries';
import { sentenceOf } from './errors';
import { placeKey, type Place } from './place';

const pageSize = 50;
const largestPage = 100;

/** To show where reading stopped, this many messages are loaded at once at most. */
const unreadLoaded = 300;

/** Fetches what a place consists of: the newest page, who is here, and older pages. */
export class Loading {
  #running = new Map<string, Promise<void>>();

  constructor(private readonly chat: Chat) {}

  /** Loads a place that isn't, or refreshes who is here. Calls while it runs join it. */
  load(place: Place): Promise<void> {
    const key = placeKey(place);
    const running = this.#running.get(key);
    if (running) return running;
    const run = this.#load(place).finally(() => this.#running.delete(key));
    this.#running.set(key, run);
    return run;
  }

  async #load(place: Place): Promise<void> {
    const timeline = this.chat.timeline(place);
    if (timeline.phase !== 'ready') timeline.phase = 'loading';
    try {
      const newest = await this.#newest(place);
      const known = timeline.lastSeq;
      const joinsUp = timeline.phase === 'ready' && (newest[0]?.seq ?? 0) <= known + 1;
      if (joinsUp) timeline.add(newest);
      else {
        // What arrived while the page was under way is newer than the page, and joins up with it.
        const arrived = timeline.phase === 'ready' ? [] : timeline.messages;
        timeline.replace([...newest, ...arrived], (newest[0]?.seq ?? 1) > 1);
      }
      await this.#reachUnread(place);
    } catch (error) {
      if (timeline.phase === 'ready') return;
      timeline.failure = sentenceOf(error);
      timeline.phase = 'failed';
    }
  }

  async #newest(place: Place): Promise<Entry[]> {
    const { client, people, members, rooms, me } = this.chat;
    const myId = me?.id ?? '';
    if (place.kind === 'user') {
      const { messages } = await client.privateHistory(place.user, { limit: pageSize });
      for (const { from, to } of messages) {
        people.learnFromHistory(from);
        people.learnFromHistory(to);
      }
      return messages.map((message) => entryOfPrivateMessage(message, myId));
    }
    // Joining a room one is in changes nothing, and answers with all there is to show.
    const snapshot = await client.joinRoom(place.room);
    rooms.enter(snapshot.room, snapshot.title);
    for (const { id, name, online } of snapshot.members) {
      people.learn({ id, name });
      people.setOnline(id, online);
    }
    members.setSnapshot(
      snapshot.room,
      snapshot.members.map(({ id }) => id),
      snapshot.member_count,
    );
    this.chat.unread.setLatest(placeKey(place), snapshot.seq, 'read');
    for (const { from, ts } of snapshot.messages) {
      people.learnFromHistory(from);
      people.heard(from.id, ts);
    }
    return snapshot.messages.map((message) => entryOfRoomMessage(message, myId));
  }

  /** Loads older pages until the first unread message is among them, within reason. */
  async #reachUnread(place: Place): Promise<void> {
    const timeline = this.chat.timeline(place);
    const line = this.chat.reading.lineIn(place);
    if (line === null || timeline.lastSeq - line > unreadLoaded) return;
    while (timeline.more && timeline.firstSeq > line) {
      await this.#olderPage(place, largestPage);
    }
  }

  async older(place: Place, again: boolean): Promise<void> {
    const timeline = this.chat.timeline(place);
    if (timeline.phase !== 'ready' || !timeline.more || timeline.loadingOlder) return;
    if (timeline.olderFailed && !again) return;
    timeline.loadingOlder = true;
    timeline.olderFailed = false;
    try {
      await this.#olderPage(place, largestPage);
    } catch {
      timeline.olderFailed = true;
    } finally {
      timeline.loadingOlder = false;
    }
  }

  async #olderPage(place: Place, limit: number): Promise<void> {
    const { client, people, me } = this.chat;
    const timeline = this.chat.timeline(place);
    const range = { before: timeline.firstSeq, limit };
    const myId = me?.id ?? '';
    let entries: Entry[];
    let more: boolean;
    if (place.kind === 'room') {
      const page = await client.history(place.room, range);
      entries = page.messages.map((message) => entryOfRoomMessage(message, myId));
      more = page.more;
    } else {
      const page = await client.privateHistory(place.user, range);
      entries = page.messages.map((message) => entryOfPrivateMessage(message, myId));
      more = page.more;
    }
    for (const { from } of entries) people.learnFromHistory(from);
    timeline.add(entries);
    timeline.more = more && entries.length > 0;
  }
}
