import type { ConnectionStatus } from '../../../client/src/index';

/** A connection that is back before this needs no word: what flashes by only disturbs. */
const patienceMilliseconds = 1000;

/** The state of the connection, in the words of the page. */
export class Connection {
  #status = $state.raw<ConnectionStatus>({ kind: 'connecting', attempt: 0 });
  #now = $state(Date.now());
  #ticker: ReturnType<typeof setInterval> | null = null;
  /** It was not online for a moment, and is expected back at once. */
  #patient = $state(true);
  #patience: ReturnType<typeof setTimeout> | null = null;
  /** The server said that it restarts, and nothing else went wrong since. */
  #planned = $state(false);
  /** What was last said when all was well, and is still said while being patient. */
  #calmWords = $state('');

  set(status: ConnectionStatus): void {
    this.#status = status;
    this.#now = Date.now();
    if (status.kind === 'online') this.#recovered();
    else {
      this.#patience ??= setTimeout(() => (this.#patient = false), patienceMilliseconds);
      if (status.reason !== undefined) this.#planned = status.reason === 'restarting';
    }
    const counting = status.kind === 'reconnecting' && status.retryAt !== undefined;
    if (counting && this.#ticker === null) {
      this.#ticker = setInterval(() => (this.#now = Date.now()), 1000);
    } else if (!counting && this.#ticker !== null) {
      clearInterval(this.#ticker);
      this.#ticker = null;
    }
  }

  #recovered(): void {
    if (this.#patience !== null) clearTimeout(this.#patience);
    this.#patience = null;
    this.#patient = true;
    this.#planned = false;
    this.#calmWords = 'Online';
  }

  get kind(): ConnectionStatus['kind'] {
    return this.#status.kind;
  }

  /** Nothing is wrong, or only for a moment: nothing needs to be said. */
  get quiet(): boolean {
    return this.kind === 'online' || this.#isPatient;
  }

  /** The server announced the interruption: it is told, but is no reason to worry. */
  get calm(): boolean {
    return this.#planned && this.kind === 'reconnecting';
  }

  get #isPatient(): boolean {
    return this.#patient && (this.kind === 'connecting' || this.kind === 'reconnecting');
  }

  /** Until the next try; null when none is planned or nothing is said. */
  get seconds(): number | null {
    const { kind, retryAt } = this.#status;
    if (kind !== 'reconnecting' || retryAt === undefined || this.#isPatient) return null;
    const seconds = Math.ceil((retryAt - this.#now) / 1000);
    return seconds > 0 ? seconds : null;
  }

  get canRetry(): boolean {
    return this.kind === 'reconnecting' && this.seconds !== null;
  }

  get words(): string {
    if (this.#isPatient) return this.#calmWords;
    switch (this.kind) {
      case 'connecting':
        return 'Connecting…';
      case 'online':
        return this.#calmWords;
      case 'reconnecting':
        if (this.calm) return this.seconds === null ? 'The server restarts…' : 'Restarting, back';
        return this.seconds === null ? 'Reconnecting…' : 'Reconnecting';
      case 'offline':
        return 'Offline. Messages wait here';
      case 'closed':
        return 'Closed';
    }
  }
}
