/** `<quantity-stepper value="2">`: less, a number, more. Tells of each change with an event `change`. */
const STYLE = `
  :host { display: inline-flex; align-items: center; border: 1px solid #d8cfbf; border-radius: 999px; background: #fff }
  button { all: unset; cursor: pointer; width: 2.4rem; height: 2.4rem; text-align: center; border-radius: 999px }
  button:hover { background: #f1ebdf }
  button:focus-visible { outline: 2px solid #2f5d50 }
  output { min-width: 1.5rem; text-align: center; font-variant-numeric: tabular-nums }
`;

class QuantityStepper extends HTMLElement {
  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    root.innerHTML = `<style>${STYLE}</style>
      <button class="less" aria-label="One less"><span>−</span></button>
      <output></output>
      <button class="more" aria-label="One more"><span>+</span></button>`;
    root.querySelector(".less").addEventListener("click", () => this.step(-1));
    root.querySelector(".more").addEventListener("click", () => this.step(1));
  }

  connectedCallback() {
    this.show();
  }

  get value() {
    return Number(this.getAttribute("value") ?? 1);
  }

  step(by) {
    const least = Number(this.getAttribute("min") ?? 1);
    this.setAttribute("value", Math.min(99, Math.max(least, this.value + by)));
    this.show();
    this.dispatchEvent(new Event("change"));
  }

  show() {
    this.shadowRoot.querySelector("output").value = this.value;
  }
}

customElements.define("quantity-stepper", QuantityStepper);
