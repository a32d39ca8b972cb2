// Elements, focus and announcements. Text only ever becomes text: nothing here reads markup.

// h("button", {class: "main", onclick: press}, "Go on"): attributes that are true, false, functions or text; children that are elements or text.
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) set(element, name, value);
  element.append(...children.flat(Infinity).filter((child) => child || child === 0));
  return element;
}

function set(element, name, value) {
  if (value === false || value === null || value === undefined) return;
  if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
  else if (name === "srcObject" || name === "value" || name === "muted") element[name] = value;
  else element.setAttribute(name, value === true ? "" : String(value));
}

// Pictures of buttons, drawn here so that none is fetched: each a list of SVG paths on a grid of 24.
const PATHS = {
  microphone: ["M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3z", "M5.5 11a6.5 6.5 0 0 0 13 0", "M12 17.5V21"],
  camera: ["M4 7h10a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1z", "M15 11l6-3.5v9L15 13"],
  chat: ["M4 5h16a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H10l-5 4v-4H4a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1z"],
  words: ["M12 3l7 3v5c0 4.6-2.9 8.2-7 10-4.1-1.8-7-5.4-7-10V6z", "M9 12l2.2 2.2L15.5 10"],
  leave: ["M3.5 14.5c-.8-4 3.3-6.5 8.5-6.5s9.3 2.5 8.5 6.5l-4.300-.8V11c-2.600-.9-5.800-.9-8.400 0v2.700z"],
  self: ["M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8z", "M4.500 20.500c.8-4 3.800-6 7.500-6s6.700 2 7.500 6"],
  check: ["M5 12.500l4.500 4.500L19 7.500"],
  cross: ["M6 6l12 12", "M18 6L6 18"],
  wait: ["M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18z", "M12 7.500V12l3 2"],
  sound: ["M4 9.500v5h3.500L12 18.500v-13L7.500 9.500z", "M15.500 9a4 4 0 0 1 0 6", "M18 6.500a8 8 0 0 1 0 11"],
  network: ["M3 9.500a13 13 0 0 1 18 0", "M6.200 13a8.500 8.500 0 0 1 11.600 0", "M9.300 16.300a4 4 0 0 1 5.400 0", "M12 19.800v.1"],
};
const SLASH = "M4 4l16 16";

// A picture beside words; a screen reader passes over it.
export function icon(name, crossed = false) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true", focusable: "false" })) svg.setAttribute(key, value);
  for (const line of crossed ? [...PATHS[name], SLASH] : PATHS[name]) {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", line);
    svg.append(path);
  }
  return svg;
}

const regions = { polite: "said", urgent: "alert" };

// Says something to a screen reader, once for each change.
export function announce(text, how = "polite") {
  const region = document.getElementById(regions[how]);
  if (region.textContent !== text) region.textContent = text;
}

let count = 0;

// Puts newer elements in place of older ones only where they differ, so that nothing is taken away under a finger; the focus stays on
// the one with the same `data-KEY`.
export function renew(parent, elements, key) {
  const same = elements.length === parent.children.length && elements.every((e, i) => e.isEqualNode(parent.children[i]));
  if (same) return;
  const focused = parent.contains(document.activeElement) ? document.activeElement.dataset[key] : "";
  parent.replaceChildren(...elements);
  if (focused) (parent.querySelector(`[data-${key}="${focused}"]`) ?? parent.querySelector("button"))?.focus();
}

// A label, its field, what helps to fill it in, and room for what is wrong with it.
export function field(label, input, { hint = "", optional = "" } = {}) {
  const id = `field-${++count}`;
  input.id = id;
  const about = hint ? h("p", { class: "hint", id: `${id}-hint` }, hint) : null;
  const wrong = h("p", { class: "wrong", id: `${id}-wrong`, hidden: true });
  input.setAttribute("aria-describedby", [about && `${id}-hint`, `${id}-wrong`].filter(Boolean).join(" "));
  const name = h("label", { for: id }, label, optional ? h("span", { class: "optional" }, ` ${optional}`) : null);
  return h("div", { class: "field" }, name, about, input, wrong);
}

// Marks a field as wrong with a sentence, or as right again with none.
export function complain(input, sentence) {
  const wrong = document.getElementById(`${input.id}-wrong`);
  wrong.textContent = sentence;
  wrong.hidden = !sentence;
  if (sentence) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
}
