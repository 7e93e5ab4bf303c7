// Quick replies: chips above the typing bar. They belong to the last message of a chat and are gone after the next one by anyone.

import { button, el, icon } from "./dom.js";

const SIGNS = { location: "pin", camera: "camera", cameraRoll: "image" };

/** The quick replies that stand open now: {id of their message, items}. */
export function standingChoices(entries) {
  const last = entries.findLast((entry) => entry.side !== "note");
  if (last?.side !== "office") return { id: last?.id ?? "", items: [] };
  return { id: last.id, items: last.message.quickReply?.items ?? [] };
}

/** A strip of chips that scrolls sideways, with arrows for those who have no finger to push it. */
export function drawQuickReplies(items, tap) {
  const strip = el("div.chips", { role: "group", "aria-label": "คำตอบด่วน" }, ...items.map((item) => chip(item, tap)));
  const push = (way) => strip.scrollBy({ left: way * strip.clientWidth * 0.8, behavior: calm() ? "auto" : "smooth" });
  const back = button("chips-arrow.back", "เลื่อนคำตอบไปทางซ้าย", () => push(-1), icon("left", 18));
  const on = button("chips-arrow.on", "เลื่อนคำตอบไปทางขวา", () => push(1), icon("right", 18));
  const look = () => {
    back.hidden = strip.scrollLeft < 8;
    on.hidden = strip.scrollLeft + strip.clientWidth > strip.scrollWidth - 8;
  };
  strip.addEventListener("scroll", look, { passive: true });
  new ResizeObserver(look).observe(strip);
  return el("div.chips-frame", {}, strip, back, on);
}

function chip(item, tap) {
  const action = item.action ?? {};
  const sign = SIGNS[action.type];
  const picture = item.imageUrl
    ? el("img", { src: item.imageUrl, alt: "", width: 20, height: 20 })
    : sign
      ? icon(sign, 18)
      : null;
  return el(
    "button.chip",
    { type: "button", on: { click: () => tap(action) } },
    picture,
    action.label ?? action.text ?? "",
  );
}

const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
