// Discord's components in messages. https://docs.discord.com/developers/components/reference

import { el, icon, unsupported } from "../dom.js";
import { fileLink } from "../messages.js";
import { link, markdown } from "./markdown.js";
import { renderSelect } from "./selects.js";

const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link", 6: "premium" };
const RENDERERS = {
  1: row,
  2: button,
  3: renderSelect,
  5: renderSelect,
  6: renderSelect,
  7: renderSelect,
  8: renderSelect,
  9: section,
  10: (component, context) => el("div", { class: "markdown" }, markdown(component.content ?? "", context)),
  11: (component, context) => picture(component, context, "thumbnail"),
  12: gallery,
  13: fileBox,
  14: separator,
  17: container,
};

/** Return an element for each component. */
export function renderComponents(components, context) {
  return (components ?? []).map((each) => renderComponent(each, context));
}

export function renderComponent(component, context) {
  const render = RENDERERS[component.type];
  return render ? render(component, context) : unsupported(`component type ${component.type}`);
}

function row(component, context) {
  return el("div", { class: "action-row" }, renderComponents(component.components, context));
}

/** Return a custom emoji's name, or a Unicode emoji. */
export const emojiText = (emoji) => (emoji ? (emoji.id ? `:${emoji.name}:` : emoji.name) : null);

function button(component, context) {
  const style = STYLES[component.style];
  if (!style) return unsupported(`button style ${component.style}`);
  const label = [
    component.emoji ? el("span", { class: "button-emoji" }, emojiText(component.emoji)) : null,
    component.label ?? (style === "premium" ? "Premium" : null),
    style === "link" ? icon("link") : null,
  ];
  const look = `discord-button ${style}`;
  if (style === "link" && !component.disabled) {
    const made = link(component.url, label);
    made.className = look;
    return made;
  }
  const made = el("button", { type: "button", class: look, disabled: component.disabled }, label);
  if (style !== "premium" && style !== "link") {
    made.addEventListener("click", async () => {
      if (made.getAttribute("aria-busy") === "true") return;
      made.setAttribute("aria-busy", "true");
      await context.click(component);
      made.removeAttribute("aria-busy");
    });
  }
  return made;
}

function section(component, context) {
  return el(
    "div",
    { class: "section" },
    el("div", { class: "section-text" }, renderComponents(component.components, context)),
    component.accessory ? el("div", { class: "section-accessory" }, renderComponent(component.accessory, context)) : null,
  );
}

/** Return the address of a media item; attachments are among the message's files. */
function mediaFile(media, context) {
  const url = media?.url ?? "";
  const name = url.startsWith("attachment://") ? url.slice("attachment://".length) : null;
  return name === null ? { name: url.split("/").at(-1), url } : (context.file(name) ?? { name, url: "" });
}

function picture(item, context, look) {
  const file = mediaFile(item.media, context);
  const text = item.description ?? "";
  const isHere = file.url && !/^https?:/.test(file.url);
  const shown = isHere
    ? el("img", { src: file.url, alt: text })
    : el("span", { class: "absent-picture", role: "img", "aria-label": text || file.name }, icon("file"), text || file.name);
  const made = el("div", { class: look }, shown);
  return item.spoiler ? hidden(made) : made;
}

/** Return *content* behind a button that shows it. */
function hidden(content) {
  const cover = el("div", { class: "spoiler-cover" }, content);
  const show = el("button", { type: "button", class: "spoiler-button", on: { click: () => cover.replaceWith(content) } }, "Spoiler");
  content.inert = true;
  show.addEventListener("click", () => {
    content.inert = false;
  });
  cover.append(show);
  return cover;
}

function gallery(component, context) {
  const items = component.items ?? [];
  return el("div", { class: `gallery of-${Math.min(items.length, 4)}` }, items.map((each) => picture(each, context, "gallery-item")));
}

function fileBox(component, context) {
  const made = fileLink(mediaFile(component.file, context));
  return component.spoiler ? hidden(made) : made;
}

function separator(component) {
  const size = component.spacing === 2 ? "large" : "small";
  return el(component.divider === false ? "div" : "hr", { class: `separator ${size}` });
}

function container(component, context) {
  const made = el("div", { class: "container" }, renderComponents(component.components, context));
  if (Number.isInteger(component.accent_color)) {
    made.classList.add("accented");
    made.style.setProperty("--accent", `#${component.accent_color.toString(16).padStart(6, "0")}`);
  }
  return component.spoiler ? hidden(made) : made;
}
