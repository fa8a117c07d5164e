import { SvelteMap } from 'svelte/reactivity';
import type { Attention } from './attention.svelte';
import { placeKey, samePlace, type Place, type PlaceKey } from './place';
import type { Unread } from './unread.svelte';

/** Where the reader stands in the open place, and where "unread from here" is drawn. */
export class Reading {
  #lines = new SvelteMap<PlaceKey, number>();
  #place = $state.raw<Place | null>(null);
  #atBottom = $state(false);

  constructor(
    private readonly unread: Unread,
    private readonly attention: Attention,
  ) {}

  /** A place was opened: the line stands where reading stopped. */
  enter(place: Place): void {
    this.#place = place;
    this.#atBottom = false;
    const key = placeKey(place);
    if (this.unread.count(key) > 0) this.#lines.set(key, this.unread.readUpTo(key));
    else this.#lines.delete(key);
  }

  setAtBottom(place: Place, atBottom: boolean): void {
    if (samePlace(place, this.#place)) this.#atBottom = atBottom;
  }

  /** Whether the newest message of the open place is in view, be the window in view or not. */
  isAtBottom(place: Place): boolean {
    return this.#atBottom && samePlace(place, this.#place);
  }

  /** Whether what arrives in this place now is seen at once. */
  isSeeing(place: Place): boolean {
    return this.attention.attending && this.isAtBottom(place);
  }

  /** Whether the place is open before somebody's eyes, wherever they scrolled. */
  isFacing(place: Place): boolean {
    return this.attention.attending && samePlace(place, this.#place);
  }

  /** The seq after which the line is drawn; null for no line. */
  lineIn(place: Place): number | null {
    return this.#lines.get(placeKey(place)) ?? null;
  }

  /** Somebody else's message is about to be added: draws the line if it isn't seen at once. */
  beforeArrival(place: Place): void {
    if (!samePlace(place, this.#place) || this.isSeeing(place)) return;
    const key = placeKey(place);
    const line = this.#lines.get(key);
    const read = this.unread.readUpTo(key);
    if (line === undefined || line < read) this.#lines.set(key, read);
  }

  clearLine(place: Place): void {
    this.#lines.delete(placeKey(place));
  }
}
