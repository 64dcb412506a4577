// Select menus: a button that opens a list box. Both platforms use it, in messages and in forms.

import { activate, el, icon, newId } from "./dom.js";

/**
 * Return a select menu.
 *
 * options: [{value, label, description, group, disabled}] or a function of the text typed that
 * returns a promise of them; settings: placeholder, label, chosen (values), multiple, min, max,
 * filter (a search field), disabled, describedby; onChoose gets the chosen values.
 */
export function selectMenu(options, settings, onChoose) {
  const { placeholder = "", label = placeholder, multiple = false } = settings;
  const load = typeof options === "function" ? options : async (text) => options.filter((each) => contains(each, text));
  const known = new Map(typeof options === "function" ? [] : options.map((each) => [each.value, each]));
  for (const each of settings.known ?? []) known.set(each.value, each);
  let chosen = [...(settings.chosen ?? [])];
  const shown = el("span", { class: "menu-value" });
  const trigger = el(
    "button",
    {
      type: "button",
      class: "menu-button",
      data: { name: label },
      "aria-haspopup": "listbox",
      "aria-expanded": "false",
      "aria-describedby": settings.describedby,
      disabled: settings.disabled,
      on: { click: () => openMenu(), keydown: onTriggerKey },
    },
    shown,
    icon("down"),
  );
  showChosen();

  function showChosen() {
    const names = chosen.map((each) => known.get(each)?.label ?? each);
    shown.textContent = names.join(", ") || placeholder || "Choose";
    shown.classList.toggle("placeholder", names.length === 0);
    trigger.setAttribute("aria-label", names.length ? `${label}: ${names.join(", ")}` : label);
  }

  function onTriggerKey(event) {
    if (["ArrowDown", "ArrowUp"].includes(event.key)) {
      event.preventDefault();
      openMenu();
    }
  }

  function setChosen(values) {
    chosen = values;
    showChosen();
  }

  function openMenu() {
    const popup = openList(trigger, {
      label,
      load,
      multiple,
      chosen,
      known,
      filter: settings.filter,
      max: settings.max ?? Infinity,
      clearable: !multiple && settings.min === 0,
      done: (values) => {
        const before = JSON.stringify(chosen);
        setChosen(settings.keepsChoice === false ? [] : values);
        if (!multiple || JSON.stringify(values) !== before) onChoose(values);
      },
    });
    trigger.setAttribute("aria-expanded", "true");
    popup.addEventListener("toggle", (event) => {
      if (event.newState === "closed") trigger.setAttribute("aria-expanded", "false");
    });
  }
  trigger.values = () => chosen;
  trigger.setChosen = setChosen;
  return trigger;
}

const contains = (option, text) => option.label.toLowerCase().includes(text.trim().toLowerCase());

/** Open a list box below *trigger* and return it; it closes by Escape, a choice or a click. */
export function openList(trigger, { label, load, multiple, chosen, known, filter, max, clearable, done }) {
  let values = [...chosen];
  let options = [];
  let at = -1;
  let asked = 0; // how often; an answer that comes late mustn't replace a later one
  const listId = newId("list");
  const list = el("div", {
    id: listId,
    role: "listbox",
    class: "menu-list",
    "aria-label": label || "Options",
    "aria-multiselectable": multiple ? "true" : null,
    tabindex: filter ? null : "0",
  });
  const search = filter
    ? el("input", {
        class: "menu-search",
        type: "text",
        role: "combobox",
        "aria-expanded": "true",
        "aria-controls": listId,
        "aria-autocomplete": "list",
        "aria-label": `Search ${label || "options"}`,
        placeholder: "Search",
        autocomplete: "off",
        on: { input: () => fill(search.value) },
      })
    : null;
  const owner = search ?? list;
  const empty = el("p", { class: "menu-empty", hidden: true }, "No matches");
  const popup = el("div", { class: "menu-popup", popover: "auto", on: { keydown: onKey } }, search, list, empty);
  (trigger.closest("dialog") ?? trigger.closest(".pane") ?? document.body).append(popup);
  popup.addEventListener("toggle", (event) => {
    if (event.newState !== "closed") return;
    const had = popup.contains(document.activeElement) || document.activeElement === document.body;
    popup.remove();
    if (had && trigger.isConnected) trigger.focus({ preventScroll: true });
    if (multiple) done(values);
  });
  popup.showPopover();
  place(popup, trigger);
  fill("");
  owner.focus();

  async function fill(text) {
    asked += 1;
    const number = asked;
    const loaded = await load(text);
    if (!popup.isConnected || number !== asked) return;
    options = loaded;
    for (const each of options) known.set(each.value, each);
    list.replaceChildren(...rows());
    empty.hidden = options.length > 0;
    at = Math.max(0, options.findIndex((each) => values.includes(each.value)));
    mark();
    place(popup, trigger);
  }

  function rows() {
    const groups = new Map();
    options.forEach((each, index) => {
      const group = each.group ?? "";
      groups.set(group, [...(groups.get(group) ?? []), row(each, index)]);
    });
    return [...groups].flatMap(([name, rows]) =>
      name ? [el("div", { role: "group", "aria-label": name }, el("div", { class: "menu-group", "aria-hidden": "true" }, name), rows)] : rows,
    );
  }

  function row(option, index) {
    const isChosen = values.includes(option.value);
    return el(
      "div",
      {
        id: `${listId}-${index}`,
        role: "option",
        class: "menu-option",
        "aria-selected": String(isChosen),
        on: {
          click: () => choose(index),
          pointermove: () => {
            at = index;
            mark();
          },
        },
      },
      option.emoji ? el("span", { class: "menu-emoji", "aria-hidden": "true" }, option.emoji) : null,
      el(
        "span",
        { class: "menu-text" },
        el("span", { class: "menu-label" }, option.label),
        option.description ? el("span", { class: "menu-description" }, option.description) : null,
      ),
      el("span", { class: "menu-check" }, isChosen ? icon("check") : null),
    );
  }

  function mark() {
    const all = [...list.querySelectorAll("[role=option]")];
    const ordered = options.map((_, index) => all.find((each) => each.id === `${listId}-${index}`));
    activate(owner, ordered, at);
  }

  function choose(index) {
    const { value } = options[index];
    if (!multiple) {
      values = clearable && values.includes(value) ? [] : [value];
      popup.hidePopover();
      done(values);
      return;
    }
    if (values.includes(value)) values = values.filter((each) => each !== value);
    else if (values.length < max) values = [...values, value];
    list.replaceChildren(...rows());
    at = index;
    mark();
  }

  function onKey(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && options.length) {
      at = (at + step + options.length) % options.length;
      mark();
    } else if (["Home", "End"].includes(event.key) && !search) {
      at = event.key === "Home" ? 0 : options.length - 1;
      mark();
    } else if ((event.key === "Enter" || (event.key === " " && !search)) && options[at]) {
      choose(at);
    } else if (event.key === "Escape" || event.key === "Tab") {
      popup.hidePopover();
      if (event.key === "Tab") return;
      event.stopPropagation();
    } else if (!search && event.key.length === 1 && /\S/.test(event.key)) {
      const from = [...options.keys()].map((each) => (each + at + 1) % options.length);
      at = from.find((each) => String(options[each].label).toLowerCase().startsWith(event.key.toLowerCase())) ?? at;
      mark();
    } else {
      return;
    }
    event.preventDefault();
  }
  return popup;
}

/** Put a popup below its trigger, or above it where there's more room. */
export function place(popup, trigger) {
  const box = trigger.getBoundingClientRect();
  const below = window.innerHeight - box.bottom - 8;
  const above = box.top - 8;
  const width = Math.min(Math.max(box.width, 220), window.innerWidth - 16);
  const isBelow = below >= Math.min(280, popup.scrollHeight) || below >= above;
  popup.style.width = `${width}px`;
  popup.style.left = `${Math.max(8, Math.min(box.left, window.innerWidth - width - 8))}px`;
  popup.style.maxHeight = `${Math.min(360, isBelow ? below : above)}px`;
  popup.style.top = isBelow ? `${box.bottom + 4}px` : "auto";
  popup.style.bottom = isBelow ? "auto" : `${window.innerHeight - box.top + 4}px`;
}
