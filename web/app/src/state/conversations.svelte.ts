import { SvelteMap } from 'svelte/reactivity';
import type { Person } from '../timeline/entry';

interface Conversation extends Person {
  /** When something was last said, by this page's count: the newest is first in the list. */
  order: number;
}

/** The people with whom the reader talks in private. */
export class Conversations {
  #all = new SvelteMap<string, Conversation>();
  #order = 0;

  readonly list = $derived([...this.#all.values()].sort((a, b) => b.order - a.order));

  /** The server's list, newest first. */
  load(people: readonly Person[]): void {
    for (const person of [...people].reverse()) {
      if (!this.#all.has(person.id)) this.touch(person);
    }
  }

  /** Something was said: the conversation moves to the top. */
  touch(person: Person): void {
    this.#order += 1;
    this.#all.set(person.id, { id: person.id, name: person.name, order: this.#order });
  }

  /** Opened without a word yet: it appears, without moving others. */
  ensure(person: Person): void {
    if (!this.#all.has(person.id)) this.touch(person);
  }

  get(id: string): Person | undefined {
    return this.#all.get(id);
  }
}
