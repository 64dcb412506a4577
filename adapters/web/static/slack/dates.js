// Slack's date tokens. https://docs.slack.dev/messaging/formatting-message-text#date-formatting

import { el } from "../dom.js";
import { isoDay, relative } from "../format.js";
import { link } from "./mrkdwn.js";

const FORMATS = {
  date_num: isoDay,
  date_slash: { dateStyle: "short" },
  date_long: { weekday: "long", month: "long", day: "numeric", year: "numeric" },
  date_long_full: { weekday: "long", month: "long", day: "numeric", year: "numeric" },
  date: { dateStyle: "long" },
  date_short: { month: "short", day: "numeric", year: "numeric" },
  time: { hour: "numeric", minute: "2-digit" },
  time_secs: { hour: "numeric", minute: "2-digit", second: "2-digit" },
  day_divider_pretty: { weekday: "long", month: "long", day: "numeric" },
  ago: relative,
};

const DAYS = { "-1": "yesterday", 0: "today", 1: "tomorrow" };

/** Return "today" or the like for a token that ends with _pretty, if the date is so near. */
function nearDay(name, date, now) {
  if (!name.endsWith("_pretty") || name === "day_divider_pretty") return null;
  const days = (new Date(isoDay(date)) - new Date(isoDay(now))) / 86_400_000;
  return DAYS[days] ?? null;
}

/** Return a date in the reader's time zone. */
export function slackDate({ seconds, format, url, fallback }, { now }) {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return fallback ?? "";
  const shown = (format ?? "{date_pretty} at {time}").replace(/\{(\w+)\}/g, (token, name) => {
    const wanted = FORMATS[name] ?? FORMATS[name.replace(/_pretty$/, "")];
    if (!wanted) return token;
    const near = nearDay(name, date, now);
    if (near) return near;
    return typeof wanted === "function" ? wanted(date, now) : new Intl.DateTimeFormat("en-US", wanted).format(date);
  });
  const made = el("time", { datetime: date.toISOString(), title: date.toLocaleString("en-US") }, shown);
  return url ? link(url, made) : made;
}
