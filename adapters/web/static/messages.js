// The messages of a channel. A message is drawn again only if it changed, so that focus stays.

import { showJson } from "./dialog.js";
import { el, icon, replaceKeepingFocus } from "./dom.js";
import { clockTime, dayName, fileSize } from "./format.js";

const GROUP_SPAN = 7 * 60_000; // milliseconds in which an author's messages stand together
const NEAR_END = 80; // pixels

export class MessageList {
  constructor(pane) {
    this.pane = pane;
    this.shown = new Map(); // by message id: its shape and element
    this.channel = null;
    this.root = el("div", { class: "messages", role: "log", tabindex: "0", "aria-label": "Messages" });
    // A picture that loads later mustn't push the end of the last message out of view.
    this.root.addEventListener("load", () => this.isAtEnd && this.toEnd(), true);
    this.root.addEventListener("scroll", () => {
      this.isAtEnd = this.root.scrollHeight - this.root.scrollTop - this.root.clientHeight < NEAR_END;
    });
    new ResizeObserver(() => this.isAtEnd && this.toEnd()).observe(this.root);
    this.isAtEnd = true;
  }

  clear() {
    this.shown.clear();
    this.root.replaceChildren();
    this.channel = null;
  }

  show(channel) {
    if (this.channel !== channel.id) {
      this.clear();
      this.channel = channel.id;
      this.isAtEnd = true;
    }
    const wasAtEnd = this.isAtEnd;
    const messages = channel.messages.filter((each) => !each.deleted && !this.pane.dismissed.has(each.id));
    const wanted = this.rows(messages, channel);
    const keep = new Set(wanted.map(([id]) => id));
    for (const [id, { element }] of this.shown) {
      if (keep.has(id)) continue;
      element.remove();
      this.shown.delete(id);
    }
    let before = null;
    for (const [id, shape, draw] of wanted) {
      const known = this.shown.get(id);
      let element = known?.element;
      if (!known) {
        element = draw();
      } else if (known.shape !== shape) {
        const next = draw();
        replaceKeepingFocus(element, next);
        element = next;
      }
      this.shown.set(id, { shape, element });
      const place = before ? before.nextSibling : this.root.firstChild;
      if (place !== element) this.root.insertBefore(element, place);
      before = element;
    }
    if (wasAtEnd) this.toEnd();
  }

  toEnd() {
    this.root.scrollTop = this.root.scrollHeight;
    this.isAtEnd = true;
  }

  /** Return the rows as [key, shape, draw]: a beginning, dividers between days, and messages. */
  rows(messages, channel) {
    const { look } = this.pane;
    const names = JSON.stringify([this.pane.state.users, this.pane.state.roles, this.pane.state.channels.map(({ id, name }) => [id, name])]);
    const rows = [[`start ${channel.id}`, channel.name, () => look.beginning(channel)]];
    let previous = null;
    for (const message of messages) {
      const at = new Date(message.at);
      const day = dayName(at);
      if (previous === null || dayName(new Date(previous.at)) !== day) {
        rows.push([`day ${day}`, day, () => el("div", { class: "day", role: "separator", "aria-label": day }, el("span", { "aria-hidden": "true" }, day))]);
        previous = null;
      }
      const isGrouped =
        previous !== null &&
        previous.author.id === message.author.id &&
        Boolean(previous.ephemeral) === Boolean(message.ephemeral) &&
        !message.reply_to &&
        !message.used &&
        at - new Date(previous.at) < GROUP_SPAN;
      const replied = messages.find((each) => each.id === message.reply_to);
      const shape = JSON.stringify([message, isGrouped, replied, this.threadShape(message), names]);
      rows.push([message.id, shape, () => this.draw(message, isGrouped, replied)]);
      previous = message;
    }
    return rows;
  }

  threadShape(message) {
    const thread = message.thread && this.pane.state.channels.find((each) => each.id === message.thread);
    return thread ? [thread.name, thread.messages.length] : null;
  }

  threadName(message) {
    return message.thread ? this.pane.state.channels.find((each) => each.id === message.thread)?.name : null;
  }

  draw(message, isGrouped, replied) {
    const { pane } = this;
    const context = pane.context({ message });
    const at = new Date(message.at);
    const title = `${message.author.name}, ${clockTime(at)}`;
    const actions = el(
      "div",
      { class: "message-actions" },
      el(
        "button",
        { type: "button", "aria-label": `JSON of the message of ${title}`, title: "Show the JSON", on: { click: () => showJson(pane.root, "What the bot sent", message.payload ?? { text: message.text }) } },
        icon("code"),
        "JSON",
      ),
    );
    const parts = {
      title,
      at,
      isGrouped,
      replied,
      threadName: this.threadName(message),
      dismiss: () => {
        pane.dismissed.add(message.id);
        pane.showChannel();
        pane.composer.focus();
      },
    };
    const article = pane.look.renderMessage(message, parts, context);
    article.append(actions);
    return article;
  }
}

/** Return an avatar: the bot's sign, or a member's first letters. */
export function avatar(author) {
  if (author.bot) return el("span", { class: "avatar bot", "aria-hidden": "true" }, icon("roads"));
  const letters = [...author.name];
  const initials = letters.slice(0, 2).join("");
  const tone = letters.reduce((sum, each, at) => sum + (at + 1) * each.codePointAt(0), 0) % 4;
  return el("span", { class: `avatar tone-${tone}`, "aria-hidden": "true" }, initials);
}

/** Return the message's files that its payload doesn't place itself. */
export function looseFiles(message) {
  const text = JSON.stringify(message.payload ?? {});
  return (message.files ?? []).filter((each) => !text.includes(JSON.stringify(each.name).slice(1, -1)) && !(each.id && text.includes(each.id)));
}

/** Return a file as a box with a link. */
export function fileLink(file) {
  return el(
    "div",
    { class: "file-box" },
    icon("file"),
    el("div", {}, file.url ? el("a", { href: file.url, download: file.name }, file.name) : file.name, el("div", { class: "file-size" }, fileSize(file.size))),
  );
}
