// Slack's modals. https://docs.slack.dev/surfaces/modals

import { openDialog } from "../dialog.js";
import { el } from "../dom.js";
import { renderBlocks } from "./blocks.js";
import { plain } from "./mrkdwn.js";

/** Open a view of type modal. */
export function openModal(view, context) {
  const fields = [];
  const problem = el("p", { class: "form-error", role: "alert" });
  const inForm = {
    ...context,
    fields,
    click: async (action, values) => context.click(action, values, { values_all: await read() }),
  };
  const hasInput = Boolean(view.submit);
  const dialog = openDialog(context.pane.root, {
    title: plain(view.title),
    look: "slack-modal",
    body: [renderBlocks(view.blocks, inForm), problem],
    footer: [
      el("button", { type: "button", class: "form-button", on: { click: () => dialog.querySelector(".dialog-close").click() } }, plain(view.close) || "Cancel"),
      hasInput ? el("button", { type: "submit", class: "form-button primary" }, plain(view.submit)) : null,
    ],
    close: context.close,
    onSubmit: hasInput ? submit : null,
  });

  async function read() {
    const values = {};
    for (const each of fields) values[each.id] = await each.read();
    return values;
  }

  function showErrors(errors) {
    for (const each of fields) each.field.showError(errors[each.id] ?? "");
    const first = fields.find((each) => errors[each.id]);
    first?.control.focus();
    return Boolean(first);
  }

  async function submit() {
    problem.textContent = "";
    const values = await read();
    const errors = {};
    for (const each of fields) {
      const isEmpty = values[each.id].length === 0;
      if (isEmpty && !each.isOptional) errors[each.id] = "Please complete this required field.";
      else if (each.check?.()) errors[each.id] = each.check();
    }
    if (showErrors(errors)) return;
    const result = await context.submit(values);
    if (result?.errors && !showErrors(result.errors)) problem.textContent = Object.values(result.errors).join(" ");
    if (result?.error) problem.textContent = result.error;
  }
  return dialog;
}
