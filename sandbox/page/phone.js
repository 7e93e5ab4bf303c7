// A telephone with LINE open on one conversation: header, chat, quick replies, the bar one types in, the menus below it.

import { attempt, perform } from "./actions.js";
import { api } from "./api.js";
import { Chat, LINE } from "./chat.js";
import { button, el, icon } from "./dom.js";
import { askDocument, askPhotos } from "./papers.js";
import { askPlace } from "./place.js";
import { drawQuickReplies, standingChoices } from "./quick.js";

export class Phone {
  /**
   * `label` names it for screen readers; `below` is what stands under the typing bar (rich menu, shortcuts).
   * `ask(phone)` runs before anything is sent and may refuse by answering false.
   */
  constructor(label, below = null) {
    this.label = label;
    this.chats = new Map(); // "chat reader" -> Chat, so each keeps its own bubbles and scroll
    this.head = el("header.phone-head");
    this.screen = el("div.phone-screen");
    this.chips = el("div.chips-place");
    this.bar = this.drawBar();
    this.below = el("div.phone-below", {}, below);
    this.node = el(
      "div.phone",
      { role: "group", "aria-label": label },
      this.head,
      this.screen,
      this.chips,
      this.bar,
      this.below,
    );
    this.choicesOf = null;
  }

  /** Turns the telephone to `chat`, held by `reader`. `shown` is that chat in the server's state. */
  show(chat, reader, shown, nameOf) {
    this.chat = chat;
    this.reader = reader;
    const key = `${chat} ${reader}`;
    if (!this.chats.has(key)) this.chats.set(key, this.openChat(nameOf));
    const view = this.chats.get(key);
    view.nameOf = nameOf;
    if (this.screen.firstChild !== view.node) this.screen.replaceChildren(view.node);
    view.show(shown);
    this.showChoices(shown?.entries ?? []);
  }

  openChat(nameOf) {
    return new Chat({ label: `ข้อความใน${this.label}`, reader: this.reader, nameOf, look: this.look() });
  }

  /** How its conversation looks and what can be done in it: see Chat. */
  look() {
    const unsend = (entry) => attempt(() => api.unsend(this.chat, this.reader, entry.id));
    return { ...LINE, own: { label: "ยกเลิกข้อความ", may: () => true, act: unsend }, tap: (action) => perform(action, this) };
  }

  showChoices(entries) {
    const { id, items } = this.choices(entries);
    const key = `${this.chat} ${id}`;
    if (this.choicesOf === key) return;
    this.choicesOf = key;
    this.chips.replaceChildren(items.length ? this.drawChoices(items) : "");
  }

  choices(entries) {
    return standingChoices(entries);
  }

  drawChoices(items) {
    return drawQuickReplies(items, (action) => perform(action, this));
  }

  /** Whoever has blocked the office can only read. */
  shut(closed) {
    for (const part of [this.bar, this.below, this.chips]) part.hidden = closed;
  }

  // What the person holding the telephone does; each posts and may rise as an Error in Thai.

  say(text) {
    return api.text(this.chat, this.reader, text);
  }

  postback(facts) {
    return api.postback(this.chat, this.reader, facts);
  }

  sendPlace(place) {
    return api.place(this.chat, this.reader, place);
  }

  sendFiles(files, as) {
    return api.files(this.chat, this.reader, files, as);
  }

  postSticker() {
    return api.sticker(this.chat, this.reader);
  }

  askPlace() {
    askPlace((place) => attempt(() => this.sendPlace(place)));
  }

  askPhotos() {
    askPhotos((files) => attempt(() => this.sendFiles(files, "image")));
  }

  askDocument() {
    askDocument((files, as) => attempt(() => this.sendFiles(files, as)));
  }

  sendSticker() {
    return attempt(() => this.postSticker());
  }

  /** Puts `text` into the typing bar, ready to be sent. */
  write(text) {
    this.field.value = text;
    this.grow();
    this.field.focus();
  }

  drawBar() {
    this.field = el("textarea", {
      rows: "1",
      placeholder: "พิมพ์ข้อความ",
      "aria-label": `พิมพ์ข้อความใน${this.label}`,
      maxlength: "5000",
      enterkeyhint: "send",
    });
    this.field.addEventListener("input", () => this.grow());
    this.field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return; // Enter ends a Thai or Chinese composition first
      event.preventDefault();
      this.sendField();
    });
    this.attachments = this.drawAttachments();
    this.plus = button(
      "quiet.round.plus",
      "แนบรูป ไฟล์ ตำแหน่ง หรือสติกเกอร์",
      () => this.openAttachments(this.attachments.hidden),
      icon("plus", 24),
    );
    this.plus.setAttribute("aria-expanded", "false");
    const send = button("quiet.round.send", "ส่งข้อความ", () => this.sendField(), icon("send", 22));
    return el("div.phone-bar", {}, el("div.typing-row", {}, this.plus, this.field, send), this.attachments);
  }

  drawAttachments() {
    const offer = (name, label, deed) =>
      button("attach", label, () => this.attach(deed), el("span.attach-icon", {}, icon(name, 24)), label);
    return el(
      "div.attachments",
      { hidden: true, role: "group", "aria-label": "แนบ" },
      offer("image", "รูปภาพ", () => this.askPhotos()),
      offer("file", "ไฟล์", () => this.askDocument()),
      offer("pin", "ตำแหน่ง", () => this.askPlace()),
      offer("smile", "สติกเกอร์", () => this.sendSticker()),
    );
  }

  attach(deed) {
    this.openAttachments(false);
    this.plus.focus(); // where the keyboard comes back to when the dialog closes
    deed();
  }

  openAttachments(open) {
    this.attachments.hidden = !open;
    this.plus.setAttribute("aria-expanded", String(open));
  }

  /** Sends what stands in the bar; it stays there if it was refused. */
  async sendField() {
    const text = this.field.value.trim();
    if (!text || this.sending) return;
    this.sending = true;
    const sent = await attempt(() => this.say(text));
    this.sending = false;
    if (sent && this.field.value.trim() === text) this.write("");
  }

  grow() {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, 110)}px`;
  }
}
