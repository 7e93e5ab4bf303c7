// A citizen's LINE: the office's official account, blocking it, and its rich menu.

import { attempt, perform } from "./actions.js";
import { api } from "./api.js";
import { avatar } from "./chat.js";
import { button, el, icon } from "./dom.js";
import { MENU, foldable } from "./menu.js";
import { Phone } from "./phone.js";

export class LineHandset {
  constructor() {
    this.menu = el("div");
    this.phone = new Phone("โทรศัพท์ของประชาชน", this.menu);
    this.title = el("span.head-name");
    this.ban = button("quiet.small", "บล็อก", () => attempt(() => api.unfollow(this.person)));
    this.phone.head.append(avatar("", "#12724f", true), this.title, this.ban);
    this.wall = el(
      "div.wall",
      { hidden: true },
      el("span"),
      button("primary", "เลิกบล็อก", () => attempt(() => api.follow(this.person))),
    );
    this.phone.bar.before(this.wall);
    this.node = this.phone.node;
  }

  /** The name of this person's conversation in the server's state. */
  chatOf(person) {
    return person.id;
  }

  show(person, { office, menu, chats }) {
    this.person = person.id;
    this.showMenu(menu);
    this.showHead(office);
    this.showWall(person);
    const nameOf = () => ({ name: office.name, colour: "#12724f", official: true });
    this.phone.show(person.id, person.id, chats[person.id], nameOf);
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
    this.phone.shut(shut);
    this.ban.hidden = shut;
    this.wall.firstChild.textContent = blocked ? "คุณบล็อกบัญชีนี้อยู่" : "คุณยังไม่ได้เพิ่มเพื่อนบัญชีนี้";
    this.wall.lastChild.textContent = blocked ? "เลิกบล็อก" : "เพิ่มเพื่อน";
  }

  /** The menu that the product has installed; the office's six until then. */
  showMenu(menu) {
    const id = menu?.richMenuId ?? "";
    if (this.menuOf === id) return;
    this.menuOf = id;
    this.menu.replaceChildren(menu ? this.drawMenu(menu) : this.drawSix());
  }

  /** A picture with invisible buttons on it, as in LINE. */
  drawMenu({ richMenuId, chatBarText, size, areas }) {
    const part = (length, whole) => `${(100 * length) / whole}%`;
    const buttons = areas.map(({ bounds, action }) =>
      el("button.menu-area", {
        type: "button",
        "aria-label": action.label ?? action.text,
        on: { click: () => perform(action, this.phone) },
        style: {
          left: part(bounds.x, size.width),
          top: part(bounds.y, size.height),
          width: part(bounds.width, size.width),
          height: part(bounds.height, size.height),
        },
      }),
    );
    const picture = el("img", { src: `/sandbox/menu/${richMenuId}`, alt: "" });
    const ratio = `${size.width} / ${size.height}`;
    const style = { "aspect-ratio": ratio, width: `min(100%, var(--menu-high) * ${ratio})` };
    return foldable(chatBarText, "menu", el("div.menu-picture", { id: "menu-grid", style }, picture, ...buttons));
  }

  drawSix() {
    const cells = MENU.map(([sign, label]) =>
      button(
        "menu-cell",
        label,
        () => attempt(() => this.phone.say(label)),
        el("span.menu-icon", {}, icon(sign, 26)),
        el("span", {}, label),
      ),
    );
    return foldable("เมนูบริการ", "menu", el("div.menu-grid", { id: "menu-grid" }, ...cells));
  }
}
