import type { ConnectionStatus } from '../../../client/src/index';

/** The state of the connection, in the words of the page. */
export class Connection {
  #status = $state.raw<ConnectionStatus>({ kind: 'connecting', attempt: 0 });
  #now = $state(Date.now());
  #ticker: ReturnType<typeof setInterval> | null = null;

  set(status: ConnectionStatus): void {
    this.#status = status;
    this.#now = Date.now();
    const counting = status.kind === 'reconnecting' && status.retryAt !== undefined;
    if (counting && this.#ticker === null) {
      this.#ticker = setInterval(() => (this.#now = Date.now()), 1000);
    } else if (!counting && this.#ticker !== null) {
      clearInterval(this.#ticker);
      this.#ticker = null;
    }
  }

  get kind(): ConnectionStatus['kind'] {
    return this.#status.kind;
  }

  /** Nothing is wrong: nothing needs to be said. */
  get quiet(): boolean {
    return this.kind === 'online';
  }

  /** Until the next try; null when none is planned. */
  get seconds(): number | null {
    const { kind, retryAt } = this.#status;
    if (kind !== 'reconnecting' || retryAt === undefined) return null;
    const seconds = Math.ceil((retryAt - this.#now) / 1000);
    return seconds > 0 ? seconds : null;
  }

  get canRetry(): boolean {
    return this.kind === 'reconnecting' && this.seconds !== null;
  }

  get words(): string {
    switch (this.kind) {
      case 'connecting':
        return 'Connecting…';
      case 'online':
        return 'Online';
      case 'reconnecting':
        return this.seconds === null ? 'Reconnecting…' : 'Reconnecting';
      case 'offline':
        return 'Offline. Messages wait here';
      case 'closed':
        return 'Closed';
    }
  }
}
