import { describe, expect, it } from 'vitest';
import { settle } from './fakeClock';
import { ann, bob, message, privateMessage, session, World } from './world';

const range = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

const recoveredBeach = (seq: number, recovered: boolean) =>
  session({ rooms: [{ room: 'beach', title: 'Bubble Beach', seq, recovered }] });

describe('the messages of a room', () => {
  it('are delivered as they come', async () => {
    const world = new World();
    await world.enter();
    for (const seq of [6, 7, 8]) world.socket.notify('message', message(seq));
    expect(world.delivered).toEqual([6, 7, 8]);
  });

  it('are delivered once, however often they come', async () => {
    const world = new World();
    await world.enter();
    for (const seq of [6, 6, 7, 6, 7, 5, 1]) world.socket.notify('message', message(seq));
    expect(world.delivered).toEqual([6, 7]);
  });

  it('are held until those before them were fetched', async () => {
    const world = new World();
    await world.enter();
    world.socket.notify('message', message(9));
    world.socket.notify('message', message(10));
    expect(world.delivered).toEqual([]);
    const request = world.socket.take('room.history');
    expect(request.params).toEqual({ room: 'beach', after: 5, limit: 100 });
    const messages = range(6, 10).map((seq) => message(seq));
    world.socket.answer(request, { messages, more: false });
    await settle();
    expect(world.delivered).toEqual([6, 7, 8, 9, 10]);
    expect(world.socket.requests).toEqual([]);
  });

  it('are delivered in order when the missing one comes late by itself', async () => {
    const world = new World();
    await world.enter();
    for (const seq of [8, 6, 7]) world.socket.notify('message', message(seq));
    expect(world.delivered).toEqual([6, 7, 8]);
  });

  it('are fetched page by page over a wide gap', async () => {
    const world = new World();
    await world.enter();
    world.socket.notify('message', message(256));
    for (const first of [6, 106, 206]) {
      const request = world.socket.take('room.history');
      expect(request.params).toMatchObject({ after: first - 1 });
      const messages = range(first, Math.min(first + 99, 256)).map((seq) => message(seq));
      world.socket.answer(request, { messages, more: first < 206 });
      await settle();
    }
    expect(world.delivered).toEqual(range(6, 256));
  });

  it('of other rooms go on while a gap is filled', async () => {
    const world = new World();
    await world.enter();
    world.socket.notify('message', message(9));
    world.socket.notify('message', message(1, { room: 'world' }));
    expect(world.delivered).toEqual([1]);
  });

  it('go on after a gap that can not be filled, which is said plainly', async () => {
    const world = new World();
    const missed = world.collect('notRecovered');
    await world.enter();
    world.socket.notify('message', message(9));
    world.socket.answer(world.socket.take('room.history'), {
      messages: [message(6)],
      more: false,
    });
    await settle();
    world.socket.answer(world.socket.take('room.history'), { messages: [], more: false });
    await settle();
    expect(missed).toEqual([{ room: 'beach', after: 6, seq: 8 }]);
    expect(world.delivered).toEqual([6, 9]);
  });

  it('go on after a gap that is too wide', async () => {
    const world = new World();
    const missed = world.collect('notRecovered');
    await world.enter();
    world.socket.notify('message', message(5000));
    await settle();
    expect(world.socket.requests).toEqual([]);
    expect(missed).toEqual([{ room: 'beach', after: 5, seq: 4999 }]);
    expect(world.delivered).toEqual([5000]);
  });

  it('are asked for again when the server was too busy to tell the missing ones', async () => {
    const world = new World();
    await world.enter();
    world.socket.notify('message', message(7));
    world.socket.refuse(world.socket.take('room.history'), 'rate_limited', { retry_after_ms: 900 });
    await world.clock.advance(1500);
    const messages = [message(6), message(7)];
    world.socket.answer(world.socket.take('room.history'), { messages, more: false });
    await settle();
    expect(world.delivered).toEqual([6, 7]);
  });

  it('are bounded while they are held: what is too much is fetched', async () => {
    const world = new World();
    await world.enter();
    for (const seq of range(7, 1300)) world.socket.notify('message', message(seq));
    for (let after = 5; after < 1300; after = world.delivered.at(-1)!) {
      const request = world.socket.take('room.history');
      expect(request.params.after).toBe(after);
      const messages = range(after + 1, Math.min(after + 100, 1300)).map((seq) => message(seq));
      world.socket.answer(request, { messages, more: true });
      await settle();
    }
    expect(world.delivered).toEqual(range(6, 1300));
  });

  it('begin after the newest page of a room that is joined', async () => {
    const world = new World();
    await world.enter();
    const joined = world.client.joinRoom('world');
    const members = [{ ...ann, online: true }];
    world.socket.answer(world.socket.take('room.join'), {
      room: 'world',
      title: 'Orbit',
      seq: 3,
      members,
      member_count: 1,
      messages: [],
    });
    expect((await joined).title).toBe('Orbit');
    for (const seq of [3, 4]) world.socket.notify('message', message(seq, { room: 'world' }));
    expect(world.delivered).toEqual([4]);
  });

  it('that a handler throws at do not stop the others', async () => {
    const world = new World();
    await world.enter();
    const queued: (() => void)[] = [];
    const original = globalThis.queueMicrotask;
    globalThis.queueMicrotask = (run) => void queued.push(run);
    try {
      world.client.on('message', () => {
        throw new Error('a mistake of the handler');
      });
      const after = world.collect('message');
      world.socket.notify('message', message(6));
      expect(after).toHaveLength(1);
      expect(queued[0]).toThrow('a mistake of the handler');
    } finally {
      globalThis.queueMicrotask = original;
    }
  });

  it('are not told any more to a handler that was taken away', async () => {
    const world = new World();
    await world.enter();
    const told: number[] = [];
    const off = world.client.on('message', ({ seq }) => told.push(seq));
    world.socket.notify('message', message(6));
    off();
    world.socket.notify('message', message(7));
    expect(told).toEqual([6]);
  });
});

describe('after a reconnect', () => {
  it('asks for what came since the last message of each room and conversation', async () => {
    const world = new World();
    await world.enter(session({ conversations: [{ with: bob, seq: 2 }] }));
    world.socket.notify('message', message(6));
    world.socket.lose();
    await world.untilRetry();
    world.socket.open();
    expect(world.socket.take('session.open').params).toEqual({
      resume: [
        { room: 'beach', after: 6 },
        { with: 'bob', after: 2 },
      ],
    });
  });

  it('delivers what was missed, and then what comes', async () => {
    const world = new World();
    const recovered = world.collect('recovered');
    await world.enter();
    world.socket.notify('message', message(6));
    await world.comeBack(recoveredBeach(8, true));
    for (const seq of [7, 8, 9]) world.socket.notify('message', message(seq));
    expect(world.delivered).toEqual([6, 7, 8, 9]);
    expect(recovered).toEqual([{ room: 'beach', after: 6, seq: 8 }]);
  });

  it('says what was missed for good, and goes on behind it', async () => {
    const world = new World();
    const missed = world.collect('notRecovered');
    await world.enter();
    await world.comeBack(recoveredBeach(5000, false));
    world.socket.notify('message', message(5001));
    expect(missed).toEqual([{ room: 'beach', after: 5, seq: 5000 }]);
    expect(world.delivered).toEqual([5001]);
  });

  it('says that everything has to be read anew when the server has lost its log', async () => {
    const world = new World();
    const missed = world.collect('notRecovered');
    await world.enter();
    await world.comeBack(recoveredBeach(2, false));
    world.socket.notify('message', message(3));
    expect(missed).toEqual([{ room: 'beach', after: 5, seq: 2 }]);
    expect(world.delivered).toEqual([3]);
  });

  it('says nothing where nothing was missed', async () => {
    const world = new World();
    const missed = world.collect('notRecovered');
    const recovered = world.collect('recovered');
    await world.enter();
    await world.comeBack(recoveredBeach(5, true));
    expect([...missed, ...recovered]).toEqual([]);
  });

  it('forgets what was held or fetched on the old connection', async () => {
    const world = new World();
    await world.enter();
    world.socket.notify('message', message(8));
    const before = world.socket;
    const request = before.take('room.history');
    await world.comeBack(recoveredBeach(8, true));
    before.answer(request, { messages: [message(6)], more: true });
    await settle();
    expect(world.delivered).toEqual([]);
    for (const seq of [6, 7, 8]) world.socket.notify('message', message(seq));
    expect(world.delivered).toEqual([6, 7, 8]);
  });

  it('asks no more for a room that the user has left', async () => {
    const world = new World();
    await world.enter();
    world.socket.notify('member.left', { room: 'beach', user: ann });
    world.socket.lose();
    await world.untilRetry();
    world.socket.open();
    expect(world.socket.take('session.open').params).toEqual({});
  });

  it('asks no more for a room that the session does not list any more', async () => {
    const world = new World();
    await world.enter();
    await world.comeBack(session({ rooms: [] }));
    expect(world.client.exportCursors()?.rooms).toEqual({});
  });

  it('asks for 200 places at most, rooms first', async () => {
    const world = new World();
    const rooms = range(1, 150).map((n) => ({ room: `r${n}`, title: 'R', seq: n }));
    const conversations = range(1, 150).map((n) => ({ with: { id: `u${n}`, name: 'U' }, seq: n }));
    await world.enter(session({ rooms, conversations }));
    world.socket.lose();
    await world.untilRetry();
    world.socket.open();
    const resume = world.socket.take('session.open').params.resume!;
    expect(resume).toHaveLength(200);
    expect(resume.filter(({ room }) => room !== undefined)).toHaveLength(150);
  });

  it('begins anew when the session is another user’s', async () => {
    const world = new World();
    const missed = world.collect('notRecovered');
    await world.enter();
    await world.comeBack(session({ user: bob, rooms: [{ room: 'beach', title: 'B', seq: 9 }] }));
    expect(missed).toEqual([]);
    expect(world.client.exportCursors()).toEqual({
      user: 'bob',
      rooms: { beach: 9 },
      conversations: {},
    });
  });
});

describe('cursors', () => {
  it('carry a session over a reload', async () => {
    const before = new World();
    await before.enter(session({ conversations: [{ with: bob, seq: 2 }] }));
    before.socket.notify('message', message(6));
    before.socket.notify('private', privateMessage(3));
    const cursors = JSON.parse(JSON.stringify(before.client.exportCursors()));
    expect(cursors).toEqual({ user: 'ann', rooms: { beach: 6 }, conversations: { bob: 3 } });

    const after = new World({}, before);
    after.client.importCursors(cursors);
    after.client.connect();
    after.socket.open();
    const request = after.socket.take('session.open');
    expect(request.params.resume).toEqual([
      { room: 'beach', after: 6 },
      { with: 'bob', after: 3 },
    ]);
    after.socket.answer(request, recoveredBeach(7, true));
    await settle();
    after.socket.notify('message', message(7));
    expect(after.delivered).toEqual([7]);
  });

  it('are not there before the first session', () => {
    expect(new World().client.exportCursors()).toBeNull();
  });
});

describe('private messages', () => {
  it('are delivered once and in order', async () => {
    const world = new World();
    await world.enter(session({ conversations: [{ with: bob, seq: 2 }] }));
    for (const seq of [3, 4, 4, 3, 5]) world.socket.notify('private', privateMessage(seq));
    expect(world.deliveredPrivately).toEqual([3, 4, 5]);
  });

  it('that waited while the user was away are delivered', async () => {
    const world = new World();
    await world.enter(session({ conversations: [{ with: bob, seq: 8 }] }));
    for (const seq of [7, 8, 9, 8]) world.socket.notify('private', privateMessage(seq));
    expect(world.deliveredPrivately).toEqual([7, 8, 9]);
    expect(world.socket.requests).toEqual([]);
  });

  it('from somebody new are delivered', async () => {
    const world = new World();
    await world.enter();
    world.socket.notify('private', privateMessage(1));
    expect(world.deliveredPrivately).toEqual([1]);
  });

  it('that are missing are fetched', async () => {
    const world = new World();
    await world.enter(session({ conversations: [{ with: bob, seq: 2 }] }));
    world.socket.notify('private', privateMessage(4));
    const request = world.socket.take('user.history');
    expect(request.params).toEqual({ with: 'bob', after: 2, limit: 100 });
    world.socket.answer(request, { messages: [privateMessage(3), privateMessage(4)], more: false });
    await settle();
    expect(world.deliveredPrivately).toEqual([3, 4]);
  });

  it('that could not be recovered are said to be', async () => {
    const world = new World();
    const missed = world.collect('notRecovered');
    await world.enter(session({ conversations: [{ with: bob, seq: 2 }] }));
    await world.comeBack(session({ conversations: [{ with: bob, seq: 4, recovered: false }] }));
    expect(missed).toEqual([{ with: 'bob', after: 2, seq: 4 }]);
  });
});
