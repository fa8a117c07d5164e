// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { isOnlyEmoji, mentions, segmentsOf } from './segments';

const ann = { id: 'k3x9p2ma', name: 'Amber Otter' };
const ben = { id: 'b2b2b2b2', name: 'Amber' };

const links = (text: string) =>
  segmentsOf(text, []).flatMap((segment) => (segment.kind === 'link' ? [segment.text] : []));

describe('links', () => {
  it('finds http and https only', () => {
    expect(links('see https://a.example/b?c=d#e and http://b.example')).toEqual([
      'https://a.example/b?c=d#e',
      'http://b.example',
    ]);
    expect(links('javascript:alert(1) data:text/html,x ftp://a.example file:///etc')).toEqual([]);
  });

  it('leaves the punctuation of the sentence outside', () => {
    expect(links('(see https://a.example/x).')).toEqual(['https://a.example/x']);
    expect(links('https://a.example/x, then')).toEqual(['https://a.example/x']);
    expect(links('https://a.example/wiki/Cat_(animal)!')).toEqual([
      'https://a.example/wiki/Cat_(animal)',
    ]);
  });

  it('stays text where a URL parser refuses', () => {
    expect(links('https:// and http://[broken and https://')).toEqual([]);
  });

  it('never loses or changes a character', () => {
    const text = '<b>@Amber Otter</b> https://a.example/"x" \n @k3x9p2ma: ok\u202e';
    expect(
      segmentsOf(text, [ann])
        .map((segment) => segment.text)
        .join(''),
    ).toBe(text);
  });
});

describe('mentions', () => {
  it('takes the longest name that fits', () => {
    const found = segmentsOf('hi @amber otter!', [ben, ann]).filter((s) => s.kind === 'mention');
    expect(found).toEqual([{ kind: 'mention', text: '@amber otter', userId: 'k3x9p2ma' }]);
  });

  it('knows ids, and word boundaries on both sides', () => {
    expect(mentions('ask @k3x9p2ma', ann)).toBe(true);
    expect(mentions('ask @k3x9p2mab', ann)).toBe(false);
    expect(mentions('mail me@amber', ben)).toBe(false);
    expect(mentions('@Amber, look', ben)).toBe(true);
    expect(mentions('no at sign Amber', ben)).toBe(false);
  });
});

describe('emoji', () => {
  it('knows a message of up to three emoji', () => {
    expect(isOnlyEmoji('👍')).toBe(true);
    expect(isOnlyEmoji('👩‍🚀 🎉')).toBe(true);
    expect(isOnlyEmoji('👍🏽👍🏽👍🏽👍🏽')).toBe(false);
    expect(isOnlyEmoji('ok 👍')).toBe(false);
    expect(isOnlyEmoji('42')).toBe(false);
  });
});

describe('code', () => {
  const codes = (text: string) =>
    segmentsOf(text, [ann]).map((each) =>
      each.kind === 'code' ? [each.text, each.block] : each.text,
    );

  it('stands between backticks, in a line or as a block', () => {
    expect(codes('call `f(x)` now')).toEqual(['call ', ['f(x)', false], ' now']);
    expect(codes('so:\n```js\nlet a;\n  let b;\n```\nright?')).toEqual([
      'so:',
      ['let a;\n  let b;', true],
      'right?',
    ]);
    expect(codes('```one```')).toEqual([['one', true]]);
  });

  it('is text where the backticks have no counterpart', () => {
    for (const text of ['a ` b', '```', '``', '`a\nb`', '```\n```']) {
      expect(segmentsOf(text, []).map((each) => each.kind)).not.toContain('code');
    }
  });

  it('holds neither links nor mentions', () => {
    expect(codes('`https://a.example @Amber Otter`')).toEqual([
      ['https://a.example @Amber Otter', false],
    ]);
    expect(mentions('`@Amber Otter`', ann)).toBe(false);
  });

  it('is found in no time in what is made to take long', () => {
    const begun = performance.now();
    segmentsOf('```a`'.repeat(800), []);
    segmentsOf('`'.repeat(4000), []);
    segmentsOf('```\n'.repeat(999), []);
    expect(performance.now() - begun).toBeLessThan(2000);
  });
});
