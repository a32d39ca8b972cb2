// Choosing a beginning on a day, each shown on the hospital's clock and on the patient's; what is past or taken cannot be chosen.

import * as api from "./api.js";
import { options } from "./forms.js";
import { place, today } from "./times.js";
import { complain, field, h } from "/patient/dom.js";

const LENGTHS = { 15: "15 minutes", 20: "20 minutes", 30: "30 minutes", 45: "45 minutes", 60: "60 minutes", 90: "90 minutes" };
const CLOCKS = { forward: "The clocks are put forward on this day: the hour in between does not exist and is not listed.", back: "The clocks are put back on this day: one hour comes twice and is listed with its offset." };

// `who()`: logins; `zone()`: the patient's clock; `without`: a consult that is being moved; `on`: its day.
export function slotPicker({ here, who, zone, minutes = 30, without = "", on = today(here) }) {
  const day = h("input", { type: "date", min: today(here), value: on < today(here) ? today(here) : on, onchange: () => draw() });
  const length = h("select", { onchange: () => draw() }, options(minutes in LENGTHS ? LENGTHS : { [minutes]: `${minutes} minutes`, ...LENGTHS }, String(minutes)));
  const time = h("select", { onchange: () => (chosen = time.value) });
  const note = h("p", { class: "hint", hidden: true });
  let turn = 0;
  let chosen = "";

  async function draw() {
    const mine = ++turn;
    time.replaceChildren(h("option", { value: "" }, "Looking for times …")); // those of another day can no longer be chosen
    if (!day.value) return time.replaceChildren(h("option", { value: "" }, "Choose the day first"));
    const told = await api.slots(day.value, zone(), length.value, who(), without).catch((refusal) => refusal);
    if (mine !== turn || !time.isConnected) return;
    if (!told.slots) {
      complain(day, `${told.happened} ${told.toDo}`);
      return time.replaceChildren(h("option", { value: "" }, "No times"));
    }
    complain(day, "");
    note.hidden = !told.clocks;
    note.textContent = told.clocks ? CLOCKS[told.clocks] : "";
    time.replaceChildren(h("option", { value: "" }, "Choose a time"), ...told.slots.filter((one) => one.state !== "past").map((one) => option(one, told, chosen)));
  }
  draw();

  const element = h("div", { class: "grid" }, field(`Day in ${place(here)}`, day), field("Length", length), h("div", { class: "whole" }, field("Time", time, { hint: "On the hospital's clock and on the patient's. What the physician has already is marked." }), note));
  const value = () => ({ starts_at: time.value, minutes: Number(length.value) });
  const check = () => {
    complain(time, time.value ? "" : "Choose a time.");
    return time.value ? null : time;
  };
  return { element, value, check, draw };
}

function option(one, told, chosen) {
  const there = told.zone === told.other ? "" : ` = ${one.there}${one.there_day ? ` on ${one.there_day}` : ""} in ${place(told.other)}`;
  const more = one.state === "taken" ? ", physician is taken" : one.night ? ", night" : "";
  return h("option", { value: one.starts_at, disabled: one.state !== "free", selected: one.starts_at === chosen && one.state === "free" }, `${one.here} in ${place(told.zone)}${there}${more}`);
}
