// The same citizen's Messenger: the office's page, "เริ่มต้นใช้งาน" for whoever is new, the persistent menu.

import { attempt } from "./actions.js";
import { api } from "./api.js";
import { avatar } from "./chat.js";
import { button, el } from "./dom.js";
import { foldable, MENU } from "./menu.js";
import { MessengerPhone } from "./messengerphone.js";
import { clock, thaiDate } from "./time.js";

const HUMAN = { name: "เจ้าหน้าที่ประจำเพจ", colour: "#3c5a78" };

export class MessengerHandset {
  constructor() {
    this.list = el("div.page-menu", { id: "page-menu" });
    this.phone = new MessengerPhone("Messenger ของประชาชน", foldable("เมนู", "page menu", this.list));
    this.title = el("span.head-name");
    this.ban = button("quiet.small", "บล็อก", () => attempt(() => api.messenger(this.psid, "block")));
    this.phone.head.append(avatar("", "#12724f", true), this.title, this.ban);
    this.wall = el("div.wall", { hidden: true }, el("span"), button("primary", "เริ่มต้นใช้งาน", () => this.enter()));
    this.phone.bar.before(this.wall);
    this.node = this.phone.node;
  }

  /** The name of this person's conversation in the server's state; null as long as there is none. */
  chatOf(person) {
    return person.messenger?.id ?? null;
  }

  show(person, { messenger, chats }) {
    this.person = person.id;
    this.account = person.messenger;
    this.psid = person.messenger?.id;
    this.showHead(messenger.page.name);
    this.showWall();
    this.showMenu(messenger.menu);
    const page = { name: messenger.page.name, colour: "#12724f", official: true };
    const chat = this.psid ?? `new ${person.id}`;
    this.phone.show(chat, chat, chats[this.psid], (who) => (who === "human" ? HUMAN : page));
  }

  showHead(name) {
    const window = this.account ? inWords(this.account.window_ends) : "เพจของหน่วยงาน";
    const mark = name + window;
    if (this.title.dataset.mark === mark) return;
    this.title.dataset.mark = mark;
    this.title.replaceChildren(el("b", {}, el("span", {}, name)), el("small", {}, window));
  }

  showWall() {
    const fresh = !this.account;
    const shut = fresh || this.account.blocked;
    this.wall.hidden = !shut;
    this.phone.shut(shut);
    this.ban.hidden = shut;
    this.wall.firstChild.textContent = fresh ? "คุณยังไม่เคยส่งข้อความถึงเพจนี้" : "คุณบล็อกเพจนี้อยู่";
    this.wall.lastChild.textContent = fresh ? "เริ่มต้นใช้งาน" : "เลิกบล็อก";
  }

  /** The items that the product has installed; the office's six until it has. */
  showMenu(items) {
    const mark = JSON.stringify(items);
    if (mark === this.drawn) return;
    this.drawn = mark;
    const six = MENU.map(([, label]) => button("page-menu-item", label, () => attempt(() => this.phone.say(label))));
    const own = items.map((item) => button("page-menu-item", item.title, () => this.phone.tap(item)));
    this.list.replaceChildren(...(own.length ? own : six));
  }

  enter() {
    return attempt(() => (this.account ? api.messenger(this.psid, "unblock") : api.openMessenger(this.person)));
  }
}

/** Until when the office may answer: 24 hours after the person's last word. */
function inWords(ends) {
  if (new Date(ends).getFullYear() < 2000) return "หน้าต่าง 24 ชม. ยังไม่เปิด";
  return `หน้าต่าง 24 ชม. ถึง ${thaiDate(ends)} ${clock(ends)} น.`;
}
