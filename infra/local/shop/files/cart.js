/** The cart: name of a tea to how many, kept in this browser. */
import { DELIVERY, FREE_FROM, teaNamed } from "/teas.js";

const KEY = "cart";

export const read = () => JSON.parse(localStorage.getItem(KEY) ?? "{}");

export const put = (name, quantity) => {
  const { [name]: _, ...others } = read();
  localStorage.setItem(KEY, JSON.stringify(quantity ? { ...others, [name]: quantity } : others));
  dispatchEvent(new Event("cart"));
};

export const empty = () => {
  localStorage.removeItem(KEY);
  dispatchEvent(new Event("cart"));
};

export const pieces = () => Object.values(read()).reduce((sum, quantity) => sum + quantity, 0);

const goods = () => Object.entries(read()).reduce((sum, [name, quantity]) => sum + teaNamed(name).price * quantity, 0);

export const delivery = () => (goods() >= FREE_FROM ? 0 : DELIVERY);

export const total = () => goods() + delivery();
