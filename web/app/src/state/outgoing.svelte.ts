import { SvelteMap } from 'svelte/reactivity';
import {
  parseAddress,
  withoutColon,
  type Address,
  type PendingMessage,
} from '../../../client/src/index';
import { codePointCount } from '../text/codePoints';
import type { Entry, Person } from '../timeline/entry';
import type { Chat } from './chat.svelte';
import { entryOfPending } from './entries';
import { errorName, sentenceOf } from './errors';
import { placeKey, roomPlace, samePlace, userPlace, type Place, type PlaceKey } from './place';

interface Waiting {
  place: Place;
  entry: Entry;
}

/** What the reader sends: where it goes, what is on its way, and what is wrong with it. */
export class Outgoing {
  #waiting = $state.raw<readonly Waiting[]>([]);
  #problems = new SvelteMap<PlaceKey, string>();
  #writtenAt = new Map<string, number>();

  constructor(private readonly chat: Chat) {}

  /** The person to whom a text would go alone; null when it is for the room. */
  addressee(text: string): Person | null {
    const address = this.#parse(text);
    return address.kind === 'private' ? address.to : null;
  }

  /** The same text for everybody: the addressee becomes a mention. */
  withoutAddressee(text: string): string {
    return withoutColon(text);
  }

  problem(key: PlaceKey): string | null {
    return this.#problems.get(key) ?? null;
  }

  clearProblem(key: PlaceKey): void {
    this.#problems.delete(key);
  }

  /** Own messages that show in this place and are not in its log yet. */
  pendingIn(place: Place): Entry[] {
    const timeline = this.chat.timeline(place);
    // These two are what `holds` changes with.
    void [timeline.messages, timeline.asides];
    return this.#waiting
      .filter(({ place: to, entry }) => {
        if (timeline.holds(entry.cid!)) return false;
        if (samePlace(to, place)) return true;
        return place.kind === 'room' && this.chat.whispers.typedIn(entry.cid) === place.room;
      })
      .map(({ entry }) => entry);
  }

  /** Sends, or says beside the composer why not and keeps the text. */
  submit(place: Place, text: string): boolean {
    const { chat } = this;
    const key = placeKey(place);
    const address = this.#parse(text);
    const problem = this.#problemOf(address);
    if (problem !== null) {
      this.#problems.set(key, problem);
      return false;
    }
    try {
      this.#send(place, text, address);
    } catch (error) {
      this.#problems.set(key, `Not sent. ${sentenceOf(error)}`);
      return false;
    }
    chat.drafts.set(key, '');
    this.#problems.delete(key);
    this.update();
    return true;
  }

  #send(place: Place, text: string, address: Address): void {
    const { chat } = this;
    if (address.kind === 'private') {
      const { cid } = chat.client.sendPrivate(address.to.id, address.text);
      if (place.kind === 'room') chat.whispers.setTypedIn(cid, place.room);
      if (address.known) chat.conversations.ensure(address.to);
    } else if (place.kind === 'room') chat.client.send(place.room, text);
    else chat.client.sendPrivate(place.user, text);
  }

  /** The client's queue changed. */
  update(): void {
    const { me, client } = this.chat;
    if (!me) return;
    const waiting: Waiting[] = [];
    for (const message of client.pending) {
      if (message.state === 'failed' && this.#giveBack(message)) continue;
      const place = message.to === undefined ? roomPlace(message.room!) : userPlace(message.to);
      waiting.push({ place, entry: this.#entryOf(message, me) });
    }
    this.#waiting = waiting;
    this.#forgetDone(new Set(client.pending.map(({ cid }) => cid)));
  }

  #forgetDone(known: ReadonlySet<string>): void {
    for (const cid of this.#writtenAt.keys()) if (!known.has(cid)) this.#writtenAt.delete(cid);
  }

  #entryOf(message: PendingMessage, me: Person): Entry {
    const written = this.#writtenAt.get(message.cid) ?? Date.now();
    this.#writtenAt.set(message.cid, written);
    const to =
      message.to === undefined
        ? undefined
        : { id: message.to, name: this.chat.people.nameOf(message.to) };
    const error = message.state === 'failed' ? sentenceOf(message.error) : undefined;
    return entryOfPending(message, me, to, written, error);
  }

  /**
   * A private message to an id that nobody has goes back into the composer it came from, with
   * the answer beside it; unless something else is being written there.
   */
  #giveBack(message: PendingMessage): boolean {
    const { chat } = this;
    const name = errorName(message.error);
    if (message.to === undefined || (name !== 'no_such_user' && name !== 'own_user')) return false;
    const room = chat.whispers.typedIn(message.cid);
    if (room === undefined) return false;
    const key = placeKey(roomPlace(room));
    if (chat.drafts.has(key)) return false;
    chat.drafts.set(key, `@${message.to}: ${message.text}`);
    this.#problems.set(key, `Not sent. ${sentenceOf(message.error)}`);
    chat.client.discard(message.cid);
    return true;
  }

  #parse(text: string): Address {
    return parseAddress(text, this.chat.mentionable());
  }

  #problemOf(address: Address): string | null {
    const { chat } = this;
    switch (address.kind) {
      case 'ambiguous': {
        const ids = address.people.map(({ id }) => `@${id}:`).join(' or ');
        return `${address.people.length} people are called “${address.label}”. Use the id: ${ids}`;
      }
      case 'unknown':
        return (
          `Nobody here is called “${address.label}”. Choose somebody from the list, or leave out ` +
          'the colon to say it to everybody.'
        );
      case 'misplaced':
        return (
          `“@${address.label}:” makes a message private only at its beginning. Move it there, or ` +
          'leave out the colon.'
        );
      default:
        break;
    }
    const count = codePointCount(address.text);
    if (count > chat.limits.text) {
      return `A message has at most ${chat.limits.text} characters; this one has ${count}.`;
    }
    if (address.kind === 'everybody') return null;
    if (address.to.id === chat.me?.id) return 'This is your own id. Nobody else would see it.';
    return address.text.trim() === '' ? 'Write something after the colon.' : null;
  }
}
