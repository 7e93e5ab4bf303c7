// The citizen's pane: whose telephone it is, and which of the two it is: LINE or Messenger.

import { attempt } from "./actions.js";
import { api } from "./api.js";
import { button, el, icon } from "./dom.js";
import { LineHandset } from "./handset_line.js";
import { MessengerHandset } from "./handset_messenger.js";
import { recall, remember } from "./memory.js";

const CHANNELS = [
  ["line", "LINE"],
  ["messenger", "Messenger"],
];

export class CitizenPane {
  /** `turned()` is called when the reader has changed to another person or telephone. */
  constructor({ turned }) {
    this.turned = turned;
    this.seen = new Map(); // chat -> number of entries the reader has had on screen
    this.platform = "line"; // of the telephone on show; `channel` is the reader's choice
    this.channel = recall("channel") ?? "line";
    this.handsets = { line: new LineHandset(), messenger: new MessengerHandset() };
    this.select = el("select", {
      "aria-label": "โทรศัพท์ของประชาชน",
      on: { change: () => this.turnTo(this.select.value) },
    });
    this.switch = this.drawSwitch();
    const fresh = button("soft.fresh", "ประชาชนคนใหม่", () => this.add(), icon("plus", 18), el("span", {}, "ประชาชนคนใหม่"));
    this.place = el("div.handset");
    this.node = el(
      "div.pane-inner",
      {},
      el("div.pane-head", {}, el("h2", {}, "ประชาชน"), this.select, this.switch, fresh),
      this.place,
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
    if (!this.person) people.flatMap(chatsOf).forEach((chat) => this.see(chat)); // old news
    this.person = chosen.id;
    this.wanted = undefined;
    const channel = state.messenger && "messenger" in chosen ? this.channel : "line"; // staff have LINE only
    this.platform = channel;
    const handset = this.handsets[channel];
    this.chat = handset.chatOf(chosen);
    this.see(this.chat);
    this.showSelect(state.people, staff);
    this.showSwitch(chosen, channel);
    if (this.place.firstChild !== handset.node) this.place.replaceChildren(handset.node);
    handset.show(chosen, state);
  }

  /** The list of people, drawn anew only when it reads differently; "●" marks who got something unread. */
  showSelect(people, staff) {
    const words = (each) => `${each.name}${this.unread(each) ? " ●" : ""}${each.blocked ? " (บล็อก)" : ""}`;
    const option = (each) => el("option", { value: each.id }, words(each));
    const mark = JSON.stringify([people, staff].map((some) => some.map((each) => [each.id, words(each)])));
    if (mark !== this.listed) {
      const ours = staff.length ? [el("optgroup", { label: "เจ้าหน้าที่ (แชตส่วนตัว)" }, ...staff.map(option))] : [];
      this.select.replaceChildren(el("optgroup", { label: "ประชาชน" }, ...people.map(option)), ...ours);
      this.listed = mark;
    }
    this.select.value = this.person;
  }

  /** Which telephone is open, and a dot on the other one if it got something. */
  showSwitch(person, channel) {
    this.switch.hidden = !this.state.messenger || !("messenger" in person);
    for (const node of this.switch.children) {
      const own = this.handsets[node.value].chatOf(person);
      node.setAttribute("aria-pressed", String(node.value === channel));
      node.classList.toggle("news", node.value !== channel && own !== null && this.hasNews(own));
    }
  }

  unread(person) {
    return person.id !== this.person && chatsOf(person).some((chat) => this.hasNews(chat));
  }

  hasNews(chat) {
    return this.size(chat) > (this.seen.get(chat) ?? Infinity);
  }

  see(chat) {
    if (chat) this.seen.set(chat, this.size(chat));
  }

  size(chat) {
    return this.state.chats[chat]?.entries.length ?? 0;
  }

  turnTo(person) {
    this.wanted = person;
    remember("citizen", person);
    this.show(this.state);
    this.turned();
  }

  turnChannel(channel) {
    this.channel = channel;
    remember("channel", channel);
    this.show(this.state);
    this.turned();
  }

  async add() {
    const made = await attempt(() => api.newPerson());
    if (made) this.turnTo(made.id);
  }

  drawSwitch() {
    const choices = CHANNELS.map(([value, words]) =>
      el("button", { type: "button", value, on: { click: () => this.turnChannel(value) } }, words),
    );
    return el("div.channels", { role: "group", "aria-label": "ช่องทาง", hidden: true }, ...choices);
  }
}

/** The conversations of a person on all their telephones. */
function chatsOf(person) {
  return person.messenger ? [person.id, person.messenger.id] : [person.id];
}
