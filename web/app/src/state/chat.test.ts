import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KlatschClient, KlatschError, MemoryStore } from '../../../client/src/index';
import { Chat } from './chat.svelte';
import { roomPlace, userPlace } from './place';
import { ScriptedServer } from './scriptedServer';

const room = roomPlace('room');
let server: ScriptedServer;
let chat: Chat;

async function begin(): Promise<void> {
  chat = new Chat(
    new KlatschClient({
      url: 'ws://klatsch.example/ws',
      webSocket: server.webSocket,
      store: new MemoryStore(),
    }),
  );
  chat.start();
  await vi.waitFor(() => expect(chat.me).not.toBeNull());
  chat.enter(room);
  await vi.waitFor(() => expect(chat.timeline(room).phase).toBe('ready'));
}

const texts = () => chat.timeline(room).messages.map(({ text }) => text);
const whispers = () =>
  chat.timeline(room).asides.flatMap((aside) => (aside.kind === 'whisper' ? [aside.entry] : []));

beforeEach(async () => {
  localStorage.clear();
  sessionStorage.clear();
  location.hash = '';
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined }));
  server = new ScriptedServer();
  server.say(server.ann, 'said before');
  await begin();
});

afterEach(() => {
  chat.client.disconnect();
  // What it would write later would be the next test's beginning.
  chat.unread.flush();
  vi.unstubAllGlobals();
});

describe('the chat', () => {
  it('opens in the first room, with who is here and what was said', () => {
    expect(chat.place).toEqual(room);
    expect(texts()).toEqual(['said before']);
    expect(chat.membersOf('room').map(({ name }) => name)).toEqual(['Ann', 'Me']);
    expect(chat.unreadTotal).toBe(0);
  });

  it('shows an own message at once, and once, when it comes back', async () => {
    server.silent = true;
    chat.submit(room, 'hello');
    expect(chat.outgoing.pendingIn(room).map(({ state, text }) => `${state} ${text}`)).toEqual([
      'sending hello',
    ]);
    const { cid } = chat.outgoing.pendingIn(room)[0]!;
    server.say(server.me, 'hello', cid);
    await vi.waitFor(() => expect(texts()).toEqual(['said before', 'hello']));
    expect(chat.outgoing.pendingIn(room)).toEqual([]);
    expect(chat.timeline(room).messages[1]!.key).toBe(`cid:${cid}`);
  });

  it('counts what arrives unseen and draws the line before it', async () => {
    server.say(server.ann, 'one');
    server.say(server.ann, `@${server.me.name} two`);
    await vi.waitFor(() => expect(chat.unread.count('room/room')).toBe(2));
    expect(chat.unread.isCalling('room/room')).toBe(true);
    expect(chat.reading.lineIn(room)).toBe(1);
    chat.escape();
    expect(chat.unreadTotal).toBe(0);
    expect(chat.reading.lineIn(room)).toBeNull();
  });

  it('sends to one person alone, and shows it where it was typed and in the conversation', async () => {
    chat.drafts.set('room/room', `@${server.ann.id}: psst`);
    chat.submit(room, chat.drafts.get('room/room'));
    expect(chat.drafts.get('room/room')).toBe('');
    await vi.waitFor(() => expect(whispers().map(({ text }) => text)).toEqual(['psst']));
    expect(whispers()[0]!.privateWith).toEqual(server.ann);
    expect(texts()).toEqual(['said before']);
    expect(chat.conversations.list.map(({ id }) => id)).toEqual([server.ann.id]);
    expect(chat.unreadTotal).toBe(0);
  });

  it('shows a private message of somebody here in the room, and as unread beside it', async () => {
    server.whisper(server.ann, 'between us');
    await vi.waitFor(() => expect(whispers().map(({ text }) => text)).toEqual(['between us']));
    expect(chat.unread.count(`user/${server.ann.id}`)).toBe(1);
    chat.enter(userPlace(server.ann.id));
    await vi.waitFor(() => expect(chat.timeline(userPlace(server.ann.id)).phase).toBe('ready'));
    expect(chat.timeline(userPlace(server.ann.id)).messages.map(({ text }) => text)).toEqual([
      'between us',
    ]);
  });

  it('never counts own private messages, whether they come live or were there before', async () => {
    const conversation = `user/${server.ann.id}`;
    server.whisper(server.ann, 'are you there?');
    server.whisper(server.me, 'yes, on the phone');
    server.whisper(server.ann, 'good');
    await vi.waitFor(() => expect(chat.unread.latest(conversation)).toBe(3));
    expect(chat.unread.count(conversation)).toBe(2);
    chat.client.disconnect();
    chat.unread.flush();
    localStorage.clear();
    await begin();
    await vi.waitFor(() => expect(chat.unread.count(conversation)).toBe(2));
  });

  it('keeps a text for which there is no room in the queue, and says so', () => {
    vi.spyOn(chat.client, 'send').mockImplementation(() => {
      throw new KlatschError({
        code: 0,
        message: '200 messages wait already.',
        data: { name: 'queue_full', retry: false },
      });
    });
    chat.drafts.set('room/room', 'one more');
    chat.submit(room, 'one more');
    expect(chat.outgoing.problem('room/room')).toMatch(/^Not sent. Too many messages wait/);
    expect(chat.drafts.get('room/room')).toBe('one more');
  });

  it('keeps only the newest of a long log that nobody looks at', async () => {
    chat.route.open(userPlace(server.ann.id));
    for (let i = 2; i <= 500; i += 1) server.say(server.ann, `message ${i}`);
    await vi.waitFor(() => expect(chat.timeline(room).lastSeq).toBe(500));
    expect(chat.timeline(room).messages.length).toBeLessThanOrEqual(400);
    expect(chat.timeline(room).more).toBe(true);
  });

  it('gives a text back, with the answer beside it, when nobody has the id', async () => {
    chat.submit(room, '@zzzzzzzz: psst');
    await vi.waitFor(() =>
      expect(chat.outgoing.problem('room/room')).toMatch(/Nobody has this id/),
    );
    expect(chat.drafts.get('room/room')).toBe('@zzzzzzzz: psst');
    expect(chat.client.pending).toEqual([]);
  });

  it('keeps a text that is addressed wrongly and says why', () => {
    chat.drafts.set('room/room', 'hi @Ann: psst');
    chat.submit(room, 'hi @Ann: psst');
    expect(chat.outgoing.problem('room/room')).toMatch(/only at its beginning/);
    expect(chat.drafts.get('room/room')).toBe('hi @Ann: psst');
    expect(chat.client.pending).toEqual([]);
  });

  it('tells who enters, leaves and takes another name', async () => {
    const ben = { id: 'ben22222', name: 'Ben' };
    server.notify('member.joined', { room: 'room', user: ben });
    server.notify('user.renamed', { user: { ...ben, name: 'Benno' } });
    server.notify('member.left', { room: 'room', user: { ...ben, name: 'Benno' } });
    await vi.waitFor(() => expect(chat.timeline(room).asides).toHaveLength(3));
    const told = chat
      .timeline(room)
      .asides.flatMap((aside) =>
        aside.kind === 'notice' ? [`${aside.notice.kind} ${aside.notice.who.name}`] : [],
      );
    expect(told).toEqual(['joined Ben', 'renamed Benno', 'left Benno']);
    expect(chat.members.has('room', ben.id)).toBe(false);
  });
});
