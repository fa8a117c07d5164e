import { beforeEach, describe, expect, it } from 'vitest';
import type { Entry } from '../timeline/entry';
import { Drafts } from './drafts.svelte';
import { Members } from './members.svelte';
import { People } from './people.svelte';
import { parsePlace, placeKey, roomPlace, userPlace } from './place';
import { Rooms } from './rooms.svelte';
import { forgetUser } from './storage';
import { Timeline } from './timeline.svelte';
import { Unread } from './unread.svelte';
import { Whispers } from './whispers';

const entry = (seq: number, rest: Partial<Entry> = {}): Entry => ({
  key: `seq:${seq}`,
  seq,
  ts: seq,
  from: { id: 'ann', name: 'Ann' },
  text: `message ${seq}`,
  own: false,
  state: 'sent',
  ...rest,
});

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
});

describe('places', () => {
  it('survive the way through the address', () => {
    for (const place of [roomPlace('dog_park'), userPlace('k3x9p2ma')]) {
      expect(parsePlace(placeKey(place))).toEqual(place);
    }
    for (const text of ['', 'room', 'room/', 'room/a/b', 'page/x', 'room/<b>']) {
      expect(parsePlace(text)).toBeNull();
    }
  });
});

describe('unread counts', () => {
  it('are what lies between the newest and the last read', () => {
    const unread = new Unread();
    unread.load('me');
    unread.setLatest('room/a', 10, 'read');
    expect(unread.count('room/a')).toBe(0);
    unread.setLatest('room/a', 13, 'unread');
    expect(unread.count('room/a')).toBe(3);
    unread.setLatest('user/b', 2, 'unread');
    expect(unread.count('user/b')).toBe(2);
    unread.markRead('room/a');
    expect(unread.count('room/a')).toBe(0);
  });

  it('never count own messages, whatever is unread before them', () => {
    const unread = new Unread();
    unread.load('me');
    unread.setLatest('room/a', 10, 'read');
    unread.setLatest('room/a', 11, 'unread');
    unread.ownMessage('room/a', 11);
    expect(unread.count('room/a')).toBe(0);
    unread.setLatest('room/a', 13, 'unread');
    unread.ownMessage('room/a', 13);
    unread.ownMessage('room/a', 13);
    expect(unread.count('room/a')).toBe(1);
    unread.markRead('room/a', 12);
    expect([unread.count('room/a'), unread.readUpTo('room/a')]).toEqual([0, 13]);
  });

  it('are kept per user, and a mark never goes back', () => {
    const before = new Unread();
    before.load('me');
    before.setLatest('room/a', 10, 'read');
    before.flush();
    const after = new Unread();
    after.load('me');
    after.setLatest('room/a', 14, 'read');
    expect(after.count('room/a')).toBe(4);
    after.markRead('room/a', 12);
    after.markRead('room/a', 11);
    expect(after.count('room/a')).toBe(2);
    const other = new Unread();
    other.load('somebody else');
    other.setLatest('room/a', 14, 'read');
    expect(other.count('room/a')).toBe(0);
  });

  it('call for the reader until read', () => {
    const unread = new Unread();
    unread.setLatest('room/a', 1, 'unread');
    unread.setCalling('room/a');
    expect(unread.isCalling('room/a')).toBe(true);
    unread.markRead('room/a');
    expect(unread.isCalling('room/a')).toBe(false);
  });
});

describe('rooms', () => {
  it('stand with the main room first and the others by title, whatever happens', () => {
    const rooms = new Rooms();
    const room = { room: 'room', title: 'The Room' };
    const beach = { room: 'beach', title: 'Bubble Beach' };
    const order = () => rooms.joined.map(({ id }) => id);
    rooms.setJoined([room]);
    const all = [room, beach, { room: 'world', title: 'Orbit' }];
    rooms.setListed(all.map((each) => ({ ...each, online: 1 })));
    rooms.enter('world', 'Orbit');
    rooms.enter('beach', 'Bubble Beach');
    expect(order()).toEqual(['room', 'beach', 'world']);
    rooms.setJoined([room, beach]);
    expect(order()).toEqual(['room', 'beach']);
    expect(rooms.others.map(({ id }) => id)).toEqual(['world']);
  });
});

describe('what is kept of a user', () => {
  it('is forgotten without touching what belongs to others', () => {
    localStorage.setItem('klatsch.drafts.me', '{}');
    localStorage.setItem('klatsch.queue.me.cid1', '{}');
    localStorage.setItem('klatsch.drafts.other', '{}');
    localStorage.setItem('klatsch.theme', '"dark"');
    sessionStorage.setItem('klatsch.whispers.me', '[]');
    forgetUser('me');
    expect(Object.keys(localStorage).sort()).toEqual(['klatsch.drafts.other', 'klatsch.theme']);
    expect(sessionStorage).toHaveLength(0);
  });
});

describe('drafts', () => {
  it('survive a reload, per place and per user', () => {
    const before = new Drafts();
    before.load('me');
    before.set('room/a', 'half a sen');
    const after = new Drafts();
    after.load('me');
    expect(after.get('room/a')).toBe('half a sen');
    expect(after.has('room/b')).toBe(false);
    after.set('room/a', '');
    const again = new Drafts();
    again.load('me');
    expect(again.has('room/a')).toBe(false);
  });
});

describe('a timeline', () => {
  it('keeps asides after the message they followed', () => {
    const timeline = new Timeline();
    timeline.replace([entry(5), entry(6)], true);
    const who = { id: 'ben', name: 'Ben' };
    timeline.addNotice({ key: 'n1', kind: 'joined', ts: 7, who, own: false });
    timeline.add([entry(7)]);
    timeline.addWhisper(entry(1, { key: 'with:ann:1' }), 5);
    timeline.addWhisper(entry(1, { key: 'with:ann:1' }), 5);
    expect(timeline.asides.map(({ after, kind }) => `${after} ${kind}`)).toEqual([
      '5 whisper',
      '6 notice',
    ]);
    expect(timeline.has(6)).toBe(true);
    expect(timeline.has(4) || timeline.has(8)).toBe(false);
  });

  it('frees the older part of what nobody looks at', () => {
    const timeline = new Timeline();
    timeline.replace(
      Array.from({ length: 500 }, (_, index) => entry(index + 1)),
      false,
    );
    timeline.trim();
    expect([timeline.messages.length, timeline.firstSeq, timeline.lastSeq, timeline.more]).toEqual([
      200,
      301,
      500,
      true,
    ]);
  });
});

describe('people', () => {
  it('keep the newest name: history only fills gaps', () => {
    const people = new People();
    people.learnFromHistory({ id: 'a', name: 'Old' });
    people.learn({ id: 'a', name: 'New' });
    people.learnFromHistory({ id: 'a', name: 'Old' });
    expect(people.nameOf('a')).toBe('New');
    expect(people.nameOf('b')).toBe('@b');
    people.learn({ id: 'c', name: 'new' });
    expect(people.isAmbiguous('New')).toBe(true);
  });

  it('are counted truly in a room that lists only a part', () => {
    const members = new Members();
    members.setSnapshot('a', ['x', 'y'], 5000);
    expect(members.joined('a', 'z')).toBe(true);
    expect(members.joined('a', 'z')).toBe(false);
    members.left('a', 'x');
    expect([members.countOf('a'), members.has('a', 'x'), members.has('a', 'z')]).toEqual([
      5000,
      false,
      true,
    ]);
  });
});

describe('members of a large room', () => {
  it('are counts, and those who talk', () => {
    const members = new Members();
    members.setSnapshot('a', ['x'], 5000);
    expect(members.onlineCountOf('a')).toBeUndefined();
    expect(members.heard('a', 'y')).toBe(false);
    members.setCounts('a', 5001, 300);
    expect([members.countOf('a'), members.onlineCountOf('a')]).toEqual([5001, 300]);
    expect([members.heard('a', 'y'), members.heard('a', 'y')]).toEqual([true, false]);
    expect(members.idsOf('a')).toEqual(['x', 'y']);
    members.setSnapshot('a', ['x', 'y', 'z'], 3);
    expect(members.onlineCountOf('a')).toBeUndefined();
  });
});

describe('whispers', () => {
  it('stay in the room where they appeared, across a reload', () => {
    const before = new Whispers();
    before.load('me');
    before.setTypedIn('cid1', 'beach');
    before.place('beach', 3, entry(1, { key: 'cid:cid1' }));
    const after = new Whispers();
    after.load('me');
    expect(after.typedIn('cid1')).toBe('beach');
    expect(after.in('beach').map(({ after: seq }) => seq)).toEqual([3]);
    expect(after.in('room')).toEqual([]);
  });
});
