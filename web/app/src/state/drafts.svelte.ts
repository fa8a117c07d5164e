import { SvelteMap } from 'svelte/reactivity';
import type { PlaceKey } from './place';
import { readStored, writeStored } from './storage';

/** What was typed and not sent, per place and user. Kept across reloads. */
export class Drafts {
  #texts = new SvelteMap<PlaceKey, string>();
  #key: string | null = null;

  /** Drafts belong to a user: who logs out leaves none to the next guest. */
  load(userId: string): void {
    const key = `drafts.${userId}`;
    if (key === this.#key) return;
    this.#key = key;
    const stored = readStored<Record<string, string>>(key, {});
    for (const [place, text] of Object.entries(stored)) {
      if (!this.#texts.has(place)) this.#texts.set(place, text);
    }
  }

  get(place: PlaceKey): string {
    return this.#texts.get(place) ?? '';
  }

  has(place: PlaceKey): boolean {
    return (this.#texts.get(place) ?? '').trim() !== '';
  }

  set(place: PlaceKey, text: string): void {
    if (text === '') this.#texts.delete(place);
    else this.#texts.set(place, text);
    if (!this.#key) return;
    // Only this place's: another tab may have written others meanwhile.
    const { [place]: _, ...others } = readStored<Record<string, string>>(this.#key, {});
    writeStored(this.#key, text === '' ? others : { ...others, [place]: text });
  }
}
