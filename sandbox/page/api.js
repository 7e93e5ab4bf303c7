// The page's own API (/sandbox/…). A refusal rises as an Error whose message is Thai and can be shown.

let onDone = () => {};

/** `listener` is called after everything the reader does, so that the page can look at once. */
export function afterEachDeed(listener) {
  onDone = listener;
}

/** The server is away: stopped, restarted, or a proxy in between is. */
export class NoAnswer extends Error {}

/** What is new since revision `since`, or null if nothing. Rises as NoAnswer when there is no server. */
export async function look(path, since) {
  const answer = await fetch(`/sandbox/${path}?since=${encodeURIComponent(since)}`, { cache: "no-store" }).catch(() => {
    throw new NoAnswer("ติดต่อระบบสาธิตไม่ได้");
  });
  if (answer.status === 204) return null;
  if (!answer.ok) throw new NoAnswer(`ระบบสาธิตตอบ ${answer.status}`);
  return answer.json();
}

async function post(path, facts) {
  const form = facts instanceof FormData;
  const body = form ? facts : JSON.stringify(facts);
  const headers = form ? {} : { "Content-Type": "application/json" };
  let answer;
  try {
    answer = await fetch(`/sandbox/${path}`, { method: "POST", headers, body });
  } catch {
    throw new Error("ติดต่อระบบสาธิตไม่ได้ โปรดตรวจว่าโปรแกรมยังทำงานอยู่");
  }
  const told = await answer.json().catch(() => ({}));
  onDone();
  if (!answer.ok) throw new Error(told.error || `ระบบสาธิตปฏิเสธ (${answer.status})`);
  return told;
}

const chat = (id, deed) => `chats/${encodeURIComponent(id)}/${deed}`;
const person = (id, deed) => `people/${encodeURIComponent(id)}/${deed}`;

export const api = {
  newPerson: () => post("people", {}),
  follow: (id) => post(person(id, "follow"), {}),
  unfollow: (id) => post(person(id, "unfollow"), {}),
  text: (id, from, text) => post(chat(id, "text"), { from, text }),
  place: (id, from, place) => post(chat(id, "place"), { from, ...place }),
  sticker: (id, from) => post(chat(id, "sticker"), { from }),
  postback: (id, from, facts) => post(chat(id, "postback"), { from, ...facts }),
  unsend: (id, from, entry) => post(chat(id, "unsend"), { from, id: entry }),
  weather: (line) => post("weather", { line }),
  messengerWeather: (messenger) => post("messenger/weather", { messenger }),
  openMessenger: (id) => post(`messenger/of/${encodeURIComponent(id)}`, {}),
  messenger: (psid, deed, facts = {}) => post(`messenger/${encodeURIComponent(psid)}/${deed}`, facts),
  googleWeather: (google) => post("spreadsheet/weather", { google }),
  share: (shared) => post("spreadsheet/share", { shared }),
  spreadsheet: (who, deed, facts) => post(`spreadsheet/${who}/${deed}`, facts),
  town: () => post("town", {}),
  files: (id, from, files, as) => post(chat(id, "files"), packed(files, { from, as })),
  messengerFiles: (psid, files, as) => post(`messenger/${encodeURIComponent(psid)}/files`, packed(files, { as })),
};

function packed(files, facts) {
  const form = new FormData();
  for (const [name, value] of Object.entries(facts)) form.append(name, value);
  for (const file of files) form.append("files", file, file.name);
  return form;
}
