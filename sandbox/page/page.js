// Puts the page together and keeps it in step with the server: asks every 600 ms what is new, seldom while nobody looks.

import { afterEachDeed, look, NoAnswer } from "./api.js";
import { CitizenPane } from "./citizen.js";
import { el } from "./dom.js";
import { Engine } from "./engine.js";
import { GroupPane } from "./group.js";
import { Hint } from "./hint.js";
import { Registers } from "./registers.js";
import { Spreadsheet } from "./spreadsheet.js";
import { TopBar } from "./topbar.js";

const PACE = 600; // milliseconds between two looks
const PACE_HIDDEN = 5000;
const PACE_LONGEST = 8000; // while the server does not answer

const citizen = new CitizenPane({ turned: () => known.last && showRound(known.last) });
const group = new GroupPane();
const spreadsheet = new Spreadsheet();
const registers = new Registers(spreadsheet);
const engine = new Engine();
const hint = new Hint();
const topbar = new TopBar({ openEngine: () => engine.toggle(topbar.engine), openHint: () => hint.toggle() });

const PANES = [
  { id: "citizen", words: "ประชาชน", node: citizen.node },
  { id: "group", words: "เจ้าหน้าที่", node: group.node },
  { id: "registers", words: "ทะเบียน", node: registers.node },
];

/** Fills the empty places of index.html. On a wide screen all panes stand side by side and the tabs are not shown. */
function build() {
  document.getElementById("top").append(topbar.node, hint.node);
  document.getElementById("drawer").append(engine.node);
  const tabs = document.getElementById("tabs");
  for (const pane of PANES) {
    document.getElementById(pane.id).append(pane.node);
    pane.tab = el(
      "button",
      { type: "button", role: "tab", "aria-controls": pane.id, on: { click: () => open(pane.id) } },
      pane.words,
      el("span.dot", { "aria-hidden": "true" }),
    );
    tabs.append(pane.tab);
  }
  tabs.addEventListener("keydown", (event) => {
    const way = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!way) return;
    const now = PANES.findIndex((pane) => pane.tab === document.activeElement);
    const next = PANES[(now + way + PANES.length) % PANES.length];
    open(next.id);
    next.tab.focus();
  });
  open("citizen");
}

function open(id) {
  for (const pane of PANES) {
    const chosen = pane.id === id;
    document.getElementById(pane.id).classList.toggle("chosen", chosen);
    pane.tab.setAttribute("aria-selected", String(chosen));
    pane.tab.tabIndex = chosen ? 0 : -1;
    if (chosen) pane.tab.classList.remove("news");
  }
}

/** Marks the tab of a pane that got something while another one is open. */
function tell(id) {
  const pane = PANES.find((each) => each.id === id);
  if (pane.tab.getAttribute("aria-selected") === "false") pane.tab.classList.add("news");
}

const known = { last: null, state: -1, registers: -1, groupSize: null, chats: {} };

async function lookAtState() {
  const state = await look("state", known.state);
  if (!state) return;
  known.state = state.rev;
  state.chats = known.chats = { ...known.chats, ...state.chats }; // only those that changed come
  const groupSize = state.chats[state.group?.id]?.entries.length ?? 0;
  if (known.groupSize !== null && groupSize > known.groupSize) tell("group");
  known.groupSize = groupSize;
  known.last = state;
  citizen.show(state);
  group.show(state);
  engine.show(state);
  registers.choices.hidden = !state.weather.google;
  spreadsheet.showWeather(state.weather.google);
  showRound(state);
}

/** What stands round the telephones and follows the one that is open. */
function showRound(state) {
  topbar.show(state, citizen.platform);
  hint.show(state.chats[citizen.chat]?.entries ?? []);
}

async function lookAtRegisters() {
  const books = await look("registers", known.registers);
  if (!books) return;
  if (known.registers !== -1) tell("registers");
  known.registers = books.rev;
  registers.show(books);
}

async function lookAtSpreadsheet() {
  if (!known.last?.weather.google) return;
  const seen = await look(`spreadsheet/${spreadsheet.who}`, spreadsheet.rev);
  if (seen) spreadsheet.show(seen);
}

let timer = 0;
let failures = 0;
let looking = false;
let again = false;

/** One look at everything, then the next one is set. Asked for during a look, it looks once more right after. */
async function tick() {
  if (looking) return void (again = true);
  looking = true;
  clearTimeout(timer);
  try {
    await Promise.all([lookAtState(), lookAtRegisters(), lookAtSpreadsheet()]);
    failures = 0;
  } catch (error) {
    failures += 1;
    if (!(error instanceof NoAnswer)) console.error(error); // a fault of this page, for whoever opens the console
  }
  document.getElementById("offline").hidden = failures < 2;
  looking = false;
  const pace = document.hidden ? PACE_HIDDEN : Math.min(PACE * 2 ** failures, PACE_LONGEST);
  timer = setTimeout(tick, again ? 0 : pace);
  again = false;
}

build();
afterEachDeed(tick);
document.addEventListener("visibilitychange", () => document.hidden || tick());
tick();
