// Slack's rich_text block. https://docs.slack.dev/reference/block-kit/blocks/rich-text-block

import { el, unsupported } from "../dom.js";
import { slackDate } from "./dates.js";
import { channelLink, link, mention } from "./mrkdwn.js";

const PARTS = {
  rich_text_section: (part, context) => el("div", { class: "rich-section" }, inside(part, context)),
  rich_text_preformatted: (part, context) => el("pre", { tabindex: "0" }, inside(part, context)),
  rich_text_quote: (part, context) => el("blockquote", {}, inside(part, context)),
};

const ELEMENTS = {
  text: (each) => styled(each.text, each.style),
  link: (each) => styled(link(each.url, each.text || each.url), each.style),
  user: (each, context) => styled(mention(`@${context.user(each.user_id)?.name ?? each.user_id}`), each.style),
  usergroup: (each, context) => styled(mention(`@${context.role(each.usergroup_id)?.name ?? each.usergroup_id}`), each.style),
  channel: (each, context) => styled(channelLink(each.channel_id, null, context), each.style),
  broadcast: (each) => mention(`@${each.range}`),
  emoji: (each) => (each.unicode ? String.fromCodePoint(...each.unicode.split("-").map((code) => parseInt(code, 16))) : `:${each.name}:`),
  date: (each, context) => styled(slackDate({ ...each, seconds: each.timestamp }, context), each.style),
  color: (each) => colorSample(each.value),
  team: (each) => mention(each.team_id),
};

/** Return the elements of a rich_text block; lists that follow each other are nested by indent. */
export function richText(block, context) {
  const found = [];
  const open = []; // the lists that are open, by indent
  for (const part of block.elements ?? []) {
    if (part.type !== "rich_text_list") {
      open.length = 0;
      found.push(PARTS[part.type] ? PARTS[part.type](part, context) : unsupported(part.type));
      continue;
    }
    const indent = part.indent ?? 0;
    const list = listOf(part, indent, context);
    open.length = Math.min(open.length, indent);
    const parent = open.at(-1)?.lastElementChild;
    if (parent) parent.append(list);
    else found.push(list);
    while (open.length < indent) open.push(list);
    open.push(list);
  }
  return found;
}

function listOf(part, indent, context) {
  const isOrdered = part.style === "ordered";
  const marks = (isOrdered ? ["decimal", "lower-alpha", "lower-roman"] : ["disc", "circle", "square"])[indent % 3];
  const start = isOrdered && part.offset ? part.offset + 1 : null;
  return el(
    isOrdered ? "ol" : "ul",
    { class: `rich-list ${marks} ${part.border ? "bordered" : ""}`, start },
    (part.elements ?? []).map((each) => el("li", {}, inside(each, context))),
  );
}

function inside(part, context) {
  return (part.elements ?? []).map((each) => (ELEMENTS[each.type] ? ELEMENTS[each.type](each, context) : unsupported(each.type)));
}

function styled(content, style) {
  let made = content;
  if (style?.code) made = el("code", {}, made);
  if (style?.bold) made = el("strong", {}, made);
  if (style?.italic) made = el("em", {}, made);
  if (style?.strike) made = el("s", {}, made);
  if (style?.underline) made = el("u", {}, made);
  return made;
}

function colorSample(value) {
  const sample = el("span", { class: "color-sample", "aria-hidden": "true" });
  if (/^#[0-9a-f]{6}$/i.test(value)) sample.style.background = value;
  return el("span", {}, value, " ", sample);
}
