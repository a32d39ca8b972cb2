// The particulars of somebody to invite.

import { options } from "./forms.js";
import { place } from "./times.js";
import { KINDS, LANGUAGES } from "./words.js";
import { complain, field, h } from "/patient/dom.js";

const BY_BIRTH_DATE = new Set(["patient", "relative", "local_physician"]);
const INVITED = Object.fromEntries(Object.entries(KINDS).filter(([kind]) => kind !== "physician"));

// Gives the fields, `value()`, and `check()` (the first field that is not right). `changed` is called when their clock is another one.
export function person({ kind = "patient", name = "", zones, zone, changed = () => {} }) {
  const kinds = h("select", {}, options(INVITED, kind));
  const called = h("input", { type: "text", value: name, maxlength: 120, autocomplete: "off" });
  const clock = h("select", { onchange: () => changed(clock.value) }, zoneOptions(zones, zone));
  const language = h("select", {}, options(LANGUAGES, "en"));
  const to = h("input", { type: "text", maxlength: 200, autocomplete: "off" });
  const second = h("input", { type: "text", maxlength: 200, autocomplete: "off" });
  const element = h(
    "div",
    { class: "grid" },
    field("Comes as", kinds),
    field("Name", called),
    field("Language", language),
    field("Time zone", clock),
    field("Link goes to", to, { hint: "E-mail address or telephone number." }),
    field("One-time code goes to", second, { hint: "Empty: the birth date is asked." }),
  );
  const value = () => ({ kind: kinds.value, name: called.value.trim(), zone: clock.value, language: language.value, to: to.value.trim(), second_channel: second.value.trim() });
  const check = () => {
    const said = value();
    const needs = !BY_BIRTH_DATE.has(said.kind) && !said.second_channel;
    complain(called, said.name ? "" : "Type the person's name.");
    complain(to, said.to ? "" : "Type where the link is sent.");
    complain(second, needs ? "This person needs a one-time code: type where it is sent." : said.second_channel && said.second_channel === said.to ? "The code must go another way than the link." : "");
    return [called, to, second].find((input) => input.getAttribute("aria-invalid"));
  };
  return { element, value, check, get zone() { return clock.value; } };
}

// By city, so that typing its first letters finds it.
function zoneOptions(zones, chosen) {
  const named = (zone) => `${place(zone)}${zone.includes("/") ? `, ${zone.split("/").slice(0, -1).join(", ").replaceAll("_", " ")}` : ""}`;
  const all = [...new Set([chosen, ...zones])].map((zone) => [named(zone), zone]).sort(([a], [b]) => a.localeCompare(b, "en"));
  return all.map(([text, zone]) => h("option", { value: zone, selected: zone === chosen }, text));
}
