// How Slack shows a message, and what its composer does.

import { el, icon, unsupported } from "../dom.js";
import { clockTime, dayName } from "../format.js";
import { avatar, fileLink, looseFiles } from "../messages.js";
import { renderBlocks } from "./blocks.js";
import { findCommands, isCommand, startCommand, toAction } from "./commands.js";
import { openModal } from "./modal.js";
import { mrkdwn } from "./mrkdwn.js";

export const slack = {
  name: "Slack",
  server: "Career workspace",
  hasHome: true,
  beginning,
  renderMessage,
  renderHome: (view, context) => renderBlocks(view.blocks, context),
  openModal,
  findCommands,
  startCommand,
  toAction,
  enterPicks: (text, pane) => text.includes("@") || !isCommand(text.trim(), pane),
};

function beginning(channel) {
  const isDirect = channel.kind === "dm";
  return el(
    "div",
    { class: "beginning" },
    el("div", { class: "beginning-title" }, icon(isDirect ? "person" : channel.kind === "thread" ? "thread" : "hash"), channel.name),
    el("div", { class: "quiet" }, isDirect ? `This conversation is just between you and ${channel.name}.` : channel.kind === "thread" ? "Mention @Crossroads to ask something else." : "Type / to see the commands, or @Crossroads to ask in your own words."),
  );
}

function renderMessage(message, { title, at, isGrouped }, context) {
  const { author } = message;
  const head = isGrouped
    ? null
    : el(
        "div",
        { class: "message-head" },
        el("span", { class: "author" }, author.name),
        author.bot ? el("span", { class: "app-tag" }, "APP") : null,
        el("time", { datetime: message.at, title: dayName(at) }, clockTime(at)),
      );
  const notes = [
    message.ephemeral ? el("div", { class: "only-you" }, icon("eye"), "Only visible to you") : null,
    message.pinned ? el("div", { class: "pinned" }, icon("pin"), `Pinned by ${author.name}`) : null,
  ];
  return el(
    "article",
    { class: `message ${isGrouped ? "grouped" : ""} ${message.ephemeral ? "ephemeral" : ""} ${message.pinned ? "is-pinned" : ""}`, "aria-label": title, tabindex: "-1" },
    notes,
    isGrouped ? el("time", { class: "side-time", datetime: message.at }, clockTime(at).replace(/ [AP]M/, "")) : avatar(author),
    el(
      "div",
      { class: "message-body" },
      head,
      content(message, context),
      looseFiles(message).map(fileLink),
      message.thread && message.thread !== context.pane.channel
        ? el("button", { type: "button", class: "thread-link", on: { click: () => context.goTo(message.thread) } }, icon("thread"), el("span", {}, replies(context.channel(message.thread))))
        : null,
    ),
  );
}

/** Return how many replies a thread has; its first message isn't one. */
function replies(thread) {
  const count = (thread?.messages.length ?? 1) - 1;
  return count > 0 ? `${count} ${count === 1 ? "reply" : "replies"}` : "View thread";
}

function content(message, context) {
  const { payload } = message;
  const edited = message.edited ? el("span", { class: "edited" }, "(edited)") : null;
  const shown = payload?.blocks?.length
    ? renderBlocks(payload.blocks, context)
    : el("div", { class: "mrkdwn" }, mrkdwn(payload?.text ?? message.text ?? "", context));
  return [shown, payload?.attachments?.length ? unsupported("attachments") : null, edited];
}
