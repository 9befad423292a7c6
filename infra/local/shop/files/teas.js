/** What the shop sells. Prices are cents. */
export const teas = [
  { name: "jade-sencha", title: "Jade Sencha", price: 1290, colour: "#5f8f57", garden: "Uji, first flush", water: "70 °C", steep: "90 seconds", note: "Green and grassy, with a little sea breeze." },
  { name: "rose-assam", title: "Rose Assam", price: 990, colour: "#b3475d", garden: "Assam, second flush", water: "95 °C", steep: "4 minutes", note: "Malt and dried rose petals. Takes milk well." },
  { name: "smoky-pine", title: "Smoky Pine", price: 1190, colour: "#4a4440", garden: "Wuyi mountains", water: "95 °C", steep: "3 minutes", note: "Black leaves dried over a pine fire." },
  { name: "white-peony", title: "White Peony", price: 1650, colour: "#c6a15b", garden: "Fuding, spring", water: "80 °C", steep: "5 minutes", note: "Hay, honey and melon. Forgives a forgotten pot." },
  { name: "spiced-rooibos", title: "Spiced Rooibos", price: 790, colour: "#c8643c", garden: "Cederberg", water: "100 °C", steep: "7 minutes", note: "Cinnamon, orange peel and no caffeine." },
  { name: "mountain-mint", title: "Mountain Mint", price: 690, colour: "#3f7f86", garden: "Sierra Nevada", water: "100 °C", steep: "5 minutes", note: "Cool, clear and sharp as the morning up there." },
];

export const DELIVERY = 450;
export const FREE_FROM = 3000;

const euros = new Intl.NumberFormat("en", { style: "currency", currency: "EUR" });

export const money = (cents) => euros.format(cents / 100);

export const teaNamed = (name) => teas.find((tea) => tea.name == name) ?? teas[0];

export const tin = (tea) =>
  `<svg class="tin-picture" style="color: ${tea.colour}" aria-hidden="true"><use href="/icons.svg#tin"/></svg>`;
