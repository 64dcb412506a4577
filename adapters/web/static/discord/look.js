// How Discord shows a message, and what its composer does.

import { el, icon, unsupported } from "../dom.js";
import { clockTime, dayName } from "../format.js";
import { avatar, fileLink, looseFiles } from "../messages.js";
import { commandTyped, findCommands, startCommand, toAction } from "./commands.js";
import { renderComponents } from "./components.js";
import { markdown } from "./markdown.js";
import { openModal } from "./modal.js";

const THINKING = 1 << 7; // a flag of messages: the answer comes later

export const discord = {
  name: "Discord",
  server: "Discord",
  hasHome: false,
  beginning,
  renderMessage,
  openModal,
  findCommands,
  commandTyped,
  startCommand,
  toAction,
  enterPicks: (text) => text.startsWith("/") || text.includes("@"),
};

function beginning(channel) {
  const isDirect = channel.kind === "dm";
  const isThread = channel.kind === "thread";
  const name = isDirect || isThread ? channel.name : `Welcome to #${channel.name}`;
  return el(
    "div",
    { class: "beginning" },
    el("span", { class: "beginning-icon" }, icon(isDirect ? "person" : isThread ? "thread" : "hash")),
    el("div", { class: "beginning-title" }, name),
    el("div", { class: "quiet" }, isDirect ? `This is the beginning of your direct messages with ${channel.name}.` : isThread ? "Mention @Crossroads to ask something else." : "Type / to see the commands, or @Crossroads to ask in your own words."),
  );
}

function renderMessage(message, { title, at, isGrouped, replied, threadName, dismiss }, context) {
  const { author } = message;
  const above = message.used ? usedLine(message.used) : message.reply_to ? replyLine(replied) : null;
  const head = isGrouped
    ? null
    : el(
        "div",
        { class: "message-head" },
        el("span", { class: "author" }, author.name),
        author.bot ? el("span", { class: "app-tag" }, "APP") : null,
        el("time", { datetime: message.at, title: dayName(at) }, clockTime(at)),
        message.pinned ? el("span", { class: "pinned" }, icon("pin"), "Pinned") : null,
      );
  return el(
    "article",
    { class: `message ${isGrouped ? "grouped" : ""} ${message.ephemeral ? "ephemeral" : ""}`, "aria-label": title, tabindex: "-1" },
    above,
    isGrouped ? el("time", { class: "side-time", datetime: message.at }, clockTime(at)) : avatar(author),
    el(
      "div",
      { class: "message-body" },
      head,
      content(message, context),
      looseFiles(message).map(fileLink),
      message.thread
        ? el(
            "button",
            { type: "button", class: "thread-link", on: { click: () => context.goTo(message.thread) } },
            icon("thread"),
            el("span", {}, threadName ?? "Thread"),
            el("span", { class: "thread-open" }, "Open thread"),
          )
        : null,
      message.ephemeral
        ? el("div", { class: "only-you" }, icon("eye"), "Only you can see this • ", el("button", { type: "button", class: "text-button", on: { click: dismiss } }, "Dismiss message"))
        : null,
    ),
  );
}

function content(message, context) {
  const { payload } = message;
  if (!payload) return el("div", { class: "markdown" }, markdown(message.text ?? "", context));
  if (payload.flags & THINKING) return el("div", { class: "thinking" }, el("span", { class: "dots", "aria-hidden": "true" }), `${message.author.name} is thinking…`);
  const parts = [];
  if (payload.content) parts.push(el("div", { class: "markdown" }, markdown(payload.content, context)));
  if (payload.embeds?.length) parts.push(unsupported("embeds"));
  if (payload.poll) parts.push(unsupported("poll"));
  parts.push(el("div", { class: "components" }, renderComponents(payload.components, context)));
  if (message.edited) parts.push(el("span", { class: "edited" }, "(edited)"));
  return parts;
}

function usedLine({ name, command }) {
  return el("div", { class: "reply-line" }, avatar({ name }), el("span", { class: "author" }, name), " used ", el("span", { class: "mention" }, command));
}

function replyLine(replied) {
  if (!replied) return el("div", { class: "reply-line" }, icon("reply"), el("em", {}, "Original message was deleted"));
  const text = replied.text || firstText(replied.payload?.components) || "Click to see attachment";
  return el("div", { class: "reply-line" }, avatar(replied.author), el("span", { class: "author" }, replied.author.name), el("span", { class: "reply-text" }, text));
}

function firstText(components) {
  for (const each of components ?? []) {
    const text = each.content ?? firstText(each.components);
    if (text) return text.split("\n")[0].replace(/^[#>-]+ /, "");
  }
  return "";
}
