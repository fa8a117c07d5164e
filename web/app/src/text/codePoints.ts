/** The server counts code points, not UTF-16 units: "👍" is one. */
export function codePointCount(text: string): number {
  let count = 0;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    // The second half of a surrogate pair belongs to the code point of the first.
    const secondHalf =
      unit >= 0xdc00 &&
      unit <= 0xdfff &&
      index > 0 &&
      text.charCodeAt(index - 1) >= 0xd800 &&
      text.charCodeAt(index - 1) <= 0xdbff;
    if (!secondHalf) count += 1;
  }
  return count;
}
