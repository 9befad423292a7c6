/** Tells names that people gave from those that tools made, and from what says how something looks or is just now. */

const STATE =
  /^(?:is|has)-|(?:^|[-_])(?:active|open(?:ed)?|closed|selected|current|hover(?:ed)?|focus(?:ed)?|disabled|enabled|checked|loading|loaded|visible|hidden|shown?|expanded|collapsed|dragging|error|invalid|valid|dirty|pristine|touched|untouched|entering|entered|exiting)$/i;

const UTILITY =
  /[:/[\]!%]|^-?(?:[pmwhz]|[pm][xytblres]|bg|text|font|flex|grid|gap|rounded|border|shadow|items|justify|space|inline|block|absolute|relative|fixed|sticky|top|left|right|bottom|inset|min|max|col|row|leading|tracking|ring|transition|duration|ease|opacity|cursor|overflow|self|order|object|whitespace|truncate|uppercase|underline|antialiased|d|float|clearfix|align|fs|fw|lh)(?:-|$)/;

const MADE_BY_TOOLS =
  /:|^(?:ember|yui|ext-gen|mui|radix|headlessui|react-select|react-aria|downshift|mantine|cdk|mat-mdc|aria|gwt-uid)[-_:]?.*\d|^(?:css|sc|jsx|jss|svelte|emotion|astro|tss|vue)-?(?=[a-z]*[\dA-Z])\w+$|^_?ng(?:content|host)|^data-v-|^tss-/;

const GENERIC =
  /^(?:a|btn|button|link|item|card|title|text|icon|image|img|nav|menu|list|row|col|cell|container|wrapper|content|header|footer|main|section|box|primary|secondary|default|label|input|form|field|table|page|app|root)$/i;

/** Says whether a word is one: `card`, `col2`, but neither `x7f3a`, `bdVaJa` nor `4711`. */
const isWord = (word: string): boolean => {
  if (/^\d+$/.test(word)) return word.length < 3;
  if (/\d/.test(word) && !/^[a-z]+\d{1,2}$/i.test(word)) return false;
  const humps = word.split(/(?=[A-Z])/);
  if (humps.length > 2 && word.length / humps.length < 3 && /[a-z]/.test(word)) return false;
  return !/[b-df-hj-np-tv-xz]{5,}/i.test(word);
};

/** Whether a class, id or name looks as if a tool had made it up, and will make up another one. */
export const isGenerated = (name: string): boolean =>
  MADE_BY_TOOLS.test(name) || !name.split(/[-_]+/).filter(Boolean).every(isWord) || !/[a-z]{2,}/i.test(name);

/** Whether a class says what the element is just now. */
export const isState = (name: string): boolean => STATE.test(name);

/** Whether a class says how the element looks, as those of utility frameworks do. */
export const isUtility = (name: string): boolean => UTILITY.test(name);

/** Attributes that are there to find the element by. */
export const isForTests = (attribute: string): boolean =>
  /^data-(?:test|testid|test-id|cy|qa|e2e|hook|automation(?:-id)?|track(?:ing)?(?:-id)?)$/.test(attribute);

/** Whether a class is a word that other elements, on other pages, are likely to have too. */
export const isGeneric = (name: string): boolean => GENERIC.test(name);
