// Times and sizes in US English, as both platforms show them.

const SHORT = new Intl.DateTimeFormat("en-US", { hour: "numeric", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat("en-US", { dateStyle: "long" });
const WEEKDAY = new Intl.DateTimeFormat("en-US", { weekday: "short", month: "short", day: "numeric" });
const RELATIVE = new Intl.RelativeTimeFormat("en-US", { numeric: "auto" });
const UNITS = [["year", 31_536_000], ["month", 2_592_000], ["day", 86_400], ["hour", 3600], ["minute", 60]];

export const clockTime = (date) => SHORT.format(date);
export const dayName = (date) => DAY.format(date);
export const shortDay = (date) => WEEKDAY.format(date);

/** Return such as "2 days ago". */
export function relative(date, now) {
  const seconds = Math.round((date - now) / 1000);
  const [unit, size] = UNITS.find(([, each]) => Math.abs(seconds) >= each) ?? ["second", 1];
  return RELATIVE.format(Math.trunc(seconds / size), unit);
}

/** Return a size of a file, such as "3 KB". */
export function fileSize(bytes) {
  if (!(bytes >= 0)) return "";
  return bytes < 1000 ? `${bytes} bytes` : `${Math.round(bytes / 1000).toLocaleString("en-US")} KB`;
}

const pad = (number) => String(number).padStart(2, "0");

/** Return a date as an input of type date has it. */
export const isoDay = (date) => `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;

/** Return a time as an input of type datetime-local has it. */
export const isoMinute = (date) => `${isoDay(date)}T${pad(date.getHours())}:${pad(date.getMinutes())}`;
