// The slim bar at the top: what this is, the sample town, what messages cost, and faults one may try.

import { attempt } from "./actions.js";
import { api } from "./api.js";
import { button, el, icon, paint, svg } from "./dom.js";

const MESSENGER_WEATHER = [
  ["ok", "ปกติ"],
  ["slow", "ตอบช้า"],
  ["hang", "ค้าง ไม่ตอบ"],
  ["500", "ขัดข้อง (500)"],
  ["temporary", "ส่งไม่ได้ชั่วคราว (1200)"],
  ["rate", "ส่งถี่เกินไป (613)"],
  ["restricted", "เพจถูกจำกัด (10)"],
  ["token", "กุญแจใช้ไม่ได้ (190)"],
];

const WEATHER = [
  ["ok", "ปกติ"],
  ["slow", "ตอบช้า"],
  ["hang", "ค้าง ไม่ตอบ"],
  ["500", "ขัดข้อง (500)"],
  ["429", "ส่งถี่เกินไป (429)"],
  ["quota", "โควตาหมด (429)"],
  ["401", "กุญแจใช้ไม่ได้ (401)"],
];

export class TopBar {
  /** `openEngine()` and `openHint()` are what the last two buttons do. */
  constructor({ openEngine, openHint }) {
    this.town = button("town", "ใส่เรื่องตัวอย่าง 40 เรื่อง", () => this.loadTown());
    this.townBar = el("span.town-bar");
    this.meter = el(
      "div.quota",
      { role: "meter", "aria-label": "ข้อความที่คิดเงิน", "aria-valuemin": "0" },
      el("span.quota-words"),
      el("span.quota-track", {}, el("span.quota-fill")),
    );
    this.skies = {
      line: new Sky("LINE", WEATHER, api.weather),
      messenger: new Sky("Messenger", MESSENGER_WEATHER, api.messengerWeather),
    };
    this.engine = button("quiet.engine-button", "เบื้องหลัง", openEngine, icon("engine", 18), el("span", {}, "เบื้องหลัง"));
    this.engine.setAttribute("aria-expanded", "false");
    this.node = el(
      "header.topbar",
      {},
      brand(),
      el(
        "div.topbar-tools",
        {},
        this.town,
        this.meter,
        ...Object.values(this.skies).map((sky) => sky.node),
        this.engine,
        button("quiet.round", "ขั้นตอนแนะนำ", openHint, icon("help", 22)),
      ),
    );
  }

  /** Shows the server's state of money, weather and town; of the weather, that of the `platform` on show. */
  show({ quota, weather, town }, platform) {
    this.showQuota(quota);
    for (const [name, sky] of Object.entries(this.skies)) sky.show(weather[name] ?? "ok", name === platform);
    this.showTown(town);
  }

  showQuota({ limit, used }) {
    const share = limit ? Math.min(1, used / limit) : 0;
    const figures = [used, limit].filter((figure) => figure !== null).map((figure) => figure.toLocaleString("en"));
    this.meter.querySelector(".quota-words").textContent = `ข้อความที่คิดเงิน ${figures.join("/")}`;
    paint(this.meter.querySelector(".quota-fill"), { width: `${share * 100}%` });
    this.meter.classList.toggle("scarce", share >= 0.7);
    this.meter.setAttribute("aria-valuenow", used);
    this.meter.setAttribute("aria-valuemax", limit || used);
  }

  showTown({ done, of, running }) {
    const all = of > 0 && done >= of && !running;
    this.town.disabled = running || all;
    paint(this.townBar, { width: `${running && of ? (100 * done) / of : 0}%` });
    const words = running ? `กำลังใส่เรื่อง ${done}/${of}` : all ? `ใส่ครบ ${of} เรื่องแล้ว` : `ใส่เรื่องตัวอย่าง ${of || 40} เรื่อง`;
    if (this.townWords === words) return;
    this.townWords = words;
    this.town.replaceChildren(this.townBar, el("span", {}, words));
  }

  async loadTown() {
    this.town.disabled = true;
    if (!(await attempt(() => api.town()))) this.town.disabled = false;
  }
}

/** How one platform behaves today, and the faults one may try. */
export class Sky {
  constructor(name, choices, send) {
    const label = `สภาพอากาศของ ${name}`;
    this.select = el(
      "select",
      { "aria-label": label, on: { change: () => attempt(() => send(this.select.value)) } },
      ...choices.map(([value, words]) => el("option", { value }, words)),
    );
    const title = `ลองให้ ${name} ขัดข้อง แล้วดูว่าระบบทำอย่างไร`;
    this.node = el("label.weather", { title }, el("span", {}, label), this.select);
  }

  show(weather, shown) {
    this.node.hidden = !shown;
    if (document.activeElement !== this.select) this.select.value = weather;
    this.node.classList.toggle("stormy", weather !== "ok");
  }
}

function brand() {
  const mark = svg(
    "svg",
    { viewBox: "0 0 40 40", width: 36, height: 36, "aria-hidden": "true" },
    svg("rect", { width: 40, height: 40, rx: 11, fill: "#fff" }),
    svg("path", {
      d: "M9 10h22a3 3 0 0 1 3 3v12a3 3 0 0 1-3 3H20l-7 6v-6H9a3 3 0 0 1-3-3V13a3 3 0 0 1 3-3z",
      fill: "#12724f",
    }),
    svg("path", {
      d: "M13.5 19.200l4.6 4.6 8.6-9",
      fill: "none",
      stroke: "#f4c95d",
      "stroke-width": 3.6,
      "stroke-linecap": "round",
      "stroke-linejoin": "round",
    }),
  );
  return el("div.brand", {}, mark, el("div", {}, el("h1", {}, "รับเรื่อง"), el("p", {}, "ระบบสาธิต ข้อมูลสมมุติทั้งหมด")));
}
