/** The arithmetic of a list of which only the visible part is in the document. */

export interface VisibleRange {
  /** Index of the first row to render. */
  first: number;
  /** Index after the last row to render. */
  end: number;
}

/**
 * The tops of `count` rows and, as the last element, the height of them all. `heightOf` gives a
 * row's measured height or its estimate, in CSS pixels.
 */
export function rowTops(count: number, heightOf: (index: number) => number): Float64Array {
  const tops = new Float64Array(count + 1);
  for (let index = 0; index < count; index += 1) {
    tops[index + 1] = tops[index]! + heightOf(index);
  }
  return tops;
}

/** The row that covers `position`: the last one whose top is not below it. */
export function rowAt(tops: Float64Array, position: number): number {
  let low = 0;
  let high = tops.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (tops[middle]! <= position) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}

/** The rows that lie within the viewport widened by `overscan` pixels on both sides. */
export function visibleRange(
  tops: Float64Array,
  scrollTop: number,
  viewportHeight: number,
  overscan: number,
): VisibleRange {
  const count = tops.length - 1;
  if (count <= 0) return { first: 0, end: 0 };
  return {
    first: rowAt(tops, scrollTop - overscan),
    end: rowAt(tops, scrollTop + viewportHeight + overscan) + 1,
  };
}

/** A row and where its top stands in the viewport: what must not move while one reads. */
export interface Anchor {
  key: string;
  offset: number;
}

/** The first row that `holds` and reaches into the viewport. */
export function anchorAt(
  keys: readonly string[],
  tops: Float64Array,
  scrollTop: number,
  holds: (index: number) => boolean,
): Anchor | null {
  for (let index = rowAt(tops, scrollTop); index < keys.length; index += 1) {
    if (holds(index)) return { key: keys[index]!, offset: tops[index]! - scrollTop };
  }
  return null;
}

/** The scroll position that puts the anchor where it was; null when its row is gone. */
export function scrollTopFor(
  anchor: Anchor,
  indexOf: (key: string) => number | undefined,
  tops: Float64Array,
): number | null {
  const index = indexOf(anchor.key);
  return index === undefined ? null : Math.max(0, tops[index]! - anchor.offset);
}
