import { Backoff } from './backoff';
import type { Clock } from './clock';
import { askedToWait, boundedWait } from './closeReason';
import { Connection, type Call, type ConnectionTimes, type Ending } from './connection';
import { KlatschError } from './errors';
import type { Network } from './network';
import { closeCodes } from './protocol';
import type { Methods, Notifications, SessionOpen, SessionOpenResult } from './protocol';
import type { WebSocketLike } from './webSocket';

/** The state of the connection. Times are milliseconds since 1970, as the clock has them. */
export interface ConnectionStatus {
  /**
   * `connecting`: for the first time. `reconnecting`: lost; waits until `retryAt`, or tries now
   * where that is absent. `offline`: the device says that it has no network; tries now and then.
   * `closed`: not begun, left, or ended by the server, which `reason` tells.
   */
  readonly kind: 'connecting' | 'online' | 'reconnecting' | 'offline' | 'closed';
  /** Attempts that failed since it was last online for a while. */
  readonly attempt: number;
  readonly retryAt?: number;
  /** Why it was lost: a name of the protocol's close codes or errors. */
  readonly reason?: string;
}

export interface LinkListener {
  /** What to open the next session with. */
  hello(): SessionOpen;
  opened(session: SessionOpenResult): void;
  notified<Name extends keyof Notifications>(
    method: Name,
    params: Notifications[Name]['params'],
  ): void;
  /** Asks something that is soon answered, to see whether the line lives. */
  ask(call: Call): Promise<void>;
  /** An open session is no more. */
  lost(): void;
  /** The server knows no such token. Whether `hello` has something else to try now. */
  refusedToken(): boolean;
  changed(status: ConnectionStatus): void;
  /** The link gave up by itself. */
  ended(reason: string): void;
}

export interface LinkTools {
  readonly socket: () => WebSocketLike;
  readonly clock: Clock;
  readonly random: () => number;
  readonly network: Network;
  readonly times: ConnectionTimes;
}

/** To be online for so long is a success: the next loss is answered as the first one. */
const stableMilliseconds = 10_000;

/** Without a network it is tried nevertheless, since the server may be on this device. */
const offlineMilliseconds = 30_000;

/** Reasons not to open a session that no waiting cures. */
const finalErrors = new Set(['invalid_token', 'invalid_params', 'not_allowed']);

function reasonOf(code: number): string {
  const found = Object.entries(closeCodes).find(([, row]) => row.code === code);
  return found?.[0] ?? `close_${code}`;
}

/** Keeps a connection: makes one, and after a loss another, until it is told or has to stop. */
export class Link {
  readonly #backoff: Backoff;
  #connection: Connection | null = null;
  #status: ConnectionStatus = { kind: 'closed', attempt: 0 };
  #onlineSince: number | null = null;
  #cancelRetry: (() => void) | null = null;
  #unwatch: (() => void) | null = null;

  constructor(
    private readonly tools: LinkTools,
    private readonly listener: LinkListener,
  ) {
    this.#backoff = new Backoff(tools.random);
  }

  get status(): ConnectionStatus {
    return this.#status;
  }

  start(): void {
    if (this.#status.kind !== 'closed') return;
    this.#backoff.reset();
    this.#connect('connecting');
    this.#unwatch = this.tools.network.watch(() => this.#networkChanged());
  }

  /** Leaves, and stays away. */
  stop(): void {
    if (this.#status.kind !== 'closed') this.#finish();
  }

  /** Tries now what would be tried later. */
  retryNow(): void {
    if (this.#cancelRetry) this.#connect('reconnecting');
  }

  /** Rejects with `disconnected` unless the session is open, and when the connection breaks. */
  call<Method extends keyof Methods>(
    method: Method,
    params: Methods[Method]['params'],
  ): Promise<Methods[Method]['result']> {
    if (this.#connection && this.#status.kind === 'online') {
      return this.#connection.call(method, params);
    }
    return Promise.reject(KlatschError.local('disconnected', 'There is no connection.'));
  }

  #connect(kind: 'connecting' | 'reconnecting'): void {
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    const { socket, clock, times } = this.tools;
    const connection: Connection = new Connection(
      socket(),
      this.listener.hello(),
      {
        opened: (session) => this.#opened(session),
        notified: (method, params) => this.listener.notified(method, params),
        ask: (call) => this.listener.ask(call),
        closed: (ending) => {
          if (connection === this.#connection) this.#closed(ending);
        },
      },
      clock,
      times,
    );
    this.#connection = connection;
    this.#change({ kind, attempt: this.#backoff.attempts });
  }

  #opened(session: SessionOpenResult): void {
    this.#onlineSince = this.tools.clock.now();
    this.#change({ kind: 'online', attempt: 0 });
    // Whoever was told that may have left at once.
    if (this.#connection) this.listener.opened(session);
  }

  #closed({ code, reason: words = '', error }: Ending): void {
    this.#leave();
    const reason = error?.data.name ?? reasonOf(code);
    if (reason === 'invalid_token' && this.listener.refusedToken()) this.#connect('reconnecting');
    else if (code >= 4500 || finalErrors.has(reason)) {
      this.#finish(reason);
      this.listener.ended(reason);
    } else this.#retryLater(reason, boundedWait(error?.data.retry_after_ms ?? askedToWait(words)));
  }

  /** The connection is done with, whatever it still says. */
  #leave(): void {
    const connection = this.#connection;
    const since = this.#onlineSince;
    this.#connection = null;
    this.#onlineSince = null;
    connection?.close();
    if (since === null) return;
    if (this.tools.clock.now() - since >= stableMilliseconds) this.#backoff.reset();
    this.listener.lost();
  }

  /** `least`: milliseconds that the server asked for; the chance of the backoff comes on top. */
  #retryLater(reason: string, least: number): void {
    const { clock, network } = this.tools;
    const { online } = network;
    const next = this.#backoff.next(least);
    const delay = online ? next : offlineMilliseconds;
    this.#cancelRetry = clock.after(delay, () => this.#connect('reconnecting'));
    this.#change({
      kind: online ? 'reconnecting' : 'offline',
      attempt: this.#backoff.attempts,
      retryAt: clock.now() + delay,
      reason,
    });
  }

  #networkChanged(): void {
    if (this.#connection) void this.#connection.probe();
    else if (this.tools.network.online) {
      this.#backoff.reset();
      this.retryNow();
    } else this.#change({ ...this.#status, kind: 'offline' });
  }

  #finish(reason?: string): void {
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    this.#unwatch?.();
    this.#unwatch = null;
    this.#leave();
    this.#change({ kind: 'closed', attempt: 0, ...(reason === undefined ? {} : { reason }) });
  }

  #change(status: ConnectionStatus): void {
    this.#status = status;
    this.listener.changed(status);
  }
}
