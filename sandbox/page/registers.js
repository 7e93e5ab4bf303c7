// The registers as a sheet: one tab per book and year, read from the workbooks as a supervisor would open them.

import { button, el, icon } from "./dom.js";
import { readable } from "./time.js";

const FRESH = 8000; // milliseconds a new or changed row stays marked
const NARROW = /^(เลขทะเบียน|ที่$|ลงวันที่|วันเวลาที่รับ|กำหนดเสร็จ|สถานะ|ช่องทาง|รหัสเรื่อง)/;
const WIDE = /^เรื่อง/;

export class Registers {
  /** `spreadsheet` is the pane that can stand in the workbook's place. */
  constructor(spreadsheet) {
    this.sheets = new Map(); // "title year" -> Sheet
    this.tabs = el("div.book-tabs", { role: "tablist", "aria-label": "เล่มทะเบียน" });
    this.tabs.addEventListener("keydown", (event) => this.turn(event));
    this.pane = el("div.book-pane", { role: "tabpanel", tabindex: "0", "aria-label": "ตารางทะเบียน" });
    this.count = el("span.book-count", { "aria-live": "polite" });
    this.link = el(
      "a.download",
      { download: "", hidden: true },
      icon("download", 18),
      el("span", {}, "ดาวน์โหลดสมุดงาน"),
    );
    const book = el("div.book", {}, this.tabs, this.pane, el("footer.book-foot", {}, this.count, this.link));
    this.wide = button("soft.widen", "ขยายตาราง", () => this.widen(), icon("wide", 16), el("span", {}, "ขยายตาราง"));
    this.wide.setAttribute("aria-pressed", "false");
    this.kinds = [
      [book, "สมุดงาน"],
      [spreadsheet.node, "Google Sheets"],
    ].map(([node, words]) => ({ node, choice: el("button", { type: "button", on: { click: () => this.choose(node) } }, words) }));
    const choices = this.kinds.map(({ choice }) => choice);
    this.choices = el("div.channels", { role: "group", "aria-label": "ที่เก็บทะเบียน", hidden: true }, ...choices);
    const head = el("div.pane-head", {}, el("h2", {}, "ทะเบียนหนังสือ"), this.choices, this.wide);
    this.node = el("div.pane-inner", {}, head, book, spreadsheet.node);
    this.choose(book);
    this.pane.append(el("p.empty", {}, icon("form", 40), "ยังไม่มีทะเบียน เรื่องแรกที่ยืนยันแล้วจะปรากฏที่นี่"));
  }

  /** Shows the workbook, or the spreadsheet. */
  choose(chosen) {
    for (const { node, choice } of this.kinds) {
      node.hidden = node !== chosen;
      choice.setAttribute("aria-pressed", String(node === chosen));
    }
  }

  /** Gives the sheet the whole width of the page, or the telephones their place again. */
  widen() {
    const wide = document.body.classList.toggle("wide-registers");
    this.wide.setAttribute("aria-pressed", String(wide));
    this.wide.lastChild.textContent = wide ? "ย่อตาราง" : "ขยายตาราง";
  }

  /** Shows what the server tells of every book. */
  show({ books }) {
    const names = books.map((book) => `${book.title} ${book.year}`);
    const fresh = names.some((name) => !this.sheets.has(name));
    books.forEach((book, index) => {
      if (!this.sheets.has(names[index])) this.open(names[index], book);
      this.sheets.get(names[index]).show(book);
    });
    this.dropAllBut(names);
    if (fresh) this.tabs.replaceChildren(...names.map((name) => this.sheets.get(name).tab)); // as in the workbook
    this.current ??= books.length ? `${books[0].title} ${books[0].year}` : undefined;
    if (this.current) this.turnTo(this.current);
  }

  /** A book whose file is gone (the demo was begun anew) leaves its tab. */
  dropAllBut(names) {
    for (const [name, sheet] of this.sheets) {
      if (names.includes(name)) continue;
      sheet.tab.remove();
      this.sheets.delete(name);
      if (this.current === name) this.current = undefined;
    }
  }

  open(name, book) {
    const sheet = new Sheet(book);
    sheet.tab = el(
      "button",
      { type: "button", role: "tab", on: { click: () => this.turnTo(name) } },
      `${book.title} ${book.year}`,
      sheet.badge,
    );
    this.sheets.set(name, sheet);
  }

  turnTo(name) {
    const sheet = this.sheets.get(name);
    if (!this.pane.contains(sheet.node)) {
      this.pane.replaceChildren(sheet.node);
    }
    this.current = name;
    for (const [each, { tab }] of this.sheets) {
      tab.setAttribute("aria-selected", String(each === name));
      tab.tabIndex = each === name ? 0 : -1;
    }
    this.count.textContent = sheet.free ? "" : `${sheet.rows.size} รายการ`;
    this.link.hidden = false;
    this.link.href = `/sandbox/registers/${encodeURIComponent(sheet.year)}.xlsx`;
  }

  turn(event) {
    const way = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!way) return;
    const tabs = [...this.tabs.children];
    const next = tabs[(tabs.indexOf(document.activeElement) + way + tabs.length) % tabs.length];
    next.focus();
    next.click();
  }
}

class Sheet {
  constructor({ year, header }) {
    this.year = year;
    this.free = header.filter(Boolean).length < 2; // no table, but notes and several small tables below each other
    this.rows = new Map(); // first cell -> {node, mark}
    this.badge = el("span.tab-count", { hidden: this.free }, "0");
    this.widths = header.map((name) => (NARROW.test(name) ? "narrow" : WIDE.test(name) ? "wide" : "middling"));
    if (this.free) [header, this.widths] = [header.map(() => ""), header.map((_, at) => (at ? "number" : "wide"))];
    this.body = el("tbody");
    const letters = el(
      "tr.letters",
      { "aria-hidden": "true" },
      el("td"),
      ...header.map((_, index) => el("td", {}, letter(index))),
    );
    const names = el(
      "tr.names",
      {},
      el("th.gutter", { "aria-label": "แถว" }, "1"),
      ...header.map((name, index) => el(`th.${this.widths[index]}`, { scope: "col" }, name)),
    );
    this.node = el(
      "div.sheet-scroll",
      { tabindex: "0", role: "region", "aria-label": `ตาราง ปี ${year} เลื่อนดูได้` },
      el("table.sheet-table", {}, el("thead", {}, letters, this.free ? null : names), this.body),
    );
    this.follow = !this.free; // whether the reader is at the last row
    this.node.addEventListener("scroll", () => (this.follow = !this.free && this.nearEnd()), { passive: true });
    new ResizeObserver(() => this.follow && this.toEnd()).observe(this.node); // also when its tab is opened
  }

  /** Keeps rows that are the same, redraws those that changed, marks what is fresh (but not the first time). */
  show({ header, rows }) {
    if (this.free) rows = [header, ...rows];
    const first = this.rows.size === 0 && !this.shown;
    this.shown = true;
    this.badge.textContent = String(rows.length);
    const seen = new Set();
    rows.forEach((cells, index) => {
      const key = (!this.free && cells[0]) || `row ${index}`;
      seen.add(key);
      const mark = JSON.stringify(cells);
      const known = this.rows.get(key);
      if (known?.mark === mark) return;
      const node = this.draw(cells, index + (this.free ? 1 : 2)); // row 1 of a table is the header
      if (this.free) node.className = role(rows, index);
      known ? known.node.replaceWith(node) : this.body.append(node);
      this.rows.set(key, { node, mark });
      if (!first) freshen(node);
    });
    for (const [key, { node }] of this.rows) if (!seen.has(key)) (node.remove(), this.rows.delete(key));
    if (this.follow) this.toEnd();
  }

  draw(cells, number) {
    if (this.free && filled(cells) === 1) {
      return el("tr", {}, el("th.gutter", { scope: "row" }, String(number)), el("td", { colspan: cells.length }, cells[0]));
    }
    const drawn = cells.map((cell, index) => this.drawCell(String(cell ?? ""), index));
    return el("tr", {}, el("th.gutter", { scope: "row" }, String(number)), ...drawn);
  }

  /** Two lines of the cell; all of it on the enlarged sheet, and under the pointer, where dates read as in the file. */
  drawCell(raw, index) {
    const shown = readable(raw);
    const title = shown === raw && raw.length < 24 ? null : raw;
    return el(`td.${this.widths[index] ?? "middling"}`, { title }, el("span.cell", {}, shown));
  }

  nearEnd() {
    return this.node.scrollHeight - this.node.scrollTop - this.node.clientHeight < 90;
  }

  toEnd() {
    this.node.scrollTop = this.node.scrollHeight;
  }
}

function filled(cells) {
  return (cells ?? []).filter((cell) => cell !== "").length;
}

/** In a free sheet: what stands alone above a row of several cells is a title, and that row holds its headings. Of the
 * empty rows, which are room for charts, one is enough. */
function role(rows, index) {
  const isTitle = (at) => filled(rows[at]) === 1 && filled(rows[at + 1]) > 1 && filled(rows[at - 1]) === 0;
  if (filled(rows[index]) === 0 && filled(rows[index - 1]) === 0) return "room";
  return isTitle(index) ? "title" : isTitle(index - 1) ? "headings" : "";
}

function freshen(node) {
  node.classList.add("fresh");
  setTimeout(() => node.classList.remove("fresh"), FRESH);
}

/** 0 -> A … 25 -> Z, 26 -> AA, as spreadsheets letter their columns. */
function letter(index) {
  return index < 26 ? String.fromCharCode(65 + index) : letter(Math.floor(index / 26) - 1) + letter(index % 26);
}
