// One conversation as a list that is kept in step with the server: a bubble is drawn once and stays the same node,
// so focus, scroll and screen readers are left in peace.

import { button, el, icon } from "./dom.js";
import { drawMessage, inWords } from "./line.js";
import { clock, thaiDate } from "./time.js";

const NEAR_THE_END = 80; // pixels within which the reader counts as being at the bottom
const LONG_PRESS = 550; // milliseconds

export class Chat {
  /**
   * `reader` is the id whose telephone this is; `nameOf(who)` gives {name, colour} of a speaker.
   * `look` is the platform's: `draw(entry, tap)`, `kind(entry)`, `words(entry)`, `tags(entry)`, and beside them
   * `tap(action)`, which does what a button says, and `own`: {label, may(entry), act(entry)} for the reader's messages.
   */
  constructor({ label, reader, nameOf, look }) {
    Object.assign(this, { reader, nameOf, look });
    this.drawn = new Map(); // key -> {node, mark}
    this.list = el("ol.chat-list", { role: "log", "aria-live": "polite" });
    this.typing = el("div.typing", { hidden: true, "aria-label": "กำลังพิมพ์" }, el("i"), el("i"), el("i"));
    this.pane = el("div.chat", { tabindex: "0", role: "region", "aria-label": label }, this.list, this.typing);
    this.more = button("to-end", "ข้อความใหม่", () => this.toEnd(true), icon("down", 16), "ข้อความใหม่");
    this.more.hidden = true;
    this.node = el("div.chat-frame", {}, this.pane, this.more);
    this.atEnd = true;
    this.pane.addEventListener("scroll", () => this.noticeScroll(), { passive: true });
    new ResizeObserver(() => this.atEnd && this.toEnd()).observe(this.list); // pictures arrive after their bubbles
    new ResizeObserver(() => this.atEnd && this.toEnd()).observe(this.pane);
  }

  /** Shows `entries` (all of the conversation, oldest first). */
  show({ entries = [], typing = false } = {}) {
    const first = this.drawn.size === 0;
    this.list.setAttribute("aria-busy", String(first)); // a whole history is not read aloud
    const grew = this.reconcile(withDays(entries));
    this.typing.hidden = !typing;
    const own = entries.at(-1)?.who === this.reader;
    if (grew && !this.atEnd && !own) this.more.hidden = false;
    if (first || this.atEnd || (grew && own)) this.toEnd();
    this.list.setAttribute("aria-busy", "false");
  }

  /** Puts the rows in order, drawing only new and changed ones; true if the last row is a new one. */
  reconcile(rows) {
    let place = this.list.firstChild;
    let grew = false;
    rows.forEach((row, index) => {
      const mark = row.day ?? JSON.stringify([row.entry.unsent, row.entry.billed, row.entry.message.text]);
      const known = this.drawn.get(row.key);
      let node = known?.node;
      if (!known || known.mark !== mark) {
        node = row.day ? el("li.day", {}, el("span", {}, row.day)) : this.drawEntry(row.entry);
        if (known?.node === place) place = place.nextSibling;
        known?.node.remove();
        this.drawn.set(row.key, { node, mark });
        grew ||= !known && index === rows.length - 1;
      }
      if (node === place) place = place.nextSibling;
      else this.list.insertBefore(node, place);
      if (row.entry) node.classList.toggle("follows", follows(rows[index - 1]?.entry, row.entry));
    });
    while (place) {
      const next = place.nextSibling;
      this.forget(place);
      place = next;
    }
    return grew;
  }

  forget(node) {
    node.remove();
    for (const [key, known] of this.drawn) if (known.node === node) this.drawn.delete(key);
  }

  drawEntry(entry) {
    const own = entry.side === "person" && entry.who === this.reader;
    if (entry.side === "note") return el("li.note", {}, el("span", {}, entry.message.text));
    const { name, colour, official } = this.nameOf(entry.who);
    if (entry.unsent) return el("li.note", {}, el("span", {}, own ? "คุณยกเลิกข้อความแล้ว" : `${name} ยกเลิกข้อความ`));
    const sender = entry.message.sender?.name ?? name;
    const meta = el(
      "span.meta",
      {},
      entry.billed ? el("span.billed", { title: "ข้อความแบบ push คิดเงินตามจำนวนผู้รับ" }, `คิดเงิน ${entry.billed}`) : null,
      ...this.look.tags(entry).map((words) => el("span.tag", {}, words)),
      el("time", { datetime: entry.at }, clock(entry.at)),
    );
    const body = el(
      "div.body",
      {},
      own ? null : el("span.sender", {}, sender),
      el("div.line", {}, this.look.draw(entry, this.look.tap), meta),
    );
    const node = el(
      `li.entry.${own ? "own" : "other"}.is-${this.look.kind(entry)}`,
      { "data-id": entry.id },
      own ? null : avatar(sender, colour, official),
      body,
    );
    if (own && this.look.own.may(entry)) this.offerDeed(node, entry, meta);
    return node;
  }

  /** The menu on an own message: by its ⋯ button, a right click or a long press. */
  offerDeed(node, entry, meta) {
    const open = () => {
      node.querySelector(".own-menu")?.remove();
      const shut = () => menu.remove();
      const menu = el(
        "div.own-menu",
        { role: "menu" },
        button("item", this.look.own.label, () => {
          shut();
          this.look.own.act(entry);
        }),
      );
      menu.firstChild.setAttribute("role", "menuitem");
      menu.addEventListener("keydown", (event) => event.key === "Escape" && (shut(), more.focus()));
      menu.addEventListener("focusout", (event) => menu.contains(event.relatedTarget) || setTimeout(shut));
      node.append(menu);
      menu.firstChild.focus();
    };
    const more = button("own-more", `ตัวเลือกของข้อความ ${this.look.words(entry).slice(0, 40)}`, open, icon("more", 16));
    meta.prepend(more);
    let timer = 0;
    const bubble = node.querySelector(".body");
    bubble.addEventListener("contextmenu", (event) => (event.preventDefault(), open()));
    bubble.addEventListener(
      "pointerdown",
      (event) => event.pointerType === "touch" && (timer = setTimeout(open, LONG_PRESS)),
    );
    for (const end of ["pointerup", "pointercancel", "pointermove"])
      bubble.addEventListener(end, () => clearTimeout(timer));
  }

  noticeScroll() {
    const { scrollHeight, scrollTop, clientHeight } = this.pane;
    this.atEnd = scrollHeight - scrollTop - clientHeight < NEAR_THE_END;
    if (this.atEnd) this.more.hidden = true;
  }

  toEnd(focus = false) {
    this.pane.scrollTop = this.pane.scrollHeight;
    this.atEnd = true;
    this.more.hidden = true;
    if (focus) this.pane.focus();
  }
}

/** A round picture with the first letter of a name, or the office's shield. */
export function avatar(name, colour, official = false) {
  const letter = [...name.replace(/^(นาย|นางสาว|นาง|[เแโใไ])/, "")][0] ?? "?";
  return el(
    `span.avatar${official ? ".official" : ""}`,
    { "aria-hidden": "true", style: { "background-color": colour } },
    official ? icon("town", 20) : letter,
  );
}

/** How a Chat shows LINE's entries. */
export const LINE = {
  draw: (entry, tap) => drawMessage(entry.message, tap),
  kind: (entry) => kind(entry.message.type),
  words: (entry) => inWords(entry.message),
  tags: () => [],
};

const PLAIN = ["text", "textV2", "file", "location"];

/** The three ways a message sits in the row: a bubble, a card with its own frame, a picture. */
function kind(type) {
  if (PLAIN.includes(type)) return "text";
  return ["flex", "template", "imagemap"].includes(type) ? "card" : "picture";
}

/** Whether `entry` goes on from `before`: the same speaker in the same minute, shown without a second picture. */
function follows(before, entry) {
  return (
    Boolean(before) &&
    before.side === entry.side &&
    before.who === entry.who &&
    !before.unsent &&
    before.at.slice(0, 16) === entry.at.slice(0, 16)
  );
}

/** Entries as rows, with a row for each new day between them. */
function withDays(entries) {
  const rows = [];
  let today = "";
  for (const entry of entries) {
    const day = thaiDate(entry.at, true);
    if (day !== today) rows.push({ key: `day ${day}`, day });
    today = day;
    rows.push({ key: entry.id, entry });
  }
  return rows;
}
