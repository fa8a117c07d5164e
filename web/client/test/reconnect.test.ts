import { describe, expect, it } from 'vitest';
import { closeCodes } from '../src/protocol';
import { settle } from './fakeClock';
import { message, session, World } from './world';

describe('a connection', () => {
  it('asks for the JSON protocol and opens the session', async () => {
    const world = new World({ name: 'Ann' });
    const opened = world.collect('open');
    await world.enter();
    expect(world.socket.url).toBe('ws://chat.example/ws');
    expect(world.socket.subprotocol).toBe('klatsch.v1.json');
    expect(opened).toEqual([session()]);
    expect(world.client.user).toEqual({ id: 'ann', name: 'Ann' });
  });

  it('is closed before, connecting, then online', async () => {
    const world = new World();
    expect(world.client.status).toEqual({ kind: 'closed', attempt: 0 });
    const states = world.collect('status');
    await world.enter();
    expect(states.map(({ kind }) => kind)).toEqual(['connecting', 'online']);
  });

  it('is made once, however often one connects', async () => {
    const world = new World();
    world.client.connect();
    world.client.connect();
    expect(world.server.sockets).toHaveLength(1);
  });

  it('is left by disconnect, and nothing goes on', async () => {
    const world = new World();
    await world.enter();
    world.client.disconnect();
    expect(world.client.status).toEqual({ kind: 'closed', attempt: 0 });
    expect(world.socket.closedWith).toBe(1000);
    await world.clock.advance(3_600_000);
    expect(world.server.sockets).toHaveLength(1);
    expect(world.clock.waiting).toBe(0);
  });

  it('can be made again after disconnect', async () => {
    const world = new World();
    await world.enter();
    world.client.disconnect();
    await world.enter();
    expect(world.client.status.kind).toBe('online');
  });

  it('can be made again in the moment in which it ends', async () => {
    const world = new World();
    await world.enter();
    const off = world.client.on('status', ({ kind }) => {
      if (kind !== 'closed') return;
      off();
      world.client.connect();
    });
    world.client.disconnect();
    expect(world.server.sockets).toHaveLength(2);
    await world.admit();
    expect(world.client.status.kind).toBe('online');
  });

  it.each(['status', 'open'] as const)(
    'can be left in the moment in which it opens, when %s is told',
    async (event) => {
      const world = new World();
      world.client.send('beach', 'Hello!');
      world.client.on(event, () => {
        if (world.client.status.kind === 'online') world.client.disconnect();
      });
      await world.enter();
      await world.clock.advance(60_000);
      expect(world.client.status.kind).toBe('closed');
      expect(world.socket.requests).toEqual([]);
      expect(world.clock.waiting).toBe(0);
    },
  );

  it('to an impossible address is refused at once', () => {
    const webSocket = () => {
      throw new SyntaxError('no such address');
    };
    const world = new World({ webSocket });
    expect(() => world.client.connect()).toThrow('no such address');
    expect(world.client.status.kind).toBe('closed');
  });

  it('tells events that come in the same breath as the answer after the answer', async () => {
    const world = new World();
    const order: string[] = [];
    world.client.on('open', () => order.push('open'));
    world.client.on('presence', () => order.push('presence'));
    world.client.connect();
    world.socket.open();
    world.socket.answer(world.socket.take('session.open'), session());
    world.socket.notify('presence', { user: { id: 'bob', name: 'Bob' }, online: true });
    await settle();
    expect(order).toEqual(['open', 'presence']);
  });
});

describe('a lost connection', () => {
  it('is announced with the time of the next attempt, and made again', async () => {
    const world = new World();
    await world.enter();
    world.socket.lose(4000);
    const { status } = world.client;
    expect(status).toMatchObject({ kind: 'reconnecting', attempt: 1, reason: 'restarting' });
    expect(status.retryAt! - world.clock.now()).toBeLessThanOrEqual(500);
    await world.untilRetry();
    expect(world.client.status).toEqual({ kind: 'reconnecting', attempt: 1 });
    await world.admit();
    expect(world.client.status).toEqual({ kind: 'online', attempt: 0 });
  });

  it('is tried for later and later while it fails', async () => {
    const world = new World({ random: () => 0.999 });
    await world.enter();
    world.socket.lose();
    const waits: number[] = [];
    for (let i = 0; i < 8; i += 1) {
      waits.push(Math.round((world.client.status.retryAt! - world.clock.now()) / 500));
      await world.untilRetry();
      world.socket.lose();
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
  });

  it('counts as a new trouble only after ten seconds of peace', async () => {
    const world = new World();
    await world.enter();
    await world.comeBack();
    world.socket.lose();
    expect(world.client.status.attempt).toBe(2);
    await world.untilRetry();
    await world.admit();
    await world.clock.advance(10_000);
    world.socket.lose();
    expect(world.client.status.attempt).toBe(1);
  });

  it('is tried for at once by retryNow', async () => {
    const world = new World();
    await world.enter();
    world.client.retryNow();
    expect(world.server.sockets).toHaveLength(1);
    world.socket.lose();
    world.client.retryNow();
    expect(world.server.sockets).toHaveLength(2);
    await world.admit();
    await world.clock.advance(5_000);
    expect(world.server.sockets).toHaveLength(2);
  });

  it('is noticed when the handshake takes too long', async () => {
    const world = new World();
    world.client.connect();
    await world.clock.advance(10_000);
    expect(world.socket.closedWith).toBe(1000);
    expect(world.client.status.kind).toBe('reconnecting');
  });

  it('is noticed when the session is not opened in time', async () => {
    const world = new World();
    world.client.connect();
    world.socket.open();
    await world.clock.advance(10_000);
    expect(world.client.status.kind).toBe('reconnecting');
  });

  it('waits as long as the server asks for when it will not open the session', async () => {
    const world = new World();
    world.client.connect();
    world.socket.open();
    world.socket.refuse(world.socket.take('session.open'), 'overloaded', { retry_after_ms: 7000 });
    await settle();
    expect(world.client.status).toMatchObject({ kind: 'reconnecting', reason: 'overloaded' });
    expect(world.client.status.retryAt! - world.clock.now()).toBeGreaterThanOrEqual(7000);
  });
});

describe('a server that says when to come back', () => {
  const waitAfter = async (reason: string, random: () => number) => {
    const world = new World({ random });
    await world.enter();
    world.socket.lose(4000, reason);
    return world.client.status.retryAt! - world.clock.now();
  };

  it('is waited for as long as it says, and the clients come one by one after that', async () => {
    const waits = await Promise.all(
      [0, 0.25, 0.5, 0.75].map((chance) => waitAfter('{"retry_after_ms":7000}', () => chance)),
    );
    expect(waits).toEqual([7000, 7125, 7250, 7375]);
  });

  it('is waited for a minute at most', async () => {
    expect(await waitAfter('{"retry_after_ms":86400000}', () => 0)).toBe(60_000);
  });

  it.each(['', 'bye', 'null', '7000', '{}', '{"retry_after_ms":"7000"}', '{"retry_after_ms":-5}'])(
    'and says %j is looked for at once, by chance alone',
    async (reason) => {
      expect(await waitAfter(reason, () => 0.5)).toBe(250);
    },
  );

  it('is asked nothing before, and by the usual backoff when it is still away', async () => {
    const world = new World({ random: () => 0.5 });
    await world.enter();
    world.socket.lose(4000, '{"retry_after_ms":7000}');
    expect(world.client.status).toMatchObject({ attempt: 1, reason: 'restarting' });
    await world.clock.advance(7000);
    expect(world.server.sockets).toHaveLength(1);
    await world.clock.advance(250);
    expect(world.server.sockets).toHaveLength(2);
    world.socket.lose();
    expect(world.client.status.retryAt! - world.clock.now()).toBe(500);
  });

  it('is waited for in the same way when it will not open the session', async () => {
    const world = new World({ random: () => 0 });
    world.client.connect();
    world.socket.open();
    world.socket.refuse(world.socket.take('session.open'), 'stopping', { retry_after_ms: 9e9 });
    await settle();
    expect(world.client.status.retryAt! - world.clock.now()).toBe(60_000);
  });
});

describe('close codes', () => {
  const rows = Object.entries(closeCodes);

  it.each(rows.filter(([, { reconnect }]) => reconnect))(
    '%s makes the client come back',
    async (_, { code }) => {
      const world = new World();
      await world.enter();
      world.socket.lose(code);
      expect(world.client.status.kind).toBe('reconnecting');
    },
  );

  it.each(rows.filter(([, { reconnect }]) => !reconnect))(
    '%s makes the client stay away and say why',
    async (reason, { code }) => {
      const world = new World();
      const ends = world.collect('closedForGood');
      await world.enter();
      world.socket.lose(code);
      expect(world.client.status).toEqual({ kind: 'closed', attempt: 0, reason });
      expect(ends).toEqual([{ reason }]);
      await world.clock.advance(3_600_000);
      expect(world.server.sockets).toHaveLength(1);
    },
  );

  it('from 4500 on keep the client away even when it does not know them', async () => {
    const world = new World();
    await world.enter();
    world.socket.lose(4999);
    expect(world.client.status).toMatchObject({ kind: 'closed', reason: 'close_4999' });
  });

  it('below 4500 make it come back even when it does not know them', async () => {
    const world = new World();
    await world.enter();
    world.socket.lose(4499);
    expect(world.client.status).toMatchObject({ kind: 'reconnecting', reason: 'close_4499' });
  });
});

describe('a line that is dead without saying so', () => {
  it('is asked after half a minute of silence and given up ten seconds later', async () => {
    const world = new World();
    await world.enter();
    await world.clock.advance(29_999);
    expect(world.socket.requests).toEqual([]);
    await world.clock.advance(1);
    const { params } = world.socket.take('room.history');
    expect(params).toEqual({ room: 'beach', after: 5, limit: 1 });
    await world.clock.advance(10_000);
    expect(world.client.status.kind).toBe('reconnecting');
    expect(world.socket.closedWith).toBe(1000);
  });

  it('is believed to live when it answers, be it a refusal', async () => {
    const world = new World();
    await world.enter();
    await world.clock.advance(30_000);
    world.socket.answer(world.socket.take('room.history'), { messages: [], more: false });
    await world.clock.advance(30_000);
    world.socket.refuse(world.socket.take('room.history'), 'store_unavailable');
    await world.clock.advance(15_000);
    expect(world.client.status.kind).toBe('online');
    expect(world.server.sockets).toHaveLength(1);
  });

  it('is asked once when there are two reasons to ask', async () => {
    const world = new World();
    await world.enter();
    await world.clock.advance(25_000);
    world.network.turn(true);
    await world.clock.advance(7_000);
    expect(world.socket.requests).toHaveLength(1);
    await world.clock.advance(3_000);
    expect(world.client.status.kind).toBe('reconnecting');
  });

  it('is asked for the rooms where the user is in none', async () => {
    const world = new World();
    await world.enter(session({ rooms: [] }));
    await world.clock.advance(30_000);
    world.socket.answer(world.socket.take('room.list'), { rooms: [] });
    await world.clock.advance(15_000);
    expect(world.client.status.kind).toBe('online');
  });

  it('that has swallowed a message gives it back with the answer', async () => {
    const world = new World();
    await world.enter();
    await world.clock.advance(30_000);
    world.socket.answer(world.socket.take('room.history'), { messages: [message(6)], more: false });
    await settle();
    expect(world.delivered).toEqual([6]);
  });

  it('is not asked while there is something to hear', async () => {
    const world = new World();
    await world.enter();
    for (let i = 0; i < 10; i += 1) {
      await world.clock.advance(20_000);
      world.socket.notify('presence', { user: { id: 'bob', name: 'Bob' }, online: i % 2 === 0 });
    }
    expect(world.socket.requests).toEqual([]);
  });
});

describe('the network of the device', () => {
  it('is waited for when it is gone, with an attempt now and then', async () => {
    const world = new World();
    await world.enter();
    world.network.online = false;
    world.socket.lose();
    const { status } = world.client;
    expect(status.kind).toBe('offline');
    expect(status.retryAt! - world.clock.now()).toBe(30_000);
    await world.untilRetry();
    expect(world.server.sockets).toHaveLength(2);
  });

  it('makes the client try at once when it is back', async () => {
    const world = new World();
    await world.enter();
    world.network.online = false;
    world.socket.lose();
    world.network.turn(true);
    expect(world.server.sockets).toHaveLength(2);
    await world.admit();
    expect(world.client.status.kind).toBe('online');
  });

  it('shows as offline when it goes while an attempt is waited for', async () => {
    const world = new World();
    await world.enter();
    world.socket.lose();
    world.network.turn(false);
    expect(world.client.status.kind).toBe('offline');
  });

  it('makes the client look after its connection when it changes', async () => {
    const world = new World();
    await world.enter();
    world.network.turn(false);
    world.socket.take('room.history');
    await world.clock.advance(10_000);
    expect(world.client.status.kind).toBe('offline');
  });
});
