// Parts of forms that both platforms use.

import { readFiles } from "./api.js";
import { el, newId } from "./dom.js";

/** Return a labeled field; *control* gets an id, and the field's hint and error as its description. */
export function labeled(control, { label, hint = "", optional = "", isGroup = false }) {
  const id = control.id || newId("field");
  const hintId = newId("hint");
  const errorId = newId("error");
  control.id = id;
  const described = [hint ? hintId : null, errorId].filter(Boolean).join(" ");
  const name = [label, optional];
  const caption = isGroup ? el("span", { id: `${id}-label`, class: "field-label" }, name) : el("label", { for: id, class: "field-label" }, name);
  if (isGroup) control.setAttribute("aria-labelledby", `${id}-label`);
  control.setAttribute("aria-describedby", described);
  const error = el("p", { id: errorId, class: "field-error", role: "alert" });
  const field = el("div", { class: "field" }, caption, control, hint ? el("p", { id: hintId, class: "field-hint" }, hint) : null, error);
  field.showError = (text) => {
    error.textContent = text;
    control.setAttribute("aria-invalid", text ? "true" : "false");
    if (!text) control.removeAttribute("aria-invalid");
  };
  return field;
}

/** Return radio buttons or checkboxes: [{value, label, description, chosen}]; values() are those chosen. */
export function choices(kind, options, onChange = () => {}) {
  const name = newId("choice");
  const inputs = options.map((each) => {
    const input = el("input", { type: kind, name, value: each.value, on: { change: () => onChange(values()) } });
    input.checked = Boolean(each.chosen);
    return input;
  });
  const values = () => inputs.filter((each) => each.checked).map((each) => each.value);
  const group = el(
    "div",
    { class: "choices", role: kind === "radio" ? "radiogroup" : "group" },
    options.map((each, index) =>
      el(
        "label",
        { class: "choice" },
        inputs[index],
        el("span", {}, el("span", { class: "choice-label" }, each.label), each.description ? el("span", { class: "choice-description" }, each.description) : null),
      ),
    ),
  );
  group.values = values;
  return group;
}

/** Return a file input; read() returns a promise of the files as JSON. */
export function fileInput({ multiple = false, accept = null }) {
  const input = el("input", { type: "file", class: "file-input", multiple, accept });
  input.read = () => readFiles(input.files);
  return input;
}
