// The client's promises, while everything around it goes wrong by chance.

import { describe, expect, it } from 'vitest';
import { settle } from './fakeClock';
import { ModelServer } from './modelServer';
import { ann, World } from './world';

const steps = 120;

function chanceOf(seed: number): (share: number) => boolean {
  let state = seed * 7919;
  return (share) => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647 < share;
  };
}

/** What one browser went through: its pages follow each other, by reloads. */
class Story {
  readonly chance: (share: number) => boolean;
  readonly server: ModelServer;
  readonly said: string[] = [];
  readonly heard: number[] = [];
  world = new World();

  constructor(seed: number) {
    this.chance = chanceOf(seed);
    this.server = new ModelServer(this.chance);
    this.#begin();
  }

  async step(): Promise<void> {
    const { chance, server, world } = this;
    if (chance(0.4)) server.say();
    if (chance(0.3)) this.#send();
    if (chance(0.05)) server.lose(chance(0.5) ? 1006 : 4001);
    if (chance(0.02)) this.#reload();
    if (chance(0.05)) world.client.retryNow();
    this.#attach();
    server.serve();
    await world.clock.advance(chance(0.2) ? 5000 : 50);
  }

  /** From now on everything works; waits until all is done. */
  async end(): Promise<void> {
    for (let i = 0; i < 60; i += 1) {
      this.#attach();
      await settle();
      this.server.serve(true);
      await this.world.clock.advance(2000);
    }
  }

  #attach(): void {
    if (this.world.server.sockets.length > 0) this.server.attach(this.world.socket);
  }

  #send(): void {
    const text = `ann ${this.said.length}`;
    this.world.client.send('beach', text);
    this.said.push(text);
  }

  #reload(): void {
    const { client } = this.world;
    // Before the first session there is nothing by which a page could be continued.
    if (client.user === null) return;
    const cursors = client.exportCursors()!;
    client.disconnect();
    this.world = new World({}, this.world);
    this.world.client.importCursors(cursors);
    this.#begin();
  }

  #begin(): void {
    this.world.client.on('message', ({ seq }) => this.heard.push(seq));
    this.world.client.connect();
  }
}

describe('whatever goes wrong', () => {
  it.each(Array.from({ length: 16 }, (_, index) => index + 1))(
    'messages come once and in order, and are sent once and in order (story %i)',
    async (seed) => {
      const story = new Story(seed);
      for (let i = 0; i < steps; i += 1) await story.step();
      await story.end();
      const { log } = story.server;
      const first = story.heard[0]!;
      const expected = Array.from({ length: log.length - first + 1 }, (_, index) => first + index);
      expect(story.heard).toEqual(expected);
      const sent = log.filter(({ from }) => from.id === ann.id).map(({ text }) => text);
      expect(sent).toEqual(story.said);
      expect(story.world.client.pending).toEqual([]);
      expect(story.world.client.status.kind).toBe('online');
    },
  );
});
