// The spreadsheet that the office's registers are mirrored to, and a person's hand in it: what they write is read as
// Google reads typing, and what is protected from them is refused by the stand-in, not by this page.

import { attempt } from "./actions.js";
import { api } from "./api.js";
import { chart } from "./charts.js";
import { button, el, icon, paint } from "./dom.js";
import { Sky } from "./topbar.js";

const WEATHER = [
  ["ok", "ปกติ"],
  ["slow", "ตอบช้า"],
  ["hang", "ค้าง ไม่ตอบ"],
  ["429", "เรียกถี่เกินไป (429)"],
  ["500", "ขัดข้อง (500)"],
  ["502", "ขัดข้อง (502 เป็น HTML)"],
  ["503", "ไม่พร้อมให้บริการ (503)"],
  ["drop", "รับแล้วแต่คำตอบหาย"],
  ["unshared", "ไม่ได้แชร์ (403)"],
  ["deleted", "ไฟล์ถูกลบ (404)"],
];

export class Spreadsheet {
  constructor() {
    this.who = "supervisor";
    this.rev = -1;
    this.lines = new Map(); // row number -> {node, mark}
    this.spot = { row: 0, column: 0 };
    this.sky = new Sky("Google", WEATHER, api.googleWeather);
    this.tabs = el("div.book-tabs", { role: "tablist", "aria-label": "แท็บของ Google Sheets" });
    this.head = el("thead");
    this.body = el("tbody");
    this.charts = el("div.charts");
    const table = el("table.sheet-table.spreadsheet", {}, this.head, this.body);
    table.addEventListener("click", (event) => this.pick(event.target.closest("[data-spot]")));
    table.addEventListener("keydown", (event) => this.walk(event));
    this.pane = el("div.sheet-scroll", { role: "region", "aria-label": "Google Sheets เลื่อนดูได้" }, table, this.charts);
    this.note = el("p.note", { hidden: true });
    this.count = el("span.book-count", { "aria-live": "polite" });
    this.node = el(
      "div.book.google",
      {},
      this.tools(),
      this.note,
      this.bar(),
      this.pane,
      el("footer.book-foot", {}, this.tabs, this.count),
    );
  }

  /** Whose hand it is, whether the office may come in, and the weather. */
  tools() {
    const people = [
      ["supervisor", "ผู้บังคับบัญชา"],
      ["owner", "เจ้าของไฟล์"],
    ];
    const turn = () => ((this.who = this.hand.value), (this.rev = -1));
    const choices = people.map(([value, words]) => el("option", { value }, words));
    this.hand = el("select", { "aria-label": "ทำในนามของ", on: { change: turn } }, ...choices);
    this.sharing = button("soft", "เลิกแชร์กับระบบ", () => attempt(() => api.share(!this.shared)));
    return el("div.sheet-tools", {}, el("label.as", {}, "ทำในนาม", this.hand), this.sharing, this.sky.node);
  }

  /** The chosen cell, its text, and what can be done with its row and column. */
  bar() {
    this.name = el("output.cell-name", {}, "A1");
    this.field = el("input", { "aria-label": "ข้อความในช่อง", autocomplete: "off" });
    const form = el("form.cell-bar", { on: { submit: (event) => (event.preventDefault(), this.write()) } }, this.name, this.field);
    const deed = (label, name, facts) => button("soft", label, () => this.act(name, facts()));
    const { spot } = this;
    const deeds = [
      deed("เรียง ก→ฮ", "sort", () => ({ column: spot.column })),
      deed("เรียง ฮ→ก", "sort", () => ({ column: spot.column, descending: true })),
      deed("แทรกแถว", "insert", () => ({ row: spot.row })),
      deed("ลบแถว", "delete", () => ({ row: spot.row })),
      deed("ซ่อนค่านี้", "filter", () => ({ column: spot.column, hidden: [this.text(spot.row, spot.column)] })),
      deed("ล้างตัวกรอง", "filter", () => ({ column: 0, hidden: [] })),
    ];
    return el("div.sheet-hand", {}, form, el("div.sheet-deeds", {}, ...deeds));
  }

  showWeather(weather) {
    this.sky.show(weather ?? "ok", Boolean(weather));
  }

  show({ rev, title, shared, account, tabs }) {
    this.rev = rev;
    this.shared = shared;
    this.all = tabs;
    this.sharing.textContent = shared ? "เลิกแชร์กับระบบ" : "แชร์ให้ระบบแก้ไขได้";
    this.note.hidden = shared;
    this.note.textContent = `ไฟล์ “${title}” ไม่ได้แชร์ให้ ${account}`;
    const known = tabs.some((tab) => tab.id === this.current && (this.chosen || tab.rows.length > 1));
    this.showTabs(tabs);
    this.turnTo(known ? this.current : (tabs.find((tab) => tab.rows.length > 1) ?? tabs[0])?.id);
  }

  showTabs(tabs) {
    const names = JSON.stringify(tabs.map(({ id, title }) => [id, title]));
    if (names === this.names) return;
    this.names = names;
    const made = ({ id, title }) =>
      el("button", { type: "button", role: "tab", value: id, on: { click: () => this.choose(id) } }, title);
    this.tabs.replaceChildren(...tabs.map(made));
  }

  choose(id) {
    this.chosen = true;
    this.turnTo(id);
  }

  turnTo(id) {
    if (this.current !== id) {
      this.lines.clear();
      this.body.replaceChildren();
      this.drawnHead = this.drawnCharts = "";
      Object.assign(this.spot, { row: 0, column: 0 });
      this.pane.scrollTo(0, 0);
    }
    this.current = id;
    this.tab = this.all.find((tab) => tab.id === id);
    for (const tab of this.tabs.children) tab.setAttribute("aria-selected", String(Number(tab.value) === id));
    if (this.tab) this.draw(this.tab);
  }

  draw(tab) {
    const { rows, frozen, hidden, more } = tab;
    const mark = JSON.stringify([rows.slice(0, frozen), tab.widths, tab.locked, tab.filtered, tab.looks]);
    if (mark !== this.drawnHead) {
      this.drawnHead = mark;
      this.head.replaceChildren(this.letters(tab), ...rows.slice(0, frozen).map((cells, row) => this.line(tab, cells, row)));
    }
    const gone = new Set(hidden);
    for (let row = frozen; row <= rows.length; row += 1) {
      const cells = rows[row] ?? tab.widths.map(() => ""); // one empty line at the end, to write in
      const line = JSON.stringify([cells, gone.has(row), tab.looks, tab.locked]);
      const known = this.lines.get(row);
      if (known?.mark === line) continue;
      const node = this.line(tab, cells, row);
      node.hidden = gone.has(row);
      known ? known.node.replaceWith(node) : this.body.append(node);
      this.lines.set(row, { node, mark: line });
    }
    for (const [row, { node }] of this.lines) if (row > rows.length || row < frozen) (node.remove(), this.lines.delete(row));
    this.showCharts(tab.charts);
    const shown = Math.max(0, rows.length - frozen) - hidden.length;
    this.count.textContent = `${shown} แถว${hidden.length ? ` (ซ่อน ${hidden.length})` : ""}${more ? ` และอีก ${more}` : ""}`;
    this.point();
  }

  letters({ widths, locked, filtered }) {
    const letter = (n) => [
      name(0, n).slice(0, -1),
      locked.includes(n) && icon("lock", 11),
      filtered.includes(n) && el("b", { title: "กรองอยู่" }, "▾"),
    ];
    const cells = widths.map((width, n) => el("td", { style: { "min-width": `${width}px` } }, ...letter(n)));
    return el("tr.letters", { "aria-hidden": "true" }, el("td"), ...cells);
  }

  line({ looks, locked }, cells, row) {
    const drawn = cells.map((cell, column) => {
      const [text, look] = Array.isArray(cell) ? cell : [cell, -1];
      const spec = locked.includes(column) ? "td.locked" : "td";
      const facts = { "data-spot": `${row},${column}`, tabindex: -1, title: text.length > 30 ? text : null };
      return paint(el(spec, facts, el("span.cell", {}, text)), looks[look] ?? {});
    });
    return el("tr", {}, el("th.gutter", { scope: "row" }, String(row + 1)), ...drawn);
  }

  showCharts(charts) {
    const mark = JSON.stringify(charts);
    if (mark === this.drawnCharts) return;
    this.drawnCharts = mark;
    this.charts.replaceChildren(...charts.map(chart));
  }

  // --- the hand ---

  text(row, column) {
    const cell = this.tab?.rows[row]?.[column] ?? "";
    return Array.isArray(cell) ? cell[0] : cell;
  }

  cell({ row, column }) {
    return this.pane.querySelector(`[data-spot="${row},${column}"]`);
  }

  pick(cell) {
    if (!cell) return;
    const [row, column] = cell.dataset.spot.split(",").map(Number);
    Object.assign(this.spot, { row, column });
    this.point();
    cell.focus({ preventScroll: true });
  }

  /** Marks the chosen cell and shows its text, unless somebody is writing there. */
  point() {
    this.pane.querySelector(".chosen")?.classList.remove("chosen");
    const cell = this.cell(this.spot) ?? this.cell(Object.assign(this.spot, { row: 0, column: 0 }));
    cell?.classList.add("chosen");
    if (cell) cell.tabIndex = 0;
    this.name.textContent = name(this.spot.row, this.spot.column);
    if (document.activeElement !== this.field) this.field.value = this.text(this.spot.row, this.spot.column);
  }

  /** Arrow keys go from cell to cell, Enter goes to its text. */
  walk(event) {
    if (event.key === "Enter") return (event.preventDefault(), this.field.focus(), this.field.select());
    const way = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (!way) return;
    event.preventDefault();
    this.pick(this.cell({ row: this.spot.row + way[0], column: this.spot.column + way[1] }));
  }

  async write() {
    const { row, column } = this.spot;
    const text = this.field.value;
    const done = await this.act("type", { row, column, text });
    if (done) this.cell(this.spot)?.focus({ preventScroll: true });
  }

  act(deed, facts) {
    return attempt(() => api.spreadsheet(this.who, deed, { tab: this.tab.title, ...facts }));
  }
}

/** Row 0, column 0 is A1. */
function name(row, column) {
  const letters = (n) => (n < 26 ? String.fromCharCode(65 + n) : letters(Math.floor(n / 26) - 1) + letters(n % 26));
  return `${letters(column)}${row + 1}`;
}
