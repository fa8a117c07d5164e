import { describe, expect, it } from 'vitest';
import { resolveAddress, stripAddressee } from './addressing';

const ann = { id: 'k3x9p2ma', name: 'Amber Otter' };
const ben = { id: 'b2b2b2b2', name: 'Ben' };
const otherBen = { id: 'b3b3b3b3', name: 'ben' };
const people = [ann, ben];

describe('the addressee of a text', () => {
  it('is named by id or by name at the beginning', () => {
    expect(resolveAddress('@k3x9p2ma: Hello!', people)).toEqual({ kind: 'private', to: ann, text: 'Hello!' });
    expect(resolveAddress('  @amber otter:Hello!', people)).toEqual({ kind: 'private', to: ann, text: 'Hello!' });
    expect(resolveAddress('@Ben: one\ntwo: @ok', people)).toMatchObject({ to: ben, text: 'one\ntwo: @ok' });
  });

  it('may be somebody this page has not heard of, by id', () => {
    expect(resolveAddress('@zzzzzzzz: hi', people)).toEqual({
      kind: 'private',
      to: { id: 'zzzzzzzz', name: '@zzzzzzzz' },
      text: 'hi',
    });
  });

  it('is nobody in a text without one', () => {
    for (const text of ['Hello!', 'at 10:30', '@Ben look', 'me@b2b2b2b2: x', 'https://a.example/@Ben: x']) {
      expect(resolveAddress(text, people)).toEqual({ kind: 'plain', text });
    }
  });

  it('is not whoever is mentioned in front of a sentence with a colon', () => {
    const text = '@Ben could you look: it broke';
    expect(resolveAddress(text, people)).toEqual({ kind: 'plain', text });
  });

  it('is asked for when the name fits several or nobody', () => {
    expect(resolveAddress('@ben: hi', [ann, ben, otherBen])).toMatchObject({
      kind: 'wrong',
      problem: '2 people are called “ben”. Use the id: @b2b2b2b2: or @b3b3b3b3:',
    });
    expect(resolveAddress('@no body: hi', people)).toMatchObject({ kind: 'wrong' });
  });

  it('stands at the beginning, and nowhere else', () => {
    expect(resolveAddress('hi @k3x9p2ma: you', people)).toMatchObject({ kind: 'wrong' });
    expect(resolveAddress('hi @Amber Otter: you', people)).toMatchObject({ kind: 'wrong' });
    expect(resolveAddress('hi\n@someone: you', people)).toMatchObject({ kind: 'wrong' });
  });

  it('becomes a mention when the text is for everybody after all', () => {
    expect(stripAddressee('@Amber Otter: Hello!')).toBe('@Amber Otter Hello!');
    expect(stripAddressee('Hello!')).toBe('Hello!');
  });
});
