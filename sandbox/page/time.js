// Times as people of the office read them: Asia/Bangkok, Buddhist years, whatever the machine's own zone.

const TH = "th-TH-u-ca-buddhist-nu-latn";
const ZONE = { timeZone: "Asia/Bangkok" };
const CLOCK = new Intl.DateTimeFormat(TH, { ...ZONE, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const SECONDS = new Intl.DateTimeFormat(TH, {
  ...ZONE,
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});
const DATE_PARTS = new Intl.DateTimeFormat(TH, {
  ...ZONE,
  weekday: "long",
  day: "numeric",
  month: "short",
  year: "numeric",
});

/** "14:05" */
export const clock = (iso) => CLOCK.format(new Date(iso));

/** "14:05:09" */
export const clockSeconds = (iso) => SECONDS.format(new Date(iso));

/** "21 พ.ย. 2569"; with `weekday`, "วันเสาร์ที่ 21 พ.ย. 2569". Put together by hand, for "พ.ศ." is written by some engines only. */
export function thaiDate(iso, weekday = false) {
  const parts = Object.fromEntries(DATE_PARTS.formatToParts(new Date(iso)).map((part) => [part.type, part.value]));
  const date = `${parts.day} ${parts.month} ${parts.year}`;
  return weekday ? `${parts.weekday}ที่ ${date}` : date;
}

const ISO_INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;
const ISO_DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A register's ISO day or instant as Thai reads it; any other text unchanged. */
export function readable(text) {
  if (ISO_INSTANT.test(text)) return `${thaiDate(text)} ${clock(text)} น.`;
  if (ISO_DAY.test(text)) return thaiDate(`${text}T12:00:00+07:00`);
  return text;
}
