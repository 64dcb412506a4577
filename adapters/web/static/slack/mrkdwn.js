// Slack's mrkdwn in text objects. https://docs.slack.dev/messaging/formatting-message-text

import { el } from "../dom.js";
import { slackDate } from "./dates.js";

const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };
const BEFORE = "(?<![\\p{L}\\p{N}])";
const AFTER = "(?![\\p{L}\\p{N}])";
const RULES = [
  [/<([^<>\n]+)>/y, ([, inside], context) => reference(inside, context)],
  [/```\n?([\s\S]+?)\n?```/y, ([, text]) => el("pre", { tabindex: "0" }, decode(text))],
  [/`([^`\n]+)`/y, ([, text]) => el("code", {}, decode(text))],
  [new RegExp(`${BEFORE}\\*(?=\\S)([^*\\n]*[^\\s*])\\*${AFTER}`, "uy"), ([, text], context) => el("strong", {}, inline(text, context))],
  [new RegExp(`${BEFORE}_(?=\\S)([^_\\n]*[^\\s_])_${AFTER}`, "uy"), ([, text], context) => el("em", {}, inline(text, context))],
  [new RegExp(`${BEFORE}~(?=\\S)([^~\\n]*[^\\s~])~${AFTER}`, "uy"), ([, text], context) => el("s", {}, inline(text, context))],
  [/&(?:amp|lt|gt);/y, ([text]) => ENTITIES[text]],
  [/https?:\/\/[^\s<>|]+[^\s<>|.,:;!?)'"]/y, ([url], context) => (context.verbatim || context.inLink ? url : link(url, url))],
];

/** Return a text object as an element. */
export function textObject(text, context, tag = "span") {
  if (!text) return null;
  if (text.type === "plain_text") return el(tag, { class: "plain-text" }, emoji(text));
  return el(tag, { class: "mrkdwn" }, mrkdwn(text.text, { ...context, verbatim: text.verbatim }));
}

/** Return the words of a plain_text object. */
export const plain = (text) => (text ? emoji(text) : "");

const EMOJI = { ":warning:": "⚠️", ":white_check_mark:": "✅", ":x:": "❌", ":tada:": "🎉", ":wave:": "👋", ":bulb:": "💡", ":thumbsup:": "👍", ":eyes:": "👀" };

const emoji = (text) => (text.emoji === false ? text.text : text.text.replace(/:[a-z_+-]+:/g, (each) => EMOJI[each] ?? each));

/** Return mrkdwn as text and elements; quoted lines become a quote. */
export function mrkdwn(text, context) {
  const found = [];
  for (const part of text.split(/((?:^&gt; ?[^\n]*(?:\n|$))+)/m)) {
    if (/^&gt;/.test(part)) found.push(el("blockquote", {}, inline(part.replace(/^&gt; ?/gm, "").trimEnd(), context)));
    else if (part) found.push(...inline(part, context));
  }
  return found;
}

function inline(text, context) {
  const found = [];
  let rest = "";
  let at = 0;
  while (at < text.length) {
    const made = /[<`*_~&h]/.test(text[at]) ? match(text, at, context) : null;
    if (made) {
      if (rest) found.push(rest);
      rest = "";
      found.push(made[0]);
      at += made[1];
    } else {
      const letter = String.fromCodePoint(text.codePointAt(at));
      rest += letter;
      at += letter.length;
    }
  }
  if (rest) found.push(rest);
  return found;
}

function match(text, at, context) {
  for (const [rule, make] of RULES) {
    rule.lastIndex = at;
    const found = rule.exec(text);
    if (found) return [make(found, context), found[0].length];
  }
  return null;
}

export const decode = (text) => text.replace(/&(?:amp|lt|gt);/g, (each) => ENTITIES[each]);

/** Return what stands in angle brackets: a link, a mention or a date. */
function reference(inside, context) {
  const [target, label] = split(inside);
  if (target.startsWith("@")) return mention(`@${context.user(target.slice(1))?.name ?? label ?? target.slice(1)}`);
  if (target.startsWith("#")) return channelLink(target.slice(1), label, context);
  if (target.startsWith("!date^")) {
    const [, seconds, format, url] = target.split("^");
    return slackDate({ seconds: Number(seconds), format, url, fallback: label }, context);
  }
  if (target.startsWith("!subteam^")) return mention(label ?? `@${context.role(target.split("^")[1])?.name ?? "group"}`);
  if (target.startsWith("!")) return mention(`@${label ?? target.slice(1)}`);
  if (!/^(https?:|mailto:|tel:)/.test(target)) return `<${decode(inside)}>`;
  return link(decode(target), label ? decode(label) : decode(target).replace(/^mailto:/, ""));
}

function split(inside) {
  const at = inside.indexOf("|");
  return at < 0 ? [inside, null] : [inside.slice(0, at), inside.slice(at + 1)];
}

export const mention = (text) => el("span", { class: "mention" }, text);

export function channelLink(id, label, context) {
  const channel = context.channel(id);
  if (!channel) return mention(`#${label ?? id}`);
  return el("button", { type: "button", class: "mention", on: { click: () => context.goTo(id) } }, `#${channel.name}`);
}

/** Return a link, or only its text if the address isn't one that a browser should open. */
export function link(url, text) {
  if (!/^(https?|mailto|tel|slack):/i.test(url)) return el("span", {}, text);
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, text);
}
