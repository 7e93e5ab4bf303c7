// The first-visit hint: three steps, each ticked as the reader has done it.

import { button, el, icon } from "./dom.js";
import { recall, remember } from "./memory.js";

const STEPS = ["แตะ “ร้องเรียน/ร้องทุกข์” ในเมนูของประชาชน", "ตอบคำถามทีละข้อ", "กด “ยืนยันและส่ง” แล้วดูการ์ดในกลุ่มและแถวในทะเบียน"];

export class Hint {
  constructor() {
    this.steps = STEPS.map((words, index) =>
      el("li", {}, el("span.step-number", {}, String(index + 1)), el("span", {}, words)),
    );
    this.node = el(
      "section.hint",
      { "aria-label": "ขั้นตอนแนะนำ", hidden: recall("hint") === "seen" },
      el("strong", {}, "ลองร้องเรียนหนึ่งเรื่อง"),
      el("ol", {}, ...this.steps),
      button("quiet.round", "ปิดคำแนะนำ", () => this.hide(), icon("close", 18)),
    );
  }

  toggle() {
    if (this.node.hidden) this.node.hidden = false;
    else this.hide();
  }

  hide() {
    this.node.hidden = true;
    remember("hint", "seen");
  }

  /** Ticks the steps that the conversation `entries` shows as done. */
  show(entries) {
    const said = (words) => entries.findIndex((entry) => entry.side === "person" && entry.message.text === words);
    const confirmed = said("ยืนยันและส่ง");
    const filed = confirmed >= 0 && entries.slice(confirmed).some((entry) => entry.side === "office");
    [said("ร้องเรียน/ร้องทุกข์") >= 0, confirmed >= 0, filed].forEach((done, index) =>
      this.steps[index].classList.toggle("done", done),
    );
  }
}
