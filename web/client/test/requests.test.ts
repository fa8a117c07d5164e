import { describe, expect, it } from 'vitest';
import { KlatschError } from '../src/errors';
import { settle } from './fakeClock';
import { session, World } from './world';

/** What a promise was rejected with. */
async function refusal(promise: Promise<unknown>): Promise<KlatschError> {
  const error: unknown = await promise.then(
    () => new Error('it was not rejected'),
    (reason: unknown) => reason,
  );
  if (error instanceof KlatschError) return error;
  throw error;
}

describe('requests', () => {
  it('are answered each by its own answer, in whatever order', async () => {
    const world = new World();
    await world.enter();
    const rooms = world.client.listRooms();
    const page = world.client.history('beach', { before: 9, limit: 2 });
    const forRooms = world.socket.take('room.list');
    const forPage = world.socket.take('room.history');
    expect(forPage.params).toEqual({ room: 'beach', before: 9, limit: 2 });
    world.socket.answer(forPage, { messages: [], more: false });
    world.socket.answer(forRooms, { rooms: [] });
    expect(await page).toEqual({ messages: [], more: false });
    expect(await rooms).toEqual({ rooms: [] });
  });

  it('carry the words of the protocol', async () => {
    const world = new World();
    await world.enter();
    const done = [
      world.client.createRoom('Dog Park', 'dog_park'),
      world.client.leaveRoom('beach'),
      world.client.rename('Anna'),
      world.client.privateHistory('bob'),
    ];
    const { socket } = world;
    const created = socket.take('room.create');
    const left = socket.take('room.leave');
    const renamed = socket.take('user.rename');
    const read = socket.take('user.history');
    expect([created, left, renamed, read].map(({ params }) => params)).toEqual([
      { title: 'Dog Park', room: 'dog_park' },
      { room: 'beach' },
      { name: 'Anna' },
      { with: 'bob' },
    ]);
    socket.answer(created, { room: 'dog_park' });
    socket.answer(left, {});
    socket.answer(renamed, {});
    socket.answer(read, { messages: [], more: false });
    expect((await Promise.all(done))[0]).toEqual({ room: 'dog_park' });
    expect(world.client.user?.name).toBe('Anna');
  });

  it('are refused with the server’s reason', async () => {
    const world = new World();
    await world.enter();
    const refused = refusal(world.client.joinRoom('nowhere'));
    world.socket.refuse(world.socket.take('room.join'), 'no_such_room');
    const error = await refused;
    expect(error).toMatchObject({ code: 1010, data: { name: 'no_such_room', retry: false } });
    expect(error.message).toBe('There is no such room.');
  });

  it('that the server would refuse are not sent', async () => {
    const world = new World();
    await world.enter();
    expect(await refusal(world.client.rename('Ann:'))).toMatchObject({
      code: -32602,
      data: { name: 'invalid_params', retry: false, field: 'name', reason: 'has a colon' },
    });
    expect(world.socket.requests).toEqual([]);
  });

  it('are given up when the answer is not as agreed', async () => {
    const world = new World();
    await world.enter();
    const refused = refusal(world.client.listRooms());
    world.socket.answer(world.socket.take('room.list'), { rooms: [{ room: 'beach' }] } as never);
    const error = await refused;
    expect(error.data.name).toBe('invalid_answer');
    expect(error.message).toContain('rooms[0].title is missing');
  });

  it('are given up when no answer comes', async () => {
    const world = new World();
    await world.enter();
    const refused = refusal(world.client.createRoom('Orbit'));
    const request = world.socket.take('room.create');
    await world.clock.advance(15_000);
    expect(await refused).toMatchObject({ code: 1041, data: { name: 'timeout', retry: true } });
    world.socket.answer(request, { room: 'too_late' });
  });

  it('that may not be done twice are rejected when the connection breaks', async () => {
    const world = new World();
    await world.enter();
    const refused = refusal(world.client.createRoom('Orbit'));
    world.socket.lose();
    expect((await refused).data).toEqual({ name: 'disconnected', retry: true });
  });

  it('that may not be done twice are rejected without a connection', async () => {
    const world = new World();
    expect((await refusal(world.client.createRoom('Orbit'))).data.name).toBe('disconnected');
    expect((await refusal(world.client.logout())).data.name).toBe('disconnected');
  });

  it('that may be done twice wait for the first connection', async () => {
    const world = new World();
    world.client.connect();
    const rooms = world.client.listRooms();
    await world.admit();
    world.socket.answer(world.socket.take('room.list'), { rooms: [] });
    expect(await rooms).toEqual({ rooms: [] });
  });

  it('that may be done twice are repeated after a reconnect', async () => {
    const world = new World();
    await world.enter();
    const page = world.client.history('beach');
    world.socket.take('room.history');
    await world.comeBack();
    world.socket.answer(world.socket.take('room.history'), { messages: [], more: false });
    expect(await page).toEqual({ messages: [], more: false });
  });

  it('that may be done twice are rejected in the end', async () => {
    const world = new World();
    await world.enter();
    world.network.online = false;
    world.socket.lose();
    const refused = refusal(world.client.listRooms());
    await world.clock.advance(30_000);
    expect((await refused).data.name).toBe('disconnected');
  });

  it('that wait for a connection are rejected when the client leaves', async () => {
    const world = new World();
    world.client.connect();
    const refused = refusal(world.client.listRooms());
    await settle();
    world.client.disconnect();
    expect((await refused).data.name).toBe('disconnected');
  });

  it('that may be done twice are repeated as late as a busy server wants', async () => {
    const world = new World();
    await world.enter();
    const rooms = world.client.listRooms();
    world.socket.refuse(world.socket.take('room.list'), 'rate_limited', { retry_after_ms: 2000 });
    await world.clock.advance(1999);
    expect(world.socket.requests).toEqual([]);
    await world.clock.advance(501);
    world.socket.answer(world.socket.take('room.list'), { rooms: [] });
    expect(await rooms).toEqual({ rooms: [] });
  });

  it('without a connection that was begun are rejected at once', async () => {
    expect((await refusal(new World().client.listRooms())).data.name).toBe('disconnected');
  });
});

describe('what is no protocol', () => {
  it.each([
    ['no JSON', 'hello'],
    ['no object', '[1, 2]'],
    ['null', 'null'],
    ['bytes', new ArrayBuffer(8)],
    ['an answer to nothing', '{"jsonrpc":"2.0","id":77,"result":{}}'],
    ['an answer to nobody', '{"jsonrpc":"2.0","id":null,"error":{"code":-32700}}'],
    ['a later version’s event', '{"jsonrpc":"2.0","method":"typing","params":{}}'],
    ['an event by the name of a property', '{"jsonrpc":"2.0","method":"toString","params":{}}'],
    ['an event that lacks something', '{"jsonrpc":"2.0","method":"presence","params":{}}'],
  ])('is passed over: %s', async (_, data) => {
    const world = new World();
    await world.enter();
    const presence = world.collect('presence');
    world.socket.hear(data);
    await settle();
    expect(presence).toEqual([]);
    expect(world.client.status.kind).toBe('online');
  });
});

describe('events about people', () => {
  it('are told as they come', async () => {
    const world = new World();
    await world.enter();
    const bob = { id: 'bob', name: 'Bob' };
    const told = [
      world.collect('memberJoined'),
      world.collect('memberLeft'),
      world.collect('presence'),
      world.collect('renamed'),
    ];
    world.socket.notify('member.joined', { room: 'beach', user: bob });
    world.socket.notify('member.left', { room: 'beach', user: bob });
    world.socket.notify('presence', { user: bob, online: false });
    world.socket.notify('user.renamed', { user: { id: 'ann', name: 'Anna' } });
    expect(told).toEqual([
      [{ room: 'beach', user: bob }],
      [{ room: 'beach', user: bob }],
      [{ user: bob, online: false }],
      [{ user: { id: 'ann', name: 'Anna' } }],
    ]);
    expect(world.client.user?.name).toBe('Anna');
  });
});

describe('the token', () => {
  const withToken = () => session({ token: 'secret' });

  it('is used for the next connection and after a reload, where there is no cookie', async () => {
    const before = new World();
    await before.enter(withToken());
    before.socket.lose();
    await before.untilRetry();
    before.socket.open();
    expect(before.socket.take('session.open').params.token).toBe('secret');

    const after = new World({}, before);
    after.client.connect();
    after.socket.open();
    expect(after.socket.take('session.open').params).toEqual({ token: 'secret' });
  });

  it('of one server is not shown to another', async () => {
    const before = new World();
    await before.enter(withToken());
    const after = new World({ url: 'ws://elsewhere.example/ws' }, before);
    after.client.connect();
    after.socket.open();
    expect(after.socket.take('session.open').params).toEqual({});
  });

  it('is replaced by a new user when it was only remembered and counts no more', async () => {
    const before = new World();
    await before.enter(withToken());
    const after = new World({}, before);
    after.client.connect();
    after.socket.open();
    after.socket.refuse(after.socket.take('session.open'), 'invalid_token');
    await settle();
    expect(after.server.sockets).toHaveLength(2);
    after.socket.open();
    expect(after.socket.take('session.open').params).toEqual({});
  });

  it('that was given and counts no more ends the client', async () => {
    const world = new World({ token: 'stale' });
    const ends = world.collect('closedForGood');
    world.client.connect();
    world.socket.open();
    world.socket.refuse(world.socket.take('session.open'), 'invalid_token');
    await settle();
    expect(ends).toEqual([{ reason: 'invalid_token' }]);
    expect(world.client.status).toEqual({ kind: 'closed', attempt: 0, reason: 'invalid_token' });
  });

  it('is forgotten by a log out, here or elsewhere', async () => {
    for (const logOut of [
      async (world: World) => {
        const done = world.client.logout();
        world.socket.answer(world.socket.take('session.close'), {});
        await done;
        world.socket.lose(4500);
      },
      async (world: World) => world.socket.lose(4500),
    ]) {
      const before = new World();
      await before.enter(withToken());
      await logOut(before);
      expect(before.client.status).toMatchObject({ kind: 'closed', reason: 'logged_out' });
      const after = new World({}, before);
      after.client.connect();
      after.socket.open();
      expect(after.socket.take('session.open').params).toEqual({});
    }
  });
});
