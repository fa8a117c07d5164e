import { Feed, type Numbered } from './feed';

export interface FeedGroupSource<Entry extends Numbered> {
  fetch(id: string, after: number): Promise<{ messages: Entry[]; more: boolean }>;
  deliver(entry: Entry): void;
  /** What came after `after` up to `seq` while the connection was lost follows at once. */
  recovered(id: string, after: number, seq: number): void;
  /** What came after `after` up to `seq` will not be delivered. */
  lost(id: string, after: number, seq: number): void;
}

/** What the server says of one log when the session opens. */
export interface OpenedLog {
  readonly id: string;
  readonly seq: number;
  readonly recovered?: boolean;
}

/** The feeds of all rooms, or of all conversations. */
export class FeedGroup<Entry extends Numbered> {
  /** In the order of the last message, oldest first. */
  readonly #feeds = new Map<string, Feed<Entry>>();
  /** Known only by their number: what waited for the user may still follow, up to that number. */
  readonly #announced = new Set<string>();

  /** `mayWait`: messages wait for a user without a session (conversations), or don't (rooms). */
  constructor(
    private readonly source: FeedGroupSource<Entry>,
    private readonly mayWait: boolean,
  ) {}

  receive(id: string, entry: Entry): void {
    const feed = this.#feeds.get(id) ?? this.#create(id, entry.seq - 1);
    if (this.#announced.delete(id) && entry.seq <= feed.cursor) feed.restart(entry.seq - 1);
    this.#feeds.delete(id);
    this.#feeds.set(id, feed);
    feed.receive(entry);
  }

  /** The log is followed from `seq` on, unless it is followed already. */
  begin(id: string, seq: number): void {
    if (!this.#feeds.has(id)) this.#create(id, seq);
  }

  end(id: string): void {
    this.#feeds.get(id)?.restart(0);
    this.#feeds.delete(id);
    this.#announced.delete(id);
  }

  endAllBut(ids: ReadonlySet<string>): void {
    for (const id of [...this.#feeds.keys()]) if (!ids.has(id)) this.end(id);
  }

  /** The connection is lost: what came too early will come again. */
  interrupt(): void {
    for (const feed of this.#feeds.values()) feed.restart(feed.cursor);
  }

  /** Takes up the logs where the server says that they are. */
  opened(logs: readonly OpenedLog[]): void {
    for (const { id, seq, recovered } of logs) {
      const feed = this.#feeds.get(id);
      if (!feed) {
        this.#create(id, seq);
        if (this.mayWait) this.#announced.add(id);
        continue;
      }
      this.#announced.delete(id);
      const after = feed.cursor;
      feed.restart(recovered ? after : seq);
      // A number smaller than before: the server has lost its log, and ours is of no use.
      if (seq === after) continue;
      if (recovered) this.source.recovered(id, after, seq);
      else this.source.lost(id, after, seq);
    }
  }

  /** `[id, cursor]` of each log, that with the newest message first. */
  get cursors(): [string, number][] {
    return [...this.#feeds].map(([id, feed]): [string, number] => [id, feed.cursor]).reverse();
  }

  #create(id: string, last: number): Feed<Entry> {
    const feed = new Feed<Entry>(
      {
        fetch: (after) => this.source.fetch(id, after),
        deliver: (entry) => this.source.deliver(entry),
        lost: (after, seq) => this.source.lost(id, after, seq),
      },
      last,
    );
    this.#feeds.set(id, feed);
    return feed;
  }
}
