// Slash commands in Discord's composer: the list, and an editor for a command's options.

import { readFiles } from "../api.js";
import { messageAction } from "../composer.js";
import { activate, el, icon, newId } from "../dom.js";
import { roleName } from "./selects.js";

const SUBCOMMAND = 1;
const GROUP = 2;
const BOOLEAN = 5;
const ATTACHMENT = 11;
const GUILD = 0; // where a command can be used
const BOT_DM = 1;

/** Return every command that can be used, with its subcommands in full: [{name, description, options}]. */
export function usableCommands(pane) {
  const context = pane.current()?.kind === "dm" ? BOT_DM : GUILD;
  return (pane.state.commands ?? [])
    .filter((each) => (each.contexts ?? [GUILD, BOT_DM]).includes(context))
    .flatMap((each) => flatten(each, each.name));
}

function flatten(command, name) {
  const options = command.options ?? [];
  const inner = options.filter((each) => each.type === SUBCOMMAND || each.type === GROUP);
  if (inner.length) return inner.flatMap((each) => flatten(each, `${name} ${each.name}`));
  return [{ name, description: command.description, options }];
}

/** Return the commands that begin with, or contain, what is typed. */
export function findCommands(typed, pane) {
  const wanted = typed.trim().toLowerCase();
  const rank = (name) => (name.startsWith(wanted) ? 0 : name.includes(wanted) ? 1 : 2);
  return usableCommands(pane)
    .filter((each) => rank(each.name) < 2)
    .sort((a, b) => rank(a.name) - rank(b.name))
    .map((each) => suggestion(each, pane));
}

const suggestion = (command, pane) => ({
  label: `/${command.name}`,
  hint: command.options.map((each) => each.name).join(" "),
  description: command.description,
  pick: () => startEditor(command, pane),
});

/** Return the command whose name and a space were just typed, or null. */
export function commandTyped(text, pane) {
  if (!text.endsWith(" ")) return null;
  const found = usableCommands(pane).find((each) => text === `/${each.name} ` && each.options.length);
  return found ? suggestion(found, pane) : null;
}

/** Begin a command by its name, as a click on its mention does. */
export function startCommand(name, pane) {
  const found = usableCommands(pane).find((each) => each.name === name);
  if (found) startEditor(found, pane);
  else pane.composer.setText(`/${name}`);
}

/** Return the action for a text: a command without options, or a message. */
export function toAction(text, pane) {
  if (!text.startsWith("/")) return messageAction(text, pane);
  const found = usableCommands(pane).find((each) => text === `/${each.name}`);
  if (!found) return { error: "There's no such command. Choose one from the list." };
  const missing = found.options.find((each) => each.required);
  if (missing) return { error: `/${found.name} needs “${missing.name}”. Choose the command from the list.` };
  return { type: "command", name: found.name, options: {} };
}

function startEditor(command, pane) {
  const editor = new OptionEditor(command, pane);
  pane.composer.edit(editor.root);
  editor.focus();
}

class OptionEditor {
  constructor(command, pane) {
    this.command = command;
    this.pane = pane;
    this.fields = new Map(); // by option name: {input, read}
    this.inputs = el("div", { class: "option-inputs" });
    this.adders = el("div", { class: "option-adders" });
    this.hint = el("div", { class: "option-hint", "aria-live": "polite" }, command.description);
    this.root = el(
      "form",
      {
        class: "option-editor",
        "aria-label": `Options of /${command.name}`,
        on: {
          submit: (event) => {
            event.preventDefault();
            this.send();
          },
          keydown: (event) => {
            if (event.key === "Escape" && !event.defaultPrevented) {
              event.preventDefault();
              pane.composer.endEdit();
            }
          },
        },
      },
      this.hint,
      el(
        "div",
        { class: "option-row" },
        el("span", { class: "option-command" }, `/${command.name}`),
        this.inputs,
        el("button", { type: "submit", class: "icon-button send", "aria-label": `Send /${command.name}` }, icon("send")),
        el("button", { type: "button", class: "icon-button", "aria-label": "Cancel", on: { click: () => pane.composer.endEdit() } }, icon("close")),
        this.adders,
      ),
    );
    const required = command.options.filter((each) => each.required);
    for (const each of required.length ? required : command.options.slice(0, 1)) this.add(each);
    this.showAdders();
  }

  focus() {
    (this.inputs.querySelector("input") ?? this.root.querySelector("button[type=submit]")).focus();
  }

  showAdders() {
    const left = this.command.options.filter((each) => !this.fields.has(each.name));
    this.adders.replaceChildren(
      ...left.map((each) =>
        el(
          "button",
          {
            type: "button",
            class: "option-adder",
            title: each.description,
            "aria-label": `Add ${each.name}: ${each.description}`,
            on: {
              click: () => {
                this.add(each);
                this.showAdders();
                this.fields.get(each.name).input.focus();
              },
            },
          },
          `+ ${each.name}`,
        ),
      ),
    );
  }

  add(option) {
    const field = option.type === ATTACHMENT ? fileField() : new Suggested(option, this);
    this.fields.set(option.name, field);
    const id = newId("option");
    field.input.id = id;
    field.input.addEventListener("focus", () => {
      this.hint.textContent = `${option.name}: ${option.description}`;
    });
    field.input.addEventListener("keydown", (event) => {
      if (event.key === "Backspace" && !field.input.value && !option.required) {
        event.preventDefault();
        this.fields.delete(option.name);
        box.remove();
        this.showAdders();
        this.focus();
      }
    });
    const box = el("span", { class: "option" }, el("label", { for: id }, option.name), field.input, field.list ?? null);
    this.inputs.append(box);
  }

  /** Return what is typed, by option. */
  async values() {
    const values = {};
    for (const [name, field] of this.fields) {
      const value = await field.read();
      if (value !== "" && value !== null) values[name] = value;
    }
    return values;
  }

  async send() {
    const values = await this.values();
    const missing = this.command.options.find((each) => each.required && !(each.name in values));
    if (missing) {
      this.hint.textContent = `“${missing.name}” is required: ${missing.description}`;
      this.fields.get(missing.name).input.focus();
      return;
    }
    this.pane.composer.endEdit();
    this.pane.list.isAtEnd = true;
    await this.pane.act({ type: "command", name: this.command.name, options: values });
  }
}

function fileField() {
  const input = el("input", { type: "file", class: "option-file" });
  return { input, read: async () => (await readFiles(input.files))[0] ?? null };
}

/** An option's input with the choices that Discord would show above it. */
class Suggested {
  constructor(option, editor) {
    this.option = option;
    this.editor = editor;
    this.rows = [];
    this.at = -1;
    this.chosen = null; // {name, value} of the last choice
    this.asked = 0;
    const listId = newId("choices");
    this.list = el("div", { id: listId, class: "suggestions", role: "listbox", "aria-label": `Choices for ${option.name}`, hidden: true });
    this.input = el("input", {
      type: "text",
      class: "option-input",
      role: "combobox",
      "aria-expanded": "false",
      "aria-controls": listId,
      "aria-autocomplete": "list",
      autocomplete: "off",
      spellcheck: "false",
      maxlength: option.max_length,
      on: {
        input: () => this.show(),
        focus: () => this.show(),
        blur: () => setTimeout(() => this.fill([]), 100),
        keydown: (event) => this.onKey(event),
      },
    });
  }

  read() {
    const text = this.input.value.trim();
    if (this.chosen?.name === text) return this.chosen.value;
    return this.known?.find((each) => each.name.toLowerCase() === text.toLowerCase())?.value ?? text;
  }

  async show() {
    const text = this.input.value;
    this.input.size = Math.max(6, Math.min(40, text.length + 1));
    this.asked += 1;
    const { asked } = this;
    const found = this.chosen?.name === text ? [] : await this.load(text);
    if (asked === this.asked && document.activeElement === this.input) this.fill(found);
  }

  async load(text) {
    const { option, editor } = this;
    const wanted = text.trim().toLowerCase();
    if (option.autocomplete) {
      const options = await editor.values();
      const result = await editor.pane.sendAction({
        type: "autocomplete",
        channel: editor.pane.channel,
        name: editor.command.name,
        options: { ...options, [option.name]: text },
        focused: option.name,
      });
      return result?.choices ?? [];
    }
    this.known = option.choices ?? picks(option, editor.pane.state);
    return this.known.filter((each) => each.name.toLowerCase().includes(wanted));
  }

  fill(found) {
    this.rows = found;
    this.at = found.length ? 0 : -1;
    this.list.replaceChildren(
      ...found.map((each, index) =>
        el(
          "div",
          {
            role: "option",
            id: `${this.list.id}-${index}`,
            class: "suggestion",
            "aria-selected": "false",
            on: { pointerdown: (event) => event.preventDefault(), click: () => this.choose(each) },
          },
          el("span", { class: "suggestion-label" }, each.name),
        ),
      ),
    );
    this.list.hidden = !found.length;
    this.input.setAttribute("aria-expanded", String(found.length > 0));
    this.mark();
  }

  mark() {
    const rows = [...this.list.children];
    rows.forEach((each, index) => each.setAttribute("aria-selected", String(index === this.at)));
    activate(this.input, rows, this.at);
  }

  choose(choice) {
    this.chosen = choice;
    this.input.value = choice.name;
    this.input.size = Math.max(6, Math.min(40, choice.name.length + 1));
    this.fill([]);
  }

  onKey(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && this.rows.length) {
      this.at = (this.at + step + this.rows.length) % this.rows.length;
      this.mark();
    } else if (["Enter", "Tab"].includes(event.key) && this.rows[this.at] && this.input.value.trim()) {
      this.choose(this.rows[this.at]);
      if (event.key === "Tab") return;
    } else if (event.key === "Enter" && this.rows[this.at] && this.option.required) {
      this.choose(this.rows[this.at]);
    } else if (event.key === "Escape" && this.rows.length) {
      this.fill([]);
    } else {
      return;
    }
    event.preventDefault();
  }
}

/** Return the choices of an option that picks a user, a channel or a role. */
function picks(option, state) {
  const users = (state.users ?? []).map((each) => ({ name: each.name, value: each.id }));
  const roles = (state.roles ?? []).map((each) => ({ name: roleName(each), value: each.id }));
  const channels = state.channels.filter((each) => each.kind === "channel").map((each) => ({ name: `#${each.name}`, value: each.id }));
  if (option.type === BOOLEAN) return ["True", "False"].map((name) => ({ name, value: name.toLowerCase() }));
  return { 6: users, 7: channels, 8: roles, 9: [...users, ...roles] }[option.type] ?? [];
}
