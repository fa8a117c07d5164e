import { systemClock, type Clock } from './clock';
import type { Call, ConnectionTimes } from './connection';
import { resumePoints, type Cursors } from './cursors';
import { Emitter } from './events';
import { FeedGroup } from './feedGroup';
import { Link, type ConnectionStatus } from './link';
import { browserNetwork, type Network } from './network';
import type { PendingMessage } from './pendingMessage';
import type {
  MemberJoined,
  MemberLeft,
  Message,
  Notifications,
  Presence,
  RoomCount,
  PrivateMessage,
  RoomHistory,
  RoomHistoryResult,
  RoomJoinResult,
  RoomListResult,
  SessionOpen,
  SessionOpenResult,
  User,
  UserHistoryResult,
  UserRenamed,
} from './protocol';
import { limits } from './protocol';
import { Requests } from './requests';
import { SendQueue } from './sendQueue';
import { defaultStore, type KeyValueStore } from './store';
import { TokenStore } from './tokenStore';
import { browserWebSocket, defaultUrl, subprotocol, type WebSocketFactory } from './webSocket';

export interface ClientOptions {
  /** `wss://host/ws`; where absent, the server that the page came from. */
  readonly url?: string;
  /** Of an earlier session, for where no cookie says who it is. */
  readonly token?: string;
  /** The name of the user, if this makes a new one. */
  readonly name?: string;
  /** Keeps the send queue and the token; where absent, the browser's `localStorage`. */
  readonly store?: KeyValueStore;
  readonly webSocket?: WebSocketFactory;
  readonly network?: Network;
  readonly clock?: Clock;
  /** From 0 to 1, like `Math.random`. */
  readonly random?: () => number;
  readonly times?: Partial<ConnectionTimes>;
}

/**
 * What came after `after`, up to `seq`, while the connection was lost. `seq` < `after`: the server
 * has lost what was there.
 */
export type Missed = ({ readonly room: string } | { readonly with: string }) & {
  readonly after: number;
  readonly seq: number;
};

export interface ClientEvents {
  status: ConnectionStatus;
  /** A session is open, for the first time or again. */
  open: SessionOpenResult;
  /** Each message of each room once and in order, one's own included. */
  message: Message;
  /** Each message of each conversation once and in order, one's own included. */
  private: PrivateMessage;
  memberJoined: MemberJoined;
  memberLeft: MemberLeft;
  /** How many are in a large room, where nobody's coming and going is told. */
  roomCount: RoomCount;
  presence: Presence;
  renamed: UserRenamed;
  /** All of `pending`, after each change in it. */
  queue: readonly PendingMessage[];
  /** The missed messages follow at once. */
  recovered: Missed;
  /** These messages will not be delivered: read the history. */
  notRecovered: Missed;
  /** The server ended the session or refuses to open one: it is not tried any more. */
  closedForGood: { readonly reason: string };
}

/** A page of a history: before or after a sequence number, or the newest one. */
export type HistoryRange = Omit<RoomHistory, 'room'>;

const usualTimes: ConnectionTimes = {
  open: 10_000,
  answer: 15_000,
  silence: 30_000,
  probe: 10_000,
};

/**
 * A user's session with klatsch, over as many connections as it takes.
 *
 * Promises are rejected with a `KlatschError`. Requests that may be done twice wait for a lost
 * connection to come back, up to half a minute; the others are rejected when it breaks.
 */
export class KlatschClient {
  readonly #events = new Emitter<ClientEvents>();
  readonly #tokens: TokenStore;
  readonly #name: string | undefined;
  readonly #link: Link;
  readonly #requests: Requests;
  readonly #queue: SendQueue;
  readonly #rooms: FeedGroup<Message>;
  readonly #conversations: FeedGroup<PrivateMessage>;
  #user: User | null = null;
  /** Whose cursors these are. */
  #cursorsOf: string | null = null;

  constructor(options: ClientOptions = {}) {
    const { clock = systemClock, random = Math.random, network = browserNetwork } = options;
    const { webSocket = browserWebSocket, url = defaultUrl(), store = defaultStore() } = options;
    this.#name = options.name;
    this.#tokens = new TokenStore(store, url, options.token);
    const times = { ...usualTimes, ...options.times };
    const socket = () => webSocket(url, subprotocol);
    this.#link = new Link({ socket, clock, random, network, times }, this.#linkListener());
    this.#requests = new Requests(this.#link, clock, random);
    const send = (message: PendingMessage) => this.#deliverOnce(message);
    const changed = () => this.#events.emit('queue', this.pending);
    this.#queue = new SendQueue({ store, clock, random, send, changed });
    this.#rooms = this.#roomFeeds();
    this.#conversations = this.#conversationFeeds();
  }

  /** Calls `handler` on each such event, until the function that is returned is called. */
  on<Name extends keyof ClientEvents>(
    name: Name,
    handler: (payload: ClientEvents[Name]) => void,
  ): () => void {
    return this.#events.on(name, handler);
  }

  get status(): ConnectionStatus {
    return this.#link.status;
  }

  /** Who one is; null before the first session. */
  get user(): User | null {
    return this.#user;
  }

  /** One's messages that are not known to be in their logs yet, in the order of sending. */
  get pending(): readonly PendingMessage[] {
    return this.#queue.messages;
  }

  /** Begins, and stays connected from now on. */
  connect(): void {
    this.#link.start();
  }

  /** Leaves without logging out: `connect` comes back to the same session. */
  disconnect(): void {
    this.#link.stop();
  }

  /** Tries at once what would be tried at `status.retryAt`. */
  retryNow(): void {
    this.#link.retryNow();
  }

  /** Makes a room and gives its id; join it to be in it. `room`: the id that you want. */
  async createRoom(title: string, room?: string): Promise<{ room: string }> {
    return this.#link.call('room.create', room === undefined ? { title } : { title, room });
  }

  async listRooms(): Promise<RoomListResult> {
    return this.#requests.repeat('room.list', {});
  }

  /** Becomes a member; a member just reads who is here and the newest page. */
  async joinRoom(room: string): Promise<RoomJoinResult> {
    const joined = await this.#requests.repeat('room.join', { room });
    this.#rooms.begin(room, joined.seq);
    return joined;
  }

  async leaveRoom(room: string): Promise<void> {
    await this.#requests.repeat('room.leave', { room });
    this.#rooms.end(room);
  }

  async history(room: string, range: HistoryRange = {}): Promise<RoomHistoryResult> {
    return this.#requests.repeat('room.history', { ...range, room });
  }

  async privateHistory(other: string, range: HistoryRange = {}): Promise<UserHistoryResult> {
    return this.#requests.repeat('user.history', { ...range, with: other });
  }

  async rename(name: string): Promise<void> {
    await this.#requests.repeat('user.rename', { name });
    if (this.#user) this.#user = { ...this.#user, name };
  }

  /** Ends the session on all connections and forgets what waits to be sent. */
  async logout(): Promise<void> {
    await this.#link.call('session.close', {});
    this.#queue.clear();
    this.#tokens.forget();
  }

  /** Says something in a room, now or as soon as possible: see `PendingMessage`. */
  send(room: string, text: string): PendingMessage {
    return this.#queue.add({ room }, text);
  }

  /** Says something to one user only. */
  sendPrivate(to: string, text: string): PendingMessage {
    return this.#queue.add({ to }, text);
  }

  /** Sends a failed message again. */
  retry(cid: string): void {
    this.#queue.retry(cid);
  }

  /** Forgets a message that was not sent. */
  discard(cid: string): void {
    this.#queue.discard(cid);
  }

  /** How far one has got, for `importCursors` after a reload; null before the first session. */
  exportCursors(): Cursors | null {
    if (this.#cursorsOf === null) return null;
    return {
      user: this.#cursorsOf,
      rooms: Object.fromEntries(this.#rooms.cursors),
      conversations: Object.fromEntries(this.#conversations.cursors),
    };
  }

  /** To be called before `connect`: messages are delivered from there on. */
  importCursors({ user, rooms, conversations }: Cursors): void {
    this.#cursorsOf = user;
    for (const [id, seq] of Object.entries(rooms)) this.#rooms.begin(id, seq);
    for (const [id, seq] of Object.entries(conversations)) this.#conversations.begin(id, seq);
  }

  #linkListener() {
    return {
      hello: () => this.#hello(),
      opened: (session: SessionOpenResult) => this.#opened(session),
      notified: this.#notified.bind(this),
      ask: (call: Call) => this.#askForNews(call),
      lost: () => {
        this.#queue.stop();
        this.#rooms.interrupt();
        this.#conversations.interrupt();
      },
      refusedToken: () => this.#tokens.refused(),
      changed: (status: ConnectionStatus) => {
        this.#events.emit('status', status);
        if (status.kind === 'closed') this.#requests.wake();
      },
      ended: (reason: string) => {
        if (reason === 'logged_out') this.#tokens.forget();
        this.#events.emit('closedForGood', { reason });
      },
    };
  }

  #hello(): SessionOpen {
    const token = this.#tokens.current;
    const resume = resumePoints(this.#rooms.cursors, this.#conversations.cursors);
    return {
      ...(token === undefined ? {} : { token }),
      ...(this.#name === undefined ? {} : { name: this.#name }),
      ...(resume.length === 0 ? {} : { resume }),
    };
  }

  #opened(session: SessionOpenResult): void {
    const { user, token, rooms, conversations } = session;
    this.#user = user;
    this.#tokens.opened(token);
    if (this.#cursorsOf !== user.id) {
      this.#rooms.endAllBut(new Set());
      this.#conversations.endAllBut(new Set());
      this.#cursorsOf = user.id;
    }
    this.#rooms.endAllBut(new Set(rooms.map(({ room }) => room)));
    this.#events.emit('open', session);
    // Whoever was told that may have left at once.
    if (this.status.kind !== 'online') return;
    this.#rooms.opened(rooms.map(({ room, ...log }) => ({ id: room, ...log })));
    this.#conversations.opened(conversations.map((each) => ({ ...each, id: each.with.id })));
    this.#queue.start(user.id);
    this.#requests.wake();
  }

  /** Whether there is anything new in the liveliest room: little work, and never in vain. */
  async #askForNews(call: Call): Promise<void> {
    const [liveliest] = this.#rooms.cursors;
    if (!liveliest) {
      await call('room.list', {});
      return;
    }
    const [room, after] = liveliest;
    const { messages } = await call('room.history', { room, after, limit: 1 });
    for (const message of messages) this.#rooms.receive(room, message);
  }

  #notified<Name extends keyof Notifications>(
    method: Name,
    params: Notifications[Name]['params'],
  ): void {
    const handlers: { [Each in keyof Notifications]: (of: Notifications[Each]['params']) => void } =
      {
        message: (message) => this.#rooms.receive(message.room, message),
        private: (message) => this.#conversations.receive(message.with, message),
        'member.joined': (joined) => this.#events.emit('memberJoined', joined),
        'member.left': (left) => {
          if (left.user.id === this.#user?.id) this.#rooms.end(left.room);
          this.#events.emit('memberLeft', left);
        },
        presence: (presence) => this.#events.emit('presence', presence),
        'room.count': (count) => this.#events.emit('roomCount', count),
        'user.renamed': (renamed) => {
          if (renamed.user.id === this.#user?.id) this.#user = renamed.user;
          this.#events.emit('renamed', renamed);
        },
      };
    handlers[method](params);
  }

  #deliverOnce({ room, to, text, cid }: PendingMessage) {
    return room === undefined
      ? this.#link.call('user.send', { to: to!, text, cid })
      : this.#link.call('room.send', { room, text, cid });
  }

  #roomFeeds(): FeedGroup<Message> {
    const missed = (room: string, after: number, seq: number) => ({ room, after, seq });
    return new FeedGroup<Message>(
      {
        fetch: (room, after) => this.history(room, { after, limit: limits.page_messages }),
        deliver: (message) => {
          this.#events.emit('message', message);
          this.#settle(message);
        },
        recovered: (...range) => this.#events.emit('recovered', missed(...range)),
        lost: (...range) => this.#events.emit('notRecovered', missed(...range)),
      },
      false,
    );
  }

  #conversationFeeds(): FeedGroup<PrivateMessage> {
    const missed = (other: string, after: number, seq: number) => ({ with: other, after, seq });
    return new FeedGroup<PrivateMessage>(
      {
        fetch: (other, after) => this.privateHistory(other, { after, limit: limits.page_messages }),
        deliver: (message) => {
          this.#events.emit('private', message);
          this.#settle(message);
        },
        recovered: (...range) => this.#events.emit('recovered', missed(...range)),
        lost: (...range) => this.#events.emit('notRecovered', missed(...range)),
      },
      true,
    );
  }

  /** One's own message has come back. */
  #settle({ from, cid }: Message | PrivateMessage): void {
    if (cid !== undefined && from.id === this.#user?.id) this.#queue.settle(cid);
  }
}
