import type { KeyValueStore } from './store';

/**
 * The token that says who one is, where no cookie does. It is kept over reloads, for each server
 * of its own.
 */
export class TokenStore {
  readonly #key: string;
  #token: string | undefined;
  /** The token is one of an earlier page, and nobody knows yet whether it still counts. */
  #remembered = false;

  constructor(
    private readonly store: KeyValueStore,
    url: string,
    given: string | undefined,
  ) {
    this.#key = `klatsch.token.${url}`;
    this.#token = given ?? store.getItem(this.#key) ?? undefined;
    this.#remembered = given === undefined && this.#token !== undefined;
  }

  get current(): string | undefined {
    return this.#token;
  }

  /** A session is open; without a token where the cookie said who it is. */
  opened(token: string | undefined): void {
    this.#remembered = false;
    this.#token = token;
    if (token === undefined) this.store.removeItem(this.#key);
    else {
      try {
        this.store.setItem(this.#key, token);
      } catch {
        // The store is full: the token lives as long as the page.
      }
    }
  }

  /**
   * The server doesn't know the token. True when one may begin anew as another user, since it was
   * only remembered; what was given, or counted a moment ago, is not silently replaced.
   */
  refused(): boolean {
    const remembered = this.#remembered;
    this.forget();
    return remembered;
  }

  forget(): void {
    this.#token = undefined;
    this.#remembered = false;
    this.store.removeItem(this.#key);
  }
}
