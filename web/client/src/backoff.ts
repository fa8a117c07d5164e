/** The ceiling of the first wait and of all, in milliseconds. */
export interface BackoffRange {
  readonly first: number;
  readonly largest: number;
}

/**
 * How long to wait before the next attempt: anything up to a ceiling that doubles from attempt to
 * attempt. The whole of it is random, so that the clients of a server that died don't all come
 * back in the same moment.
 */
export class Backoff {
  #attempts = 0;

  constructor(
    private readonly random: () => number,
    private readonly range: BackoffRange = { first: 500, largest: 30_000 },
  ) {}

  /** How often `next` was called since the last success. */
  get attempts(): number {
    return this.#attempts;
  }

  /** Milliseconds to wait, at least `least`. */
  next(least = 0): number {
    const { first, largest } = this.range;
    const ceiling = Math.min(largest, first * 2 ** this.#attempts);
    this.#attempts += 1;
    return least + this.random() * ceiling;
  }

  /** It succeeded: the next failure begins anew. */
  reset(): void {
    this.#attempts = 0;
  }
}
