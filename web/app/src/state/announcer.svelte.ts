/**
 * What screen readers hear of new messages. The log itself is not live: it is a virtual list, and
 * scrolling it would read old messages aloud. Lines are gathered and, when it rushes, counted.
 */
const gatherMilliseconds = 1500;
const linesReadInFull = 3;

export class Announcer {
  #text = $state('');
  #waiting: string[] = [];
  #timer: ReturnType<typeof setTimeout> | null = null;

  get text(): string {
    return this.#text;
  }

  /** At once, alone: an answer to something the reader did. */
  say(line: string): void {
    // The same words twice are announced twice: a no-break space makes them differ.
    this.#text = this.#text === line ? `${line}\u00a0` : line;
  }

  message(line: string): void {
    this.#waiting.push(line);
    if (this.#waiting.length === 1 && this.#timer === null) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), gatherMilliseconds);
  }

  #flush(): void {
    const lines = this.#waiting;
    this.#waiting = [];
    this.#timer = null;
    if (lines.length === 0) return;
    this.say(lines.length <= linesReadInFull ? lines.join('. ') : `${lines.length} new messages`);
    // Silence for a while, even after a single line: what comes meanwhile is gathered.
    this.#timer = setTimeout(() => this.#flush(), gatherMilliseconds);
  }
}
