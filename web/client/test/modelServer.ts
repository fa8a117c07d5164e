import { limits, type Message } from '../src/protocol';
import type { FakeRequest, FakeSocket } from './fakeServer';
import { ann, message, session } from './world';

/**
 * A server with one room, that keeps its promises over a line that doesn't: it answers late, twice
 * or not at all, and loses or repeats what it tells.
 */
export class ModelServer {
  readonly log: Message[] = [];
  #socket: FakeSocket | null = null;
  #open = false;

  constructor(private readonly chance: (share: number) => boolean) {}

  attach(socket: FakeSocket): void {
    if (socket === this.#socket) return;
    this.#socket = socket;
    this.#open = false;
    if (this.chance(0.9)) socket.open();
  }

  lose(code: number): void {
    this.#open = false;
    this.#socket?.lose(code);
  }

  /** Bob says something. */
  say(): void {
    this.#append(message(0, { text: `bob ${this.log.length}` }));
  }

  /** Deals with what was asked. `reliably`: without any mishap. */
  serve(reliably = false): void {
    const socket = this.#socket;
    if (!socket) return;
    for (const request of socket.requests.splice(0)) {
      if (!reliably && this.chance(0.05)) continue;
      const isOpening = request.method === 'session.open';
      if (!reliably && !isOpening && this.chance(0.1)) {
        socket.refuse(request, 'store_unavailable');
      } else this.#answer(socket, request);
    }
  }

  #answer(socket: FakeSocket, request: FakeRequest): void {
    const { log } = this;
    switch (request.method) {
      case 'session.open':
        this.#openSession(socket, request as FakeRequest<'session.open'>);
        return;
      case 'room.send': {
        const send = request as FakeRequest<'room.send'>;
        const { text, cid } = send.params;
        const stored = log.find((each) => each.cid === cid);
        const { seq, ts } = stored ?? this.#append(message(0, { from: ann, text, cid }));
        socket.answer(send, { seq, ts });
        return;
      }
      case 'room.history': {
        const read = request as FakeRequest<'room.history'>;
        const { after = 0, limit = 50 } = read.params;
        const newer = log.filter(({ seq }) => seq > after);
        const messages = newer.slice(0, limit);
        socket.answer(read, { messages, more: newer.length > limit });
        return;
      }
      default:
        throw new Error(`not expected: ${request.method}`);
    }
  }

  #openSession(socket: FakeSocket, request: FakeRequest<'session.open'>): void {
    const point = request.params.resume?.find(({ room }) => room === 'beach');
    const missed = point ? this.log.filter(({ seq }) => seq > point.after) : [];
    const recovered = missed.length <= limits.resume_messages;
    const room = { room: 'beach', title: 'Bubble Beach', seq: this.log.length };
    const rooms = [point ? { ...room, recovered } : room];
    socket.answer(request, session({ rooms }));
    this.#open = true;
    for (const each of missed) this.#tell(each);
  }

  #append(said: Message): Message {
    const stored = { ...said, seq: this.log.length + 1 };
    this.log.push(stored);
    if (this.#open) this.#tell(stored);
    return stored;
  }

  #tell(each: Message): void {
    if (this.chance(0.1)) return;
    this.#socket?.notify('message', each);
    if (this.chance(0.1)) this.#socket?.notify('message', each);
    const earlier = this.log[Math.max(0, each.seq - 3)];
    if (earlier && this.chance(0.1)) this.#socket?.notify('message', earlier);
  }
}
