// Building blocks of the page. Whatever people typed enters the document as text nodes only, never as markup.

/**
 * A new element. `spec` is "tag.class.class"; in `facts`, "on" holds listeners, "style" CSS properties,
 * false/null/undefined are left out, true is an empty attribute, all else is set as an attribute.
 */
export function el(spec, facts = {}, ...children) {
  const [tag, ...classes] = spec.split(".");
  const node = document.createElement(tag);
  if (classes.length) node.className = classes.join(" ");
  for (const [name, value] of Object.entries(facts)) {
    if (value === false || value === null || value === undefined) continue;
    if (name === "on") for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    else if (name === "style") paint(node, value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** Sets CSS properties one by one through the object model, so a hostile value is dropped by the browser's own parser. */
export function paint(node, style) {
  for (const [name, value] of Object.entries(style)) {
    if (value === undefined || value === null || value === "") continue;
    node.style.setProperty(name, value);
  }
  return node;
}

/** A push button; `label` is its accessible name when it shows only an icon. */
export function button(spec, label, onclick, ...children) {
  const shown = children.length ? children : [label];
  return el(
    `button.${spec}`,
    {
      type: "button",
      "aria-label": children.length ? label : null,
      title: children.length ? label : null,
      on: { click: onclick },
    },
    ...shown,
  );
}

const SVG = "http://www.w3.org/2000/svg";

/** A new SVG element with attributes. */
export function svg(tag, facts = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(facts)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** Strokes of a 24×24 grid. */
const ICONS = {
  shield: "M12 3 5 5.5v5.6c0 4.4 2.9 8 7 9.9 4.1-1.9 7-5.5 7-9.9V5.5L12 3z M8.8 12.2l2.2 2.2 4.4-4.6",
  plus: "M12 5v14 M5 12h14",
  close: "M6 6l12 12 M18 6 6 18",
  send: "M4 12 20 4.5 15.5 20l-4-6.5L4 12z M11.5 13.5 20 4.5",
  image: "M4 5h16v14H4z M4 16l4.5-4.5 3.5 3.5 3-3 5 5 M9 9.200a.6.6 0 1 1-.01 0",
  file: "M6 3h8l4 4v14H6z M14 3v4h4 M9 12h6 M9 16h6",
  pin: "M12 21c4-4.6 6.5-7.9 6.5-11.200A6.5 6.5 0 0 0 5.5 9.800C5.5 13.1 8 16.400 12 21z M12 7.600a2.3 2.3 0 1 1-.01 0",
  smile: "M12 3.500a8.5 8.5 0 1 1-.01 0 M8.5 14c1.8 2.400 5.2 2.400 7 0 M9 9.500v.6 M15 9.500v.6",
  down: "M6 9.500l6 6 6-6",
  up: "M6 14.500l6-6 6 6",
  left: "M14.5 6l-6 6 6 6",
  right: "M9.5 6l6 6-6 6",
  more: "M5.5 12h.01 M12 12h.01 M18.5 12h.01",
  download: "M12 4v11 M7 11l5 5 5-5 M5 20h14",
  camera: "M4 8h4l1.5-2.500h5L16 8h4v11H4z M12 10a3.3 3.3 0 1 1-.01 0",
  phone:
    "M6.5 4l3 .5 1 4-2 1.500c1 2.2 2.8 4 5 5l1.5-2 4 1 .5 3c-.3 1.7-1.5 2.5-3 2.500C10 19.5 4.5 14 4.5 7.5 4.5 5.5 5 4.3 6.5 4z",
  help: "M12 3.500a8.5 8.5 0 1 1-.01 0 M9.7 9.700c0-1.5 1.1-2.3 2.400-2.3 1.400 0 2.400.9 2.400 2.2 0 1.9-2.400 2-2.400 3.9 M12.1 16.600v.1",
  engine: "M5 6l5 6-5 6 M13 18h6",
  megaphone: "M4 10v4h3l8 4.500v-13L7 10H4z M18 9.500c1.2 1.400 1.2 3.6 0 5 M8 14.500l1 5h2l-.6-3.8",
  whistle: "M12 3 5 5.500v5.600c0 4.400 2.9 8 7 9.9 4.1-1.9 7-5.5 7-9.900V5.500L12 3z M12 8v5 M12 15.800v.1",
  form: "M6 3h12v18H6z M9 8h6 M9 12h6 M9 16h3.5",
  search: "M10.5 4.500a6 6 0 1 1-.01 0 M15 15l5 5",
  coins: "M4 7h16v10H4z M12 9.500a2.5 2.5 0 1 1-.01 0 M6.8 12h.01 M17.2 12h.01",
  talk: "M4 5h16v11h-9l-4.5 4v-4H4z M8.5 10.500h.01 M12 10.500h.01 M15.5 10.500h.01",
  lock: "M7.5 11V8a4.5 4.500 0 0 1 9 0v3 M5 11h14v9H5z",
  wide: "M4 9V4h5 M20 9V4h-5 M4 15v5h5 M20 15v5h-5",
  town: "M4 20V9l5-3v14 M9 20V4h7v16 M16 20v-9h4v9 M3 20h18 M12 8v.01 M12 12v.01 M12 16v.01",
};

/** A line icon, hidden from screen readers: its button carries the name. */
export function icon(name, size = 20) {
  return svg(
    "svg",
    { viewBox: "0 0 24 24", width: size, height: size, class: "icon", "aria-hidden": "true" },
    svg("path", { d: ICONS[name] }),
  );
}

/** A modal dialog with a title and a close button, removed from the document once closed. */
export function openDialog(title, content, actions = []) {
  const heading = el("h2", {}, title);
  const dialog = el("dialog.sheet", { "aria-label": title });
  const close = button("quiet.round", "ปิด", () => dialog.close(), icon("close"));
  dialog.append(
    el("header", {}, heading, close),
    el("div.sheet-body", {}, content),
    actions.length ? el("footer", {}, ...actions) : "",
  );
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close()); // the dim area around it
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** One line at the foot of the page, for some seconds: what was refused, or what only a real phone would do. */
export function toast(text, tone = "plain") {
  const place = document.getElementById("toasts");
  const note = el(`div.toast.${tone}`, {}, text);
  place.append(note);
  setTimeout(() => note.remove(), tone === "bad" ? 7000 : 4500);
}
