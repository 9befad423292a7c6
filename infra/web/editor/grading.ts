/** How long a selector will hold: what it hangs on says so. */
import { isForTests, isGenerated, isGeneric, isState, isUtility } from "./lexicon.ts";

export type Grade = "anchored" | "structural" | "fragile";

export interface Judgement {
  grade: Grade;
  reason: string;
}

const NAME = String.raw`((?:[\w-]|[^\x00-\x7F]|\\[0-9a-f]{1,6}\s?|\\.)+)`;
const IDS = new RegExp(`#${NAME}`, "gi");
const CLASSES = new RegExp(String.raw`\.${NAME}`, "gi");
const ATTRIBUTES = /\[\s*([\w-]+)\s*(?:[~|^$*]?=\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\]\s]+))?[^\]]*\]/g;
const POSITIONS = /:(?:nth-|first-|last-|only-)[\w-]+/g;

const unescaped = (name: string): string =>
  name.replace(/\\([0-9a-f]{1,6})\s?|\\(.)/gi, (_, hex, other) => (hex ? String.fromCodePoint(parseInt(hex, 16)) : other));

const namesIn = (selector: string, pattern: RegExp): string[] =>
  [...selector.matchAll(pattern)].map((match) => unescaped(match[1]!));

/** Judges a selector by its names and positions. */
export const judge = (selector: string): Judgement => {
  const attributes = [...selector.matchAll(ATTRIBUTES)].map((match) => match[1]!);
  const bare = selector.replace(ATTRIBUTES, "");
  const [ids, classes] = [namesIn(bare, IDS), namesIn(bare, CLASSES)];
  const positions = bare.match(POSITIONS)?.length ?? 0;
  const generated = [...ids, ...classes].find(isGenerated);
  if (generated) return fragile(`“${generated}” looks generated: the next release of the page may change it.`);
  const passing = classes.find(isState);
  if (passing) return fragile(`“${passing}” says what the element is just now, and will not be there later.`);
  const look = classes.find(isUtility);
  if (look) return fragile(`“${look}” says how the element looks: a change of style changes it.`);
  const anchor = anchorOf(ids, classes.filter((name) => !isGeneric(name)), attributes);
  if (!anchor && positions) return fragile("It counts elements from the top of the page: anything put before it breaks it.");
  if (!anchor && classes[0])
    return structural(`“${classes.at(-1)}” is a common word: other elements, on other pages, may match too.`);
  if (!anchor) return structural("It hangs on tags alone: another element of this kind would match too.");
  if (positions) return structural(`It counts positions within ${anchor}: one more element there breaks it.`);
  return { grade: "anchored", reason: `It hangs on ${anchor}, which changes of style and layout leave alone.` };
};

const anchorOf = (ids: string[], classes: string[], attributes: string[]): string | undefined => {
  const forTests = attributes.find(isForTests);
  if (forTests) return `the attribute ${forTests}`;
  if (ids[0]) return `the id “${ids.at(-1)}”`;
  if (attributes[0]) return `the attribute ${attributes.at(-1)}`;
  return classes[0] && `the class “${classes.at(-1)}”`;
};

const fragile = (reason: string): Judgement => ({ grade: "fragile", reason });
const structural = (reason: string): Judgement => ({ grade: "structural", reason });
