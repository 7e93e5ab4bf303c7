// A telephone with Messenger open on one conversation.

import { attempt, openAddress } from "./actions.js";
import { api } from "./api.js";
import { button, el, openDialog } from "./dom.js";
import { MESSENGER } from "./messenger.js";
import { Phone } from "./phone.js";
import { drawQuickReplies } from "./quick.js";

const ASKED_OF_PROFILE = { user_phone_number: "+66812345678", user_email: "somchai@example.com" };

/** What an m.me link says that leads into this very chat; on a real telephone it opens Messenger. */
function referenceOf(address) {
  const link = URL.canParse(address) ? new URL(address) : null;
  return link?.host === "m.me" ? link.searchParams.get("ref") : null;
}

export class MessengerPhone extends Phone {
  constructor(label, below) {
    super(label, below);
    this.node.classList.add("messenger");
  }

  look() {
    const editable = (entry) => entry.message.text && !entry.message.quick_reply && (entry.message.num_edit ?? 0) < 5;
    const own = { label: "แก้ไขข้อความ", may: editable, act: (entry) => this.askEdit(entry) };
    return { ...MESSENGER, own, tap: (pressed) => this.tap(pressed) };
  }

  /** Quick replies stand under the last message only, and vanish with the next one by anyone. */
  choices(entries) {
    const last = entries.findLast((entry) => entry.side !== "note");
    const replies = last?.side === "office" ? (last.message.quick_replies ?? []) : [];
    return { id: last?.id ?? "", items: replies.map(asItem) };
  }

  drawChoices(items) {
    return drawQuickReplies(items, (action) => this.tap(action.reply));
  }

  /** Does what a quick reply, a button or a menu item says. */
  tap(pressed) {
    return attempt(() => {
      const own = ASKED_OF_PROFILE[pressed.content_type];
      if (own) return this.say(own);
      const reference = pressed.type === "web_url" && referenceOf(pressed.url);
      if (reference) return this.post("refer", { ref: reference });
      if (pressed.type === "web_url") return openAddress(pressed.url);
      if (pressed.type === "phone_number") return openAddress(`tel:${pressed.payload}`);
      return this.post("tap", pressed);
    });
  }

  post(deed, facts) {
    return api.messenger(this.chat, deed, facts);
  }

  say(text) {
    return this.post("text", { text });
  }

  sendPlace(place) {
    return this.post("place", place);
  }

  sendFiles(files, as) {
    return api.messengerFiles(this.chat, files, as);
  }

  postSticker() {
    return this.post("sticker");
  }

  askEdit(entry) {
    const field = el("textarea.edit", { rows: "4", maxlength: "2000", "aria-label": "ข้อความใหม่" });
    field.value = entry.message.text;
    const send = () => {
      if (!field.value.trim()) return;
      dialog.close();
      attempt(() => this.post("edit", { id: entry.id, text: field.value }));
    };
    const dialog = openDialog("แก้ไขข้อความ", el("div.fields", {}, field), [button("primary", "บันทึก", send)]);
  }
}

const PROFILE_WORDS = { user_phone_number: "ส่งเบอร์โทรศัพท์ของฉัน", user_email: "ส่งอีเมลของฉัน" };

function asItem(reply) {
  const label = reply.title ?? PROFILE_WORDS[reply.content_type];
  return { imageUrl: reply.image_url, action: { label, reply } };
}
