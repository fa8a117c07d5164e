import { KlatschClient, limits, type Limits, type OpenedSession } from '../../../client/src/index';
import type { Candidate } from '../text/completion';
import type { Entry, Notice, Person } from '../timeline/entry';
import { Announcer } from './announcer.svelte';
import { Attention } from './attention.svelte';
import { Connection } from './connection.svelte';
import { Conversations } from './conversations.svelte';
import { Drafts } from './drafts.svelte';
import { sentenceOf } from './errors';
import { listen } from './incoming';
import { Loading } from './loading';
import { Members } from './members.svelte';
import { Membership } from './membership.svelte';
import { Notifications } from './notifications';
import { Outgoing } from './outgoing.svelte';
import { findOwnUnread } from './ownUnread';
import { Panels } from './panels.svelte';
import { People } from './people.svelte';
import { placeKey, roomPlace, samePlace, userPlace, type Place, type PlaceKey } from './place';
import { Preferences } from './preferences.svelte';
import { Reading } from './reading.svelte';
import { Rooms } from './rooms.svelte';
import { Route } from './route.svelte';
import { Timeline } from './timeline.svelte';
import { Unread } from './unread.svelte';
import { Whispers } from './whispers';

interface ComposerHandle {
  focus(): void;
  insert(person: Person): void;
}

interface LogHandle {
  focusLastOwn(): void;
  scrollToBottom(): void;
}

/** What a server of protocol version 1 allows; replaced by its own word after connecting. */
const usualLimits = {
  text: limits.text_code_points,
  name: limits.name_code_points,
  title: limits.title_code_points,
};

const roomListMilliseconds = 60_000;

/** Many times faster than `localeCompare`, which matters with a thousand members. */
const alphabetical = new Intl.Collator().compare;

/** The page's state as a whole: composes the concepts and carries out what the reader asks. */
export class Chat {
  readonly preferences = new Preferences();
  readonly notifications = new Notifications(this.preferences);
  readonly attention = new Attention();
  readonly announcer = new Announcer();
  readonly connection = new Connection();
  readonly panels = new Panels();
  readonly route = new Route();
  readonly people = new People();
  readonly members = new Members();
  readonly rooms = new Rooms();
  readonly conversations = new Conversations();
  readonly drafts = new Drafts();
  readonly unread = new Unread();
  readonly whispers = new Whispers();
  readonly reading = new Reading(this.unread, this.attention);
  readonly loading = new Loading(this);
  readonly outgoing = new Outgoing(this);
  readonly membership = new Membership(this);
  readonly modifierName = /Mac|iPhone|iPad/u.test(navigator.platform) ? '⌘' : 'Ctrl+';

  me = $state.raw<Person | null>(null);
  limits = $state.raw<Pick<Limits, 'text' | 'name' | 'title'>>(usualLimits);
  /** Something that went wrong and concerns the whole page, as a sentence. */
  problem = $state<string | null>(null);
  /** Moves on by the minute, for "Today" and "Yesterday". */
  now = $state(Date.now());

  #timelines = new Map<PlaceKey, Timeline>();
  #composer: ComposerHandle | null = null;
  #log: LogHandle | null = null;
  readonly #everybody = $derived(this.people.all);

  constructor(readonly client: KlatschClient = new KlatschClient()) {}

  get place(): Place | null {
    return this.route.place;
  }

  start(): void {
    listen(this.client, this);
    setInterval(() => (this.now = Date.now()), 60_000);
    setInterval(() => {
      if (this.attention.attending) void this.membership.listRooms();
    }, roomListMilliseconds);
    addEventListener('pagehide', () => this.unread.flush());
    this.client.connect();
  }

  /** The session is open, for the first time or again. */
  opened(session: OpenedSession): void {
    const { user, rooms, conversations } = session;
    this.me = user;
    this.problem = null;
    this.limits = session.limits;
    this.people.learn(user);
    this.people.setOnline(user.id, true);
    this.drafts.load(user.id);
    this.unread.load(user.id);
    this.whispers.load(user.id);
    this.outgoing.update();
    this.rooms.setJoined(rooms);
    for (const { room, seq } of rooms) this.unread.setLatest(`room/${room}`, seq, 'read');
    for (const { with: person } of conversations) this.people.learn(person);
    this.conversations.load(conversations.map(({ with: person }) => person));
    for (const { with: person, seq } of conversations) {
      this.unread.setLatest(`user/${person.id}`, seq, 'unread');
    }
    void findOwnUnread(this, conversations);
    this.members.outdate();
    this.#chooseFirstPlace();
    if (this.place) void this.load(this.place);
    void this.membership.listRooms();
  }

  /** Without a place in the address: where the reader was last, or the first room. */
  #chooseFirstPlace(): void {
    if (this.place !== null) return;
    const last = this.route.last;
    const exists =
      last !== null &&
      (last.kind === 'room' ? this.rooms.isJoined(last.room) : this.conversations.get(last.user));
    const first = this.rooms.joined[0];
    if (exists) this.route.replace(last);
    else if (first) this.route.replace(roomPlace(first.id));
  }

  /** The server ended the session; `reason` is a name of its close codes or errors. */
  closedForGood(reason: string): void {
    const sentences: Record<string, string> = {
      logged_out: 'You were logged out, perhaps in another tab.',
      flooding: 'Far too many requests came from here, so the server closed the connection.',
    };
    this.problem = sentences[reason] ?? 'The server does not accept this session any more.';
  }

  forgetTimeline(place: Place): void {
    this.#timelines.delete(placeKey(place));
  }

  timeline(place: Place): Timeline {
    const key = placeKey(place);
    let timeline = this.#timelines.get(key);
    if (!timeline) {
      timeline = new Timeline();
      if (place.kind === 'room') {
        for (const { after, entry } of this.whispers.in(place.room)) {
          timeline.addWhisper(entry, after);
        }
      }
      this.#timelines.set(key, timeline);
    }
    return timeline;
  }

  titleOf(place: Place): string {
    // Before the first session nothing is known of the place in the address.
    if (this.me === null) return '';
    if (place.kind === 'room') return this.rooms.get(place.room)?.title ?? place.room;
    return this.people.nameOf(place.user, this.conversations.get(place.user)?.name);
  }

  // Going places.

  open(place: Place): void {
    this.panels.closeDrawers();
    if (samePlace(place, this.place)) this.focusComposer();
    this.route.open(place);
  }

  /** A place comes into view. */
  enter(place: Place): void {
    for (const [key, timeline] of this.#timelines) {
      if (key !== placeKey(place)) timeline.trim();
    }
    this.reading.enter(place);
    if (place.kind === 'user' && this.people.knows(place.user)) {
      this.conversations.ensure({ id: place.user, name: this.titleOf(place) });
    }
    void this.load(place);
  }

  async load(place: Place): Promise<void> {
    if (this.me === null) return;
    if (place.kind === 'room' && !this.rooms.isJoined(place.room)) return;
    const complete =
      this.timeline(place).phase === 'ready' &&
      (place.kind === 'user' || this.members.isFresh(place.room));
    if (!complete) await this.loading.load(place);
  }

  async loadOlder(place: Place, again = false): Promise<void> {
    await this.loading.older(place, again);
  }

  /** What was missed in this place can't be told any more: begins anew when it is looked at. */
  outdated(place: Place): void {
    const timeline = this.timeline(place);
    if (timeline.phase === 'ready') timeline.phase = 'new';
    timeline.messages = [];
    if (samePlace(place, this.place)) void this.load(place);
  }

  /** The next or previous of the joined rooms and the conversations, around the ends. */
  walkPlaces(step: 1 | -1): void {
    const places: Place[] = [
      ...this.rooms.joined.map(({ id }) => roomPlace(id)),
      ...this.conversations.list.map(({ id }) => userPlace(id)),
    ];
    if (places.length === 0) return;
    const current = places.findIndex((place) => samePlace(place, this.place));
    const from = current === -1 && step === -1 ? 0 : current;
    this.open(places[(from + step + places.length) % places.length]!);
  }

  escape(): void {
    if (this.panels.anyDrawer) {
      this.panels.closeDrawers();
      return;
    }
    if (this.place) this.markRead(this.place);
    this.#log?.scrollToBottom();
    this.focusComposer();
  }

  markRead(place: Place): void {
    this.unread.markRead(placeKey(place));
    this.reading.clearLine(place);
  }

  setAtBottom(place: Place, atBottom: boolean): void {
    this.reading.setAtBottom(place, atBottom);
  }

  get unreadTotal(): number {
    return this.#unreadOf(() => true);
  }

  get unreadElsewhere(): number {
    return this.#unreadOf((place) => !samePlace(place, this.place));
  }

  #unreadOf(counts: (place: Place) => boolean): number {
    const places = [
      ...this.rooms.joined.map(({ id }) => roomPlace(id)),
      ...this.conversations.list.map(({ id }) => userPlace(id)),
    ];
    return places
      .filter(counts)
      .reduce((sum, place) => sum + this.unread.count(placeKey(place)), 0);
  }

  addNotice(room: string, notice: Notice): void {
    this.timeline(roomPlace(room)).addNotice(notice);
    if (!notice.own && this.preferences.notices && this.reading.isFacing(roomPlace(room))) {
      const did = { joined: 'entered', left: 'left', renamed: `was ${notice.before ?? ''}` };
      this.announcer.message(`${notice.who.name} ${did[notice.kind]}`);
    }
  }

  // People.

  membersOf(room: string): (Person & { online: boolean })[] {
    return this.members
      .idsOf(room)
      .map((id) => ({
        id,
        name: this.people.nameOf(id),
        online: this.people.isOnline(id) ?? false,
      }))
      .sort((a, b) => alphabetical(a.name, b.name) || alphabetical(a.id, b.id));
  }

  onlineIn(room: string): number {
    const isOnline = (id: string) => this.people.isOnline(id);
    return this.members.onlineCountOf(room) ?? this.members.idsOf(room).filter(isOnline).length;
  }

  mentionable(): readonly Person[] {
    return this.#everybody;
  }

  completionCandidates(place: Place): Candidate[] {
    return this.#everybody
      .filter(({ id }) => id !== this.me?.id)
      .map(({ id, name }) => ({
        id,
        name,
        inRoom: place.kind === 'room' ? this.members.has(place.room, id) : place.user === id,
        online: this.people.isOnline(id) ?? false,
        lastHeard: this.people.lastHeard(id),
      }));
  }

  showPerson(person: Person): void {
    this.panels.closeDrawers();
    this.panels.show(person);
  }

  async rename(name: string): Promise<string | null> {
    try {
      await this.client.rename(name);
      if (this.me) this.renamed({ id: this.me.id, name });
      return null;
    } catch (error) {
      return sentenceOf(error);
    }
  }

  renamed(person: Person): void {
    if (person.id !== this.me?.id) return;
    this.me = person;
    this.people.learn(person);
  }

  // Messages.

  /** A live message of a place: it stands in the log if that is loaded or being loaded. */
  arrived(place: Place, entry: Entry): void {
    const timeline = this.timeline(place);
    if (timeline.phase === 'ready' && entry.seq > timeline.lastSeq + 1) {
      // Something between is missing, against the protocol's word: ask for what there is.
      timeline.phase = 'new';
      timeline.messages = [];
    }
    if (timeline.phase !== 'new') timeline.add([entry]);
    else if (samePlace(place, this.place)) void this.load(place);
  }

  /** The room in whose view a private message belongs, too; null for none. */
  whisperRoom(entry: Entry): string | null {
    if (entry.own) return this.whispers.typedIn(entry.cid) ?? null;
    const { place } = this;
    if (place?.kind !== 'room' || !entry.privateWith) return null;
    return this.members.has(place.room, entry.privateWith.id) ? place.room : null;
  }

  whisper(room: string, entry: Entry): void {
    const timeline = this.timeline(roomPlace(room));
    this.whispers.place(room, timeline.lastSeq, entry);
    timeline.addWhisper(entry);
  }

  submit(place: Place, text: string): void {
    if (!this.outgoing.submit(place, text)) return;
    this.markRead(place);
    this.#log?.scrollToBottom();
  }

  retry(entry: Entry): void {
    if (entry.cid !== undefined) this.client.retry(entry.cid);
  }

  discard(entry: Entry): void {
    if (entry.cid !== undefined) this.client.discard(entry.cid);
    this.focusComposer();
  }

  retryNow(): void {
    this.client.retryNow();
  }

  // What components offer to each other.

  attachComposer(composer: ComposerHandle): () => void {
    this.#composer = composer;
    return () => {
      if (this.#composer === composer) this.#composer = null;
    };
  }

  attachLog(log: LogHandle): () => void {
    this.#log = log;
    return () => {
      if (this.#log === log) this.#log = null;
    };
  }

  focusComposer(): void {
    this.#composer?.focus();
  }

  focusLastOwn(): void {
    this.#log?.focusLastOwn();
  }

  insertMention(person: Person): void {
    this.#composer?.insert({ id: person.id, name: this.people.nameOf(person.id, person.name) });
  }
}
