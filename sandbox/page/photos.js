// Photographs of troubles in an invented town, drawn, so that a newcomer can send one without having taken one.

import { el } from "./dom.js";

const WIDE = 960;
const HIGH = 720;

/** Each has a label, a file name and `draw()`, which gives a canvas. */
export const SAMPLES = [
  { label: "ถนนเป็นหลุม", name: "pothole.jpg", draw: () => canvas(pothole) },
  { label: "ไฟถนนดับ", name: "street-lamp.jpg", draw: () => canvas(lamp) },
  { label: "ขยะตกค้าง", name: "garbage.jpg", draw: () => canvas(garbage) },
];

/** The sample as a JPEG file, as a telephone would send it. */
export function photo(sample) {
  return new Promise((done) => {
    sample.draw().toBlob((blob) => done(new File([blob], sample.name, { type: "image/jpeg" })), "image/jpeg", 0.85);
  });
}

/** The reader's own picture as a telephone would send it: JPEG or PNG; anything else is drawn anew as JPEG if it can be. */
export async function asPhoto(file) {
  if (["image/jpeg", "image/png"].includes(file.type)) return file;
  const bitmap = await createImageBitmap(file).catch(() => null);
  if (!bitmap) return file; // the server says in Thai why it cannot be sent
  const sheet = el("canvas", { width: bitmap.width, height: bitmap.height });
  sheet.getContext("2d").drawImage(bitmap, 0, 0);
  return new Promise((done) =>
    sheet.toBlob((blob) => done(new File([blob], `${file.name}.jpg`, { type: "image/jpeg" })), "image/jpeg", 0.9),
  );
}

function canvas(paint) {
  const sheet = el("canvas", { width: WIDE, height: HIGH, "aria-hidden": "true" });
  paint(pen(sheet.getContext("2d")));
  return sheet;
}

/** A few words to draw with; `random` always gives the same series, so a sample is the same picture each time. */
function pen(ctx) {
  let seed = 7;
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  const shade = (from, to, y, high) => {
    const run = ctx.createLinearGradient(0, y, 0, y + high);
    run.addColorStop(0, from);
    run.addColorStop(1, to);
    ctx.fillStyle = run;
    ctx.fillRect(0, y, WIDE, high);
  };
  const shape = (colour, points) => {
    ctx.fillStyle = colour;
    ctx.beginPath();
    points.forEach(([x, y]) => ctx.lineTo(x, y));
    ctx.fill();
  };
  const oval = (colour, x, y, rx, ry, turn = 0) => {
    ctx.fillStyle = colour;
    ctx.beginPath();
    ctx.ellipse(x, y, rx, ry, turn, 0, 2 * Math.PI);
    ctx.fill();
  };
  return { ctx, random, shade, shape, oval };
}

function street({ shade, shape, oval }) {
  shade("#8fc1ea", "#e7f1f6", 0, 330);
  for (let x = 0; x < 10; x += 1) oval(x % 2 ? "#5f8f56" : "#74a468", x * 110, 310 + (x % 3) * 12, 92, 58);
  shade("#9c9488", "#b6ae9f", 330, 390);
  shape("#56595e", [
    [330, 330],
    [630, 330],
    [960, 640],
    [960, 720],
    [0, 720],
    [0, 640],
  ]);
  for (const [y, wide, high] of [
    [350, 8, 26],
    [410, 12, 42],
    [500, 18, 66],
    [625, 26, 95],
  ])
    shape("#efe9d8", [
      [480 - wide / 2, y],
      [480 + wide / 2, y],
      [480 + wide * 0.7, y + high],
      [480 - wide * 0.7, y + high],
    ]);
}

function pothole(tools) {
  const { oval, random } = tools;
  street(tools);
  oval("#3b3d41", 400, 560, 215, 78, -0.05);
  oval("#2a2521", 400, 568, 190, 62, -0.05);
  oval("#6b5a45", 408, 584, 150, 40, -0.05);
  oval("#8f9fa6", 430, 588, 96, 22, -0.05);
  oval("#b7c7cf", 455, 582, 40, 8, -0.05);
  for (let stone = 0; stone < 46; stone += 1) {
    const turn = random() * 6.28;
    oval(
      ["#7a7772", "#918c84", "#45464a"][stone % 3],
      400 + Math.cos(turn) * (185 + random() * 55),
      563 + Math.sin(turn) * (60 + random() * 26),
      4 + random() * 10,
      3 + random() * 6,
      turn,
    );
  }
}

function lamp({ ctx, shade, shape, oval, random }) {
  shade("#0b1226", "#2b3757", 0, 520);
  for (let star = 0; star < 70; star += 1)
    oval("#cdd6ee", random() * WIDE, random() * 330, random() * 1.8, random() * 1.8);
  shade("#171b26", "#0c0f17", 520, 200);
  shape("#10141f", [
    [0, 330],
    [150, 330],
    [150, 270],
    [300, 270],
    [300, 400],
    [420, 400],
    [420, 530],
    [0, 530],
  ]);
  shape("#f2c766", [
    [60, 380],
    [100, 380],
    [100, 430],
    [60, 430],
  ]);
  shape("#d9a94e", [
    [200, 320],
    [235, 320],
    [235, 365],
    [200, 365],
  ]);
  shape("#394256", [
    [648, 90],
    [664, 90],
    [670, 640],
    [642, 640],
  ]);
  shape("#394256", [
    [664, 92],
    [664, 104],
    [520, 84],
    [520, 74],
  ]);
  shape("#4b566d", [
    [430, 70],
    [535, 66],
    [540, 96],
    [425, 100],
  ]);
  oval("#1d2433", 482, 100, 50, 10);
  ctx.strokeStyle = "#c0392b";
  ctx.lineWidth = 3;
  ctx.beginPath();
  ctx.moveTo(664, 300);
  ctx.bezierCurveTo(720, 360, 690, 420, 725, 470);
  ctx.stroke();
  shade("#00000000", "#00000088", 420, 300);
}

function garbage(tools) {
  const { shape, oval, random } = tools;
  street(tools);
  shape("#3c7d54", [
    [560, 360],
    [720, 352],
    [704, 560],
    [580, 566],
  ]);
  shape("#2f6644", [
    [548, 340],
    [734, 330],
    [730, 362],
    [552, 370],
  ]);
  for (let bag = 0; bag < 16; bag += 1) {
    const x = 300 + random() * 440;
    const y = 520 + random() * 110;
    const size = 46 + random() * 42;
    oval(["#22252b", "#2d3138", "#39414d", "#d8d5cb", "#4f6f8f"][bag % 5], x, y, size, size * 0.8, random());
    oval("#ffffff22", x - size * 0.3, y - size * 0.3, size * 0.25, size * 0.16, -0.6);
    shape("#1a1c20", [
      [x - 8, y - size * 0.76],
      [x + 8, y - size * 0.76],
      [x + 14, y - size * 0.98],
      [x - 14, y - size * 0.98],
    ]);
  }
  for (let scrap = 0; scrap < 40; scrap += 1)
    shape(
      ["#e6dfcf", "#d96a4a", "#e9c34b", "#6aa6c9"][scrap % 4],
      [0, 1, 2, 3].map((corner) => [
        220 + scrap * 14 + Math.cos(corner * 1.6 + scrap) * 13,
        640 + ((scrap * 29) % 60) + Math.sin(corner * 1.6 + scrap) * 8,
      ]),
    );
}
