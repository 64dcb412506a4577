// Discord's modals: labels with inputs, and text between them.

import { openDialog } from "../dialog.js";
import { el, unsupported } from "../dom.js";
import { choices, fileInput, labeled } from "../fields.js";
import { selectMenu } from "../menu.js";
import { renderComponent } from "./components.js";
import { selectOptions, selectSettings } from "./selects.js";

/** Open a modal; each field knows its value and whether it's complete. */
export function openModal(modal, context) {
  const fields = [];
  const body = (modal.components ?? []).map((each) => topLevel(each, context, fields));
  const problem = el("p", { class: "form-error", role: "alert" });
  const dialog = openDialog(context.pane.root, {
    title: modal.title,
    look: "discord-modal",
    body: [...body, problem],
    footer: [
      el("button", { type: "button", class: "form-button", on: { click: () => dialog.querySelector(".dialog-close").click() } }, "Cancel"),
      el("button", { type: "submit", class: "form-button primary" }, "Submit"),
    ],
    close: context.close,
    onSubmit: submit,
  });

  async function submit() {
    problem.textContent = "";
    const wrong = fields.filter((each) => {
      const text = each.check();
      each.field.showError(text);
      return text;
    });
    if (wrong.length) {
      wrong[0].control.focus();
      return;
    }
    const values = {};
    for (const each of fields) values[each.id] = await each.read();
    const result = await context.submit(values);
    for (const each of fields) each.field.showError(result?.errors?.[each.id] ?? "");
    fields.find((each) => result?.errors?.[each.id])?.control.focus();
    if (result?.error) problem.textContent = result.error;
  }
  return dialog;
}

function topLevel(component, context, fields) {
  if (component.type === 18) return field(component.component, component, context, fields);
  if (component.type === 1) return component.components.map((each) => field(each, { label: each.label ?? "" }, context, fields));
  if (component.type === 10) return renderComponent(component, context);
  return unsupported(`component type ${component.type} in a modal`);
}

function field(component, { label, description }, context, fields) {
  const make = INPUTS[component.type];
  if (!make) return unsupported(`component type ${component.type} in a modal`);
  const input = make(component, context, label);
  const isRequired = component.required ?? true;
  const made = labeled(input.control, {
    label,
    hint: description ?? "",
    optional: isRequired && component.type !== 23 ? el("span", { class: "required", "aria-hidden": "true" }, " *") : "",
    isGroup: input.isGroup,
  });
  if (isRequired && !input.isGroup && input.control.tagName !== "BUTTON") input.control.setAttribute("aria-required", "true");
  const count = () => [].concat(input.peek()).filter(Boolean).length;
  fields.push({
    id: component.custom_id,
    field: made,
    control: input.control,
    read: input.read,
    check: () => {
      if (component.type === 23) return "";
      if (!count()) return isRequired ? "This field is required." : "";
      return input.check?.() ?? "";
    },
  });
  return made;
}

const INPUTS = {
  3: select,
  4: (component) => {
    const isLong = component.style === 2;
    const control = el(isLong ? "textarea" : "input", {
      class: "text-input",
      type: isLong ? null : "text",
      rows: isLong ? "4" : null,
      placeholder: component.placeholder,
      maxlength: component.max_length,
      value: component.value ?? "",
    });
    const short = () => (control.value.length < (component.min_length ?? 0) ? `Write at least ${component.min_length} characters.` : "");
    return { control, read: () => control.value, peek: () => control.value, check: short };
  },
  5: select,
  6: select,
  7: select,
  8: select,
  19: (component) => {
    const control = fileInput({ multiple: (component.max_values ?? 1) > 1 });
    return { control, read: () => control.read(), peek: () => [...control.files].map((each) => each.name) };
  },
  21: (component) => {
    const control = choices("radio", component.options.map(choice));
    return { control, isGroup: true, read: () => control.values()[0] ?? "", peek: control.values };
  },
  22: (component) => {
    const control = choices("checkbox", component.options.map(choice));
    const least = component.min_values ?? 1;
    const most = component.max_values ?? component.options.length;
    const check = () => {
      const count = control.values().length;
      return count < least || count > most ? `Choose ${least === most ? least : `${least} to ${most}`}.` : "";
    };
    return { control, isGroup: true, read: control.values, peek: control.values, check };
  },
  23: (component) => {
    const control = el("input", { type: "checkbox", class: "single-checkbox" });
    control.checked = Boolean(component.default);
    return { control, read: () => control.checked, peek: () => control.checked };
  },
};

const choice = (each) => ({ value: each.value, label: each.label, description: each.description, chosen: each.default });

function select(component, context, label) {
  const settings = { ...selectSettings(component), label };
  if (component.required === false) settings.min = 0;
  const control = selectMenu(selectOptions(component, context.state), settings, () => {});
  const check = () => (control.values().length < settings.min ? `Choose at least ${settings.min}.` : "");
  return { control, read: control.values, peek: control.values, check };
}
