// The citizen's pane: whose telephone it is, blocking the account, and the six-part menu of the office.

import { attempt } from "./actions.js";
import { api } from "./api.js";
import { avatar } from "./chat.js";
import { button, el, icon } from "./dom.js";
import { recall, remember } from "./memory.js";
import { Phone } from "./phone.js";

const MENU = [
  ["megaphone", "ร้องเรียน/ร้องทุกข์"],
  ["whistle", "แจ้งเบาะแสทุจริต"],
  ["form", "ยื่นคำร้อง/คำขอ"],
  ["search", "ติดตามเรื่อง"],
  ["coins", "ชำระค่าธรรมเนียม"],
  ["talk", "ติดต่อเจ้าหน้าที่"],
];

export class CitizenPane {
  constructor() {
    this.seen = new Map(); // person -> number of entries the reader has had on screen
    this.select = el("select", {
      "aria-label": "โทรศัพท์ของประชาชน",
      on: { change: () => this.turnTo(this.select.value) },
    });
    this.phone = new Phone("โทรศัพท์ของประชาชน", this.drawMenu());
    this.title = el("span.head-name");
    this.ban = button("quiet.small", "บล็อก", () => this.block());
    this.phone.head.append(avatar("", "#12724f", true), this.title, this.ban);
    this.wall = el(
      "div.wall",
      { hidden: true },
      el("span"),
      button("primary", "เลิกบล็อก", () => attempt(() => api.follow(this.person))),
    );
    this.phone.bar.before(this.wall);
    const fresh = button("soft", "ประชาชนคนใหม่", () => this.add(), icon("plus", 18), el("span", {}, "ประชาชนคนใหม่"));
    this.node = el(
      "div.pane-inner",
      {},
      el("div.pane-head", {}, el("h2", {}, "ประชาชน"), this.select, fresh),
      this.phone.node,
    );
  }

  /** Shows the server's state; the first person is chosen when the remembered one is gone. */
  show(state) {
    this.state = state;
    const staff = (state.group?.members ?? []).filter((member) => !state.people.some((each) => each.id === member.id));
    const people = [...state.people, ...staff]; // staff have private chats with the office, too
    if (!people.length) return;
    const wanted = this.wanted ?? this.person ?? recall("citizen");
    const chosen = people.find((each) => each.id === wanted) ?? (this.wanted ? undefined : people[0]);
    if (!chosen) return; // a person just made, not in the state yet
    if (!this.person) people.forEach(({ id }) => this.seen.set(id, state.chats[id]?.entries.length ?? 0)); // old news
    this.person = chosen.id;
    this.wanted = undefined;
    this.showSelect(state.people, staff, state.chats);
    this.showHead(state.office);
    this.showWall(chosen);
    const chat = state.chats[chosen.id];
    this.seen.set(chosen.id, chat?.entries.length ?? 0);
    this.phone.show(chosen.id, chosen.id, chat, () => ({ name: state.office.name, colour: "#12724f", official: true }));
  }

  /** The list of people, drawn anew only when it reads differently; "●" marks who got something unread. */
  showSelect(people, staff, chats) {
    const words = (each) => `${each.name}${this.unread(each.id, chats) ? " ●" : ""}${each.blocked ? " (บล็อก)" : ""}`;
    const option = (each) => el("option", { value: each.id }, words(each));
    const mark = JSON.stringify([people, staff].map((some) => some.map((each) => [each.id, words(each)])));
    if (mark !== this.listed) {
      const ours = staff.length ? [el("optgroup", { label: "เจ้าหน้าที่ (แชตส่วนตัว)" }, ...staff.map(option))] : [];
      this.select.replaceChildren(el("optgroup", { label: "ประชาชน" }, ...people.map(option)), ...ours);
      this.listed = mark;
    }
    this.select.value = this.person;
  }

  unread(id, chats) {
    return id !== this.person && this.seen.has(id) && (chats[id]?.entries.length ?? 0) > this.seen.get(id);
  }

  showHead({ name, basic_id: basic }) {
    if (this.title.dataset.name === name) return;
    this.title.dataset.name = name;
    this.title.replaceChildren(
      el("b", {}, el("span.official-sign", { title: "บัญชีทางการ" }, icon("shield", 18)), el("span", {}, name)),
      el("small", {}, basic),
    );
  }

  showWall({ follows = true, blocked = false }) {
    const shut = blocked || !follows;
    this.wall.hidden = !shut;
    this.phone.bar.hidden = shut;
    this.phone.below.hidden = shut;
    this.phone.chips.hidden = shut;
    this.ban.hidden = shut;
    this.wall.firstChild.textContent = blocked ? "คุณบล็อกบัญชีนี้อยู่" : "คุณยังไม่ได้เพิ่มเพื่อนบัญชีนี้";
    this.wall.lastChild.textContent = blocked ? "เลิกบล็อก" : "เพิ่มเพื่อน";
  }

  turnTo(person) {
    this.wanted = person;
    remember("citizen", person);
    this.show(this.state);
  }

  async add() {
    const made = await attempt(() => api.newPerson());
    if (made) this.turnTo(made.id);
  }

  block() {
    return attempt(() => api.unfollow(this.person));
  }

  drawMenu() {
    const cells = MENU.map(([sign, label]) =>
      button(
        "menu-cell",
        label,
        () => attempt(() => this.phone.say(label)),
        el("span.menu-icon", {}, icon(sign, 26)),
        el("span", {}, label),
      ),
    );
    const grid = el("div.menu-grid", { id: "menu-grid", hidden: recall("menu") === "folded" }, ...cells);
    const fold = button(
      "menu-fold",
      "เปิดหรือปิดเมนูบริการ",
      () => {
        grid.hidden = !grid.hidden;
        remember("menu", grid.hidden ? "folded" : "open");
        look();
      },
      el("span", {}, "เมนูบริการ"),
      el("span.turn", {}, icon("down", 16)),
    );
    const look = () => fold.setAttribute("aria-expanded", String(!grid.hidden));
    fold.setAttribute("aria-controls", "menu-grid");
    look();
    return el("nav.menu", { "aria-label": "เมนูบริการ" }, fold, grid);
  }
}
