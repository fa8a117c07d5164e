import { describe, expect, it } from 'vitest';
import { settle } from './fakeClock';
import { ann, bob, message, privateMessage, sent, session, states, World } from './world';

describe('a message that is sent', () => {
  it('is sending, then sent, then no longer pending when it has come back', async () => {
    const world = new World();
    await world.enter();
    const changes = world.collect('queue');
    const pending = world.client.send('beach', 'Hello!');
    expect(pending).toMatchObject({ room: 'beach', text: 'Hello!', state: 'sending' });
    expect(pending.cid).toMatch(/^[A-Za-z0-9_-]{16}$/u);
    const request = world.socket.take('room.send');
    expect(request.params).toEqual({ room: 'beach', text: 'Hello!', cid: pending.cid });
    world.socket.answer(request, sent(6));
    await settle();
    expect(world.client.pending).toEqual([{ ...pending, state: 'sent', ...sent(6) }]);
    world.socket.notify('message', message(6, { from: ann, cid: pending.cid }));
    expect(world.client.pending).toEqual([]);
    expect(changes.map((each) => each.map(({ state }) => state))).toEqual([
      ['sending'],
      ['sent'],
      [],
    ]);
  });

  it('is no longer pending when it comes back before the answer', async () => {
    const world = new World();
    await world.enter();
    const { cid } = world.client.send('beach', 'Hello!');
    const request = world.socket.take('room.send');
    world.socket.notify('message', message(6, { from: ann, cid }));
    expect(world.client.pending).toEqual([]);
    world.socket.answer(request, sent(6));
    await settle();
    expect(world.client.pending).toEqual([]);
  });

  it('is not mistaken for another user’s with the same cid', async () => {
    const world = new World();
    await world.enter();
    const { cid } = world.client.send('beach', 'Hello!');
    world.socket.notify('message', message(6, { from: bob, cid }));
    expect(states(world)).toEqual([['Hello!', 'sending']]);
  });

  it('to one user takes its own way', async () => {
    const world = new World();
    await world.enter();
    const { cid } = world.client.sendPrivate('bob', 'psst');
    const request = world.socket.take('user.send');
    expect(request.params).toEqual({ to: 'bob', text: 'psst', cid });
    world.socket.answer(request, sent(1));
    world.socket.notify('private', privateMessage(1, { from: ann, to: bob, cid }));
    await settle();
    expect(world.client.pending).toEqual([]);
  });

  it('waits for the one before it in the same room, but not for other places', async () => {
    const world = new World();
    await world.enter();
    for (const text of ['one', 'two']) world.client.send('beach', text);
    world.client.send('world', 'elsewhere');
    world.client.sendPrivate('bob', 'psst');
    expect(world.socket.requests.map(({ method }) => method)).toEqual([
      'room.send',
      'room.send',
      'user.send',
    ]);
    world.socket.answer(world.socket.take('room.send'), sent(6));
    await settle();
    const texts = world.socket.requests.map(({ params }) => (params as { text: string }).text);
    expect(texts).toEqual(['elsewhere', 'psst', 'two']);
  });

  it('with half a character is sent with a replacement for it', async () => {
    const world = new World();
    await world.enter();
    world.client.send('beach', 'a\ud83db 😀');
    expect(world.socket.take('room.send').params.text).toBe('a\ufffdb 😀');
  });
});

describe('a message that can not be sent at once', () => {
  it('waits until there is a session', async () => {
    const world = new World();
    world.client.send('beach', 'early');
    expect(states(world)).toEqual([['early', 'sending']]);
    await world.enter();
    expect(world.socket.take('room.send').params.text).toBe('early');
  });

  it('is sent again with the same cid after a reconnect', async () => {
    const world = new World();
    await world.enter();
    const { cid } = world.client.send('beach', 'Hello!');
    world.socket.take('room.send');
    await world.comeBack();
    const again = world.socket.take('room.send');
    expect(again.params.cid).toBe(cid);
    world.socket.answer(again, sent(6));
    await settle();
    expect(states(world)).toEqual([['Hello!', 'sent']]);
  });

  it('is not sent again when the resumed messages show that it arrived', async () => {
    const world = new World();
    await world.enter();
    const { cid } = world.client.send('beach', 'one');
    world.client.send('beach', 'two');
    world.socket.take('room.send');
    await world.comeBack(
      session({ rooms: [{ room: 'beach', title: 'B', seq: 6, recovered: true }] }),
    );
    world.socket.notify('message', message(6, { from: ann, cid }));
    expect(states(world)).toEqual([['two', 'sending']]);
  });

  it('is sent again when no answer comes', async () => {
    const world = new World({ times: { silence: 3_600_000 } });
    await world.enter();
    const { cid } = world.client.send('beach', 'Hello!');
    world.socket.take('room.send');
    await world.clock.advance(16_000);
    expect(world.socket.take('room.send').params.cid).toBe(cid);
  });

  it('is tried again as late as the server asks for, before those behind it', async () => {
    const world = new World();
    await world.enter();
    world.client.send('beach', 'one');
    world.client.send('beach', 'two');
    world.socket.refuse(world.socket.take('room.send'), 'rate_limited', { retry_after_ms: 3000 });
    await world.clock.advance(2999);
    expect(world.socket.requests).toEqual([]);
    await world.clock.advance(501);
    expect(world.socket.take('room.send').params.text).toBe('one');
    expect(states(world)).toEqual([
      ['one', 'sending'],
      ['two', 'sending'],
    ]);
  });

  it('is tried again later and later while the store is away', async () => {
    const world = new World({ random: () => 0.999 });
    await world.enter();
    world.client.send('beach', 'Hello!');
    for (const milliseconds of [500, 1000, 2000]) {
      world.socket.refuse(world.socket.take('room.send'), 'store_unavailable');
      await world.clock.advance(milliseconds - 20);
      expect(world.socket.requests).toEqual([]);
      await world.clock.advance(20);
    }
    world.socket.answer(world.socket.take('room.send'), sent(6));
    await settle();
    expect(states(world)).toEqual([['Hello!', 'sent']]);
  });

  it('does not keep the client busy after it has left', async () => {
    const world = new World();
    await world.enter();
    world.client.send('beach', 'Hello!');
    world.socket.refuse(world.socket.take('room.send'), 'store_unavailable');
    await settle();
    world.client.disconnect();
    expect(world.clock.waiting).toBe(0);
  });
});

describe('a message that is refused', () => {
  const refused = async () => {
    const world = new World();
    await world.enter();
    const { cid } = world.client.send('beach', 'one');
    world.client.send('beach', 'two');
    world.socket.refuse(world.socket.take('room.send'), 'not_a_member');
    await settle();
    return { world, cid };
  };

  it('fails with the reason, and those behind it go on', async () => {
    const { world } = await refused();
    expect(world.client.pending[0]).toMatchObject({
      text: 'one',
      state: 'failed',
      error: { code: 1011, data: { name: 'not_a_member', retry: false } },
    });
    expect(world.socket.take('room.send').params.text).toBe('two');
  });

  it('is sent again on request, behind those that wait, with its cid', async () => {
    const { world, cid } = await refused();
    world.client.retry(cid);
    expect(states(world)).toEqual([
      ['two', 'sending'],
      ['one', 'sending'],
    ]);
    expect(world.client.pending[1]).not.toHaveProperty('error');
    world.socket.answer(world.socket.take('room.send'), sent(6));
    await settle();
    expect(world.socket.take('room.send').params).toMatchObject({ text: 'one', cid });
  });

  it('is sent again on request when nothing else waits', async () => {
    const { world, cid } = await refused();
    world.socket.answer(world.socket.take('room.send'), sent(6));
    await settle();
    world.client.retry(cid);
    expect(world.socket.take('room.send').params.cid).toBe(cid);
  });

  it('is forgotten on request', async () => {
    const { world, cid } = await refused();
    world.client.discard(cid);
    expect(states(world)).toEqual([['two', 'sending']]);
  });

  it('is not asked to be sent again while it is under way', async () => {
    const world = new World();
    await world.enter();
    const { cid } = world.client.send('beach', 'one');
    world.client.retry(cid);
    expect(world.socket.requests).toHaveLength(1);
  });

  it('is refused by the client itself when it could never be sent', async () => {
    const world = new World();
    await world.enter();
    world.client.send('beach', ' \n ');
    await settle();
    expect(world.client.pending[0]).toMatchObject({
      state: 'failed',
      error: { data: { name: 'invalid_params', field: 'text' } },
    });
    expect(world.socket.requests).toEqual([]);
  });
});
