// Slack's date tokens. https://docs.slack.dev/messaging/formatting-message-text#date-formatting

import { el } from "../dom.js";
import { relative } from "../format.js";
import { link } from "./mrkdwn.js";

const FORMATS = {
  date_num: (date) => date.toISOString().slice(0, 10),
  date_slash: { dateStyle: "short" },
  date_long: { weekday: "long", month: "long", day: "numeric", year: "numeric" },
  date_long_full: { weekday: "long", month: "long", day: "numeric", year: "numeric" },
  date: { dateStyle: "long" },
  date_short: { month: "short", day: "numeric", year: "numeric" },
  time: { hour: "numeric", minute: "2-digit" },
  time_secs: { hour: "numeric", minute: "2-digit", second: "2-digit" },
  day_divider_pretty: { weekday: "long", month: "long", day: "numeric" },
  ago: (date) => relative(date, new Date()),
};

/** Return a date in the reader's time zone. */
export function slackDate(seconds, format, url, fallback) {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return fallback ?? "";
  const shown = (format ?? "{date_pretty} at {time}").replace(/\{(\w+)\}/g, (token, name) => {
    const wanted = FORMATS[name.replace(/_pretty$/, "")];
    if (!wanted) return token;
    return typeof wanted === "function" ? wanted(date) : new Intl.DateTimeFormat("en-US", wanted).format(date);
  });
  const made = el("time", { datetime: date.toISOString(), title: date.toLocaleString("en-US") }, shown);
  return url ? link(url, made) : made;
}
