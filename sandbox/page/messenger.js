// Draws any message of the Messenger platform (Send API and webhooks) from the JSON alone.
// https://developers.facebook.com/docs/messenger-platform/reference/send-api

import { button, el, icon, svg } from "./dom.js";
import { drawMessage } from "./line.js";

/** How a Chat shows Messenger's entries. */
export const MESSENGER = { draw, kind, words, tags };

const NAMES = { image: "รูปภาพ", video: "วิดีโอ", audio: "เสียง", file: "ไฟล์", sticker: "สติกเกอร์", location: "ตำแหน่ง" };

/** The attachments of an entry: the webhook's list, or the one of the Send API. */
function attachments({ message }) {
  return message.attachments ?? (message.attachment ? [message.attachment] : []);
}

function draw(entry, tap) {
  const { text } = entry.message;
  const media = [...(entry.media ?? [])];
  const parts = attachments(entry).map((each) => drawAttachment(each, each.payload?.url ? media.shift() : null, tap));
  if (text !== undefined && !parts.length) return drawMessage({ type: "text", text });
  if (text !== undefined) parts.unshift(drawMessage({ type: "text", text }));
  return parts.length === 1 ? parts[0] : el(`div.pile.of-${Math.min(parts.length, 3)}`, {}, ...parts);
}

function drawAttachment({ type, title, url, payload }, kept, tap) {
  const address = kept ?? payload?.url;
  switch (type) {
    case "image":
    case "video":
    case "audio":
      return drawMessage({ type, url: address });
    case "file":
      return drawFile(address, payload?.url ?? "");
    case "location":
      return drawMessage({ type, title, latitude: payload.coordinates.lat, longitude: payload.coordinates.long });
    case "sticker":
      return drawThumb();
    case "template":
      return drawTemplate(payload, tap);
    default:
      return el("div.bubble.strange", {}, title ?? url ?? `(ไฟล์แนบชนิด ${type})`);
  }
}

function drawFile(address, link) {
  const name = decodeURIComponent(link.split("?")[0].split("/").at(-1));
  return el(
    "a.bubble.paper",
    { href: address, download: name },
    el("span.paper-icon", {}, icon("file", 30)),
    el("span.paper-name", {}, el("b", {}, name || "ไฟล์ที่ส่ง")),
  );
}

/** The blue thumb: the sticker that lies beside the typing bar. */
function drawThumb() {
  const hand = "M14 52h14V26H14z M32 50c8 4 22 4 26 2 5-3 8-20 6-24-2-3-12-2-18-2 2-6 2-16-2-18-6-2-4 8-12 18z";
  return el(
    "div.sticker",
    {},
    svg(
      "svg",
      { viewBox: "0 0 72 60", width: 84, height: 70, role: "img", "aria-label": "สติกเกอร์ยกนิ้วให้" },
      svg("path", { d: hand, fill: "#0866ff", "stroke-linejoin": "round" }),
    ),
  );
}

function drawTemplate(payload, tap) {
  if (payload.template_type === "button") return card({ title: payload.text, buttons: payload.buttons }, tap);
  const cards = payload.elements.map((element) => card(element, tap, "generic"));
  if (cards.length === 1) return cards[0];
  return el("div.card-row", { tabindex: "0", role: "group", "aria-label": "การ์ด เลื่อนไปทางข้างได้" }, ...cards);
}

function card({ title, subtitle, image_url: image, buttons = [] }, tap, kind = "plain") {
  return el(
    `div.mcard.${kind}`,
    {},
    image ? el("img", { src: image, alt: "" }) : null,
    el("div.mcard-words", {}, el("p", {}, title), subtitle ? el("small", {}, subtitle) : null),
    buttons.length ? el("div.mcard-buttons", {}, ...buttons.map((each) => cardButton(each, tap))) : null,
  );
}

function cardButton(pressed, tap) {
  return button("mcard-button", pressed.title, () => tap(pressed));
}

/** The three ways a message sits in the row, as in LINE: a bubble, a card, a picture. */
function kind(entry) {
  const types = attachments(entry).map((each) => each.type);
  if (types.includes("template")) return "card";
  return types.some((type) => ["image", "video", "sticker"].includes(type)) ? "picture" : "text";
}

/** The message in one line of words. */
function words({ message }) {
  return message.text ?? NAMES[attachments({ message })[0]?.type] ?? "ข้อความ";
}

/** What Meta would not show but a reader of the demo should know of a message. */
function tags({ via, message }) {
  const outside = { MESSAGE_TAG: "นอก 24 ชม. (HUMAN_AGENT)", UTILITY: "นอก 24 ชม. (แม่แบบ)" }[via];
  return [outside, message.num_edit ? "แก้ไขแล้ว" : null].filter(Boolean);
}
