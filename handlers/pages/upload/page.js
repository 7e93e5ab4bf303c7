"use strict";
/* One row per file, one file at a time. What breaks off goes on by itself from where it was (tus, decision 0016). */

const CHUNK = 5 * 1024 * 1024;
const AGAIN_AFTER = 15000;
const $ = (id) => document.getElementById(id);
const token = location.pathname.split("/").pop();
const largest = Number($("settings").dataset.largest);
const rows = [];
let hinted = false; // said once, not for every page of a paper

class Row {
  constructor(file) {
    this.file = file;
    this.state = "waiting";
    this.element = $("row").content.firstElementChild.cloneNode(true);
    this.part(".name").textContent = `${file.name} (${size(file.size)})`;
    this.part("progress").setAttribute("aria-label", `ความคืบหน้าของ ${file.name}`);
    for (const [css, label] of [[".pause", "พัก"], [".drop", "ยกเลิก"]])
      this.part(css).setAttribute("aria-label", `${label} ${file.name}`);
    this.part(".pause").addEventListener("click", () => this.toggle());
    this.part(".drop").addEventListener("click", () => this.drop());
    this.show("waiting", "รอส่ง");
    $("list").append(this.element);
  }

  part(css) {
    return this.element.querySelector(css);
  }

  show(state, text) {
    this.state = state;
    this.element.className = state;
    this.part(".state").textContent = text;
    this.part(".acts").hidden = state === "done";
    this.part(".pause").hidden = !["sending", "paused", "broken"].includes(state);
    const label = state === "paused" ? "ส่งต่อ" : "พัก";
    this.part(".pause").textContent = label;
    this.part(".pause").setAttribute("aria-label", `${label} ${this.file.name}`);
  }

  async send() {
    this.began = undefined;
    this.show("sending", "กำลังเริ่มส่ง");
    tell(`กำลังส่ง ${this.file.name}`);
    if (!this.upload) await this.prepare();
    if (this.state === "sending") this.upload.start();
  }

  async prepare() {
    const more = rows.some((row) => row !== this && row.state === "waiting");
    this.upload = new tus.Upload(this.file, {
      endpoint: "/uploads/parts",
      headers: { Authorization: `Bearer ${token}` },
      metadata: { filename: this.file.name, ...(more && { more: "1" }) },
      chunkSize: CHUNK,
      retryDelays: [0, 1000, 3000, 5000],
      removeFingerprintOnSuccess: true,
      onProgress: (sent, total) => this.progress(sent, total),
      onAfterResponse: (_, answer) => {
        this.received = answer.getHeader("Upload-Received") ?? this.received;
        this.hint = decodeURIComponent(answer.getHeader("Upload-Hint") ?? "");
      },
      onSuccess: () => this.done(),
      onError: (error) => this.broke(error),
    });
    const before = await this.upload.findPreviousUploads();
    if (before.length) this.upload.resumeFromPreviousUpload(before[0]);
  }

  progress(sent, total) {
    if (this.state !== "sending") return;
    this.began ??= { at: performance.now(), sent };
    const speed = (sent - this.began.sent) / (performance.now() - this.began.at);
    const percent = Math.floor((100 * sent) / total);
    this.part("progress").value = percent;
    const left = speed > 0 && sent < total ? ` เหลือประมาณ ${time((total - sent) / speed)}` : "";
    this.part(".state").textContent = sent < total ? `ส่งแล้ว ${percent}%${left}` : "ส่งครบแล้ว กำลังตรวจรับ";
  }

  done() {
    const at = new Date(this.received ?? Date.now());
    const clock = at.toLocaleTimeString("th-TH", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Bangkok" });
    this.show("done", `✓ ได้รับแล้ว เวลา ${clock.replace(":", ".")} น.`);
    if (this.hint && !hinted) this.part(".doubt").textContent = this.hint;
    hinted ||= Boolean(this.hint);
    tell(`ได้รับ ${this.file.name} แล้ว ${this.part(".doubt").textContent}`);
    next();
  }

  broke(error) {
    const answer = error.originalResponse;
    const status = answer?.getStatus() ?? 0;
    if (status === 507 || (status >= 400 && status < 500 && ![409, 423].includes(status)))
      return this.fail(answer.getBody() || "ส่งไฟล์นี้ไม่สำเร็จ โปรดกลับไปที่แชตเพื่อขอลิงก์ใหม่");
    this.show("broken", "อินเทอร์เน็ตหรือระบบขัดข้องชั่วคราว จะส่งต่อให้เองเมื่อพร้อม");
    tell(`${this.file.name} ขัดข้องชั่วคราว จะส่งต่อให้เอง`);
    this.timer = setTimeout(() => this.again(), AGAIN_AFTER);
  }

  fail(text) {
    this.show("failed", text);
    this.part(".drop").textContent = "นำออก";
    tell(`${this.file.name}: ${text}`);
    next();
  }

  again() {
    clearTimeout(this.timer);
    if (this.state === "broken") this.send();
  }

  toggle() {
    if (this.state === "paused") {
      this.show("waiting", "รอส่งต่อ");
      return next();
    }
    clearTimeout(this.timer);
    this.upload?.abort();
    this.show("paused", `พักไว้ที่ ${this.part("progress").value}%`);
    next();
  }

  drop() {
    clearTimeout(this.timer);
    if (this.state !== "failed") this.upload?.abort(true).catch(() => {});
    rows.splice(rows.indexOf(this), 1);
    const goTo = this.element.nextElementSibling?.querySelector("button:not([hidden])") ?? $("files");
    this.element.remove();
    this.state = "dropped";
    goTo.focus();
    next();
  }
}

function add(files) {
  for (const file of files) {
    const row = new Row(file);
    rows.push(row);
    if (file.size > largest) row.fail(`ไฟล์นี้ใหญ่เกิน ${$("settings").dataset.largestMb} MB โปรดแบ่งเป็นไฟล์ที่เล็กลง หรือติดต่อเจ้าหน้าที่`);
    else if (file.size === 0) row.fail("ไฟล์นี้ว่างเปล่า โปรดเลือกไฟล์อื่น");
  }
  next();
}

function next() {
  $("chosen").hidden = rows.length === 0;
  const waiting = rows.find((row) => row.state === "waiting");
  if (waiting && !rows.some((row) => ["sending", "broken"].includes(row.state))) waiting.send();
  const open = rows.some((row) => !["done", "failed"].includes(row.state));
  $("end").hidden = open || !rows.some((row) => row.state === "done") || rows.some((row) => row.state === "failed");
  if (!$("end").hidden) tell($("end").textContent);
}

function tell(text) {
  $("told").textContent = text;
}

function size(bytes) {
  return bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.max(1, Math.round(bytes / 1e3))} KB`;
}

function time(milliseconds) {
  const seconds = Math.ceil(milliseconds / 1000);
  return seconds < 60 ? `${seconds} วินาที` : `${Math.ceil(seconds / 60)} นาที`;
}

for (const id of ["files", "camera"])
  $(id).addEventListener("change", (event) => {
    add([...event.target.files]);
    event.target.value = "";
  });
for (const [kind, over] of [["dragenter", true], ["dragover", true], ["dragleave", false], ["drop", false]])
  document.addEventListener(kind, (event) => {
    event.preventDefault();
    $("drop").classList.toggle("over", over);
    if (kind === "drop") add([...event.dataTransfer.files]);
  });
window.addEventListener("online", () => rows.forEach((row) => row.again()));
window.addEventListener("beforeunload", (event) => {
  if (rows.some((row) => ["waiting", "sending", "broken"].includes(row.state))) event.preventDefault();
});
