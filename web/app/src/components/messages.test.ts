import { flushSync, mount, unmount, type Component } from 'svelte';
import { afterEach, describe, expect, it } from 'vitest';
import type { Entry, Notice } from '../timeline/entry';
import Message from './Message.svelte';
import Notices from './Notices.svelte';
import WithChat from './WithChat.test.svelte';

const ann = { id: 'k3x9p2ma', name: 'Amber Otter' };
const me = { id: 'me222222', name: 'Me' };

const chat = {
  me,
  people: { nameOf: (_: string, fallback: string) => fallback },
  mentionable: () => [ann, me],
};

let shown: ReturnType<typeof mount> | null = null;

function show<Props extends Record<string, unknown>>(
  component: Component<Props>,
  props: Props,
): HTMLElement {
  document.body.replaceChildren();
  shown = mount(WithChat, {
    target: document.body,
    props: { chat, component: component as unknown as Component, props },
  });
  flushSync();
  return document.body;
}

function message(rest: Partial<Entry> = {}, inRoom = true): HTMLElement {
  const entry: Entry = {
    key: 'seq:7',
    seq: 7,
    ts: new Date(2026, 10, 24, 9).getTime(),
    from: ann,
    text: 'Hello!',
    own: false,
    state: 'sent',
    ...rest,
  };
  const props = {
    entry,
    rowKey: entry.key,
    head: true,
    inRoom,
    focused: false,
    onfocused: () => undefined,
  };
  return show(Message, props).querySelector<HTMLElement>('[data-testid="message"]')!;
}

afterEach(() => {
  if (shown) void unmount(shown);
  shown = null;
});

describe('a message', () => {
  it('shows text as text, whatever it looks like', () => {
    const text =
      '<img src=x onerror="alert(1)"> <script>alert(2)</script> &amp; javascript:alert(3)';
    const element = message({ text });
    expect(element.querySelector('.text')!.textContent.trim()).toBe(text);
    expect(element.querySelector('img, script, a')).toBeNull();
  });

  it('links http and https, in a new tab that knows nothing of this page', () => {
    const link = message({ text: 'see https://a.example/x.' }).querySelector('a')!;
    expect(link.getAttribute('href')).toBe('https://a.example/x');
    expect([link.target, link.rel]).toEqual(['_blank', 'noopener noreferrer']);
  });

  it('says author, text and time as one', () => {
    expect(message().getAttribute('aria-label')).toMatch(/^Amber Otter: Hello!, \d+:00/);
    const failed = message({ own: true, from: me, state: 'failed', error: 'The room is full.' });
    expect(failed.getAttribute('aria-label')).toMatch(/^You: Hello!, .*, not sent$/);
    expect(failed.textContent).toMatch(/Not sent\. The room is full\./);
    expect([...failed.querySelectorAll('.failed button')].map((b) => b.textContent.trim())).toEqual(
      ['Retry', 'Delete'],
    );
  });

  it('says in a room who else sees a private one, and nothing where all are private', () => {
    expect(message({ privateWith: ann }).textContent).toContain(
      'Only you and Amber Otter see this',
    );
    expect(message({ privateWith: ann }, false).textContent).not.toContain('Only you');
    expect(message({ privateWith: ann }).dataset.private).toBe('true');
  });

  it('marks who mentions the reader', () => {
    expect(message({ text: 'hi @Me' }).classList.contains('calls-me')).toBe(true);
    expect(message({ text: 'hi @Amber Otter' }).classList.contains('calls-me')).toBe(false);
  });
});

describe('notices', () => {
  const joined = (name: string): Notice => ({
    key: name,
    kind: 'joined',
    ts: 0,
    who: { id: `id-${name}`, name },
    own: false,
  });

  it('tell the id with the name', () => {
    const page = show(Notices, { notices: [{ ...joined('Amber Otter'), who: ann }] });
    const line = page.querySelector('[data-testid="notice"]')!;
    expect(line.textContent.replace(/\s+/gu, ' ')).toContain('Amber Otter entered · @k3x9p2ma');
  });

  it('fold when many, and unfold', () => {
    const page = show(Notices, { notices: ['Ann', 'Ben', 'Cid', 'Dan'].map(joined) });
    expect(page.querySelectorAll('[data-testid="notice"]')).toHaveLength(1);
    expect(page.textContent).toContain('Ann, Ben and 2 others entered');
    page.querySelector('button')!.click();
    flushSync();
    expect(page.querySelectorAll('[data-testid="notice"]')).toHaveLength(4);
  });
});
