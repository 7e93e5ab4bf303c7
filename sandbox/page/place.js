// Choosing a place to send: three places of the invented town, a point on the drawn map, or coordinates typed by hand.

import { button, el, openDialog } from "./dom.js";
import { drawMap, placeAt, TOWN } from "./map.js";

const CENTRE = { latitude: 18.1441, longitude: 100.1418 };

/** Opens the dialog; `send({title, address, latitude, longitude})` is called once a place is chosen. */
export function askPlace(send) {
  const fields = drawFields();
  const map = el("div.map-pick", { "aria-hidden": "true" }); // the same is done with the fields below by keyboard
  const redraw = () =>
    map.replaceChildren(drawMap(Number(fields.latitude.value), Number(fields.longitude.value), CENTRE));
  const choose = (place) => {
    for (const name of Object.keys(fields)) fields[name].value = place[name];
    redraw();
  };
  map.addEventListener("click", (event) => choose(clicked(event, map, fields)));
  for (const name of ["latitude", "longitude"]) fields[name].addEventListener("input", redraw);
  const places = TOWN.map((place) => button("place-choice", place.title, () => choose(place)));
  const form = el(
    "form.fields",
    {},
    labelled("ชื่อสถานที่", fields.title),
    labelled("ที่อยู่", fields.address),
    el("div.two", {}, labelled("ละติจูด", fields.latitude), labelled("ลองจิจูด", fields.longitude)),
  );
  const done = () => {
    if (!form.reportValidity()) return;
    dialog.close();
    send({
      title: fields.title.value,
      address: fields.address.value,
      latitude: Number(fields.latitude.value),
      longitude: Number(fields.longitude.value),
    });
  };
  form.addEventListener("submit", (event) => (event.preventDefault(), done()));
  choose(TOWN[0]);
  const dialog = openDialog(
    "ส่งตำแหน่งที่ตั้ง",
    [map, el("p.hint-line", {}, "แผนที่สมมุติ แตะเพื่อย้ายหมุด หรือเลือกสถานที่"), el("div.place-choices", {}, ...places), form],
    [button("primary", "ส่งตำแหน่งนี้", done)],
  );
}

function drawFields() {
  const degrees = (limit) => el("input", { type: "number", step: "any", min: -limit, max: limit, required: true });
  return {
    title: el("input", { maxlength: "100" }),
    address: el("input", { maxlength: "100" }),
    latitude: degrees(90),
    longitude: degrees(180),
  };
}

function labelled(words, field) {
  return el("label", {}, el("span", {}, words), field);
}

function clicked(event, map, fields) {
  const area = map.getBoundingClientRect();
  const { latitude, longitude } = placeAt(
    (event.clientX - area.left) / area.width,
    (event.clientY - area.top) / area.height,
    CENTRE,
  );
  return {
    title: "ตำแหน่งที่ปักหมุด",
    address: fields.address.value && "ต.ในเวียง อ.เมือง จ.ศรีนคร",
    latitude: latitude.toFixed(5),
    longitude: longitude.toFixed(5),
  };
}
