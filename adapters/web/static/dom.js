// Creating elements. Text only ever becomes a text node, so no markup in it is read.

const SVG = "http://www.w3.org/2000/svg";

/** Return a new element; props: class, data (dataset), on (listeners), attributes, or null. */
export function el(tag, props, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) made.addEventListener(event, listener);
    } else if (name === "data") {
      Object.assign(made.dataset, value);
    } else if (name === "value") {
      made.value = value;
    } else {
      made.setAttribute(name, value === true ? "" : String(value));
    }
  }
  made.append(...children.flat(Infinity).filter((each) => each !== null && each !== undefined && each !== false && each !== ""));
  return made;
}

const PATHS = {
  roads: "M11 2h2v4h5l3 3-3 3h-5v10h-2V12H6L3 9l3-3h5z",
  hash: "M9.5 3 8.8 8H4v2h4.5l-.6 4H3v2h4.6l-.7 5h2l.7-5h4l-.7 5h2l.7-5H20v-2h-4.1l.6-4H21V8h-4.2l.7-5h-2l-.7 5h-4l.7-5zm1 7h4l-.6 4h-4z",
  lock: "M7 10V7a5 5 0 0 1 10 0v3h2v12H5V10zm2 0h6V7a3 3 0 0 0-6 0z",
  person: "M12 12a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9Zm0 2c-4.4 0-8 2.5-8 5.5V21h16v-1.500c0-3-3.600-5.500-8-5.500Z",
  home: "M12 3 2.500 11H5v9h5v-6h4v6h5v-9h2.500z",
  thread: "M5 4h14v10h-8l-4 4v-4H5zm3 3v1.500h8V7zm0 3v1.500h5V10z",
  eye: "M12 5C6.500 5 2.700 9.400 1.500 12c1.200 2.600 5 7 10.500 7s9.300-4.400 10.500-7C21.300 9.400 17.500 5 12 5Zm0 11a4 4 0 1 1 0-8 4 4 0 0 1 0 8Zm0-2a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z",
  pin: "M14 2 22 10l-2 1-1-.500-3.500 3.500.500 4-1.500 1.500L10 15l-6.500 6.500L2 22l.500-1.500L9 14 4.500 9.500 6 8l4 .500L13.500 5 13 4z",
  down: "M6.400 8.600 12 14.200l5.600-5.600L19 10l-7 7-7-7z",
  link: "M14 4h6v6h-2V7.400l-8.300 8.300-1.400-1.400L16.600 6H14zM5 6h5v2H7v9h9v-3h2v5H5z",
  file: "M6 2h8l5 5v15H6zm7 1.500V8h4.500z",
  code: "m8.500 6 1.400 1.400L5.300 12l4.600 4.600L8.500 18l-6-6zm7 0 6 6-6 6-1.400-1.400 4.600-4.600-4.600-4.600z",
  close: "M6.400 5 12 10.600 17.600 5 19 6.400 13.400 12l5.600 5.600-1.400 1.400L12 13.400 6.400 19 5 17.600 10.600 12 5 6.400z",
  check: "m9.500 16.200-4-4L4 13.700l5.500 5.500L20.500 8.200 19 6.800z",
  send: "M3 3.500 22 12 3 20.500l2.500-7L14 12 5.500 10.500z",
  more: "M5 10a2 2 0 1 0 0 4 2 2 0 0 0 0-4Zm7 0a2 2 0 1 0 0 4 2 2 0 0 0 0-4Zm7 0a2 2 0 1 0 0 4 2 2 0 0 0 0-4Z",
  reply: "M10 5v4c7 1 10 6 11 11-2.500-3.500-6-5.100-11-5.100V19l-7-7z",
  clock: "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20Zm1 5v4.600l3.500 2-1 1.700L11 12.700V7z",
  sun: "M12 7a5 5 0 1 0 0 10 5 5 0 0 0 0-10ZM11 1h2v4h-2zm0 18h2v4h-2zM1 11h4v2H1zm18 0h4v2h-4zM4 5.400 5.400 4l2.800 2.800-1.400 1.400zM15.800 17.200l1.400-1.400L20 18.600 18.600 20zM4 18.600l2.800-2.800 1.400 1.400L5.400 20zM15.800 6.800 18.600 4 20 5.400l-2.800 2.800z",
  moon: "M20 14.500A8.500 8.500 0 0 1 9.500 4a8.500 8.500 0 1 0 10.500 10.500Z",
  phone: "M7 1h10a2 2 0 0 1 2 2v18a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2V3a2 2 0 0 1 2-2Zm0 3v14h10V4zm5 15.500a1 1 0 1 0 0 2 1 1 0 0 0 0-2Z",
  desktop: "M3 4h18v12h-7v2h3v2H7v-2h3v-2H3zm2 2v8h14V6z",
  alert: "M12 2 1 21h22zm-1 7h2v6h-2zm0 7.500h2v2h-2z",
};

/** Return an icon, which is hidden from screen readers. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** Return a box that names a type which the page can't render. */
export function unsupported(type) {
  return el("div", { class: "unsupported" }, icon("alert"), `Not rendered: ${type}`);
}

let count = 0;

/** Return a new id, for aria-controls and labels. */
export function newId(name) {
  count += 1;
  return `${name}-${count}`;
}

/** Move one of a list's options into view and mark it as the active one of *owner*. */
export function activate(owner, options, at) {
  options.forEach((each, index) => each.classList.toggle("active", index === at));
  const chosen = options[at];
  if (chosen) {
    owner.setAttribute("aria-activedescendant", chosen.id);
    chosen.scrollIntoView({ block: "nearest" });
  } else {
    owner.removeAttribute("aria-activedescendant");
  }
}

export const FOCUSABLE = "button, input, select, textarea, a[href], summary, [tabindex='0']";

/** Replace *before* by *after*; the focus stays on the same control, if there still is one. */
export function replaceKeepingFocus(before, after) {
  const focused = document.activeElement;
  if (!before.contains(focused)) {
    before.replaceWith(after);
    return;
  }
  const at = [...before.querySelectorAll(FOCUSABLE)].indexOf(focused);
  const label = labelOf(focused);
  before.replaceWith(after);
  const controls = [...after.querySelectorAll(FOCUSABLE)];
  const next = controls.find((each) => labelOf(each) === label) ?? controls[at] ?? controls.at(-1);
  (next ?? after).focus({ preventScroll: true });
}

const labelOf = (each) => each.dataset.name ?? each.getAttribute("aria-label") ?? each.textContent;
