// "เบื้องหลัง": the drawer for engineers, with the last calls to the stand-ins for LINE and Messenger and the last webhooks it delivered.

import { button, el, icon } from "./dom.js";
import { clockSeconds } from "./time.js";

export class Engine {
  constructor() {
    this.calls = table("การเรียก API ของแพลตฟอร์ม", ["เวลา", "คำขอ", "ผล", "หมายเหตุ"]);
    this.deliveries = table("การส่ง webhook", ["เวลา", "เหตุการณ์", "ผล", "เวลาที่ใช้"]);
    this.node = el(
      "aside.engine",
      { hidden: true, "aria-label": "เบื้องหลัง" },
      el(
        "header",
        {},
        el("h2", {}, "เบื้องหลัง"),
        button("quiet.round", "ปิดเบื้องหลัง", () => this.close(), icon("close")),
      ),
      el("div.engine-tables", {}, this.calls.node, this.deliveries.node),
    );
    this.node.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
  }

  /** Opens or closes the drawer; `opener` gets its state, and the focus back. */
  toggle(opener) {
    this.opener = opener;
    this.node.hidden = !this.node.hidden;
    opener.setAttribute("aria-expanded", String(!this.node.hidden));
    if (!this.node.hidden) this.node.querySelector("button").focus();
    this.show(this.state);
  }

  close() {
    if (!this.node.hidden) this.toggle(this.opener);
    this.opener.focus();
  }

  /** Shows the server's lists, newest first; nothing is drawn while the drawer is closed. */
  show(state) {
    this.state = state;
    if (this.node.hidden || !state) return;
    this.calls.fill(
      state.calls.map((call) => [clockSeconds(call.at), `${call.method} ${call.path}`, call.status, call.note ?? ""]),
    );
    this.deliveries.fill(
      state.deliveries.map((each) => [clockSeconds(each.at), each.event, each.status, `${each.ms} ms`]),
    );
  }
}

function table(title, names) {
  const body = el("tbody");
  const node = el(
    "section",
    {},
    el("h3", {}, title),
    el(
      "div.engine-scroll",
      { tabindex: "0", role: "region", "aria-label": title },
      el("table", {}, el("thead", {}, el("tr", {}, ...names.map((name) => el("th", { scope: "col" }, name)))), body),
    ),
  );
  const row = (cells) =>
    el(
      "tr",
      {},
      ...cells.map((cell, index) =>
        el(index === 2 ? `td.status.${Number(cell) < 300 ? "good" : "bad"}` : "td", {}, String(cell ?? "-")),
      ),
    );
  return { node, fill: (rows) => body.replaceChildren(...rows.reverse().map(row)) };
}
