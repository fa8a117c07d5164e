// @vitest-environment jsdom
import { afterEach, describe, expect, it } from 'vitest';
import { KlatschError } from '../src/errors';
import { queueBound } from '../src/sendQueue';
import { MemoryStore } from '../src/store';
import { settle } from './fakeClock';
import { bob, sent, session, states, World } from './world';

/** All pages of a browser but one are told so what that one has removed. */
const tellOfRemoval = (cid: string) => {
  const key = `klatsch.queue.ann.${cid}`;
  expect(localStorage.getItem(key)).toBeNull();
  const removal = { key, newValue: null, storageArea: localStorage };
  window.dispatchEvent(new StorageEvent('storage', removal));
};

describe('the send queue in the store', () => {
  afterEach(() => localStorage.clear());

  it('survives a reload, in its order and with its cids', async () => {
    const before = new World();
    await before.enter();
    const cids = ['one', 'two', 'three'].map((text) => before.client.send('beach', text).cid);
    before.socket.answer(before.socket.take('room.send'), sent(6));
    await settle();

    const after = new World({}, before);
    await after.enter();
    expect(after.client.pending.map(({ cid, text }) => [cid, text])).toEqual([
      [cids[1], 'two'],
      [cids[2], 'three'],
    ]);
    expect(after.socket.take('room.send').params.cid).toBe(cids[1]);
  });

  it('keeps failed messages and their reasons over a reload', async () => {
    const before = new World();
    await before.enter();
    before.client.sendPrivate('nobody', 'psst');
    before.socket.refuse(before.socket.take('user.send'), 'no_such_user');
    await settle();

    const after = new World({}, before);
    await after.enter();
    expect(after.client.pending).toEqual(before.client.pending);
    expect(after.socket.requests).toEqual([]);
  });

  it('keeps messages that were written before it was known who writes', async () => {
    const before = new World();
    await before.enter();
    before.client.send('beach', 'old');
    const after = new World({}, before);
    after.client.send('beach', 'new');
    await after.enter();
    expect(states(after)).toEqual([
      ['old', 'sending'],
      ['new', 'sending'],
    ]);
    const later = new World({}, after);
    await later.enter();
    expect(states(later)).toEqual(states(after));
  });

  it('belongs to its user: another one neither sees nor sends it', async () => {
    const world = new World();
    await world.enter();
    world.client.send('beach', 'of Ann');
    await world.comeBack(session({ user: bob }));
    expect(world.client.pending).toEqual([]);
    expect(world.socket.requests).toEqual([]);
    await world.comeBack();
    expect(states(world)).toEqual([['of Ann', 'sending']]);
  });

  it('of two pages of one browser does not lose a message of either', async () => {
    const one = new World();
    await one.enter();
    const two = new World({}, one);
    await two.enter();
    one.client.send('beach', 'from one');
    two.client.send('world', 'from two');
    const after = new World({}, one);
    await after.enter();
    expect(states(after).map(([text]) => text)).toEqual(['from one', 'from two']);
  });

  it('that failed is gone from all pages of one browser when it is discarded in one', async () => {
    const one = new World({ store: localStorage });
    await one.enter();
    const { cid } = one.client.send('beach', 'one');
    one.socket.refuse(one.socket.take('room.send'), 'not_a_member');
    await settle();
    const two = new World({ store: localStorage });
    await two.enter();
    expect(states(two)).toEqual([['one', 'failed']]);
    const changes = two.collect('queue');
    one.client.discard(cid);
    tellOfRemoval(cid);
    expect(states(two)).toEqual([]);
    expect(changes).toEqual([[]]);
  });

  it('shows on the page that sends it until it is in the log', async () => {
    const one = new World({ store: localStorage });
    await one.enter();
    const { cid } = one.client.send('beach', 'one');
    const two = new World({ store: localStorage });
    await two.enter();
    two.client.discard(cid);
    tellOfRemoval(cid);
    expect(states(one)).toEqual([['one', 'sending']]);
  });

  it('is emptied by a log out', async () => {
    const world = new World();
    await world.enter();
    world.client.send('beach', 'never mind');
    const done = world.client.logout();
    world.socket.answer(world.socket.take('session.close'), {});
    await done;
    expect(world.client.pending).toEqual([]);
    const after = new World({}, world);
    await after.enter();
    expect(after.client.pending).toEqual([]);
  });

  it('is bounded: what is too much is not taken', async () => {
    const world = new World();
    for (let i = 0; i < queueBound; i += 1) world.client.send('beach', `m${i}`);
    let error: unknown;
    try {
      world.client.send('beach', 'one too many');
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(KlatschError);
    expect((error as KlatschError).data).toEqual({ name: 'queue_full', retry: false });
    expect(world.client.pending).toHaveLength(queueBound);
  });

  it('is not filled by messages that are sent and whose return nobody sees', async () => {
    const world = new World();
    await world.enter();
    for (let i = 0; i < queueBound + 5; i += 1) {
      world.client.send('elsewhere', `m${i}`);
      world.socket.answer(world.socket.take('room.send'), sent(i + 1));
      await settle();
    }
    expect(world.client.pending).toHaveLength(queueBound);
  });

  it('works while the store is full', async () => {
    const store = new MemoryStore();
    store.setItem = () => {
      throw new Error('QuotaExceededError');
    };
    const world = new World({ store });
    await world.enter();
    world.client.send('beach', 'Hello!');
    expect(world.socket.take('room.send').params.text).toBe('Hello!');
  });

  it('throws away what nobody came back for in 30 days', async () => {
    const before = new World();
    await before.enter();
    before.client.send('beach', 'Hello?');
    before.client.disconnect();
    await before.clock.advance(29 * 24 * 3_600_000);
    const after = new World({}, before);
    await after.enter(session({ user: bob }));
    expect(after.store.length).toBe(1);
    after.client.disconnect();
    await after.clock.advance(2 * 24 * 3_600_000);
    await new World({}, before).enter(session({ user: bob }));
    expect(after.store.length).toBe(0);
  });

  it('passes over what it can not read in the store', async () => {
    const world = new World();
    world.store.setItem('klatsch.queue.ann.broken', '{"order":1790000000000');
    world.store.setItem('klatsch.queue.ann.strange', '{"order":1790000000000,"message":{"cid":5}}');
    world.store.setItem('klatsch.queue.ann.null', 'null');
    await world.enter();
    expect(world.client.pending).toEqual([]);
  });
});
