// A drawn make-believe map of an invented town: no tiles, no network. One grid of roads stands for every place on earth,
// so the same coordinates always look the same.

import { svg } from "./dom.js";

/** Degrees that one side of the picture spans. */
export const SPAN = 0.03;
const SIZE = 240;

/** Three places of the invented town. */
export const TOWN = [
  { title: "ตลาดสดศรีนคร", address: "ถนนเทศบาล 1 ต.ในเวียง อ.เมือง จ.ศรีนคร", latitude: 18.14512, longitude: 100.14088 },
  { title: "หน้าโรงเรียนบ้านหนองบัว", address: "หมู่ 4 ต.หนองบัว อ.เมือง จ.ศรีนคร", latitude: 18.13804, longitude: 100.14731 },
  { title: "สี่แยกวัดกลาง", address: "ถนนเจริญเมือง ต.ในเวียง อ.เมือง จ.ศรีนคร", latitude: 18.15107, longitude: 100.13655 },
];

/** A picture `SPAN` degrees wide with a pin; centred on the pin unless `centre` says otherwise. */
export function drawMap(latitude, longitude, centre = { latitude, longitude }) {
  const picture = svg("svg", {
    viewBox: `0 0 ${SIZE} ${SIZE * 0.6}`,
    class: "map",
    role: "img",
    "aria-label": "แผนที่จำลอง",
  });
  const left = (Number(centre.longitude) - SPAN / 2) / SPAN;
  const top = -(Number(centre.latitude) + (SPAN * 0.6) / 2) / SPAN;
  picture.append(
    svg("rect", { width: SIZE, height: SIZE, fill: "#e9ece6" }),
    ...blocks(left, top),
    ...roads(left, top),
    river(left),
  );
  const { x, y } = onPicture(latitude, longitude, centre);
  picture.append(pin(x, y));
  return picture;
}

/** Where a place lies on a picture centred on `centre`, in its own units. */
export function onPicture(latitude, longitude, centre) {
  return {
    x: SIZE / 2 + ((longitude - centre.longitude) / SPAN) * SIZE,
    y: SIZE * 0.3 - ((latitude - centre.latitude) / SPAN) * SIZE,
  };
}

/** The place under a point given in shares (0..1) of the picture's width and height. */
export function placeAt(shareX, shareY, centre) {
  return {
    latitude: centre.latitude - (shareY - 0.5) * SPAN * 0.6,
    longitude: centre.longitude + (shareX - 0.5) * SPAN,
  };
}

/** Lines of a grid of `step` (in picture widths) that cross a picture beginning at `from`. */
function grid(from, step, reach) {
  const first = Math.ceil((from - reach) / step);
  return Array.from({ length: Math.ceil((1 + 2 * reach) / step) + 1 }, (_, index) => ({
    number: first + index,
    at: ((first + index) * step - from) * SIZE,
  }));
}

function roads(left, top) {
  const line = (facts, width, colour) => svg("line", { ...facts, stroke: colour, "stroke-width": width });
  const down = grid(left, 0.21, 0.2).flatMap(({ number, at }) => {
    const main = number % 3 === 0;
    return [line({ x1: at - 14, y1: -10, x2: at + 14, y2: SIZE }, main ? 11 : 6, main ? "#f6d98f" : "#ffffff")];
  });
  const across = grid(top, 0.17, 0.2).flatMap(({ number, at }) => {
    const main = number % 4 === 0;
    return [line({ x1: -10, y1: at + 8, x2: SIZE + 10, y2: at - 8 }, main ? 11 : 6, main ? "#f6d98f" : "#ffffff")];
  });
  return [...down, ...across];
}

function blocks(left, top) {
  return grid(left, 0.21, 0.3).flatMap((column) =>
    grid(top, 0.17, 0.3)
      .filter((row) => (column.number * 7 + row.number * 3) % 5 === 0)
      .map((row) =>
        svg("rect", {
          x: column.at + 9,
          y: row.at + 9,
          width: 34,
          height: 25,
          rx: 5,
          fill: (column.number + row.number) % 2 ? "#c9e2bd" : "#dcd9cf",
        }),
      ),
  );
}

function river(left) {
  const at = ((((-left * 0.37) % 1.6) + 1.6) % 1.6) * SIZE - 60;
  return svg("path", {
    d: `M${at} -10 C ${at + 60} 40, ${at - 40} 90, ${at + 30} 160`,
    fill: "none",
    stroke: "#a9cfe8",
    "stroke-width": 15,
    opacity: 0.9,
  });
}

/** The red pin whose point stands at (x, y). */
export function pin(x, y, colour = "#e5484d") {
  return svg(
    "g",
    { transform: `translate(${x} ${y})`, class: "pin" },
    svg("ellipse", { cx: 0, cy: 1, rx: 7, ry: 2.6, fill: "#0003" }),
    svg("path", {
      d: "M0 0C-9-12-12-17-12-23a12 12 0 0 1 24 0C12-17 9-12 0 0z",
      fill: colour,
      stroke: "#fff",
      "stroke-width": 1.5,
    }),
    svg("circle", { cx: 0, cy: -23, r: 4.5, fill: "#fff" }),
  );
}
