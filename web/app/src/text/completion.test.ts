// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { complete, completionQuery, rankCandidates, type Candidate } from './completion';

function candidate(name: string, rest: Partial<Candidate> = {}): Candidate {
  return {
    id: name.toLowerCase().replaceAll(' ', '-'),
    name,
    inRoom: true,
    online: true,
    lastHeard: 0,
    ...rest,
  };
}

describe('what is being completed', () => {
  const queryAt = (text: string) => completionQuery(text, text.length);

  it('is the word after an @ at the beginning or after a space', () => {
    expect(queryAt('@am')).toEqual({ at: 0, typed: 'am', leading: true });
    expect(queryAt('  @')).toEqual({ at: 2, typed: '', leading: true });
    expect(queryAt('hello @Amber Ot')).toEqual({ at: 6, typed: 'Amber Ot', leading: false });
    expect(queryAt('(@am')).toMatchObject({ typed: 'am' });
  });

  it('is nothing in an address, after the colon, or on another line', () => {
    expect(queryAt('me@am')).toBeNull();
    expect(queryAt('@amber: hi')).toBeNull();
    expect(queryAt('@amber\nhi')).toBeNull();
    expect(queryAt('@ am')).toBeNull();
    expect(queryAt('plain')).toBeNull();
  });

  it('ends at the caret', () => {
    expect(completionQuery('@amber', 3)).toEqual({ at: 0, typed: 'am', leading: true });
  });
});

describe('ranking', () => {
  const names = (candidates: Candidate[]) => candidates.map(({ name }) => name);

  it('puts those in the room first, then those who spoke last', () => {
    const people = [
      candidate('Ann', { inRoom: false, lastHeard: 9 }),
      candidate('Anna', { lastHeard: 1 }),
      candidate('Anton', { lastHeard: 5 }),
    ];
    expect(names(rankCandidates(people, 'an'))).toEqual(['Anton', 'Anna', 'Ann']);
  });

  it('prefers the beginning of the name to a later word and to its middle', () => {
    const people = [candidate('Susan'), candidate('Red San'), candidate('Sandy')];
    expect(names(rankCandidates(people, 'san'))).toEqual(['Sandy', 'Red San', 'Susan']);
  });

  it('finds by id, leaves out who does not fit, and keeps to the limit', () => {
    const people = [candidate('Zed', { id: 'k3x9p2ma' }), candidate('Yan')];
    expect(names(rankCandidates(people, 'k3x'))).toEqual(['Zed']);
    expect(rankCandidates(people, '', 1)).toHaveLength(1);
  });
});

describe('putting the chosen one in', () => {
  it('addresses at the beginning and mentions elsewhere', () => {
    const leading = completionQuery('@am', 3)!;
    expect(complete('@am', 3, leading, 'Amber Otter')).toEqual({
      text: '@Amber Otter: ',
      caret: 14,
    });
    const within = completionQuery('hi @am', 6)!;
    expect(complete('hi @am', 6, within, 'Amber')).toEqual({ text: 'hi @Amber ', caret: 10 });
  });

  it('keeps what follows the caret, without a second colon', () => {
    const query = completionQuery('@am: hello', 3)!;
    expect(complete('@am: hello', 3, query, 'Amber').text).toBe('@Amber: hello');
  });
});
