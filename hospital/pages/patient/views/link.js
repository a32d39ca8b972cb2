// Opening a link, proving who one is, and why a link does not open.

import * as api from "../api.js";
import { complain, field, h } from "../dom.js";
import { language, t, when } from "../texts.js";

// Refusals that the page can tell in the reader's own language, by their code; others are told in the hospital's words.
const KNOWN = new Set(["unreachable", "unknown", "expired", "revoked", "in_use", "ended", "no_link", "too_many"]);
const AGAIN = new Set(["unreachable", "in_use"]);

export function opening() {
  return { title: t("opening.title"), body: [h("h1", {}, t("opening.title")), h("p", { class: "lead" }, t("opening.text")), h("div", { class: "working", role: "presentation" })] };
}

export const telephone = (number) => h("a", { class: "telephone", href: `tel:${number.replace(/[^+\d]/g, "")}`, dir: "ltr" }, number);

// "If you need help, call …", where the number is known.
export const helpLine = (app) => app.telephone && h("p", { class: "helpline" }, t("help.call"), " ", telephone(app.telephone));

export function problem(app) {
  const { code, happened, toDo } = app.problem;
  const known = KNOWN.has(code);
  const title = known ? t(`problem.${code}.title`) : happened || t("problem.unreachable.title");
  const again = AGAIN.has(code) && h("button", { class: "main", type: "button", onclick: () => retry(app) }, t("again"));
  return { title, body: [h("h1", {}, title), h("p", { class: "lead" }, known ? t(`problem.${code}.do`) : toDo), again, helpLine(app)] };
}

function retry(app) {
  app.show("opening");
  app.open();
}

export function proving(app) {
  const { opened } = app;
  const ask = opened.proof === "birth_date" ? birthDate() : oneTimeCode();
  const wrong = h("p", { class: "wrong", role: "alert", hidden: true });
  const form = h(
    "form",
    { novalidate: true, onsubmit: (event) => submit(event, app, ask, wrong) },
    ask.element,
    wrong,
    h("button", { class: "main", type: "submit" }, t("continue")),
  );
  const time = opened.starts_at && h("p", { class: "lead" }, t("proving.when", { when: when(opened.starts_at, opened.zone) }));
  return { title: t("proving.title"), body: [h("h1", {}, t("proving.title")), time, form, helpLine(app)] };
}

async function submit(event, app, ask, wrong) {
  event.preventDefault();
  const value = ask.value();
  if (!value) return;
  wrong.hidden = true;
  const button = event.target.querySelector("button");
  button.disabled = true;
  try {
    await api.prove(app.token, value);
    await app.proved();
  } catch (refusal) {
    if (refusal.code !== "wrong") return app.fail(refusal);
    button.disabled = false;
    wrong.textContent = refusal.left === null ? t("proving.wrong") : t("proving.wrong_left", { left: refusal.left });
    wrong.hidden = false;
    ask.first.focus();
  }
}

function oneTimeCode() {
  const input = h("input", { type: "text", inputmode: "numeric", autocomplete: "one-time-code", class: "code", dir: "ltr", maxlength: 16 });
  const value = () => {
    const typed = input.value.replace(/[\s-]/g, "");
    complain(input, typed ? "" : t("proving.code_missing"));
    if (!typed) input.focus();
    return typed;
  };
  return { element: field(t("proving.code"), input, { hint: t("proving.code_hint") }), value, first: input };
}

// Day, month and year apart: no calendar to leaf through for decades, and the same in every browser.
function birthDate() {
  const number = (most, name) => h("input", { type: "text", inputmode: "numeric", maxlength: most, autocomplete: name });
  const [day, year] = [number(2, "bday-day"), number(4, "bday-year")];
  const names = new Intl.DateTimeFormat(language(), { month: "long", timeZone: "UTC" });
  const months = Array.from({ length: 12 }, (_, i) => h("option", { value: i + 1 }, names.format(Date.UTC(2000, i, 15))));
  const month = h("select", { autocomplete: "bday-month" }, h("option", { value: "" }, ""), months);
  const wrong = h("p", { class: "wrong", id: "birth-wrong", hidden: true });
  const value = () => {
    const [y, m, d] = [year, month, day].map((part) => Number(part.value));
    const date = new Date(Date.UTC(y, m - 1, d));
    const right = y > 1800 && date.getUTCMonth() === m - 1 && date.getUTCDate() === d;
    wrong.textContent = right ? "" : t("proving.birth_wrong");
    wrong.hidden = right;
    if (!right) day.focus();
    return right ? date.toISOString().slice(0, 10) : "";
  };
  const parts = [
    [t("proving.day"), day],
    [t("proving.month"), month],
    [t("proving.year"), year],
  ].map(([label, input]) => h("label", { class: "part" }, h("span", {}, label), input));
  const group = h("fieldset", { class: "birth", "aria-describedby": "birth-hint birth-wrong" }, h("legend", {}, t("proving.birth")), h("p", { class: "hint", id: "birth-hint" }, t("proving.birth_hint")), h("div", { class: "parts" }, parts), wrong);
  return { element: group, value, first: day };
}
