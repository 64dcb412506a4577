// Slash commands in Slack's composer: a list by name; the rest of the line is typed.

import { messageAction } from "../composer.js";

/** Return the slash commands that begin with, or contain, what is typed. */
export function findCommands(typed, pane) {
  if (typed.includes(" ")) return [];
  const wanted = typed.toLowerCase();
  const name = (each) => each.command.replace(/^\//, "");
  const rank = (each) => (name(each).startsWith(wanted) ? 0 : name(each).includes(wanted) ? 1 : 2);
  return (pane.state.commands ?? [])
    .filter((each) => rank(each) < 2)
    .sort((a, b) => rank(a) - rank(b))
    .map((each) => ({
      label: each.command,
      hint: each.usage_hint,
      description: each.description,
      pick: (composer) => composer.setText(`${each.command} `),
    }));
}

/** Return whether *text* is a whole command, so that Enter sends it. */
export function isCommand(text, pane) {
  return (pane.state.commands ?? []).some((each) => each.command === text.toLowerCase());
}

/** Begin a command, as if it was typed. */
export function startCommand(name, pane) {
  pane.composer.setText(`/${name} `);
}

/** Return the action for a text: a command, or a message. */
export function toAction(text, pane) {
  if (!text.startsWith("/")) return messageAction(text, pane);
  if (pane.current()?.kind === "thread") return { error: "Slack's slash commands don't work in threads. Mention @Crossroads instead." };
  const [typed] = text.split(/\s/);
  if (!isCommand(typed, pane)) {
    return { error: `${typed} is not a valid command here. Choose one from the list.` };
  }
  return { type: "command", line: text };
}
