import type { Clock } from './clock';
import { KlatschError } from './errors';
import type { Methods, Notifications, SessionOpen, SessionOpenResult } from './protocol';
import { Rpc } from './rpc';
import { isNotification, problemOfNotification } from './validate';
import type { WebSocketLike } from './webSocket';

/** Milliseconds. */
export interface ConnectionTimes {
  /** From the beginning to the answer of session.open. */
  readonly open: number;
  /** For the answer to a request. */
  readonly answer: number;
  /** Without a word from the server, before it is asked whether it is still there. */
  readonly silence: number;
  /** For the answer to that question. */
  readonly probe: number;
}

/** Sends one request; rejects with a `KlatschError`. */
export type Call = <Method extends keyof Methods>(
  method: Method,
  params: Methods[Method]['params'],
) => Promise<Methods[Method]['result']>;

export interface ConnectionListener {
  /** The session is open. */
  opened(session: SessionOpenResult): void;
  notified<Name extends keyof Notifications>(
    method: Name,
    params: Notifications[Name]['params'],
  ): void;
  /** Asks something that is soon answered, to see whether the line lives. */
  ask(call: Call): Promise<void>;
  /** The last word of this connection. */
  closed(ending: Ending): void;
}

/** How a connection came to its end. */
export interface Ending {
  /** The WebSocket's close code, 1006 where the line just went dead. */
  readonly code: number;
  /** What the server said beside the code; empty where it said nothing. */
  readonly reason?: string;
  /** Why the server would not open the session. */
  readonly error?: KlatschError;
}

/** One life of one WebSocket: opens it and the session, notices when it is dead, ends once. */
export class Connection {
  readonly #rpc: Rpc;
  #phase: 'opening' | 'open' | 'ended' = 'opening';
  // Some WebSockets hand out several messages before a promise goes on: what was told right after
  // the answer to session.open waits until that was told.
  #early: (() => void)[] = [];
  #heardAt: number;
  #heardSinceProbe = false;
  #cancelTimer: () => void;
  #probing: Promise<void> | null = null;

  constructor(
    private readonly socket: WebSocketLike,
    hello: SessionOpen,
    private readonly listener: ConnectionListener,
    private readonly clock: Clock,
    private readonly times: ConnectionTimes,
  ) {
    this.#rpc = new Rpc((text) => socket.send(text), clock);
    this.#heardAt = clock.now();
    this.#cancelTimer = clock.after(times.open, () => this.#end({ code: 1006 }));
    socket.onopen = () => void this.#open(hello);
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onclose = ({ code, reason }) => this.#end({ code, reason });
    // A close event follows each error event, and says more.
    socket.onerror = () => {};
  }

  call<Method extends keyof Methods>(
    method: Method,
    params: Methods[Method]['params'],
  ): Promise<Methods[Method]['result']> {
    return this.#rpc.call(method, params, this.times.answer);
  }

  /** Asks the server whether it is still there, now, and ends the connection when it isn't. */
  probe(): Promise<void> {
    if (this.#phase !== 'open') return Promise.resolve();
    this.#probing ??= this.#ask().finally(() => (this.#probing = null));
    return this.#probing;
  }

  /** Leaves. The listener is told at once, whatever the line does. */
  close(): void {
    this.#end({ code: 1000 });
  }

  async #open(hello: SessionOpen): Promise<void> {
    let session: SessionOpenResult;
    try {
      session = await this.#rpc.call('session.open', hello, this.times.open);
    } catch (error) {
      this.#end({ code: 1006, error: error as KlatschError });
      return;
    }
    if (this.#phase !== 'opening') return;
    this.#cancelTimer();
    this.#phase = 'open';
    this.listener.opened(session);
    for (const tell of this.#early.splice(0)) if (this.#isOpen()) tell();
    this.#watchSilence();
  }

  async #ask(): Promise<void> {
    const { probe } = this.times;
    this.#heardSinceProbe = false;
    try {
      await this.listener.ask((method, params) => this.#rpc.call(method, params, probe));
    } catch {
      // A refusal is an answer; and anything else that came meanwhile is one, too.
      if (!this.#heardSinceProbe) this.#end({ code: 1006 });
    }
  }

  #isOpen(): boolean {
    return this.#phase === 'open';
  }

  #watchSilence(): void {
    if (!this.#isOpen()) return;
    const left = this.times.silence - (this.clock.now() - this.#heardAt);
    if (left > 0) this.#cancelTimer = this.clock.after(left, () => this.#watchSilence());
    else void this.probe().then(() => this.#watchSilence());
  }

  #receive(data: unknown): void {
    this.#heardAt = this.clock.now();
    this.#heardSinceProbe = true;
    const message = parse(data);
    if (!message) return;
    const { method, params } = message;
    if (method === undefined) this.#rpc.answer(message);
    else if (isNotification(method) && !problemOfNotification(method, params)) {
      const tell = () => this.listener.notified(method, params as never);
      if (this.#phase === 'open') tell();
      else this.#early.push(tell);
    }
  }

  #end(ending: Ending): void {
    if (this.#phase === 'ended') return;
    this.#phase = 'ended';
    this.#cancelTimer();
    const { socket } = this;
    // A socket on a dead line may take minutes to say that it is closed.
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close(1000);
    this.#rpc.rejectAll(KlatschError.local('disconnected', 'The connection is lost.'));
    this.listener.closed(ending);
  }
}

interface Incoming {
  id?: unknown;
  method?: unknown;
  params?: unknown;
  result?: unknown;
  error?: unknown;
}

/** What isn't a JSON object is passed over. */
function parse(data: unknown): Incoming | null {
  try {
    const value: unknown = JSON.parse(String(data));
    return typeof value === 'object' ? (value as Incoming | null) : null;
  } catch {
    return null;
  }
}
