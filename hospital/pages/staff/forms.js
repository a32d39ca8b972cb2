// What all forms of the page share: one press at a time, a refusal in words beside the button, a question before what cannot be undone.

import { announce, h } from "/patient/dom.js";

// A form whose fields are checked first; `send` does it and leads on.
export function form({ checks = [], submit, send, back, danger = false }, ...children) {
  const wrong = h("p", { class: "wrong", hidden: true });
  const button = h("button", { class: danger ? "main danger" : "main", type: "submit" }, submit);
  const other = back && h("button", { class: "second", type: "button", onclick: back.press }, back.text);
  const element = h("form", { novalidate: true }, children, wrong, h("div", { class: "row" }, button, other));
  element.addEventListener("submit", async (event) => {
    event.preventDefault();
    const faulty = checks.map((check) => check()).find(Boolean);
    if (faulty) return faulty.focus();
    await pressed(button, wrong, send);
  });
  return element;
}

// Does something once; what is refused is told in `wrong`.
export async function pressed(button, wrong, work) {
  button.disabled = true;
  wrong.hidden = true;
  try {
    await work();
  } catch (refusal) {
    if (refusal.toDo === undefined) throw refusal;
    wrong.textContent = `${refusal.happened} ${refusal.toDo}`;
    wrong.hidden = false;
    announce(wrong.textContent, "urgent");
  } finally {
    button.disabled = false;
  }
}

// A question in a window of its own; what is pressed last gets the focus back.
export function ask(title, ...children) {
  const dialog = h("dialog", { "aria-label": title }, h("h2", {}, title), children);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

// A text to take along, with a button that copies it.
export function copied(label, text) {
  const input = h("input", { type: "text", readonly: true, value: text, "aria-label": label, onfocus: ({ target }) => target.select() });
  const button = h("button", { class: "second", type: "button" }, "Copy");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
      announce(`${label}: copied`);
    } catch {
      input.focus(); // a browser that does not allow it: it is selected, to copy by hand
    }
  });
  return h("div", { class: "copy" }, input, button);
}

export const chip = (text, tone = "") => h("span", { class: `chip ${tone}` }, text);
export const options = (table, chosen) => Object.entries(table).map(([value, text]) => h("option", { value, selected: value === chosen }, text));
