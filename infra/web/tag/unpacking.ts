/** Writes out the selectors that `chalicelib/domain/tag_packing.py` made small. */

/** The fields of the configuration that hold selectors. */
export interface PackedSelectors {
  /** Each tracker's pattern: a line with the selector and, parted by form feeds, its fallbacks; 0 for each word. */
  l: string;
  /** All patterns, parted by line feeds. */
  s: string;
  /** The first words and numbers of all lines, then the second ones, and so on. */
  m: string;
  /** All words, parted by spaces. */
  w: string;
}

/**
 * Returns what a text of indices stands for; digits stand for themselves. An index is one character from "=" to "~"
 * (base 66) after any number from "#" to "/" (bijective base 13).
 */
export const lookUp = <Entry>(indices: string, entries: Entry[]): (Entry | string)[] =>
  (indices.match(/\d+|[#-/]*[=-~]/g) || []).map((token) => {
    let index = 0;
    for (const character of token) {
      const code = character.charCodeAt(0);
      index = code < 61 ? index * 13 + code - 34 : index * 66 + code - 61;
    }
    return +token >= 0 ? token : entries[index]!;
  });

/** Returns each tracker's selector and its fallbacks. */
export const unpack = ({ l, s, m, w }: PackedSelectors): string[][] => {
  const words = lookUp(m, w.split(" "));
  const lines = lookUp(l, s.split("\n")).map((line) => line.split("0"));
  let next = 0;
  for (let column = 0; next < words.length; column++)
    for (const line of lines) if (column < line.length - 1) line[column] += words[next++]!;
  return lines.map((line) => line.join("").split("\f"));
};
