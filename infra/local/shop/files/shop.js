/** What the pages do; each finds what it needs on the page it is on. */
import * as cart from "/cart.js";
import "/stepper.js";
import { money, teaNamed, teas, tin } from "/teas.js";

const find = (selector) => document.querySelector(selector);

const showCount = () => {
  const count = find(".to-cart .count");
  count.textContent = cart.pieces();
  count.hidden = !cart.pieces();
};

const home = (list) => {
  list.innerHTML = teas
    .map(
      (tea) => `<li><a href="/tea.html?name=${tea.name}">${tin(tea)}
        <h3>${tea.title}</h3><p>${tea.note}</p><p class="price">${money(tea.price)}</p></a></li>`,
    )
    .join("");
};

const product = (page) => {
  const tea = teaNamed(new URLSearchParams(location.search).get("name"));
  document.title = `${tea.title} – Kettle & Leaf`;
  page.querySelector(".tin").innerHTML = tin(tea);
  page.querySelector("h1").textContent = tea.title;
  page.querySelector(".price").textContent = `${money(tea.price)} for 100 g`;
  for (const name of ["note", "garden", "water", "steep"]) page.querySelector("." + name).textContent = tea[name];
  find("#add-to-cart").addEventListener("click", () => {
    const quantity = page.querySelector("quantity-stepper").value;
    cart.put(tea.name, (cart.read()[tea.name] ?? 0) + quantity);
    page.querySelector(".added").innerHTML = `In your cart. <a href="/cart.html">See it</a>`;
  });
};

const line = (name, quantity) => {
  const tea = teaNamed(name);
  const item = document.createElement("li");
  item.innerHTML = `${tin(tea)}<a href="/tea.html?name=${name}">${tea.title}</a>
    <quantity-stepper value="${quantity}" min="0"></quantity-stepper><span class="price"></span>`;
  const stepper = item.querySelector("quantity-stepper");
  const show = () => (item.querySelector(".price").textContent = money(tea.price * stepper.value));
  stepper.addEventListener("change", () => {
    cart.put(name, stepper.value);
    if (stepper.value) show();
    else item.remove();
  });
  show();
  return item;
};

const cartPage = (page) => {
  const show = () => {
    page.querySelector(".empty").hidden = cart.pieces() > 0;
    page.querySelector(".filled").hidden = !cart.pieces();
    page.querySelector(".delivery-cost").textContent = cart.delivery() ? money(cart.delivery()) : "free";
    page.querySelector(".total").textContent = money(cart.total());
  };
  page.querySelector(".lines").append(...Object.entries(cart.read()).map((entry) => line(...entry)));
  addEventListener("cart", show);
  show();
};

const checkout = (form) => {
  form.querySelector(".total").textContent = money(cart.total());
  form.addEventListener("submit", () => cart.empty());
};

const pages = { ".teas": home, "main.tea": product, "main.cart": cartPage, "#checkout": checkout };
for (const [selector, start] of Object.entries(pages)) {
  const element = find(selector);
  if (element) start(element);
}
addEventListener("cart", showCount);
showCount();
