// Dialogs over a pane: forms of a platform, the JSON of a message, and questions.

import { el, icon, newId } from "./dom.js";

/** Open a dialog over *pane* and return it; *close* is called when the member closes it. */
export function openDialog(pane, { title, look = "", body, footer = null, close = () => {}, onSubmit = null }) {
  const opener = document.activeElement;
  const heading = newId("dialog");
  const content = el(
    onSubmit ? "form" : "div",
    {
      class: "dialog-body",
      novalidate: onSubmit ? true : null,
      on: onSubmit
        ? {
            submit: (event) => {
              event.preventDefault();
              onSubmit(event.submitter);
            },
          }
        : {},
    },
    el("div", { class: "dialog-content", tabindex: onSubmit ? null : "0", role: onSubmit ? null : "group", "aria-labelledby": onSubmit ? null : heading }, body),
    footer ? el("div", { class: "dialog-footer" }, footer) : null,
  );
  const dialog = el(
    "dialog",
    { class: `dialog ${look}`, "aria-labelledby": heading },
    el(
      "div",
      { class: "dialog-head" },
      el("h2", { id: heading }, title),
      el("button", { type: "button", class: "icon-button dialog-close", "aria-label": "Close", on: { click: () => cancel() } }, icon("close")),
    ),
    content,
  );
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    cancel();
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (opener?.isConnected) opener.focus({ preventScroll: true });
  });
  document.body.append(dialog);
  centerOver(dialog, pane);
  dialog.showModal();
  const inside = content.querySelector(".dialog-content");
  const first = inside.querySelector("input, textarea, .menu-button") ?? (onSubmit ? content.querySelector("[type=submit]") : inside);
  first?.focus();

  function cancel() {
    dialog.close();
    close();
  }
  dialog.finish = () => dialog.close();
  return dialog;
}

/** Center a dialog over a pane, as if the pane were the whole window. */
function centerOver(dialog, pane) {
  const box = pane.getBoundingClientRect();
  dialog.style.setProperty("--over-left", `${box.left}px`);
  dialog.style.setProperty("--over-width", `${box.width}px`);
}

/** Show the JSON of a message. */
export function showJson(pane, title, value) {
  const text = JSON.stringify(value, null, 2);
  const copy = el("button", { type: "button", class: "plain-button" }, "Copy");
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text);
      copy.textContent = "Copied";
    } catch {
      copy.textContent = "Select the text and copy it";
    }
  });
  openDialog(pane, { title, look: "json-dialog", body: el("pre", {}, text), footer: copy });
}

/** Ask a yes-or-no question, as Slack's confirm object describes it; call *confirm* on yes. */
export function ask(pane, { title, text, yes, no, look, danger }, confirm) {
  const dialog = openDialog(pane, {
    title,
    look,
    body: el("p", {}, text),
    footer: [
      el("button", { type: "button", class: "form-button", on: { click: () => dialog.finish() } }, no),
      el(
        "button",
        {
          type: "button",
          class: `form-button ${danger ? "danger" : "primary"}`,
          on: {
            click: () => {
              dialog.finish();
              confirm();
            },
          },
        },
        yes,
      ),
    ],
  });
}
