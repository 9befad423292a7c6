/** Makes elements, without markup in strings: a page's policy may forbid it, and names are anybody's text. */

type Value = string | number | boolean | undefined | ((event: never) => void);
export type Child = Node | string | false | null | undefined;

/** Returns a new element; functions among the attributes are listeners, `true` and `false` set and leave out. */
export const h = <Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Record<string, Value> = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value == "function") element.addEventListener(name, value as EventListener);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child) => child !== false && child != null));
  return element;
};

/** Puts children in the place of those that an element has. */
export const fill = (element: Element, ...children: Child[]): void =>
  element.replaceChildren(...children.filter((child) => child !== false && child != null));

/** Does the same unless it would say what is said already: nobody is to be told twice. */
export const fillWithNews = (element: Element, ...children: Child[]): void => {
  const news = h("div", {}, ...children);
  if (news.textContent != element.textContent) element.replaceChildren(...news.childNodes);
};

/** Returns a name that somebody gave, in whatever direction it is written. */
export const named = (text: string): HTMLElement => h("bdi", {}, text);
