// @vitest-environment node
import { describe, expect, it } from 'vitest';
import type { Notice, NoticeKind } from './entry';
import { foldedSentence, foldNotices, joinNames, noticeSentence } from './notices';

let number = 0;
function notice(kind: NoticeKind, name: string, rest: Partial<Notice> = {}): Notice {
  number += 1;
  return {
    key: `n${number}`,
    kind,
    ts: number,
    who: { id: name.toLowerCase(), name },
    own: false,
    ...rest,
  };
}

describe('notices', () => {
  it('joins names as people do', () => {
    expect(joinNames(['Ann'])).toBe('Ann');
    expect(joinNames(['Ann', 'Ben'])).toBe('Ann and Ben');
    expect(joinNames(['Ann', 'Ben', 'Cid'])).toBe('Ann, Ben and Cid');
    expect(joinNames(['Ann', 'Ben', 'Cid', 'Dan'])).toBe('Ann, Ben and 2 others');
  });

  it('says what happened', () => {
    expect(noticeSentence(notice('joined', 'Ann'))).toBe('Ann entered');
    expect(noticeSentence(notice('left', 'Ann', { own: true }))).toBe('You left');
    expect(noticeSentence(notice('renamed', 'Ann', { before: 'Anna' }))).toBe(
      'Anna is now called Ann',
    );
  });

  it('folds a run by what was done', () => {
    const run = [
      ...['Ann', 'Ben', 'Cid', 'Dan'].map((name) => notice('joined', name)),
      notice('left', 'Eve'),
    ];
    expect(foldedSentence(foldNotices(run))).toBe('Ann, Ben and 2 others entered · Eve left');
  });

  it('counts everybody once, by what they did last', () => {
    const run = [notice('joined', 'Ann'), notice('left', 'Ann'), notice('joined', 'Ben')];
    expect(foldNotices(run)).toEqual([
      { kind: 'left', count: 1, names: 'Ann', own: false },
      { kind: 'joined', count: 1, names: 'Ben', own: false },
    ]);
  });

  it('keeps a rename beside an entry of the same person, and names the reader first', () => {
    const run = [
      notice('joined', 'Ann'),
      notice('renamed', 'Ann', { before: 'Anna' }),
      notice('joined', 'Me', { own: true }),
    ];
    const groups = foldNotices(run);
    expect(groups.map(({ kind }) => kind)).toEqual(['renamed', 'joined']);
    expect(groups[1]!.names).toBe('You and Ann');
  });
});
