import { Backoff } from './backoff';
import type { Clock } from './clock';
import { KlatschError } from './errors';
import type { Link } from './link';
import type { Methods } from './protocol';

/** How long a request that may be repeated is, in milliseconds. */
const patienceMilliseconds = 30_000;

/** Requests that outlive a lost connection and a busy server. Only for what may be done twice. */
export class Requests {
  /** To be called when a session opens or the link ends. */
  readonly #waiting = new Set<() => void>();

  constructor(
    private readonly link: Link,
    private readonly clock: Clock,
    private readonly random: () => number,
  ) {}

  /** Repeats the request until it is answered for good; after a while gives the last error. */
  async repeat<Method extends keyof Methods>(
    method: Method,
    params: Methods[Method]['params'],
  ): Promise<Methods[Method]['result']> {
    const end = this.clock.now() + patienceMilliseconds;
    const backoff = new Backoff(this.random);
    for (;;) {
      try {
        return await this.link.call(method, params);
      } catch (error) {
        if (!(error instanceof KlatschError) || !error.data.retry) throw error;
        const left = end - this.clock.now();
        const { name, retry_after_ms } = error.data;
        const disconnected = name === 'disconnected';
        const wait = disconnected ? left : backoff.next(retry_after_ms);
        if (this.link.status.kind === 'closed' || left <= 0 || wait > left) throw error;
        await this.#pause(wait, disconnected);
      }
    }
  }

  /** The link is open again, or has ended: what waits for that goes on. */
  wake(): void {
    for (const goOn of [...this.#waiting]) goOn();
  }

  #pause(milliseconds: number, untilWoken: boolean): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.clock.after(milliseconds, () => goOn());
      const goOn = () => {
        cancel();
        this.#waiting.delete(goOn);
        resolve();
      };
      if (untilWoken) this.#waiting.add(goOn);
    });
  }
}
