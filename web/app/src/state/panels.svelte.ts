import type { Person } from '../timeline/entry';

export type DialogName = 'switcher' | 'help' | 'rename' | 'create' | 'preferences' | 'logout';

/** Which dialog and which drawer is open; one of each at most. */
export class Panels {
  #dialog = $state.raw<DialogName | Person | null>(null);
  #drawer = $state<'rooms' | 'people' | null>(null);

  get dialog(): DialogName | null {
    return typeof this.#dialog === 'string' ? this.#dialog : null;
  }

  get person(): Person | null {
    return typeof this.#dialog === 'object' ? this.#dialog : null;
  }

  get anyDialog(): boolean {
    return this.#dialog !== null;
  }

  show(dialog: DialogName | Person): void {
    this.#dialog = dialog;
  }

  close(): void {
    this.#dialog = null;
  }

  get roomsOpen(): boolean {
    return this.#drawer === 'rooms';
  }

  get peopleOpen(): boolean {
    return this.#drawer === 'people';
  }

  get anyDrawer(): boolean {
    return this.#drawer !== null;
  }

  toggleRooms(): void {
    this.#drawer = this.roomsOpen ? null : 'rooms';
  }

  togglePeople(): void {
    this.#drawer = this.peopleOpen ? null : 'people';
  }

  closeDrawers(): void {
    this.#drawer = null;
  }
}
