// The staff group's pane: one telephone, passed round among the members.

import { attempt } from "./actions.js";
import { button, el, icon } from "./dom.js";
import { recall, remember } from "./memory.js";
import { Phone } from "./phone.js";

export class GroupPane {
  constructor() {
    this.select = el("select", { "aria-label": "พิมพ์ในนาม", on: { change: () => this.turnTo(this.select.value) } });
    const shortcut = button("shortcut", "งานค้าง", () => attempt(() => this.phone.say("งานค้าง")));
    this.phone = new Phone("กลุ่มเจ้าหน้าที่", el("div.shortcuts", { role: "group", "aria-label": "คำสั่งด่วน" }, shortcut));
    this.title = el("span.head-name");
    this.phone.head.append(el("span.avatar.group-face", { "aria-hidden": "true" }, icon("talk", 20)), this.title);
    this.node = el(
      "div.pane-inner",
      {},
      el("div.pane-head", {}, el("h2", {}, "กลุ่มเจ้าหน้าที่"), el("label.as", {}, el("span", {}, "พิมพ์ในนาม"), this.select)),
      this.phone.node,
    );
  }

  show(state) {
    this.state = state;
    const { group, office, chats } = state;
    if (!group?.members.length) return;
    const wanted = this.member ?? recall("member");
    this.member = (group.members.find((each) => each.id === wanted) ?? group.members[0]).id;
    this.showHead(group);
    const names = new Map([...state.people, ...group.members].map((each) => [each.id, each]));
    const bot = { name: office.name, colour: "#12724f", official: true };
    const nameOf = (who) => (who === "bot" ? bot : (names.get(who) ?? { name: "สมาชิก", colour: "#8894a3" }));
    this.phone.show(group.id, this.member, chats[group.id], nameOf);
  }

  showHead({ name, members, has_bot: hasBot }) {
    const mark = JSON.stringify([name, members, hasBot]);
    if (mark === this.drawn) return;
    this.drawn = mark;
    this.title.replaceChildren(
      el("b", {}, el("span", {}, `${name} (${members.length + Number(hasBot)})`)),
      el("small", {}, hasBot ? "มีบัญชีของสำนักงานอยู่ในกลุ่ม" : "บัญชีของสำนักงานไม่ได้อยู่ในกลุ่ม"),
    );
    this.select.replaceChildren(...members.map((each) => el("option", { value: each.id }, each.name)));
    this.select.value = this.member;
  }

  turnTo(member) {
    this.member = member;
    remember("member", member);
    this.show(this.state);
  }
}
