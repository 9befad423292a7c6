/** Which variation a visitor sees: `chalicelib/domain/bucketing.py` gives the same answers. */

/** FNV-1a, 32 bits, over UTF-16 code units. */
const fnv1a = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++)
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
};

/** Returns the index of the visitor's variation; -1 for the traffic that no weight takes. */
export const variationOf = (visitor: string, campaign: number, weights: number[]): number => {
  // Once is biased: the last characters, where campaigns differ, hardly reach the high bits.
  let left = (fnv1a("" + fnv1a(visitor + ":" + campaign)) / 2 ** 32) * 100;
  return weights.findIndex((weight) => (left -= weight) < 0);
};
