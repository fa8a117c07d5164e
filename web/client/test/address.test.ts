import { describe, expect, it } from 'vitest';
import { parseAddress, withoutColon } from '../src/address';

const ann = { id: 'k7m2p9xa', name: 'Ann' };
const bobLee = { id: 'b2c3d4e5', name: 'Bob Lee' };
const zoe = { id: 'z1', name: 'Zoë' };
const twins = [
  { id: 't1', name: 'Kim' },
  { id: 't2', name: 'kim' },
];
const people = [ann, bobLee, zoe, ...twins];
const parse = (text: string) => parseAddress(text, people);
const toAnn = (text: string) => ({ kind: 'private', to: ann, known: true, text });

describe('a text', () => {
  it.each(['Hello!', '', 'at 10:30', 'mail a@b.example: thanks', 'http://a.example/@x', '@', '@:'])(
    'without an address is for everybody: %j',
    (text) => expect(parse(text)).toEqual({ kind: 'everybody', text }),
  );

  it.each([
    ['@k7m2p9xa: Hello!', 'Hello!'],
    ['@Ann: Hello!', 'Hello!'],
    ['@ANN:Hello!', 'Hello!'],
    ['  @ann:\tHello!', 'Hello!'],
    ['@Ann: two\nlines: of text', 'two\nlines: of text'],
    ['@Ann:', ''],
    ['@Ann: see @bob lee: there', 'see @bob lee: there'],
  ])('with an id or a name in front is private: %j', (text, rest) =>
    expect(parse(text)).toEqual(toAnn(rest)),
  );

  it('is private to somebody whose name has a space or an accent in another form', () => {
    expect(parse('@bob lee: hi')).toMatchObject({ kind: 'private', to: bobLee });
    expect(parse('@Zoe\u0308: hi')).toMatchObject({ kind: 'private', to: zoe });
  });

  it('goes by the id where somebody else has that as a name', () => {
    const eve = { id: 'eve', name: 'k7m2p9xa' };
    expect(parseAddress('@k7m2p9xa: hi', [eve, ann])).toEqual(toAnn('hi'));
  });

  it('to somebody whom only the server may know goes by the id', () => {
    const to = { id: 'stranger', name: 'stranger' };
    expect(parse('@stranger: hi')).toEqual({ kind: 'private', to, known: false, text: 'hi' });
  });

  it('to a name that several people have is ambiguous', () => {
    expect(parse('@Kim: hi')).toEqual({ kind: 'ambiguous', label: 'Kim', people: twins });
    expect(parse('@t2: hi')).toMatchObject({ kind: 'private', to: twins[1] });
  });

  it('to a name that nobody has is unknown', () => {
    expect(parse('@Nobody Here: hi')).toEqual({ kind: 'unknown', label: 'Nobody Here' });
    expect(parse(`@${'x'.repeat(65)}: hi`)).toMatchObject({ kind: 'unknown' });
  });

  it('that begins with a mention and has a colon later is for everybody', () => {
    const text = '@Ann could you look: it broke';
    expect(parse(text)).toEqual({ kind: 'everybody', text });
  });

  it.each([
    ['Hello @Ann: there', 'Ann'],
    ['Hello @bob lee: there', 'Bob Lee'],
    ['Hello (@someone: there)', 'someone'],
    ['one\n@k7m2p9xa: two', 'k7m2p9xa'],
    ['@Ann and @Zoë: hi', 'Zoë'],
  ])('with an address elsewhere is misplaced: %j', (text, label) =>
    expect(parse(text)).toEqual({ kind: 'misplaced', label }),
  );

  it('becomes one for everybody when the colon is taken away', () => {
    expect(withoutColon('@Ann: hi')).toBe('@Ann hi');
    expect(withoutColon('hi')).toBe('hi');
  });
});
