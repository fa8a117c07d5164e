import { errors } from '../src/protocol';
import type { Methods, Notifications } from '../src/protocol';
import type { WebSocketFactory, WebSocketLike } from '../src/webSocket';

type ErrorName = keyof typeof errors;

export interface FakeRequest<Method extends keyof Methods = keyof Methods> {
  readonly id: number;
  readonly method: Method;
  readonly params: Methods[Method]['params'];
}

/** The server's end of a WebSocket of which the client has the other one. */
export class FakeSocket implements WebSocketLike {
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onerror: ((event: never) => void) | null = null;
  /** With which code the client closed it. */
  closedWith: number | undefined;
  /** Requests that were not taken yet. */
  readonly requests: FakeRequest[] = [];

  constructor(
    readonly url: string,
    readonly subprotocol: string,
  ) {}

  send(text: string): void {
    this.requests.push(JSON.parse(text) as FakeRequest);
  }

  close(code?: number): void {
    this.closedWith = code;
  }

  /** The handshake of the WebSocket is done. */
  open(): void {
    this.onopen?.(undefined as never);
  }

  /** The oldest request of this method that was not taken yet. */
  take<Method extends keyof Methods>(method: Method): FakeRequest<Method> {
    const index = this.requests.findIndex((each) => each.method === method);
    if (index === -1) {
      const others = this.requests.map((each) => each.method).join(', ') || 'nothing';
      throw new Error(`the client did not ask for ${method}, but for ${others}`);
    }
    return this.requests.splice(index, 1)[0] as FakeRequest<Method>;
  }

  answer<Method extends keyof Methods>(
    { id }: FakeRequest<Method>,
    result: Methods[Method]['result'],
  ): void {
    this.say({ id, result });
  }

  refuse({ id }: FakeRequest, name: ErrorName, data: object = {}): void {
    const { code, retry, sentence } = errors[name];
    this.say({ id, error: { code, message: sentence, data: { name, retry, ...data } } });
  }

  notify<Name extends keyof Notifications>(
    method: Name,
    params: Notifications[Name]['params'],
  ): void {
    this.say({ method, params });
  }

  say(message: object): void {
    this.hear(JSON.stringify({ jsonrpc: '2.0', ...message }));
  }

  /** Whatever text comes over the line. */
  hear(data: unknown): void {
    this.onmessage?.({ data });
  }

  /** The line breaks, or the server closes. */
  lose(code = 1006, reason = ''): void {
    this.onclose?.({ code, reason });
  }
}

/** Keeps the sockets that the client makes. */
export class FakeServer {
  readonly sockets: FakeSocket[] = [];

  readonly factory: WebSocketFactory = (url, subprotocol) => {
    const socket = new FakeSocket(url, subprotocol);
    this.sockets.push(socket);
    return socket;
  };

  /** The newest one. */
  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (!socket) throw new Error('the client did not connect');
    return socket;
  }
}
