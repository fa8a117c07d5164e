import { KlatschClient, type ClientEvents, type ClientOptions } from '../src/client';
import type { Network } from '../src/network';
import type { Message, PrivateMessage, SessionOpenResult } from '../src/protocol';
import { MemoryStore } from '../src/store';
import { FakeClock, settle } from './fakeClock';
import { FakeServer, type FakeSocket } from './fakeServer';

export const ann = { id: 'ann', name: 'Ann' };
export const bob = { id: 'bob', name: 'Bob' };

const limits = {
  text: 4000,
  name: 40,
  title: 80,
  page: 100,
  resume: 1000,
  frame_bytes: 65536,
  batch: 50,
  rate: 20,
  burst: 40,
};

/** A session of Ann in the room `beach` of which the newest message is 5. */
export function session(changes: Partial<SessionOpenResult> = {}): SessionOpenResult {
  return {
    user: ann,
    rooms: [{ room: 'beach', title: 'Bubble Beach', seq: 5 }],
    conversations: [],
    limits,
    ...changes,
  };
}

export function message(seq: number, changes: Partial<Message> = {}): Message {
  return { room: 'beach', seq, ts: 1_790_000_000_000, from: bob, text: `m${seq}`, ...changes };
}

export function privateMessage(
  seq: number,
  changes: Partial<PrivateMessage> = {},
): PrivateMessage {
  const { room: _, ...rest } = message(seq);
  return { ...rest, with: 'bob', to: ann, ...changes };
}

export class FakeNetwork implements Network {
  online = true;
  #changed: (() => void) | null = null;

  watch(changed: () => void): () => void {
    this.#changed = changed;
    return () => (this.#changed = null);
  }

  turn(online: boolean): void {
    this.online = online;
    this.#changed?.();
  }
}

/** The same numbers each time, that look like chance. */
function repeatableRandom(): () => number {
  let state = 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** A client with everything around it, and what it told. */
export class World {
  readonly server = new FakeServer();
  readonly network = new FakeNetwork();
  readonly random = repeatableRandom();
  readonly clock: FakeClock;
  readonly store: MemoryStore;
  readonly client: KlatschClient;
  /** The numbers of the room messages that were delivered, in order. */
  readonly delivered: number[] = [];
  readonly deliveredPrivately: number[] = [];

  /** `before`: the world of the page before a reload. */
  constructor(options: ClientOptions = {}, before?: World) {
    this.clock = before?.clock ?? new FakeClock();
    this.store = before?.store ?? new MemoryStore();
    if (before) this.random = before.random;
    this.client = new KlatschClient({
      url: 'ws://chat.example/ws',
      webSocket: this.server.factory,
      network: this.network,
      clock: this.clock,
      store: this.store,
      random: this.random,
      ...options,
    });
    this.client.on('message', ({ seq }) => this.delivered.push(seq));
    this.client.on('private', ({ seq }) => this.deliveredPrivately.push(seq));
  }

  get socket(): FakeSocket {
    return this.server.socket;
  }

  /** Everything that this event told from now on. */
  collect<Name extends keyof ClientEvents>(name: Name): ClientEvents[Name][] {
    const collected: ClientEvents[Name][] = [];
    this.client.on(name, (payload) => collected.push(payload));
    return collected;
  }

  /** Connects, and is let in. */
  async enter(result: SessionOpenResult = session()): Promise<void> {
    this.client.connect();
    await this.admit(result);
  }

  /** The socket that the client made is let in. */
  async admit(result: SessionOpenResult = session()): Promise<void> {
    this.socket.open();
    await settle();
    this.socket.answer(this.socket.take('session.open'), result);
    await settle();
  }

  /** Waits until the client tries again. */
  async untilRetry(): Promise<void> {
    const { retryAt } = this.client.status;
    if (retryAt === undefined) throw new Error('the client does not plan to try again');
    await this.clock.advance(retryAt - this.clock.now());
  }

  /** The line breaks, the client comes back and is let in. */
  async comeBack(result: SessionOpenResult = session(), code = 1006): Promise<void> {
    this.socket.lose(code);
    await this.untilRetry();
    await this.admit(result);
  }
}

/** What waits to be sent, and how it stands. */
export const states = (world: World) =>
  world.client.pending.map(({ text, state }) => [text, state]);

/** The answer to a message that was stored. */
export const sent = (seq: number) => ({ seq, ts: 1_790_000_000_000 + seq });
