// The playground: the bar on top, and a pane for each platform.

import { follow, post } from "./api.js";
import { el, icon } from "./dom.js";
import { clockTime, shortDay } from "./format.js";
import { discord } from "./discord/look.js";
import { PaneView } from "./pane.js";
import { slack } from "./slack/look.js";

const LOOKS = { discord, slack };
const PHONE = window.matchMedia("(max-width: 760px)");
const DARK = window.matchMedia("(prefers-color-scheme: dark)");
const asked = new URLSearchParams(window.location.search);
const root = document.documentElement;

/** Return what the address asks for, if it's one of the possible values. */
const askedFor = (name, ...possible) => possible.find((each) => each === asked.get(name)) ?? "";

const choice = {
  theme: askedFor("theme", "dark", "light"),
  width: askedFor("width", "phone"),
  pane: askedFor("pane", ...Object.keys(LOOKS)),
  member: askedFor("member", "member", "moderator") || "member",
};
const isOnePane = choice.pane !== "";
const views = new Map();
let stopFollowing = () => {};
let last = null;
let seenNotice = null;
const bar = buildBar();

applyChoice();
PHONE.addEventListener("change", applyChoice);
DARK.addEventListener("change", applyChoice);
start();

function start() {
  stopFollowing();
  let isLost = false;
  stopFollowing = follow(
    choice.member,
    (state) => {
      if (isLost) tell("");
      isLost = false;
      show(state);
    },
    () => {
      isLost = true;
      tell("The playground doesn't answer. Is it still running in the terminal?", true);
    },
  );
}

function show(state) {
  last = state;
  bar.show(state);
  const panes = document.getElementById("panes");
  document.getElementById("loading")?.remove();
  for (const [name, paneState] of Object.entries(state.panes)) {
    if (!views.has(name)) {
      const view = new PaneView(name, LOOKS[name], (action) =>
        post("act", { pane: name, member: choice.member, ...action }),
      );
      views.set(name, view);
      panes.append(view.root);
      if (!choice.pane) choice.pane = name;
    }
    views.get(name).show(paneState, new Date(state.now));
  }
  applyChoice();
  if (state.notice?.number !== seenNotice?.number) {
    seenNotice = state.notice;
    tell(seenNotice?.text ?? "", seenNotice?.is_error);
  }
}

function applyChoice() {
  const isPhone = PHONE.matches || choice.width === "phone";
  root.dataset.theme = choice.theme || (DARK.matches ? "dark" : "light");
  root.dataset.layout = isPhone || isOnePane ? "tabs" : "split";
  root.dataset.width = choice.width === "phone" ? "phone" : "desktop";
  for (const [name, view] of views) {
    view.root.hidden = root.dataset.layout === "tabs" && name !== choice.pane;
  }
  bar.applyChoice();
}

function tell(text, isError = false) {
  const place = document.getElementById("notice");
  if (!text) {
    place.replaceChildren();
    return;
  }
  const close = el("button", { type: "button", class: "icon-button", "aria-label": "Dismiss", on: { click: () => tell("") } }, icon("close"));
  const lines = text.split("\n");
  const shown = el(
    "div",
    { class: `notice ${isError ? "error" : ""}`, role: isError ? "alert" : "status" },
    icon(isError ? "alert" : "check"),
    lines.length > 1 ? el("pre", { tabindex: "0", role: "group", "aria-label": "Mistakes in the content" }, text) : el("span", {}, text),
    close,
  );
  place.replaceChildren(shown);
  if (!isError) setTimeout(() => shown.remove(), 6000);
}

function buildBar() {
  const clock = el("span", { class: "bar-clock" });
  const tabs = el("div", { class: "bar-group tabs-only", role: "group", "aria-label": "Platform" });
  const members = el("div", { class: "bar-group", role: "group", "aria-label": "Who you are" });
  const theme = button("sun", "Switch between dark and light", () => {
    choice.theme = root.dataset.theme === "dark" ? "light" : "dark";
    applyChoice();
  });
  const width = button("phone", "Switch between desktop and phone width", () => {
    choice.width = choice.width === "phone" ? "" : "phone";
    applyChoice();
  });
  const reset = el("button", { type: "button", class: "bar-button", on: { click: () => work(reset, "reset", {}) } }, "Start over");
  const later = [1, 7].map((days) => {
    const label = days === 1 ? "+1 day" : "+1 week";
    const made = el(
      "button",
      { type: "button", class: "bar-button", "aria-label": `Move the clock: ${label}`, on: { click: () => work(made, "clock", { days }) } },
      label,
    );
    return made;
  });
  document.getElementById("bar").append(
    el("h1", {}, icon("roads"), el("span", {}, "Crossroads ", el("span", { class: "quiet" }, "playground"))),
    tabs,
    members,
    el("div", { class: "bar-group", role: "group", "aria-label": "Clock" }, icon("clock"), clock, later, reset),
    el("div", { class: "bar-group bar-end", role: "group", "aria-label": "View" }, width, theme),
  );

  async function work(pressed, path, body) {
    pressed.setAttribute("aria-busy", "true");
    const result = await post(path, body);
    pressed.removeAttribute("aria-busy");
    if (result?.error) tell(result.error, true);
  }

  function toggles(place, entries, current, choose) {
    const names = entries.map(([name]) => name).join();
    if (place.dataset.names !== names) {
      place.dataset.names = names;
      place.replaceChildren(
        ...entries.map(([name, label]) =>
          el("button", { type: "button", class: "bar-toggle", data: { name }, on: { click: () => choose(name) } }, label),
        ),
      );
    }
    for (const each of place.children) each.setAttribute("aria-pressed", String(each.dataset.name === current));
  }

  function applyBar() {
    theme.replaceChildren(icon(root.dataset.theme === "dark" ? "sun" : "moon"));
    width.replaceChildren(icon(choice.width === "phone" ? "desktop" : "phone"));
    width.hidden = PHONE.matches;
    if (!last) return;
    toggles(tabs, Object.keys(last.panes).map((name) => [name, LOOKS[name].name]), choice.pane, (name) => {
      choice.pane = name;
      applyChoice();
    });
    toggles(members, Object.entries(last.members).map(([name, label]) => [name, nameParts(label)]), choice.member, (name) => {
      choice.member = name;
      members.setAttribute("aria-busy", "true"); // until that member's channels are shown
      applyBar();
      start();
    });
  }
  return {
    applyChoice: applyBar,
    show: (state) => {
      members.removeAttribute("aria-busy");
      const now = new Date(state.now);
      clock.textContent = `${shortDay(now)}, ${clockTime(now)}`;
      reset.hidden = !state.can_reset;
    },
  };
}

/** Return a name as elements; a phone shows only the last of it. */
function nameParts(name) {
  const [first, ...rest] = name.split(" ");
  return [el("span", { class: "first-name" }, `${first} `), rest.join(" ")];
}

function button(name, label, click) {
  return el("button", { type: "button", class: "icon-button", "aria-label": label, title: label, on: { click } }, icon(name));
}
