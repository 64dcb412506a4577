// Discord's select menus, in messages and modals.

import { selectMenu } from "../menu.js";
import { emojiText } from "./components.js";

const PLACEHOLDERS = { 3: "Make a selection", 5: "Select a user", 6: "Select a role", 7: "Select a user or role", 8: "Select a channel" };
const CHANNEL_TYPES = { channel: 0, thread: 11, dm: 1 };

/** Return a role as Discord shows it; the name of everyone's role has the sign already. */
export const roleName = (role) => (role.name.startsWith("@") ? role.name : `@${role.name}`);

/** Return the choices of a select component. */
export function selectOptions(component, state) {
  const users = () => (state.users ?? []).map((each) => ({ value: each.id, label: each.name, description: each.bot ? "App" : "" }));
  const roles = () => (state.roles ?? []).map((each) => ({ value: each.id, label: roleName(each) }));
  const channels = () =>
    state.channels
      .filter((each) => each.kind === "channel" || each.kind === "thread")
      .filter((each) => !component.channel_types || component.channel_types.includes(CHANNEL_TYPES[each.kind]))
      .map((each) => ({ value: each.id, label: `#${each.name}` }));
  const text = () =>
    component.options.map((each) => ({ value: each.value, label: each.label, description: each.description, emoji: emojiText(each.emoji) }));
  return { 3: text, 5: users, 6: roles, 7: () => [...users(), ...roles()], 8: channels }[component.type]();
}

/** Return the settings of a select menu for a component. */
export function selectSettings(component) {
  const max = component.max_values ?? 1;
  const defaults = (component.options ?? []).filter((each) => each.default).map((each) => each.value);
  return {
    placeholder: component.placeholder ?? PLACEHOLDERS[component.type],
    chosen: component.default_values?.map((each) => each.id) ?? defaults,
    multiple: max > 1,
    min: component.min_values ?? 1,
    max,
    filter: component.type !== 3,
    disabled: component.disabled,
  };
}

/** Return the select menu of a message, which sends each choice. */
export function renderSelect(component, context) {
  const settings = { ...selectSettings(component), keepsChoice: true };
  const menu = selectMenu(selectOptions(component, context.state), settings, async (values) => {
    if (settings.multiple && values.length < settings.min) return;
    menu.setAttribute("aria-busy", "true");
    await context.click(component, values);
    menu.removeAttribute("aria-busy");
    menu.setChosen(settings.chosen);
  });
  return menu;
}
