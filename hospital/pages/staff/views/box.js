// The outgoing box: take a letter, send it by the hospital's own mail or telephone, then say what became of it.

import * as api from "../api.js";
import { ask, chip, copied, pressed } from "../forms.js";
import { short } from "../times.js";
import { KINDS, LANGUAGES, LETTER } from "../words.js";
import { h, renew } from "/patient/dom.js";

export async function box(app) {
  let seen = await api.box();
  const waiting = h("ul", { class: "letters" });
  const sent = h("ul", { class: "letters sent" });
  const none = h("p", { class: "hint" }, "Nothing waits.");
  const never = h("p", { class: "hint" }, "Nothing was sent in the last seven days.");

  function draw() {
    renew(waiting, seen.waiting.map((one) => waits(app, one)), "key");
    renew(sent, seen.sent.map((one) => was(app, one)), "key");
    none.hidden = seen.waiting.length > 0;
    never.hidden = seen.sent.length > 0;
    app.post(seen.waiting.length);
  }
  draw();
  const look = async () => {
    seen = await api.box(true);
    if (!document.querySelector("dialog")) draw();
  };
  const body = [
    h("h1", {}, "Outgoing box"),
    h("p", { class: "lead" }, "Take a letter, send it by the hospital's own mail or telephone, then say that it was sent."),
    h("section", { "aria-labelledby": "waits" }, h("h2", { id: "waits" }, "To send"), none, waiting),
    h("section", { "aria-labelledby": "was" }, h("h2", { id: "was" }, "Sent in the last seven days"), never, sent),
  ];
  return { name: "box", title: "Outgoing box", body, renew: look };
}

const about = (one) => h("div", { class: "about" }, h("h3", {}, LETTER[one.kind]), h("p", {}, `${one.name}, ${KINDS[one.person_kind].toLowerCase()}`), h("p", { class: "hint" }, one.to || "no address: give it yourself", ` · ${LANGUAGES[one.language] ?? one.language}`));

function waits(app, one) {
  const due = one.late ? chip(`Too late since ${short(one.due_at, app.me.zone)}`, "bad") : h("span", {}, `Of use until ${short(one.due_at, app.me.zone)}`);
  const taken = one.state === "taken";
  const state = taken ? chip(`${one.state_by} is sending it since ${short(one.state_at, app.me.zone)}`, "accent") : one.failures ? chip(`Failed ${one.failures}×, waits again`, "warn") : chip("Waits");
  const mine = !taken || one.state_by === app.me.name;
  const text = taken ? "Go on sending" : "Take it";
  const take = mine && h("button", { class: "second", type: "button", "data-key": one.id, "aria-label": `${text}: ${LETTER[one.kind]}, ${one.name}`, onclick: () => send(app, one) }, text);
  const free = taken && !mine && h("button", { class: "second", type: "button", "data-key": one.id, "aria-label": `Put back: ${LETTER[one.kind]}, ${one.name}`, onclick: ({ target }) => putBack(app, one, target) }, "Put back");
  return h("li", { class: "sheet letter" }, about(one), h("div", { class: "when" }, due, state), take, free);
}

function was(app, one) {
  return h("li", { class: "sheet letter" }, about(one), h("div", { class: "when" }, h("span", {}, `Sent ${short(one.state_at, app.me.zone)}`), h("span", { class: "hint" }, `by ${one.state_by}`)), h("a", { href: `#consult/${one.consult}` }, `Consult of ${short(one.starts_at, app.me.zone)}`));
}

async function putBack(app, one, button) {
  button.disabled = true;
  await api.posted(one.id, "failed");
  await app.show();
}

async function send(app, one) {
  let letter;
  try {
    letter = await api.take(one.id);
  } catch (refusal) {
    return app.fail(refusal);
  }
  const wrong = h("p", { class: "wrong", hidden: true });
  const text = h("textarea", { rows: 6, readonly: true, dir: "auto", "aria-label": "Text of the letter", value: letter.text });
  const done = (outcome) => ({ target }) => pressed(target, wrong, async () => {
    await api.posted(one.id, outcome);
    dialog.close();
    await app.show();
  });
  const copy = h("button", { class: "second", type: "button", onclick: async ({ target }) => {
    await navigator.clipboard.writeText(letter.text).then(() => (target.textContent = "Copied"), () => text.select());
  } }, "Copy the text");
  const dialog = ask(
    LETTER[one.kind],
    h("p", {}, `To ${letter.name}, ${KINDS[letter.person_kind].toLowerCase()}. Nobody else is given this letter while you send it.`),
    letter.to ? copied("Address", letter.to) : h("p", { class: "hint" }, "No address is known: give it to the person yourself."),
    text,
    h("div", { class: "row" }, copy),
    wrong,
    h("div", { class: "row" }, h("button", { class: "main", type: "button", onclick: done("sent") }, "It was sent"), h("button", { class: "second", type: "button", onclick: done("failed") }, "It could not be sent")),
  );
  dialog.addEventListener("close", () => app.show());
}
