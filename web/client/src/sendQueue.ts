import { Backoff } from './backoff';
import type { Clock } from './clock';
import { KlatschError, toErrorObject } from './errors';
import { laneOf, type PendingMessage, type Target } from './pendingMessage';
import type { SentResult } from './protocol';
import { QueueStore } from './queueStore';
import type { KeyValueStore } from './store';

/** So many messages of a user wait at most, failed ones included; further ones are refused. */
export const queueBound = 200;

export interface SendQueueTools {
  readonly store: KeyValueStore;
  readonly clock: Clock;
  readonly random: () => number;
  /** Sends once; rejects with a `KlatschError`. */
  readonly send: (message: PendingMessage) => Promise<SentResult>;
  readonly changed: () => void;
}

interface Entry {
  readonly order: number;
  message: PendingMessage;
}

interface Lane {
  readonly backoff: Backoff;
  cancelWait: (() => void) | null;
}

/**
 * One's own messages until they are in their logs. They are sent while there is a session, one at
 * a time to each room and user, again and again with the same cid until the server has said yes or
 * no; resent ones are stored once. Everything that waits is in the store, too.
 */
export class SendQueue {
  readonly #kept: QueueStore;
  /** By cid, in the order of sending. */
  #entries = new Map<string, Entry>();
  /** Those in which something is under way or waits for its next attempt. */
  #lanes = new Map<string, Lane>();
  #user: string | null = null;
  #running = false;
  #lastOrder = 0;

  constructor(private readonly tools: SendQueueTools) {
    this.#kept = new QueueStore(tools.store);
    this.#kept.watchRemovals(
      () => this.#user,
      (cid) => this.#removedElsewhere(cid),
    );
  }

  get messages(): readonly PendingMessage[] {
    return [...this.#entries.values()].map(({ message }) => message);
  }

  /** Throws a `KlatschError` `queue_full` when too many wait already. */
  add(target: Target, text: string): PendingMessage {
    if (this.#entries.size >= queueBound) this.#forgetSent(1);
    if (this.#entries.size >= queueBound) {
      throw KlatschError.local('queue_full', `${queueBound} messages wait already.`);
    }
    // Half of a surrogate pair can't be sent; browsers show such a one as this character, too.
    const sendable = text.replace(/\p{Surrogate}/gu, '\ufffd');
    const message = { cid: this.#newCid(), ...target, text: sendable, state: 'sending' } as const;
    this.#put({ order: this.#nextOrder(), message });
    this.tools.changed();
    this.#pump(message);
    return message;
  }

  /** Sends a failed message again, after those that wait already. */
  retry(cid: string): void {
    const entry = this.#entries.get(cid);
    if (entry?.message.state !== 'failed') return;
    const { error: _, ...rest } = entry.message;
    const message = { ...rest, state: 'sending' } as const;
    this.#entries.delete(cid);
    this.#put({ order: this.#nextOrder(), message });
    this.tools.changed();
    this.#pump(message);
  }

  /** Forgets a message. One that is under way may have been sent nevertheless. */
  discard(cid: string): void {
    if (this.#remove(cid)) this.tools.changed();
  }

  /** The message stands in its log. */
  settle(cid: string): void {
    this.discard(cid);
  }

  /** There is a session: takes up what waits for this user, and sends. */
  start(user: string): void {
    if (this.#user !== user) this.#adopt(user);
    // The logs are read anew with the session: what is sent already is in them.
    this.#forgetSent(queueBound);
    this.#running = true;
    this.tools.changed();
    for (const message of this.messages) this.#pump(message);
  }

  /** There is no session: what was under way is sent again in the next one. */
  stop(): void {
    this.#running = false;
    for (const { cancelWait } of this.#lanes.values()) cancelWait?.();
    this.#lanes = new Map();
  }

  /** Forgets everything that waits, in the store as well. */
  clear(): void {
    for (const cid of [...this.#entries.keys()]) this.#remove(cid);
    this.tools.changed();
  }

  /** Messages that were written before it was known who writes belong to this user. */
  #adopt(user: string): void {
    const early = this.#user === null ? [...this.#entries.values()] : [];
    this.#user = user;
    const kept = this.#kept.load(user, this.tools.clock.now());
    this.#entries = new Map(kept.map((each) => [each.message.cid, each]));
    for (const entry of early) this.#put(entry);
    this.#lastOrder = Math.max(0, ...[...this.#entries.values()].map(({ order }) => order));
  }

  /** Sends what is next in the lane of this message, unless the lane is busy. */
  #pump(message: PendingMessage): void {
    const name = laneOf(message);
    if (!this.#running || this.#lanes.has(name)) return;
    const lane = { backoff: new Backoff(this.tools.random), cancelWait: null };
    this.#lanes.set(name, lane);
    void this.#run(name, lane);
  }

  async #run(name: string, lane: Lane): Promise<void> {
    const isCurrent = () => this.#lanes.get(name) === lane;
    for (let next = this.#nextIn(name); next; next = this.#nextIn(name)) {
      try {
        const { seq, ts } = await this.tools.send(next);
        if (!isCurrent()) return;
        lane.backoff.reset();
        this.#sent(next.cid, seq, ts);
      } catch (error) {
        if (!isCurrent()) return;
        const { data } = toErrorObject(error);
        if (data.retry) await this.#wait(lane, lane.backoff.next(data.retry_after_ms));
        else this.#failed(next.cid, error);
        if (!isCurrent()) return;
      }
    }
    this.#lanes.delete(name);
  }

  #wait(lane: Lane, milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      lane.cancelWait = this.tools.clock.after(milliseconds, resolve);
    });
  }

  #nextIn(name: string): PendingMessage | undefined {
    return this.messages.find((each) => each.state === 'sending' && laneOf(each) === name);
  }

  #sent(cid: string, seq: number, ts: number): void {
    const entry = this.#entries.get(cid);
    // Settled or discarded meanwhile.
    if (!entry) return;
    entry.message = { ...entry.message, state: 'sent', seq, ts };
    if (this.#user !== null) this.#kept.remove(this.#user, cid);
    this.tools.changed();
  }

  #failed(cid: string, error: unknown): void {
    const entry = this.#entries.get(cid);
    if (!entry) return;
    const message = { ...entry.message, state: 'failed', error: toErrorObject(error) } as const;
    this.#put({ ...entry, message });
    this.tools.changed();
  }

  /** Another page of this browser has discarded it, or sent it again. */
  #removedElsewhere(cid: string): void {
    // What this page is sending shows until it stands in the log.
    if (this.#entries.get(cid)?.message.state !== 'failed') return;
    this.#entries.delete(cid);
    this.tools.changed();
  }

  #forgetSent(count: number): void {
    const sent = this.messages.filter(({ state }) => state === 'sent').slice(0, count);
    for (const { cid } of sent) this.#entries.delete(cid);
  }

  #put(entry: Entry): void {
    this.#entries.set(entry.message.cid, entry);
    if (this.#user !== null) this.#kept.save(this.#user, entry.order, entry.message);
  }

  #remove(cid: string): boolean {
    if (this.#user !== null) this.#kept.remove(this.#user, cid);
    return this.#entries.delete(cid);
  }

  /** Later than all that wait here, and, by the clock, than those of earlier pages. */
  #nextOrder(): number {
    this.#lastOrder = Math.max(this.#lastOrder + 1, this.tools.clock.now());
    return this.#lastOrder;
  }

  #newCid(): string {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const letter = () => alphabet[Math.floor(this.tools.random() * alphabet.length)];
    return Array.from({ length: 16 }, letter).join('');
  }
}
