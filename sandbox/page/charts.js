// Charts of a spreadsheet, drawn simply: columns, bars, lines and areas, pies. Colours as Google gives new series.

import { el, svg } from "./dom.js";

const COLOURS = ["#4285f4", "#ea4335", "#fbbc04", "#34a853", "#ff6d01", "#46bdc6", "#7baaf7", "#f07b72"];
const WIDTH = 420;
const HEIGHT = 220;
const FRAME = { left: 40, right: 10, top: 12, bottom: 44 };

/** A figure with its title and legend. */
export function chart(spec) {
  const series = spec.series.map((each, index) => ({ ...each, colour: each.colour || COLOURS[index % COLOURS.length] }));
  const pie = spec.kind === "PIE";
  const named = pie ? spec.labels.map((name, n) => ({ name, colour: COLOURS[n % COLOURS.length] })) : series;
  const drawn = pie ? slices(series[0]?.values ?? []) : DRAWN[spec.kind] ? DRAWN[spec.kind](spec, series) : columns(spec, series);
  const words = `${spec.title}: ${spec.labels.map((label, n) => `${label} ${series.map((each) => each.values[n] ?? 0).join(" / ")}`).join(", ")}`;
  return el(
    "figure.chart",
    {},
    el("figcaption", {}, spec.title, spec.subtitle && el("small", {}, spec.subtitle)),
    svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": words }, ...drawn),
    (pie || series.length > 1) &&
      el("ul.legend", {}, ...named.map(({ name, colour }) => el("li", {}, el("i", { style: { background: colour } }), name))),
  );
}

const DRAWN = { BAR: bars, LINE: lines, AREA: lines, SCATTER: lines };
const inner = { width: WIDTH - FRAME.left - FRAME.right, height: HEIGHT - FRAME.top - FRAME.bottom };

/** The top of the scale: a round number above all values (of stacks, if they are stacked). */
function ceiling({ labels, stacked }, series) {
  const at = (n) => series.map((each) => each.values[n] ?? 0);
  const highest = Math.max(1, ...labels.flatMap((_, n) => (stacked ? at(n).reduce((a, b) => a + b, 0) : at(n))));
  const step = 10 ** Math.floor(Math.log10(highest));
  return Math.ceil(highest / step) * step;
}

function scale(top) {
  return [0, 0.5, 1].flatMap((share) => {
    const y = FRAME.top + inner.height * (1 - share);
    return [
      svg("line", { x1: FRAME.left, x2: WIDTH - FRAME.right, y1: y, y2: y, class: "scale" }),
      svg("text", { x: FRAME.left - 6, y: y + 4, "text-anchor": "end" }, String(+(top * share).toFixed(1))),
    ];
  });
}

function below(labels, room) {
  const every = Math.ceil(labels.length / 8);
  return labels.flatMap((label, n) =>
    n % every ? [] : [svg("text", { x: FRAME.left + room * (n + 0.5), y: HEIGHT - 26, "text-anchor": "middle" }, short(label, every * room))],
  );
}

const GRAPHEMES = new Intl.Segmenter("th");
function short(label, room) {
  const letters = [...GRAPHEMES.segment(label)].map(({ segment }) => segment);
  const fit = Math.max(3, Math.floor(room / 6.5));
  return letters.length <= fit ? label : `${letters.slice(0, fit - 1).join("")}…`;
}

function columns(spec, series) {
  const top = ceiling(spec, series);
  const room = inner.width / Math.max(1, spec.labels.length);
  const thick = (room * 0.7) / (spec.stacked ? 1 : Math.max(1, series.length));
  const drawn = spec.labels.flatMap((_, n) => {
    let base = 0;
    return series.map(({ values, colour }, s) => {
      const height = (inner.height * (values[n] ?? 0)) / top;
      const x = FRAME.left + room * (n + 0.15) + (spec.stacked ? 0 : thick * s);
      const y = FRAME.top + inner.height - base - height;
      if (spec.stacked) base += height;
      return svg("rect", { x, y, width: thick, height, fill: colour });
    });
  });
  return [...scale(top), ...drawn, ...below(spec.labels, room)];
}

function bars(spec, series) {
  const top = ceiling(spec, series);
  const left = 110;
  const room = (HEIGHT - 20) / Math.max(1, spec.labels.length);
  const thick = (room * 0.7) / (spec.stacked ? 1 : Math.max(1, series.length));
  return spec.labels.flatMap((label, n) => {
    let base = 0;
    const name = svg("text", { x: left - 6, y: 10 + room * (n + 0.5) + 4, "text-anchor": "end" }, short(label, left));
    const drawn = series.map(({ values, colour }, s) => {
      const width = ((WIDTH - left - 40) * (values[n] ?? 0)) / top;
      const box = { x: left + base, y: 10 + room * (n + 0.15) + (spec.stacked ? 0 : thick * s), width, height: thick };
      if (spec.stacked) base += width;
      return svg("rect", { ...box, fill: colour });
    });
    const sum = series.map(({ values }) => values[n] ?? 0);
    const end = left + ((WIDTH - left - 40) * (spec.stacked ? sum.reduce((a, b) => a + b, 0) : Math.max(0, ...sum))) / top;
    return [name, ...drawn, svg("text", { x: end + 5, y: 10 + room * (n + 0.5) + 4 }, sum.join(" / "))];
  });
}

function lines(spec, series) {
  const top = ceiling(spec, series);
  const room = inner.width / Math.max(1, spec.labels.length);
  const drawn = series.flatMap(({ values, colour }) => {
    const spots = spec.labels.map((_, n) => [
      FRAME.left + room * (n + 0.5),
      FRAME.top + inner.height * (1 - (values[n] ?? 0) / top),
    ]);
    const points = spots.map((spot) => spot.join(",")).join(" ");
    return [
      svg("polyline", { points, fill: "none", stroke: colour, "stroke-width": 2.5 }),
      ...spots.map(([cx, cy]) => svg("circle", { cx, cy, r: 3, fill: colour })),
    ];
  });
  return [...scale(top), ...drawn, ...below(spec.labels, room)];
}

function slices(values) {
  const sum = values.reduce((a, b) => a + b, 0);
  const [cx, cy, r] = [WIDTH / 2, HEIGHT / 2, HEIGHT / 2 - 8];
  if (!sum) return [svg("circle", { cx, cy, r, fill: "#eef0f2" })];
  let turned = 0;
  return values.flatMap((value, n) => {
    if (!value) return [];
    const fill = COLOURS[n % COLOURS.length];
    if (value === sum) return [svg("circle", { cx, cy, r, fill })];
    const at = (share) => `${cx + r * Math.sin(2 * Math.PI * share)} ${cy - r * Math.cos(2 * Math.PI * share)}`;
    const from = at(turned / sum);
    turned += value;
    const d = `M${cx} ${cy} L${from} A${r} ${r} 0 ${value * 2 > sum ? 1 : 0} 1 ${at(turned / sum)} Z`;
    return [svg("path", { d, fill, stroke: "#fff", "stroke-width": 1.5 })];
  });
}
