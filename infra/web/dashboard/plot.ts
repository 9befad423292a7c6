/**
 * Plots of a report, drawn as SVG as wide as there is room. They take their colours from the page's styles, so they
 * follow light and dark by themselves; the page's Content-Security-Policy allows no style of their own.
 */
import { axisX, axisY, dot, gridX, gridY, line, link, plot, ruleX, type PlotOptions } from "@observablehq/plot";

interface Uplift {
  name: string;
  series: number;
  uplift: number;
  low: number;
  high: number;
}

interface Point {
  day: string;
  series: number;
  visitors: number;
  converters: number;
  actions: number;
}

const COLOURS = 6;
const DASHES = ["none", "7 3", "2 3", "9 3 2 3", "5 5", "1 4"];
const MEASURES = {
  rate: "Rate so far",
  visitors: "New visitors a day",
  converters: "New converters a day",
  actions: "Actions a day",
};
type Measure = keyof typeof MEASURES;

/** What was chosen stays when the report around a plot is loaded anew. */
const chosen = new Map<string, Measure>();

export function start(figure: HTMLElement): void {
  const place = figure.appendChild(document.createElement("div"));
  const values: unknown = JSON.parse(figure.dataset["values"] ?? "[]");
  const isUplift = figure.dataset["plot"] === "uplift";
  const draw = () => {
    const width = Math.floor(figure.clientWidth);
    if (!width) return; // within details that are closed
    const drawn = isUplift ? uplifts(values as Uplift[], width) : days(values as Point[], width, measureOf(figure));
    const title = isUplift ? (figure.dataset["title"] ?? "") : `${figure.dataset["title"]}: ${MEASURES[measureOf(figure)]}`;
    place.replaceChildren(named(drawn, title, describe(figure, values as (Uplift | Point)[])));
  };
  if (!isUplift) figure.prepend(choice(figure, draw), legend(figure));
  let last = 0;
  new ResizeObserver(() => {
    if (figure.clientWidth === last) return;
    last = figure.clientWidth;
    draw();
  }).observe(figure);
}

function colour(series: number): string {
  return `var(--s${series % COLOURS})`;
}

/** A row for each variation: its uplift, the interval around it, and no difference as a line. */
function uplifts(values: Uplift[], width: number): Element {
  const ends = values.flatMap(({ low, high }) => [low, high]);
  const room = Math.max(0.02, Math.max(...ends) - Math.min(...ends)) * 0.08;
  const isNarrow = width < 520;
  return drawn({
    width,
    height: 34 + values.length * (isNarrow ? 44 : 30),
    marginLeft: isNarrow ? 14 : 170,
    marginRight: 18,
    marginTop: isNarrow ? 18 : 8,
    x: { domain: [Math.min(0, ...ends) - room, Math.max(0, ...ends) + room], label: null },
    y: { domain: values.map(({ name }) => name), label: null, padding: 0.6 },
    marks: [
      gridX({ stroke: "var(--line)", strokeOpacity: 1, ticks: isNarrow ? 4 : 8 }),
      axisX({ ticks: isNarrow ? 4 : 8, tickSize: 0, tickFormat: exact }),
      axisY(isNarrow ? { anchor: "left", tickSize: 0, textAnchor: "start", dy: -18, tickPadding: 0, className: "strong", tickFormat: shortened(38) } : { tickSize: 0, className: "strong", tickFormat: shortened(24) }),
      ruleX([0], { stroke: "var(--muted)", strokeDasharray: "4 3" }),
      link(values, { x1: "low", x2: "high", y1: "name", y2: "name", stroke: ({ series }: Uplift) => colour(series), strokeWidth: 5, strokeOpacity: 0.45, strokeLinecap: "round" }),
      dot(values, { x: "uplift", y: "name", r: 5.5, fill: ({ series }: Uplift) => colour(series), title: told }),
    ],
  });
}

/** A line for each variation, each with a pattern of its own. */
function days(points: Point[], width: number, measure: Measure): Element {
  const isRate = measure === "rate";
  const drawnPoints = isRate ? rates(points) : points.map((point) => ({ ...point, value: point[measure] }));
  const lines = [...new Set(points.map(({ series }) => series))].map((series) =>
    line(drawnPoints.filter((point) => point.series === series), {
      x: ({ day }: Point) => new Date(day),
      y: "value",
      stroke: colour(series),
      strokeWidth: 2.2,
      strokeDasharray: DASHES[series % DASHES.length] ?? "",
    }),
  );
  return drawn({
    width,
    height: 250,
    marginLeft: 52,
    marginRight: 14,
    x: { type: "utc", label: null },
    y: { zero: !isRate, nice: true, label: null },
    marks: [
      gridY({ stroke: "var(--line)", strokeOpacity: 1, ticks: 5 }),
      axisX(someOf([...new Set(points.map(({ day }) => day))], width / 80), { tickSize: 3, tickFormat: shortDay }),
      axisY(isRate ? { ticks: 5, tickSize: 0, tickFormat: rate } : { ticks: 5, tickSize: 0 }),
      ...lines,
      dot(drawnPoints, { x: ({ day }: Point) => new Date(day), y: "value", r: 2.6, fill: ({ series }: Point) => colour(series), title: ({ day, value }: { day: string; value: number }) => `${day}: ${isRate ? rate(value) : value.toLocaleString("en")}` }),
    ],
  });
}

/** The rate of all days up to each: the last is the report's. */
function rates(points: Point[]): (Point & { value: number })[] {
  const sums = new Map<number, { visitors: number; converters: number }>();
  return points.flatMap((point) => {
    const sum = sums.get(point.series) ?? { visitors: 0, converters: 0 };
    sum.visitors += point.visitors;
    sum.converters += point.converters;
    sums.set(point.series, sum);
    return sum.visitors && sum.converters <= sum.visitors ? [{ ...point, value: sum.converters / sum.visitors }] : [];
  });
}

/** The plot without the style element it brings, which the page's policy refuses; report.css has what is needed. */
function drawn(options: PlotOptions): Element {
  const svg = plot({ className: "drawn", color: { type: "identity" }, ...options });
  for (const style of svg.querySelectorAll("style")) style.remove();
  return svg;
}

/** The plot as one image, for whoever does not see it; the table beside it has its numbers. */
function named(svg: Element, title: string, description: string): Element {
  for (const part of svg.querySelectorAll("[aria-label]")) part.removeAttribute("aria-label"); // one image, not many
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", `${title}. ${description}`);
  for (const [tag, text] of [["desc", description], ["title", title]] as const) {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    element.textContent = text;
    svg.prepend(element);
  }
  return svg;
}

function describe(figure: HTMLElement, values: (Uplift | Point)[]): string {
  if (figure.dataset["plot"] === "uplift") return (values as Uplift[]).map(told).join("; ");
  return `By day for ${names(figure).join(", ")}. The table below has the numbers.`;
}

function choice(figure: HTMLElement, draw: () => void): HTMLElement {
  const label = document.createElement("label");
  label.className = "measure";
  const select = document.createElement("select");
  for (const [value, text] of Object.entries(MEASURES)) select.add(new Option(text, value));
  select.value = measureOf(figure);
  select.setAttribute("aria-label", "Show");
  select.addEventListener("change", () => {
    chosen.set(figure.id, select.value as Measure);
    draw();
  });
  label.append("Show", select);
  return label;
}

function legend(figure: HTMLElement): HTMLElement {
  const list = document.createElement("ul");
  list.className = "legend";
  names(figure).forEach((name, series) => {
    const item = document.createElement("li");
    const swatch = document.createElement("span");
    swatch.className = `swatch s${series % COLOURS}`;
    item.append(swatch, name);
    list.append(item);
  });
  return list;
}

function names(figure: HTMLElement): string[] {
  return JSON.parse(figure.dataset["names"] ?? "[]") as string[];
}

function measureOf(figure: HTMLElement): Measure {
  return chosen.get(figure.id) ?? "rate";
}

function told({ name, uplift, low, high }: Uplift): string {
  return `${name}: ${exact(uplift)}, 95% interval ${exact(low)} to ${exact(high)}`;
}

function exact(fraction: number): string {
  return fraction.toLocaleString("en", { style: "percent", signDisplay: "exceptZero", maximumFractionDigits: 1 });
}


function rate(fraction: number): string {
  return fraction.toLocaleString("en", { style: "percent", maximumFractionDigits: 2 });
}

/** Returns about so many of the days, evenly apart. */
function someOf(all: string[], wanted: number): Date[] {
  const step = Math.ceil(all.length / wanted);
  return all.filter((_, index) => index % step === 0).map((day) => new Date(day));
}

function shortDay(day: Date): string {
  return day.toLocaleDateString("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
}

function shortened(most: number): (name: string) => string {
  return (name) => (name.length > most ? `${name.slice(0, most - 1)}…` : name);
}
