// Slack's blocks. https://docs.slack.dev/reference/block-kit/blocks

import { el, icon, unsupported } from "../dom.js";
import { labeled } from "../fields.js";
import { markdown } from "../discord/markdown.js";
import { actionElement, inputElement, picture } from "./elements.js";
import { plain, textObject } from "./mrkdwn.js";
import { richText } from "./rich_text.js";

const RENDERERS = {
  section,
  divider: () => el("hr", { class: "block-divider" }),
  header: (block, context) => el("div", { role: "heading", "aria-level": context.headingLevel ?? 4, class: "block-header" }, plain(block.text)),
  context: (block, context) => el("div", { class: "block-context" }, (block.elements ?? []).map((each) => contextElement(each, context))),
  context_actions: actions,
  actions,
  image: imageBlock,
  rich_text: (block, context) => el("div", { class: "rich-text" }, richText(block, context)),
  table,
  markdown: (block, context) => el("div", { class: "block-markdown" }, markdown(block.text, context)),
  alert: (block, context) => el("div", { class: `block-alert ${block.level ?? ""}` }, icon("alert"), textObject(block.text, context)),
  input,
  card,
  carousel: (block, context) => el("div", { class: "carousel", tabindex: "0", role: "group", "aria-label": "Cards" }, renderBlocks(block.elements, context)),
};

/** Return an element for each block. */
export function renderBlocks(blocks, context) {
  return (blocks ?? []).map((block, at) => {
    const render = RENDERERS[block.type];
    const blockId = block.block_id ?? `block-${at}`;
    return render ? el("div", { class: "block" }, render(block, { ...context, blockId })) : unsupported(`${block.type} block`);
  });
}

function section(block, context) {
  const fields = (block.fields ?? []).map((each) => el("div", {}, textObject(each, context)));
  return el(
    "div",
    { class: "block-section" },
    el("div", { class: "section-text" }, textObject(block.text, context, "div"), fields.length ? el("div", { class: "section-fields" }, fields) : null),
    block.accessory ? el("div", { class: "section-accessory" }, actionElement(block.accessory, context, context.blockId)) : null,
  );
}

function actions(block, context) {
  return el("div", { class: "block-actions" }, (block.elements ?? []).map((each) => actionElement(each, context, context.blockId)));
}

function contextElement(element, context) {
  if (element.type === "image") return picture(element, context, "context-image");
  if (element.type === "mrkdwn" || element.type === "plain_text") return textObject(element, context);
  return unsupported(element.type);
}

function imageBlock(block, context) {
  return el("figure", { class: "block-image" }, block.title ? el("figcaption", {}, textObject(block.title, context)) : null, picture(block, context, "image"));
}

function table(block, context) {
  const [titles, ...rows] = block.rows ?? [];
  const look = (at) => {
    const settings = block.column_settings?.[at] ?? {};
    return `align-${settings.align ?? "left"} ${settings.is_wrapped ? "wrapped" : ""}`;
  };
  const cell = (tag) => (each, at) => el(tag, { class: look(at), scope: tag === "th" ? "col" : null }, cellContent(each, context));
  return el(
    "div",
    { class: "table-scroll", tabindex: "0", role: "group", "aria-label": "Table" },
    el("table", {}, titles ? el("thead", {}, el("tr", {}, titles.map(cell("th")))) : null, el("tbody", {}, rows.map((row) => el("tr", {}, row.map(cell("td")))))),
  );
}

function cellContent(cell, context) {
  if (cell.type === "raw_text") return cell.text;
  if (cell.type === "raw_number") return cell.text ?? String(cell.value);
  if (cell.type === "rich_text") return richText(cell, context);
  return unsupported(cell.type);
}

function card(block, context) {
  return el(
    "div",
    { class: "card" },
    block.hero_image ? picture(block.hero_image, context, "card-hero") : null,
    el("div", { class: "card-title" }, block.icon ? picture(block.icon, context, "context-image") : null, textObject(block.title, context)),
    textObject(block.subtitle, context, "div"),
    textObject(block.body, context, "div"),
    block.actions ? el("div", { class: "block-actions" }, block.actions.map((each) => actionElement(each, context, context.blockId))) : null,
  );
}

/** Return an input block; in a form, its field is added to the form's. */
function input(block, context) {
  const label = plain(block.label);
  const made = inputElement(block.element, { ...context, isOptional: block.optional }, label);
  if (!made) return unsupported(`${block.element.type} in an input block`);
  const field = labeled(made.control, {
    label,
    hint: plain(block.hint),
    optional: block.optional ? el("span", { class: "optional" }, " (optional)") : "",
    isGroup: made.isGroup,
  });
  if (!block.optional && !made.isGroup && made.control.tagName !== "BUTTON") made.control.setAttribute("aria-required", "true");
  context.fields?.push({ ...made, id: context.blockId, field, isOptional: block.optional ?? false });
  if (block.dispatch_action && made.event) {
    made.control.addEventListener(made.event, () => context.click({ ...block.element, block_id: context.blockId }, [].concat(made.read())));
  }
  return field;
}
