// Draws any message of LINE's Messaging API (and of its webhooks) from the JSON alone.
// https://developers.line.biz/en/reference/messaging-api/#message-objects

import { el, icon, openDialog, paint, svg } from "./dom.js";
import { actionButton, drawFlex } from "./flex.js";
import { clock, thaiDate } from "./time.js";
import { drawMap } from "./map.js";

const DRAW = {
  text: drawWords,
  textV2: drawWords,
  image: drawImage,
  video: drawVideo,
  audio: drawAudio,
  file: drawFile,
  location: drawPlace,
  sticker: drawSticker,
  template: drawTemplate,
  imagemap: drawImagemap,
  flex: (message, tap) => drawFlex(message.contents, tap),
};

/** The message as LINE shows it; a kind unknown to us is named, never dropped. `tap(action)` does what a button says. */
export function drawMessage(message, tap) {
  const known = DRAW[message.type];
  return known ? known(message, tap) : el("div.bubble.strange", {}, message.altText ?? `(ข้อความชนิด ${message.type})`);
}

/** The message in one line of words, for labels and for the list of what happened. */
export function inWords(message) {
  const names = { image: "รูปภาพ", video: "วิดีโอ", audio: "เสียง", sticker: "สติกเกอร์", location: "ตำแหน่ง" };
  return message.text ?? message.altText ?? message.fileName ?? names[message.type] ?? message.type;
}

const ADDRESS = /(https?:\/\/[^\s<>"']+)/;

/** Text with its web addresses as links, as LINE makes them. */
function linked(text) {
  return text
    .split(ADDRESS)
    .map((part, index) =>
      index % 2 ? el("a", { href: part, target: "_blank", rel: "noopener noreferrer" }, part) : part,
    );
}

function drawWords(message) {
  return el("div.bubble", {}, ...linked(String(message.text ?? "")));
}

function drawImage(message) {
  const source = message.url ?? message.previewImageUrl;
  const full = message.url ?? message.originalContentUrl;
  const picture = el("img", { src: source, alt: "รูปภาพที่ส่ง", on: { error: () => picture.replaceWith(lost()) } });
  const show = () => openDialog("รูปภาพ", el("img.full", { src: full, alt: "รูปภาพที่ส่ง ขนาดเต็ม" }));
  return el("button.picture", { type: "button", "aria-label": "รูปภาพ กดเพื่อขยาย", on: { click: show } }, picture);
}

function lost() {
  return el("span.lost", {}, icon("image", 28), "เปิดรูปไม่ได้");
}

function drawVideo(message) {
  return el("video.picture", {
    src: message.url ?? message.originalContentUrl,
    poster: message.previewImageUrl,
    controls: true,
    preload: "none",
  });
}

function drawAudio(message) {
  return el("audio.sound", { src: message.url ?? message.originalContentUrl, controls: true, preload: "none" });
}

function drawFile(message) {
  const size = message.fileSize ? inBytes(message.fileSize) : "";
  const until = new Date(Date.now() + 7 * 86_400_000).toISOString(); // LINE keeps a sent file for a week
  return el(
    "a.bubble.paper",
    { href: message.url, download: message.fileName ?? "" },
    el("span.paper-icon", {}, icon("file", 30)),
    el(
      "span.paper-name",
      {},
      el("b", {}, message.fileName ?? "ไฟล์"),
      el("small", {}, `ถึง ${thaiDate(until)} ${clock(until)}`),
      el("small", {}, size),
    ),
  );
}

function inBytes(count) {
  return count < 1_000_000 ? `${Math.max(1, Math.round(count / 1000))} KB` : `${(count / 1_000_000).toFixed(1)} MB`;
}

function drawPlace(message) {
  const { latitude, longitude } = message;
  const exact = `${Number(latitude).toFixed(5)}, ${Number(longitude).toFixed(5)}`;
  return el(
    "div.bubble.place",
    {},
    drawMap(latitude, longitude),
    el(
      "div.place-words",
      {},
      el("b", {}, message.title || "ตำแหน่ง"),
      message.address ? el("span", {}, message.address) : null,
      el("small", {}, exact),
    ),
  );
}

/** One drawn friend for every sticker number: LINE's own pictures live on LINE's servers. */
function drawSticker(message) {
  const face = svg(
    "svg",
    {
      viewBox: "0 0 120 120",
      width: 120,
      height: 120,
      role: "img",
      "aria-label": `สติกเกอร์ ${message.keywords?.[0] ?? "ขอบคุณ"}`,
    },
    svg("ellipse", { cx: 28, cy: 50, rx: 22, ry: 26, fill: "#7f9bb8" }),
    svg("ellipse", { cx: 92, cy: 50, rx: 22, ry: 26, fill: "#7f9bb8" }),
    svg("ellipse", { cx: 28, cy: 51, rx: 12, ry: 16, fill: "#f3c1c6" }),
    svg("ellipse", { cx: 92, cy: 51, rx: 12, ry: 16, fill: "#f3c1c6" }),
    svg("circle", { cx: 60, cy: 52, r: 34, fill: "#9db6cf" }),
    svg("path", { d: "M53 62c0 16-2 26 7 26s7-10 7-26z", fill: "#8ca8c4" }),
    svg("path", {
      d: "M43 47c2-4 7-4 9 0M68 47c2-4 7-4 9 0",
      fill: "none",
      stroke: "#24384d",
      "stroke-width": 3.5,
      "stroke-linecap": "round",
    }),
    svg("circle", { cx: 39, cy: 58, r: 5, fill: "#f3a9b2", opacity: 0.7 }),
    svg("circle", { cx: 81, cy: 58, r: 5, fill: "#f3a9b2", opacity: 0.7 }),
    svg("path", {
      d: "M46 92c-4-8 6-14 14-22 8 8 18 14 14 22z",
      fill: "#b8cbdd",
      stroke: "#7f9bb8",
      "stroke-width": 2,
    }),
    svg(
      "text",
      {
        x: 60,
        y: 114,
        "text-anchor": "middle",
        "font-size": 17,
        "font-weight": 700,
        fill: "#1d5c3a",
        stroke: "#fff",
        "stroke-width": 4,
        "paint-order": "stroke",
      },
      "ขอบคุณ",
    ),
  );
  return el("div.sticker", {}, face);
}

function drawTemplate(message, tap) {
  const template = message.template ?? {};
  if (template.type === "carousel")
    return el(
      "div.flex-carousel",
      { tabindex: "0", role: "group" },
      ...template.columns.map((column) => card(column, template, tap)),
    );
  if (template.type === "image_carousel")
    return el(
      "div.flex-carousel",
      { tabindex: "0", role: "group" },
      ...template.columns.map((column) => pictureCard(column, tap)),
    );
  if (template.type === "confirm") return card(template, template, tap, "confirm");
  return card(template, template, tap);
}

/** A buttons, confirm or carousel card: picture, title, text, actions. */
function card(part, look, tap, kind = "buttons") {
  const node = el(`div.template.${kind}`);
  if (part.thumbnailImageUrl) {
    const shape = look.imageAspectRatio === "square" ? "1 / 1" : "1.51 / 1";
    const fit = look.imageSize === "contain" ? "contain" : "cover";
    node.append(
      paint(el("img", { src: part.thumbnailImageUrl, alt: "" }), {
        "aspect-ratio": shape,
        "object-fit": fit,
        "background-color": part.imageBackgroundColor,
      }),
    );
  }
  if (part.title) node.append(el("b.template-title", {}, part.title));
  node.append(el("p", {}, part.text ?? ""));
  node.append(el("div.template-actions", {}, ...(part.actions ?? []).map((action) => actionButton(action, tap))));
  return node;
}

function pictureCard(column, tap) {
  return el(
    "div.template.image-card",
    {},
    el("img", { src: column.imageUrl, alt: "" }),
    actionButton(column.action ?? {}, tap),
  );
}

function drawImagemap(message, tap) {
  const base = message.baseSize ?? { width: 1040, height: 1040 };
  const percent = (part, whole) => `${(100 * part) / whole}%`;
  const areas = (message.actions ?? []).map((action) => {
    const { x, y, width, height } = action.area;
    const style = {
      left: percent(x, base.width),
      top: percent(y, base.height),
      width: percent(width, base.width),
      height: percent(height, base.height),
    };
    return paint(
      actionButton({ label: action.label ?? action.text ?? "เปิด", ...action, uri: action.linkUri }, tap),
      style,
    );
  });
  return el("div.imagemap", {}, el("img", { src: `${message.baseUrl}/1040`, alt: message.altText ?? "" }), ...areas);
}
