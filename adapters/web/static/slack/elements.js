// Block Kit's elements: what a member clicks, chooses or fills in.
// https://docs.slack.dev/reference/block-kit/block-elements

import { ask } from "../dialog.js";
import { el, icon, unsupported } from "../dom.js";
import { choices, fileInput } from "../fields.js";
import { isoMinute } from "../format.js";
import { openList, selectMenu } from "../menu.js";
import { link, plain, textObject } from "./mrkdwn.js";

const text = (type, more = {}) => (element) => {
  const control = el(element.multiline ? "textarea" : "input", {
    class: "text-input",
    type: element.multiline ? null : type,
    rows: element.multiline ? "4" : null,
    placeholder: plain(element.placeholder),
    maxlength: element.max_length,
    value: element.initial_value ?? "",
    ...more,
  });
  const check = () => {
    const { value } = control;
    if (value.length < (element.min_length ?? 0)) return `Write at least ${element.min_length} characters.`;
    return value && !control.validity.valid ? "Check what you wrote here." : "";
  };
  return { control, read: () => control.value, check, event: "change" };
};

const picker = (type, initial) => (element) => {
  const control = el("input", { class: "text-input picker", type, value: initial(element) });
  return { control, read: () => control.value, event: "change" };
};

const number = (element) => {
  const step = element.is_decimal_allowed ? "any" : "1";
  return text("number", { step, min: element.min_value, max: element.max_value })(element);
};

const menu = (multiple) => (element, context, label) => {
  const control = selectMenu(
    selectOptions(element, context),
    {
      label: label || plain(element.placeholder),
      placeholder: plain(element.placeholder),
      chosen: initialChoice(element, context),
      known: initialOptions(element).map((each) => option(each)),
      multiple,
      max: element.max_selected_items ?? Infinity,
      min: context.isOptional ? 0 : 1,
      filter: true,
    },
    (values) => control.dispatchEvent(new CustomEvent("choose", { detail: values })),
  );
  const read = () => (multiple ? control.values() : (control.values()[0] ?? ""));
  return { control, read, event: "choose" };
};

const group = (kind) => (element) => {
  const initial = [element.initial_option, ...(element.initial_options ?? [])].filter(Boolean).map((each) => each.value);
  const control = choices(
    kind,
    element.options.map((each) => ({ ...option(each), chosen: initial.includes(each.value) })),
    (values) => control.dispatchEvent(new CustomEvent("choose", { detail: values })),
  );
  const read = () => (kind === "radio" ? (control.values()[0] ?? "") : control.values());
  return { control, read, isGroup: true, event: "choose" };
};

/** By type: a function that returns the control, and how to read and check it. */
const INPUTS = {
  plain_text_input: text("text"),
  email_text_input: text("email"),
  url_text_input: text("url"),
  number_input: number,
  datepicker: picker("date", (each) => each.initial_date ?? ""),
  timepicker: picker("time", (each) => each.initial_time ?? ""),
  datetimepicker: (element) => {
    const initial = element.initial_date_time;
    const made = picker("datetime-local", () => (initial ? isoMinute(new Date(initial * 1000)) : ""))(element);
    return { ...made, read: () => (made.control.value ? String(new Date(made.control.value).getTime() / 1000) : "") };
  },
  static_select: menu(false),
  multi_static_select: menu(true),
  external_select: menu(false),
  multi_external_select: menu(true),
  users_select: menu(false),
  multi_users_select: menu(true),
  conversations_select: menu(false),
  multi_conversations_select: menu(true),
  channels_select: menu(false),
  multi_channels_select: menu(true),
  checkboxes: group("checkbox"),
  radio_buttons: group("radio"),
  file_input: (element) => {
    const types = (element.filetypes ?? []).map((each) => `.${each}`).join(",");
    const control = fileInput({ multiple: (element.max_files ?? 10) > 1, accept: types || null });
    return { control, read: () => control.read(), event: null };
  },
};

/** Return the control of an element in an input block: {control, read, check, isGroup}, or null. */
export function inputElement(element, context, label) {
  return INPUTS[element.type]?.(element, context, label) ?? null;
}

/** Return an interactive element, which sends each click and choice. */
export function actionElement(element, context, blockId) {
  const send = (values = []) => {
    const go = () => context.click({ ...element, block_id: blockId }, values);
    if (!element.confirm) return go();
    const { confirm } = element;
    return ask(context.pane.root, {
      title: plain(confirm.title),
      text: textObject(confirm.text, context),
      yes: plain(confirm.confirm),
      no: plain(confirm.deny),
      danger: confirm.style === "danger",
      look: "slack-modal",
    }, go);
  };
  if (element.type === "image") return picture(element, context, "element-image");
  const make = CLICKED[element.type];
  if (make) return make(element, send, context);
  const made = inputElement(element, context, plain(element.placeholder));
  if (!made) return unsupported(element.type);
  const { control } = made;
  if (!control.getAttribute("aria-label")) control.setAttribute("aria-label", plain(element.placeholder) || element.type.replaceAll("_", " "));
  if (made.event) {
    control.addEventListener(made.event, async () => {
      if (made.check?.()) return;
      control.setAttribute("aria-busy", "true");
      await send([].concat(made.read()));
      control.removeAttribute("aria-busy");
    });
  }
  return control;
}

const CLICKED = { button, workflow_button: button, overflow, feedback_buttons: feedback, icon_button: iconButton };

function button(element, send) {
  const look = `slack-button ${element.style ?? ""}`;
  if (element.url) {
    const made = link(element.url, [plain(element.text), icon("link")]);
    made.className = look;
    return made;
  }
  const made = el("button", { type: "button", class: look, title: plain(element.text), "aria-label": element.accessibility_label }, plain(element.text));
  made.addEventListener("click", async () => {
    if (made.getAttribute("aria-busy") === "true") return;
    made.setAttribute("aria-busy", "true");
    await send();
    made.removeAttribute("aria-busy");
  });
  return made;
}

function overflow(element, send) {
  const known = new Map();
  const options = element.options.map((each) => option(each));
  const made = el("button", { type: "button", class: "slack-button overflow", "aria-haspopup": "listbox", "aria-label": "More options" }, icon("more"));
  made.addEventListener("click", () => {
    openList(made, { label: "More options", load: async () => options, multiple: false, chosen: [], known, done: send });
  });
  return made;
}

function feedback(element, send) {
  return el(
    "span",
    { class: "feedback", role: "group", "aria-label": "Feedback" },
    [element.positive_button, element.negative_button].map((each) =>
      el("button", { type: "button", class: "slack-button", "aria-label": each.accessibility_label, on: { click: () => send([each.value]) } }, plain(each.text)),
    ),
  );
}

function iconButton(element, send) {
  const label = element.accessibility_label ?? plain(element.text);
  return el("button", { type: "button", class: "slack-button", "aria-label": label, title: label, on: { click: () => send([element.value].filter(Boolean)) } }, icon(element.icon === "trash" ? "close" : "more"), plain(element.text));
}

const option = (each, group = "") => ({
  value: each.value,
  label: each.text.type === "mrkdwn" ? each.text.text : plain(each.text),
  description: plain(each.description),
  group,
});

/** Return the choices of a select: a list, or a function that asks the bot. */
function selectOptions(element, context) {
  const { state } = context;
  const kind = element.type.replace("multi_", "");
  const users = () => (state.users ?? []).map((each) => ({ value: each.id, label: each.name, description: each.bot ? "App" : "" }));
  const channels = () => state.channels.filter((each) => each.kind === "channel").map((each) => ({ value: each.id, label: `#${each.name}` }));
  if (kind === "users_select") return users();
  if (kind === "channels_select") return channels();
  if (kind === "conversations_select") {
    const include = element.filter?.include ?? ["public", "private", "im", "mpim"];
    const direct = include.includes("im") ? users().filter((each) => !(element.filter?.exclude_bot_users && each.description === "App")) : [];
    return [...(include.some((each) => ["public", "private"].includes(each)) ? channels() : []), ...direct];
  }
  if (kind === "external_select") {
    const blockId = context.blockId;
    return async (typed) => {
      if (typed.length < (element.min_query_length ?? 0)) return [];
      const result = await context.suggest({ type: "suggest", action_id: element.action_id, block_id: blockId, value: typed });
      const found = result?.choices ?? [];
      return found.map((each) => (each.text ? option(each) : { value: each.value, label: each.name }));
    };
  }
  const grouped = (element.option_groups ?? []).flatMap((each) => each.options.map((one) => option(one, plain(each.label))));
  return [...(element.options ?? []).map((each) => option(each)), ...grouped];
}

const initialOptions = (element) => [element.initial_option, ...(element.initial_options ?? [])].filter(Boolean);

function initialChoice(element, context) {
  const ids = [
    element.initial_user,
    ...(element.initial_users ?? []),
    element.initial_channel,
    ...(element.initial_channels ?? []),
    element.initial_conversation,
    ...(element.initial_conversations ?? []),
  ].filter(Boolean);
  const current = element.default_to_current_conversation && !ids.length ? [context.pane.channel] : [];
  return [...initialOptions(element).map((each) => each.value), ...ids, ...current];
}

/** Return a picture; only those that the page has are shown. */
export function picture(image, context, look) {
  const file = image.slack_file ? context.file(image.slack_file.id ?? image.slack_file.url) : null;
  const url = file?.url ?? image.image_url ?? "";
  const title = image.alt_text ?? "";
  if (url && !/^https?:/.test(url)) return el("img", { class: look, src: url, alt: title });
  return el("span", { class: `absent-picture ${look}`, role: "img", "aria-label": title || "picture" }, icon("file"), title);
}
