// Choosing photos and documents to send: made-up ones at hand for the newcomer, or the reader's own.

import { button, el, icon, openDialog } from "./dom.js";
import { asPhoto, SAMPLES, photo } from "./photos.js";

/** Opens the choice of photos; `send(files)` gets one or several at once. */
export function askPhotos(send) {
  const boxes = SAMPLES.map((sample) => {
    const box = el("input", { type: "checkbox", "aria-label": sample.label });
    return { sample, box, node: el("label.sample", {}, box, sample.draw(), el("span", {}, sample.label)) };
  });
  const own = el("input", { type: "file", accept: "image/*", multiple: true });
  const go = button("primary", "ส่ง", async () => {
    const made = await Promise.all(boxes.filter(({ box }) => box.checked).map(({ sample }) => photo(sample)));
    const brought = await Promise.all([...own.files].map(asPhoto));
    dialog.close();
    send([...made, ...brought]);
  });
  const count = () => {
    const chosen = boxes.filter(({ box }) => box.checked).length + own.files.length;
    go.disabled = chosen === 0;
    go.textContent = chosen ? `ส่ง ${chosen} รูป` : "เลือกรูปก่อน";
  };
  const body = [
    el("p.hint-line", {}, "รูปตัวอย่าง (ภาพวาด) เลือกได้หลายรูป"),
    el("div.samples", {}, ...boxes.map(({ node }) => node)),
    ownFile("หรือเลือกรูปจากเครื่องนี้", own),
  ];
  const dialog = openDialog("ส่งรูปภาพ", body, [go]);
  dialog.addEventListener("change", count);
  count();
}

/** Opens the choice of a document; `send(files, as)`, where `as` is "file", "video" or "audio" as LINE would send it. */
export function askDocument(send) {
  const own = el("input", { type: "file", multiple: true });
  own.addEventListener("change", () => {
    if (own.files.length) done([...own.files]);
  });
  const done = (files) => {
    dialog.close();
    for (const [kind, some] of grouped(files)) send(some, kind);
  };
  const sample = button("place-choice", "เอกสารตัวอย่าง.pdf", () => done([samplePdf()]));
  const dialog = openDialog("ส่งไฟล์", [el("div.place-choices", {}, sample), ownFile("หรือเลือกไฟล์จากเครื่องนี้", own)]);
}

/** A file field in the page's own words, for the browser's are in the browser's language. */
function ownFile(words, field) {
  const shown = el("span", {}, words);
  field.addEventListener(
    "change",
    () => (shown.textContent = [...field.files].map((file) => file.name).join(", ") || words),
  );
  return el("label.own-file", {}, icon("plus", 20), shown, field);
}

function kindOf(file) {
  const [kind] = file.type.split("/");
  return kind === "video" || kind === "audio" ? kind : "file";
}

function grouped(files) {
  const kinds = new Map();
  for (const file of files) kinds.set(kindOf(file), [...(kinds.get(kindOf(file)) ?? []), file]);
  return kinds;
}

/** A true one-page PDF; its table of places is counted, for strict readers check it. */
function samplePdf() {
  const words = "BT /F1 20 Tf 72 760 Td (Sample document, invented, for demonstration only) Tj ET";
  const parts = [
    "<</Type/Catalog/Pages 2 0 R>>",
    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
    `<</Length ${words.length}>>stream\n${words}\nendstream`,
    "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
  ];
  let text = "%PDF-1.4\n";
  const places = parts.map((part, index) => {
    const place = text.length;
    text += `${index + 1} 0 obj\n${part}\nendobj\n`;
    return `${String(place).padStart(10, "0")} 00000 n \n`;
  });
  const table = `xref\n0 6\n0000000000 65535 f \n${places.join("")}trailer<</Size 6/Root 1 0 R>>\nstartxref\n${text.length}\n%%EOF`;
  return new File([text, table], "เอกสารตัวอย่าง.pdf", { type: "application/pdf" });
}
