// What a tap on a button does: the actions of LINE's Messaging API.
// https://developers.line.biz/en/reference/messaging-api/#action-objects

import { api } from "./api.js";
import { button, el, openDialog, toast } from "./dom.js";

/** Does `action` in the name of whoever holds `phone`. Failures are told to the reader. */
export async function perform(action, phone) {
  const deed = DEEDS[action.type ?? (action.uri || action.linkUri ? "uri" : "message")];
  await attempt(() => (deed ? deed(action, phone) : toast(`ปุ่มชนิด ${action.type} ใช้ได้ในแอป LINE เท่านั้น`)));
}

const DEEDS = {
  message: (action, phone) => phone.say(action.text ?? action.label ?? ""),
  postback,
  uri: (action) => openAddress(action.uri ?? action.linkUri ?? ""),
  location: (action, phone) => phone.askPlace(),
  camera: (action, phone) => phone.askPhotos(),
  cameraRoll: (action, phone) => phone.askPhotos(),
  datetimepicker: askTime,
  clipboard: async (action) => {
    await navigator.clipboard?.writeText(action.clipboardText ?? "");
    toast("คัดลอกแล้ว");
  },
};

async function postback(action, phone) {
  await phone.postback({ data: action.data, displayText: action.displayText ?? action.text });
  if (action.inputOption === "openKeyboard") phone.write(action.fillInText ?? "");
}

/** Opens web pages in a tab of their own; says what a telephone would have done with the rest. */
export function openAddress(uri) {
  if (uri.startsWith("tel:"))
    return toast(`โทรศัพท์จะโทรออกไปที่ ${decodeURIComponent(uri.slice(4))} (ระบบสาธิตไม่โทรจริง)`, "call");
  let scheme = "";
  try {
    scheme = new URL(uri).protocol;
  } catch {
    return toast("ลิงก์นี้เปิดไม่ได้", "bad");
  }
  if (scheme === "http:" || scheme === "https:") return window.open(uri, "_blank", "noopener,noreferrer");
  return toast("ลิงก์นี้เปิดได้ในโทรศัพท์เท่านั้น");
}

const FIELD = { date: "date", time: "time", datetime: "datetime-local" };

/** LINE's date and time wheel; the chosen moment goes back as `params` of the postback, without a zone. */
function askTime(action, phone) {
  const { mode = "date", initial, min, max } = action;
  const field = el("input", { type: FIELD[mode], value: initial, min, max, required: true, "aria-label": "วันและเวลา" });
  const send = () => {
    if (!field.reportValidity()) return;
    dialog.close();
    attempt(() => phone.postback({ data: action.data, params: { [mode]: field.value } }));
  };
  const dialog = openDialog(action.label ?? "เลือกวันและเวลา", el("div.fields", {}, field), [
    button("primary", "ตกลง", send),
  ]);
}

/** What `deed` answers; null, and a line for the reader, if it was refused. */
export async function attempt(deed) {
  try {
    return await deed();
  } catch (error) {
    toast(error.message, "bad");
    return null;
  }
}
