// Discord's markdown, as documented for chats. https://support.discord.com/hc/en-us/articles/210298617

import { el } from "../dom.js";
import { clockTime, dayName, relative } from "../format.js";

const FENCE = /^```(?:([\w+#.-]*)\n)?([\s\S]*?)\n?```\n?/;
const RULES = [
  [/\\([^0-9A-Za-z\s])/y, ([, text]) => text],
  [/(`+)([\s\S]*?[^`])\1(?!`)/y, ([, , text]) => el("code", {}, text.replace(/^ (.*) $/s, "$1"))],
  [/<@!?(\d+)>/y, ([, id], context) => mention(`@${context.user(id)?.name ?? "unknown-user"}`)],
  [/<@&(\d+)>/y, ([, id], context) => mention(`@${context.role(id)?.name ?? "unknown-role"}`)],
  [/<#(\d+)>/y, ([, id], context) => channelLink(id, context)],
  [/<\/([^:<>\n]+):\d+>/y, ([, name], context) => commandLink(name, context)],
  [/<t:(-?\d{1,13})(?::([tTdDfFRsS]))?>/y, ([, seconds, style], context) => moment(Number(seconds), style, context)],
  [/<a?(:\w+:)\d+>/y, ([, name]) => el("span", { class: "emoji-name" }, name)],
  [/<id:(\w+)>/y, ([, name]) => mention(name)],
  [/<(https?:\/\/[^\s<>]+)>/y, ([, url]) => link(url, url)],
  [
    /\[((?:\\[\s\S]|[^[\]\\])+)\]\(\s*<?(https?:\/\/[^\s<>()]+)>?(?:\s+"[^"\n]*")?\s*\)/y,
    ([, text, url], context) => link(url, inline(text, { ...context, inLink: true })),
  ],
  [/https?:\/\/[^\s<]+[^<.,:;"'\])\s*_~|]/y, ([url], context) => (context.inLink ? url : link(url, url))],
  [/@(everyone|here)\b/y, ([text]) => mention(text)],
  [/\*\*\*(?=\S)((?:\\[\s\S]|[^\\*])+?)\*\*\*/y, ([, text], context) => el("strong", {}, el("em", {}, inline(text, context)))],
  [/\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)/y, ([, text], context) => el("strong", {}, inline(text, context))],
  [/__((?:\\[\s\S]|[^\\])+?)__(?!_)/y, ([, text], context) => el("u", {}, inline(text, context))],
  [/\*(?=\S)((?:\*\*|\\[\s\S]|\s+(?:\\[\s\S]|[^\s*\\]|\*\*)|[^\s*\\])+?)\*(?!\*)/y, ([, text], context) => el("em", {}, inline(text, context))],
  [/(?<!\w)_((?:__|\\[\s\S]|[^\\_])+?)_(?!\w)/y, ([, text], context) => el("em", {}, inline(text, context))],
  [/~~((?:\\[\s\S]|[^\\])+?)~~/y, ([, text], context) => el("s", {}, inline(text, context))],
  [/\|\|([\s\S]+?)\|\|/y, ([, text], context) => spoiler(inline(text, context))],
];

/** Return markdown as elements. */
export function markdown(text, context) {
  return blocks(text.replaceAll("\r\n", "\n"), context);
}

function blocks(text, context) {
  const found = [];
  let lines = [];
  let rest = text;
  const flush = () => {
    if (lines.some((each) => each.trim())) {
      while (lines[0] !== undefined && !lines[0].trim()) {
        lines.shift();
        if (found.length) found.push(el("div", { class: "gap" }));
      }
      const gaps = lines.length - (lines.findLastIndex((each) => each.trim()) + 1);
      found.push(el("div", { class: "text" }, inline(lines.slice(0, lines.length - gaps).join("\n"), context)));
      if (gaps) found.push(el("div", { class: "gap" }));
    } else if (lines.length && found.length) {
      found.push(el("div", { class: "gap" }));
    }
    lines = [];
  };
  while (rest) {
    const fence = FENCE.exec(rest);
    if (fence) {
      flush();
      found.push(el("pre", { tabindex: "0" }, el("code", {}, fence[2])));
      rest = rest.slice(fence[0].length);
      continue;
    }
    const cut = endOfLine(rest);
    const line = rest.slice(0, cut);
    const taken = block(line, rest, context);
    if (taken) {
      flush();
      found.push(taken[0]);
      rest = rest.slice(taken[1]).replace(/^\n/, "");
      continue;
    }
    lines.push(line);
    rest = rest.slice(cut + (rest[cut] === "\n" ? 1 : 0));
  }
  flush();
  if (found.at(-1)?.className === "gap") found.pop();
  return found;
}

/** Return where the first line ends: at its line break, or before a fenced block in it. */
function endOfLine(text) {
  const end = text.indexOf("\n");
  const fence = text.search(/(?<!`)```(?!`)[\s\S]+?```/);
  const cut = end < 0 ? text.length : end;
  return fence > 0 && fence < cut ? fence : cut;
}

/** Return the block element that begins with *line* and its length in *rest*, or null. */
function block(line, rest, context) {
  const heading = /^(#{1,3})\s+(.+)$/.exec(line);
  if (heading) return [headingOf(heading[1].length, inline(heading[2], context), context), line.length];
  const small = /^-#\s+(.+)$/.exec(line);
  if (small) return [el("small", { class: "subtext" }, inline(small[1], context)), line.length];
  if (/^>>> /.test(line)) return [el("blockquote", {}, blocks(rest.slice(4), context)), rest.length];
  if (/^> /.test(line)) {
    const quoted = /^(?:> [^\n]*(?:\n|$))+/.exec(rest)[0];
    return [el("blockquote", {}, blocks(quoted.replace(/^> /gm, "").trimEnd(), context)), quoted.trimEnd().length];
  }
  if (/^\s*(?:[-*]|\d{1,9}\.)\s+\S/.test(line) && !/^-#\s/.test(line)) {
    const listed = /^(?:[ \t]*(?:[-*]|\d{1,9}\.)\s+[^\n]+(?:\n[ \t]+[^\s\-*\d][^\n]*)*(?:\n|$))+/.exec(rest);
    if (listed) return [el("div", {}, lists(listed[0].trimEnd().split("\n"), context)), listed[0].trimEnd().length];
  }
  return null;
}

/** Return a heading; all have the same level, because messages skip levels for their looks. */
function headingOf(size, content, context) {
  return el("div", { role: "heading", "aria-level": context.headingLevel ?? 4, class: `heading-${size}` }, content);
}

const ITEM = /^([ \t]*)([-*]|\d{1,9}\.)\s+(.*)$/;

/** Return the lists of some lines: another one begins where bullets and numbers take turns. */
function lists(lines, context) {
  const found = [];
  let at = 0;
  while (at < lines.length) {
    const [, indent, mark] = ITEM.exec(lines[at]);
    const isOrdered = /\d/.test(mark);
    const made = el(isOrdered ? "ol" : "ul", isOrdered ? { start: parseInt(mark, 10) } : {});
    while (at < lines.length && /\d/.test(ITEM.exec(lines[at])[2]) === isOrdered) {
      const [, , , text] = ITEM.exec(lines[at]);
      at += 1;
      const from = at;
      while (at < lines.length && (ITEM.exec(lines[at])?.[1].length ?? Infinity) > indent.length) at += 1;
      const inner = lines.slice(from, at);
      const nested = inner.findIndex((each) => ITEM.test(each));
      const more = nested < 0 ? inner : inner.slice(0, nested);
      const words = [text, ...more.map((each) => each.trim())].join("\n");
      made.append(el("li", {}, inline(words, context), nested < 0 ? null : lists(inner.slice(nested), context)));
    }
    found.push(made);
  }
  return found;
}

/** Return markdown within a line as text and elements. */
export function inline(text, context) {
  const found = [];
  let plain = "";
  let at = 0;
  while (at < text.length) {
    const [match, make] = firstMatch(text, at);
    if (match) {
      if (plain) found.push(plain);
      plain = "";
      found.push(make(match, context));
      at += match[0].length;
    } else {
      const letter = String.fromCodePoint(text.codePointAt(at));
      plain += letter;
      at += letter.length;
    }
  }
  if (plain) found.push(plain);
  return found;
}

function firstMatch(text, at) {
  if (!/[\\`<[h@*_~|]/.test(text[at])) return [null];
  for (const [rule, make] of RULES) {
    rule.lastIndex = at;
    const match = rule.exec(text);
    if (match) return [match, make];
  }
  return [null];
}

const mention = (text) => el("span", { class: "mention" }, text);

export function link(url, text) {
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, text);
}

function channelLink(id, context) {
  const channel = context.channel(id);
  if (!channel) return mention("#unknown");
  return el("button", { type: "button", class: "mention", on: { click: () => context.goTo(id) } }, `#${channel.name}`);
}

function commandLink(name, context) {
  const pick = () => context.pane.look.startCommand(name, context.pane);
  return el("button", { type: "button", class: "mention", on: { click: pick } }, `/${name}`);
}

function moment(seconds, style, context) {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return mention("Invalid Date");
  const format = (options) => new Intl.DateTimeFormat("en-US", options).format(date);
  const shown = {
    t: () => clockTime(date),
    T: () => format({ timeStyle: "medium" }),
    d: () => format({ dateStyle: "short" }),
    D: () => dayName(date),
    f: () => `${dayName(date)} at ${clockTime(date)}`,
    F: () => `${format({ dateStyle: "full" })} at ${clockTime(date)}`,
    s: () => format({ dateStyle: "short", timeStyle: "short" }),
    S: () => format({ dateStyle: "short", timeStyle: "medium" }),
    R: () => relative(date, context.now),
  }[style ?? "f"]();
  return el("time", { class: "moment", datetime: date.toISOString(), title: format({ dateStyle: "full", timeStyle: "short" }) }, shown);
}

function spoiler(content) {
  const made = el("button", { type: "button", class: "spoiler", "aria-label": "Spoiler, click to show", "aria-expanded": "false" }, el("span", {}, content));
  made.addEventListener("click", () => {
    made.classList.add("open");
    made.setAttribute("aria-expanded", "true");
    made.removeAttribute("aria-label");
  });
  return made;
}
