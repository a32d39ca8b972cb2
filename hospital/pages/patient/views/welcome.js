// What will happen, when, and the next thing to do.

import { h, icon } from "../dom.js";
import { place, t, when } from "../texts.js";
import { helpLine } from "./link.js";

const EARLY_MS = 3600_000;

export function welcome(app) {
  const { me, checked } = app;
  const tested = checked.done === true;
  const arrived = me.state === "checked_in";
  const steps = [
    [t("welcome.step_check"), tested],
    [t("welcome.step_checkin"), arrived],
    [t("welcome.step_wait"), false],
  ];
  const next = steps.findIndex(([, done]) => !done);
  const list = h("ol", { class: "steps" }, steps.map(([text, done], i) => h("li", { class: done ? "done" : i === next ? "next" : "later", "aria-current": i === next && "step" }, done ? icon("check") : h("span", { class: "number", "aria-hidden": "true" }, String(i + 1)), h("span", {}, text, done && h("span", { class: "unseen" }, ` ${t("done")}`)))));
  const acts = {
    check: [t("welcome.check"), () => app.show("check")],
    checkIn: [arrived ? t("welcome.enter") : t("welcome.checkin"), () => (arrived ? app.enter() : app.show("checkIn"))],
  };
  const order = tested ? ["checkIn", "check"] : ["check", "checkIn"];
  const buttons = order.map((name, i) => h("button", { class: i ? "second" : "main", type: "button", onclick: acts[name][1] }, name === "check" && tested ? t("welcome.check_again") : acts[name][0]));
  const early = new Date(me.starts_at) - Date.now() > EARLY_MS && h("p", {}, t("welcome.early"));
  const body = [h("h1", {}, t("welcome.title", { name: me.name })), h("p", { class: "lead" }, who(me)), times(me), list, early, h("div", { class: "buttons" }, buttons), helpLine(app)];
  return { title: t("welcome.short"), body };
}

const who = (me) => (me.physician ? t("welcome.with", { physician: me.physician, hospital: me.hospital }) : t("welcome.at", { hospital: me.hospital }));

// The time where the person is, and where the hospital is if that is another.
function times(me) {
  const rows = [[me.zone, "times.yours"]];
  if (me.hospital_zone && when(me.starts_at, me.hospital_zone) !== when(me.starts_at, me.zone)) rows.push([me.hospital_zone, "times.hospital"]);
  return h("dl", { class: "times" }, rows.map(([zone, key]) => h("div", {}, h("dt", {}, t(key, { place: place(zone) })), h("dd", {}, when(me.starts_at, zone)))));
}
