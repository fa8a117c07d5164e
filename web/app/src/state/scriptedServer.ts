import type {
  Member,
  PrivateMessage,
  RoomMessage,
  User,
  WebSocketLike,
} from '../../../client/src/index';

/** For tests: answers as the engine would, one room, no network, under the test's control. */
export class ScriptedServer {
  readonly me: User = { id: 'me222222', name: 'Me' };
  readonly ann: User = { id: 'ann22222', name: 'Ann' };
  readonly messages: RoomMessage[] = [];
  readonly privates: PrivateMessage[] = [];
  /** Holds answers to messages back while true. */
  silent = false;
  #socket: WebSocketLike | null = null;

  readonly webSocket = (): WebSocketLike => {
    const socket: WebSocketLike = {
      onopen: null,
      onmessage: null,
      onclose: null,
      onerror: null,
      send: (text: string) => this.#answer(text),
      close: () => undefined,
    };
    this.#socket = socket;
    setTimeout(() => socket.onopen?.({} as never), 0);
    return socket;
  };

  /** Somebody says something in the room. */
  say(from: User, text: string, cid?: string): RoomMessage {
    const seq = this.messages.length + 1;
    const message = { room: 'room', seq, ts: Date.now(), from, text, ...(cid ? { cid } : {}) };
    this.messages.push(message);
    this.notify('message', message);
    return message;
  }

  /** Ann whispers, or is whispered to. */
  whisper(from: User, text: string, cid?: string): PrivateMessage {
    const seq = this.privates.length + 1;
    const to = from === this.me ? this.ann : this.me;
    const rest = { with: this.ann.id, seq, ts: Date.now(), from, to, text };
    const message = { ...rest, ...(cid ? { cid } : {}) };
    this.privates.push(message);
    this.notify('private', message);
    return message;
  }

  notify(method: string, params: unknown): void {
    this.#send({ jsonrpc: '2.0', method, params });
  }

  #send(message: unknown): void {
    const data = JSON.stringify(message);
    setTimeout(() => this.#socket?.onmessage?.({ data } as never), 0);
  }

  #answer(text: string): void {
    const { id, method, params } = JSON.parse(text) as {
      id: number;
      method: string;
      params: Record<string, never>;
    };
    try {
      const result = this.#carryOut(method, params);
      if (result !== undefined) this.#send({ jsonrpc: '2.0', id, result });
    } catch (error) {
      const data = { name: (error as Error).message, retry: false };
      this.#send({ jsonrpc: '2.0', id, error: { code: 1020, message: data.name, data } });
    }
  }

  #carryOut(method: string, params: Record<string, never>): unknown {
    switch (method) {
      case 'session.open':
        return {
          user: this.me,
          rooms: [{ room: 'room', title: 'The Room', seq: this.messages.length }],
          conversations: this.#conversations(),
          limits: {
            text: 4000,
            name: 40,
            title: 80,
            page: 100,
            resume: 1000,
            frame_bytes: 65536,
            batch: 50,
            rate: 0,
            burst: 0,
          },
        };
      case 'room.list':
        return { rooms: [{ room: 'room', title: 'The Room', online: 2 }] };
      case 'room.join':
        return this.#snapshot();
      case 'room.history':
      case 'user.history':
        return { messages: this.#log(method, params.after ?? 0), more: false };
      case 'room.send':
        return this.silent ? undefined : this.#sent(this.say(this.me, params.text!, params.cid));
      case 'user.send':
        if (params.to !== this.ann.id) throw new Error('no_such_user');
        return this.#sent(this.whisper(this.me, params.text!, params.cid));
      default:
        return {};
    }
  }

  #conversations() {
    const seq = this.privates.length;
    return seq === 0 ? [] : [{ with: this.ann, seq }];
  }

  #log(method: string, after: number) {
    const log = method === 'room.history' ? this.messages : this.privates;
    return log.filter(({ seq }) => seq > after);
  }

  #sent({ seq, ts }: { seq: number; ts: number }) {
    return { seq, ts };
  }

  #snapshot() {
    const members: Member[] = [this.me, this.ann].map((user) => ({ ...user, online: true }));
    const messages = this.messages.slice(-50);
    const { length } = members;
    return {
      room: 'room',
      title: 'The Room',
      seq: this.messages.length,
      members,
      member_count: length,
      messages,
    };
  }
}
