// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { anchorAt, rowAt, rowTops, scrollTopFor, visibleRange } from './virtualWindow';

const heights = [10, 20, 30, 40];
const tops = rowTops(heights.length, (index) => heights[index]!);
const keys = ['a', 'b', 'c', 'd'];
const indexOf = (list: string[]) => (key: string) => {
  const index = list.indexOf(key);
  return index === -1 ? undefined : index;
};

describe('virtual window', () => {
  it('sums heights up', () => {
    expect([...tops]).toEqual([0, 10, 30, 60, 100]);
    expect([...rowTops(0, () => 1)]).toEqual([0]);
  });

  it('finds the row at a position, and stays within the rows', () => {
    expect([-5, 0, 9, 10, 29, 30, 99, 500].map((at) => rowAt(tops, at))).toEqual([
      0, 0, 0, 1, 1, 2, 3, 3,
    ]);
  });

  it('covers the viewport and what lies close to it', () => {
    expect(visibleRange(tops, 12, 10, 0)).toEqual({ first: 1, end: 2 });
    expect(visibleRange(tops, 12, 10, 10)).toEqual({ first: 0, end: 3 });
    expect(
      visibleRange(
        rowTops(0, () => 1),
        0,
        100,
        10,
      ),
    ).toEqual({ first: 0, end: 0 });
  });

  it('keeps what is read in place when rows are put in front or change their height', () => {
    const anchor = anchorAt(keys, tops, 35, () => true)!;
    expect(anchor).toEqual({ key: 'c', offset: -5 });
    const longer = ['x', 'y', ...keys];
    const longerTops = rowTops(6, (index) => (index < 2 ? 50 : heights[index - 2]!));
    expect(scrollTopFor(anchor, indexOf(longer), longerTops)).toBe(135);
  });

  it('anchors at a row that may hold, and says when it is gone', () => {
    const anchor = anchorAt(keys, tops, 0, (index) => index > 0)!;
    expect(anchor).toEqual({ key: 'b', offset: 10 });
    expect(
      scrollTopFor(
        anchor,
        indexOf(['a']),
        rowTops(1, () => 10),
      ),
    ).toBeNull();
    expect(anchorAt(keys, tops, 0, () => false)).toBeNull();
  });
});
