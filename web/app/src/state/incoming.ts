import type { KlatschClient, PrivateMessage, RoomMessage } from '../../../client/src/index';
import { mentions } from '../text/segments';
import type { NoticeKind, Person } from '../timeline/entry';
import type { Chat } from './chat.svelte';
import { entryOfPrivateMessage, entryOfRoomMessage } from './entries';
import { FrameQueue } from './frameQueue';
import { placeKey, roomPlace, samePlace, userPlace, type Place } from './place';

/** Carries the client's events into the page's state, in order, once per frame. */
export function listen(client: KlatschClient, chat: Chat): void {
  const queue = new FrameQueue();
  const incoming = new Incoming(chat);
  client.on('status', (status) => queue.push(() => chat.connection.set(status)));
  client.on('open', (opened) => queue.push(() => chat.opened(opened)));
  client.on('message', (message) => queue.push(() => incoming.message(message)));
  client.on('private', (message) => queue.push(() => incoming.privateMessage(message)));
  client.on('memberJoined', ({ room, user }) => queue.push(() => incoming.joined(room, user)));
  client.on('memberLeft', ({ room, user }) => queue.push(() => incoming.left(room, user)));
  client.on('roomCount', ({ room, member_count, online }) =>
    queue.push(() => chat.members.setCounts(room, member_count, online)),
  );
  client.on('presence', ({ user, online }) =>
    queue.push(() => {
      chat.people.learn(user);
      chat.people.setOnline(user.id, online);
    }),
  );
  client.on('renamed', ({ user }) => queue.push(() => incoming.renamed(user)));
  client.on('queue', () => queue.push(() => chat.outgoing.update()));
  client.on('notRecovered', (missed) =>
    queue.push(() => {
      if ('room' in missed) chat.outdated(roomPlace(missed.room));
      else chat.outdated(userPlace(missed.with));
    }),
  );
  client.on('closedForGood', ({ reason }) => queue.push(() => chat.closedForGood(reason)));
}

/** A page stays open for weeks: of what was read long ago, this many messages are kept. */
const openBound = 3000;
const openKept = 1000;
const closedBound = 400;

class Incoming {
  #noticeNumber = 0;

  constructor(private readonly chat: Chat) {}

  message(message: RoomMessage): void {
    const { chat } = this;
    const me = chat.me;
    if (!me) return;
    const place = roomPlace(message.room);
    const key = placeKey(place);
    const entry = entryOfRoomMessage(message, me.id);
    chat.people.learn(message.from);
    chat.people.heard(message.from.id, message.ts);
    if (chat.members.heard(message.room, message.from.id)) {
      chat.people.setOnline(message.from.id, true);
    }
    if (chat.timeline(place).has(message.seq)) return;
    if (!entry.own) chat.reading.beforeArrival(place);
    chat.unread.setLatest(key, message.seq, 'unread');
    if (entry.own) chat.unread.ownMessage(key, message.seq);
    chat.arrived(place, entry);
    this.#bound(place);
    if (entry.own) return;
    if (mentions(entry.text, me)) {
      if (!chat.reading.isSeeing(place)) chat.unread.setCalling(key);
      if (!chat.reading.isFacing(place)) {
        const title = `${entry.from.name} in ${chat.titleOf(place)}`;
        chat.notifications.call(title, entry.text, key, () => chat.open(place));
      }
    }
    if (chat.reading.isFacing(place)) chat.announcer.message(`${entry.from.name}: ${entry.text}`);
  }

  privateMessage(message: PrivateMessage): void {
    const { chat } = this;
    const me = chat.me;
    if (!me) return;
    const place = userPlace(message.with);
    const key = placeKey(place);
    const entry = entryOfPrivateMessage(message, me.id);
    const other = entry.privateWith!;
    chat.people.learn(other);
    chat.people.heard(message.from.id, message.ts);
    if (chat.timeline(place).has(message.seq)) return;
    chat.conversations.touch(other);
    if (!entry.own) chat.reading.beforeArrival(place);
    chat.unread.setLatest(key, message.seq, 'unread');
    if (entry.own) chat.unread.ownMessage(key, message.seq);
    chat.arrived(place, entry);
    this.#bound(place);
    const room = chat.whisperRoom(entry);
    if (room !== null) chat.whisper(room, entry);
    if (entry.own) return;
    const seenInRoom = room !== null && chat.reading.isSeeing(roomPlace(room));
    // Read in the room's view is read; unless older ones, seen nowhere yet, wait before it.
    if (seenInRoom && chat.unread.readUpTo(key) >= message.seq - 1) {
      chat.unread.markRead(key, message.seq);
    }
    if (!chat.reading.isFacing(place) && !seenInRoom) {
      const title = `${entry.from.name} to you alone`;
      chat.notifications.call(title, entry.text, key, () => chat.open(place));
    }
    chat.announcer.message(`Privately from ${entry.from.name}: ${entry.text}`);
  }

  /** Forgets the oldest of a long log, unless somebody has scrolled up in it. */
  #bound(place: Place): void {
    const { chat } = this;
    const timeline = chat.timeline(place);
    if (timeline.phase !== 'ready') return;
    if (!samePlace(place, chat.place)) timeline.trim(closedBound);
    else if (chat.reading.isAtBottom(place)) timeline.trim(openBound, openKept);
  }

  joined(room: string, user: Person): void {
    const { chat } = this;
    chat.people.learn(user);
    chat.people.setOnline(user.id, true);
    if (user.id === chat.me?.id) {
      if (!chat.rooms.isJoined(room)) void chat.membership.joinedElsewhere(room);
      return;
    }
    if (chat.members.joined(room, user.id)) this.#notice(room, 'joined', user);
  }

  left(room: string, user: Person): void {
    const { chat } = this;
    chat.people.learn(user);
    if (user.id === chat.me?.id) {
      chat.membership.left(room);
      return;
    }
    chat.members.left(room, user.id);
    this.#notice(room, 'left', user);
  }

  renamed(user: Person): void {
    const { chat } = this;
    const before = chat.people.nameOf(user.id);
    chat.people.learn(user);
    chat.renamed(user);
    if (before === user.name) return;
    for (const { id } of chat.rooms.joined) {
      if (chat.members.has(id, user.id)) this.#notice(id, 'renamed', user, before);
    }
  }

  #notice(room: string, kind: NoticeKind, who: Person, before?: string): void {
    this.#noticeNumber += 1;
    this.chat.addNotice(room, {
      key: `notice:${this.#noticeNumber}`,
      kind,
      ts: Date.now(),
      who,
      own: who.id === this.chat.me?.id,
      ...(before === undefined ? {} : { before }),
    });
  }
}
