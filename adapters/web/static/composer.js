// The box to type in: commands with their options, mentions, and plain messages.

import { activate, el, icon, newId } from "./dom.js";

const MAX_ROWS = 8;

export class Composer {
  constructor(pane) {
    this.pane = pane;
    this.options = []; // of the list above the box
    this.at = -1;
    this.listId = newId("suggestions");
    this.history = [];
    this.list = el("div", { id: this.listId, class: "suggestions", role: "listbox", "aria-label": "Suggestions", hidden: true });
    this.input = el("textarea", {
      rows: "1",
      class: "composer-input",
      "aria-haspopup": "listbox",
      "aria-controls": this.listId,
      "aria-autocomplete": "list",
      spellcheck: "false",
      autocomplete: "off",
      on: {
        input: () => this.suggest(),
        keydown: (event) => this.onKey(event),
        blur: () => setTimeout(() => this.root.contains(document.activeElement) || this.close(), 100),
      },
    });
    const send = el("button", { type: "button", class: "icon-button send", "aria-label": "Send", on: { click: () => this.send() } }, icon("send"));
    this.plain = el("div", { class: "composer-box" }, this.input, send);
    this.editor = el("div", { class: "composer-editor", hidden: true });
    this.root = el("div", { class: "composer" }, this.list, this.plain, this.editor);
  }

  show(channel) {
    const name = channel.kind === "channel" ? `#${channel.name}` : channel.name;
    const label = `Message ${name}`;
    this.channel = channel;
    this.input.placeholder = label;
    this.input.setAttribute("aria-label", label);
  }

  focus() {
    (this.editor.hidden ? this.input : this.editor.querySelector("input, button")).focus();
  }

  setText(text) {
    this.input.value = text;
    this.fit();
    this.suggest();
    this.input.focus();
  }

  fit() {
    this.input.rows = Math.min(MAX_ROWS, this.input.value.split("\n").length);
  }

  /** Show the commands or members that the text may mean. */
  suggest() {
    this.fit();
    const { value, selectionStart } = this.input;
    const before = value.slice(0, selectionStart);
    const mention = /(?:^|\s)@([\w ]{0,20})$/.exec(before);
    if (/^\/[^\n]*$/.test(value)) {
      const exact = this.pane.look.commandTyped?.(value, this.pane);
      if (exact) {
        this.pick(exact);
        return;
      }
      this.open(this.pane.look.findCommands(value.slice(1), this.pane));
    } else if (mention && this.channel?.kind !== "dm") {
      const wanted = mention[1].toLowerCase();
      const users = (this.pane.state.users ?? []).filter((each) => each.name.toLowerCase().startsWith(wanted));
      this.open(
        users.map((each) => ({
          label: `@${each.name}`,
          description: each.bot ? "App" : "",
          pick: () => {
            const start = selectionStart - mention[1].length - 1;
            this.setText(`${value.slice(0, start)}@${each.name} ${value.slice(selectionStart)}`);
          },
        })),
      );
    } else {
      this.close();
    }
  }

  open(options) {
    this.options = options;
    this.at = options.length ? 0 : -1;
    this.list.replaceChildren(
      ...options.map((each, index) =>
        el(
          "div",
          {
            role: "option",
            id: `${this.listId}-${index}`,
            class: "suggestion",
            "aria-selected": "false",
            on: { pointerdown: (event) => event.preventDefault(), click: () => this.pick(each) },
          },
          el("span", { class: "suggestion-label" }, each.label, each.hint ? el("span", { class: "suggestion-hint" }, ` ${each.hint}`) : null),
          el("span", { class: "suggestion-description" }, each.description),
        ),
      ),
    );
    this.list.hidden = options.length === 0;
    this.mark();
  }

  close() {
    this.open([]);
  }

  mark() {
    const rows = [...this.list.children];
    rows.forEach((each, index) => each.setAttribute("aria-selected", String(index === this.at)));
    activate(this.input, rows, this.at);
  }

  pick(option) {
    this.close();
    option.pick(this);
  }

  onKey(event) {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && this.options.length) {
      this.at = (this.at + step + this.options.length) % this.options.length;
      this.mark();
    } else if (event.key === "ArrowUp" && !this.input.value && this.history.length) {
      this.setText(this.history.at(-1));
    } else if (event.key === "Escape" && this.options.length) {
      this.close();
    } else if (event.key === "Tab" && this.options[this.at]) {
      this.pick(this.options[this.at]);
    } else if (event.key === "Enter" && !event.shiftKey) {
      if (this.options[this.at] && this.pane.look.enterPicks(this.input.value, this.pane)) this.pick(this.options[this.at]);
      else this.send();
    } else {
      return;
    }
    event.preventDefault();
  }

  /** Send what is in the box. */
  async send() {
    const text = this.input.value.trim();
    if (!text) return;
    const action = this.pane.look.toAction(text, this.pane);
    this.close();
    if (action.error) {
      this.pane.tell(action.error);
      return;
    }
    this.history.push(text);
    this.input.value = "";
    this.fit();
    this.pane.list.isAtEnd = true;
    const result = await this.pane.act(action);
    if (result?.error && !this.input.value) this.input.value = text;
  }

  /** Show an editor in place of the box, such as one for a command's options. */
  edit(element) {
    this.editor.replaceChildren(element);
    this.editor.hidden = false;
    this.plain.hidden = true;
  }

  /** Show the box again, and focus it. */
  endEdit() {
    this.reset();
    this.input.focus();
  }

  /** Show the empty box, as somebody who just came sees it. */
  reset() {
    this.editor.replaceChildren();
    this.editor.hidden = true;
    this.plain.hidden = false;
    this.close();
    this.input.value = "";
    this.fit();
  }
}

/** Return a message's action; a mention of the bot is sent as such. */
export function messageAction(text, pane) {
  const bot = (pane.state.users ?? []).find((each) => each.bot);
  const mark = bot ? `@${bot.name}` : null;
  const mentions = mark !== null && text.toLowerCase().includes(mark.toLowerCase());
  if (!mentions) return { type: "message", text, mention: false };
  const at = text.toLowerCase().indexOf(mark.toLowerCase());
  return { type: "message", text: `${text.slice(0, at)}${text.slice(at + mark.length)}`.trim(), mention: true };
}
