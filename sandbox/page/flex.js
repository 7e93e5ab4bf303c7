// LINE's Flex Messages, drawn from their JSON as LINE's own simulator draws them.
// https://developers.line.biz/en/docs/messaging-api/flex-message-layout/

import { el, paint } from "./dom.js";

const TEXT_SIZES = { xxs: 11, xs: 13, sm: 14, md: 16, lg: 19, xl: 22, xxl: 29, "3xl": 35, "4xl": 48, "5xl": 74 };
const SPACES = { none: 0, xs: 2, sm: 4, md: 8, lg: 12, xl: 16, xxl: 20 };
const BORDERS = { none: 0, light: 0.5, normal: 1, medium: 2, "semi-bold": 3, bold: 4 };
const IMAGE_SIZES = {
  xxs: 40,
  xs: 60,
  sm: 80,
  md: 100,
  lg: 120,
  xl: 140,
  xxl: 160,
  "3xl": 180,
  "4xl": 200,
  "5xl": 220,
};
const BUBBLE_WIDTHS = { nano: 120, micro: 160, deca: 220, hecto: 241, kilo: 260, mega: 300, giga: 386 };
const EDGES = { start: "flex-start", center: "center", end: "flex-end", top: "flex-start", bottom: "flex-end" };
const ALIGN_TEXT = { start: "start", center: "center", end: "end" };

/** A keyword of `table` or "12px" / "50%" as a CSS length; undefined if it is neither, so the default stays. */
function length(value, table) {
  if (value === undefined) return undefined;
  if (value in table) return `${table[value]}px`;
  return /^\d+(\.\d+)?(px|%)$/.test(value) ? value : undefined;
}

/** `contents` of a flex message: one bubble or a carousel. `tap(action)` does what a button says. */
export function drawFlex(contents, tap) {
  if (contents?.type === "carousel") {
    const bubbles = (contents.contents ?? []).map((bubble) => drawBubble(bubble, tap));
    return el("div.flex-carousel", { tabindex: "0", role: "group", "aria-label": "การ์ดเลื่อนดูได้" }, ...bubbles);
  }
  return drawBubble(contents ?? {}, tap);
}

function drawBubble(bubble, tap) {
  const width = BUBBLE_WIDTHS[bubble.size] ?? BUBBLE_WIDTHS.mega;
  const node = el("div.flex-bubble", { dir: bubble.direction, style: { "--bubble-width": `${width}px` } });
  for (const name of ["header", "hero", "body", "footer"]) {
    if (!bubble[name]) continue;
    const block = el(`div.flex-${name}`, {}, draw(bubble[name], "vertical", tap));
    const look = bubble.styles?.[name] ?? {};
    paint(block, { "background-color": look.backgroundColor });
    if (look.separator) paint(block, { "border-top": `1px solid ${look.separatorColor ?? "#d4d6da"}` });
    node.append(block);
  }
  return tappable(node, bubble.action, tap);
}

const DRAW = {
  box: drawBox,
  text: drawText,
  button: drawButton,
  image: drawImage,
  video: drawVideo,
  icon: drawIcon,
  span: drawSpan,
};

/** One component with its place among its siblings; `layout` is its parent's. */
function draw(component, layout, tap) {
  const known = DRAW[component.type];
  const node = known
    ? known(component, tap, layout)
    : el(`div.flex-${component.type === "separator" ? "separator" : "filler"}`);
  if (component.type === "separator") paint(node, { "border-color": component.color });
  paint(node, place(component, layout));
  return component.type === "button" ? node : tappable(node, component.action, tap);
}

function place(component, layout) {
  const style = {
    width: length(component.width, {}),
    height: component.type === "button" ? undefined : length(component.height, {}),
    "max-width": length(component.maxWidth, {}),
    "max-height": length(component.maxHeight, {}),
    flex: share(component, layout),
    position: component.position === "absolute" ? "absolute" : undefined,
    top: length(component.offsetTop, SPACES),
    bottom: length(component.offsetBottom, SPACES),
    "inset-inline-start": length(component.offsetStart, SPACES),
    "inset-inline-end": length(component.offsetEnd, SPACES),
  };
  if (layout === "horizontal" && component.gravity) style["align-self"] = EDGES[component.gravity];
  return style;
}

/** Children of rows share the width equally unless told otherwise; children of columns are as high as they need. */
function share(component, layout) {
  if (component.width || component.type === "separator") return "0 0 auto";
  const natural = layout === "vertical" || component.type === "icon" ? 0 : 1;
  const parts = component.flex ?? (component.type === "filler" ? 1 : natural);
  return parts > 0 ? `${parts} ${layout === "vertical" ? "1 auto" : "1 0"}` : "0 0 auto";
}

function drawBox(box, tap) {
  const row = box.layout !== "vertical";
  const node = el(`div.flex-box.${row ? "row" : "column"}${box.layout === "baseline" ? ".baseline" : ""}`);
  paint(node, {
    "background-color": box.backgroundColor,
    "border-color": box.borderColor,
    "border-radius": length(box.cornerRadius, SPACES),
    "border-width": length(box.borderWidth, BORDERS),
    "justify-content": box.justifyContent,
    "align-items": box.alignItems,
    padding: length(box.paddingAll, SPACES),
    "padding-top": length(box.paddingTop, SPACES),
    "padding-bottom": length(box.paddingBottom, SPACES),
    "padding-inline-start": length(box.paddingStart, SPACES),
    "padding-inline-end": length(box.paddingEnd, SPACES),
  });
  const shade = box.background;
  if (shade?.type === "linearGradient") {
    const middle = shade.centerColor ? `, ${shade.centerColor} ${shade.centerPosition ?? "50%"}` : "";
    paint(node, {
      "background-image": `linear-gradient(${shade.angle}, ${shade.startColor}${middle}, ${shade.endColor})`,
    });
  }
  (box.contents ?? []).forEach((child, index) => {
    const drawn = draw(child, box.layout, tap);
    const gap = index ? length(child.margin ?? box.spacing, SPACES) : undefined; // the first child's margin is not drawn
    paint(drawn, { [row ? "margin-inline-start" : "margin-top"]: gap });
    node.append(drawn);
  });
  return node;
}

function inkOf(text) {
  return {
    color: text.color,
    "font-size": length(text.size, TEXT_SIZES),
    "font-weight": text.weight === "bold" ? "700" : undefined,
    "font-style": text.style === "italic" ? "italic" : undefined,
    "text-decoration": text.decoration && text.decoration !== "none" ? text.decoration : undefined,
  };
}

function drawText(text) {
  const spans = text.contents?.length ? text.contents.map(drawSpan) : [text.text ?? ""];
  const lines = text.maxLines ? ".clamped" : "";
  const node = el(`div.flex-text${text.wrap ? ".wrap" : ""}${lines}`, {}, ...spans);
  paint(node, { ...inkOf(text), "text-align": ALIGN_TEXT[text.align], "--lines": text.maxLines });
  paint(node, { "line-height": text.lineSpacing ? `calc(1.35em + ${length(text.lineSpacing, {})})` : undefined });
  return node;
}

function drawSpan(span) {
  return el("span", { style: inkOf(span) }, span.text ?? "");
}

function drawButton(part, tap) {
  const style = part.style ?? "link";
  const node = el(`div.flex-button.${style}.${part.height === "sm" ? "low" : "high"}`);
  const face = actionButton(part.action ?? {}, tap);
  paint(face, style === "link" ? { color: part.color } : { "background-color": part.color });
  node.append(face);
  return node;
}

/** A real button (a real link for web addresses), so that keyboard and screen reader know what it is. */
export function actionButton(action, tap, spec = "") {
  const label = action.label ?? action.text ?? "";
  return el(`button${spec}`, { type: "button", on: { click: () => tap(action) } }, label);
}

function drawImage(image) {
  const full = image.size === "full";
  const size = full ? "100%" : length(image.size ?? "md", IMAGE_SIZES);
  const [wide, high] = (image.aspectRatio ?? "1:1").split(":").map(Number);
  const picture = el("img", {
    src: image.url,
    alt: "",
    loading: "lazy",
    on: { error: () => picture.classList.add("broken") },
    style: {
      "object-fit": image.aspectMode === "cover" ? "cover" : "contain",
      "aspect-ratio": `${wide} / ${high}`,
      width: size,
    },
  });
  return el(
    "div.flex-image",
    { style: { "justify-content": EDGES[image.align ?? "center"], "background-color": image.backgroundColor } },
    picture,
  );
}

function drawVideo(video) {
  return el("video.flex-video", { src: video.url, poster: video.previewUrl, controls: true, preload: "none" });
}

function drawIcon(part) {
  const size = length(part.size ?? "md", TEXT_SIZES);
  const [wide, high] = (part.aspectRatio ?? "1:1").split(":").map(Number);
  return el("img.flex-icon", { src: part.url, alt: "", style: { height: size, "aspect-ratio": `${wide} / ${high}` } });
}

/** Makes a whole box, picture or bubble do `action` by finger, mouse and keyboard. */
function tappable(node, action, tap) {
  if (!action) return node;
  const act = (event) => {
    if (event.target.closest("button, a") || (event.type === "keydown" && event.key !== "Enter")) return;
    event.stopPropagation();
    tap(action);
  };
  node.classList.add("tappable");
  node.setAttribute("role", "button");
  node.setAttribute("tabindex", "0");
  if (action.label) node.setAttribute("aria-label", action.label);
  node.addEventListener("click", act);
  node.addEventListener("keydown", act);
  return node;
}
