// What the hospital's rules say about the place: go on, through a local physician, or not at all, each with its reason.

import { h } from "../dom.js";
import { chosen, t } from "../texts.js";
import { helpLine } from "./link.js";

const KEYS = { go_on: "go_on", local_physician: "local", stop: "stop" };

export function outcome(app) {
  const { outcome: verdict, reason } = app.result ?? app.me;
  const key = KEYS[verdict] ?? "stop";
  const title = t(`outcome.${key}_title`);
  const enter = h("button", { class: "main", type: "button", onclick: ({ target }) => ((target.disabled = true), app.enter()) }, t("outcome.enter"));
  const correct = h("button", { class: "second", type: "button", onclick: () => again(app) }, t("outcome.correct"));
  const why = Object.keys(reason ?? {}).length > 0 && h("div", { class: "why" }, h("h2", {}, t("outcome.why")), h("p", {}, chosen(reason)));
  const body = [h("h1", {}, title), h("p", { class: "lead" }, t(`outcome.${key}_text`)), why, h("div", { class: "buttons" }, verdict === "go_on" && enter, correct), helpLine(app)];
  return { title, body };
}

function again(app) {
  app.step = 0;
  app.show("checkIn");
}
