// The office's menu: its six parts, and the bar that folds it away.

import { button, el, icon } from "./dom.js";
import { recall, remember } from "./memory.js";

export const MENU = [
  ["megaphone", "ร้องเรียน/ร้องทุกข์"],
  ["whistle", "แจ้งเบาะแสทุจริต"],
  ["form", "ยื่นคำร้อง/คำขอ"],
  ["search", "ติดตามเรื่อง"],
  ["coins", "ชำระค่าธรรมเนียม"],
  ["talk", "ติดต่อเจ้าหน้าที่"],
];

/** `grid` under a bar that opens and closes it; the browser remembers how it was left under `memory`. */
export function foldable(title, memory, grid) {
  grid.hidden = recall(memory) === "folded";
  const fold = button(
    "menu-fold",
    `เปิดหรือปิด${title}`,
    () => {
      grid.hidden = !grid.hidden;
      remember(memory, grid.hidden ? "folded" : "open");
      look();
    },
    el("span", {}, title),
    el("span.turn", {}, icon("down", 16)),
  );
  const look = () => fold.setAttribute("aria-expanded", String(!grid.hidden));
  fold.setAttribute("aria-controls", grid.id);
  look();
  return el("nav.menu", { "aria-label": title }, fold, grid);
}
