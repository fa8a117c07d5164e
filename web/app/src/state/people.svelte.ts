import { SvelteMap } from 'svelte/reactivity';
import type { Person } from '../timeline/entry';

/** Everybody this page has heard of: the current name, presence, and when they last spoke. */
export class People {
  #names = new SvelteMap<string, string>();
  #online = new SvelteMap<string, boolean>();
  #lastHeard = new Map<string, number>();

  /** From something that is true now: a member list, an event, a live message. */
  learn(person: Person): void {
    if (this.#names.get(person.id) !== person.name) this.#names.set(person.id, person.name);
  }

  /** From history: names in it may be outdated, so it only fills gaps. */
  learnFromHistory(person: Person): void {
    if (!this.#names.has(person.id)) this.#names.set(person.id, person.name);
  }

  setOnline(id: string, online: boolean): void {
    if (this.#online.get(id) !== online) this.#online.set(id, online);
  }

  heard(id: string, ts: number): void {
    if ((this.#lastHeard.get(id) ?? 0) < ts) this.#lastHeard.set(id, ts);
  }

  lastHeard(id: string): number {
    return this.#lastHeard.get(id) ?? 0;
  }

  knows(id: string): boolean {
    return this.#names.has(id);
  }

  nameOf(id: string, fallback?: string): string {
    return this.#names.get(id) ?? fallback ?? `@${id}`;
  }

  /** Undefined where nothing is known: the person shares no room with the reader. */
  isOnline(id: string): boolean | undefined {
    return this.#online.get(id);
  }

  get all(): Person[] {
    return [...this.#names].map(([id, name]) => ({ id, name }));
  }

  /** Whether two or more people of this name are known, so that only the id tells them apart. */
  isAmbiguous(name: string): boolean {
    const wanted = name.toLocaleLowerCase();
    let found = 0;
    for (const known of this.#names.values()) {
      if (known.toLocaleLowerCase() === wanted) found += 1;
    }
    return found > 1;
  }
}
