import { parsePlace, placeKey, samePlace, type Place } from './place';
import { readStored, writeStored } from './storage';

const lastKey = 'place';

/** The open place lives in the address, so that back, forward, reload and links work. */
export class Route {
  #place = $state.raw<Place | null>(parsePlace(location.hash.slice(1)));

  constructor() {
    addEventListener('hashchange', () => {
      const place = parsePlace(location.hash.slice(1));
      if (!samePlace(place, this.#place)) this.#place = place;
    });
  }

  get place(): Place | null {
    return this.#place;
  }

  /** The place that was open last in this browser. */
  get last(): Place | null {
    return parsePlace(readStored(lastKey, ''));
  }

  open(place: Place): void {
    if (samePlace(place, this.#place)) return;
    writeStored(lastKey, placeKey(place));
    history.pushState(null, '', `#${placeKey(place)}`);
    this.#place = place;
  }

  /** For a place that the page chose by itself: back must not lead here. */
  replace(place: Place): void {
    history.replaceState(null, '', `#${placeKey(place)}`);
    if (!samePlace(place, this.#place)) this.#place = place;
  }
}
