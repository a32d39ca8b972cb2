// Setting a consult on a case.

import * as api from "../api.js";
import { form } from "../forms.js";
import { person } from "../person.js";
import { slotPicker } from "../slotpicker.js";
import { complain, field, h } from "/patient/dom.js";

export async function setting(app, which) {
  const { cases, physicians } = await api.overview();
  const one = cases.find((c) => c.id === which);
  if (!one) throw new api.Refusal(404, { what_happened: "There is no case of this address.", what_to_do: "Choose one from the list." });
  const chosen = doctors(physicians, () => picker.draw());
  const people = h("div", { class: "stack" });
  const invited = [];
  const picker = slotPicker({ here: app.me.zone, who: chosen.value, zone: () => invited[0]?.zone ?? app.me.zone });

  function add(about) {
    const made = person({ zones: app.me.zones, zone: app.me.zone, ...about, changed: () => made === invited[0] && picker.draw() });
    const out = invited.length > 0 && h("button", { class: "second small", type: "button", onclick: () => remove(made, group) }, "Take out again");
    const group = h("fieldset", { class: "sheet" }, h("legend", {}, invited.length ? "Another person" : "Patient"), made.element, out);
    invited.push(made);
    people.append(group);
    return group;
  }
  function remove(made, group) {
    invited.splice(invited.indexOf(made), 1);
    group.remove();
    more.focus();
  }
  const more = h("button", { class: "second", type: "button", onclick: () => add({ kind: "interpreter" }).querySelector("select").focus() }, "Add another person");
  add({ kind: "patient", name: one.called });

  const reason = h("textarea", { rows: 2, maxlength: 400 });
  const why = () => {
    if (one.ready) return null;
    complain(reason, reason.value.trim() ? "" : "Give a reason: the case is not ready.");
    return reason.value.trim() ? null : reason;
  };
  const send = async () => {
    const wish = { ...picker.value(), physicians: chosen.value(), people: invited.map((p) => p.value()), reason: reason.value.trim() };
    const made = await api.set(one.id, wish);
    app.given = made.links;
    app.go(`#consult/${made.consult}`);
  };
  const checks = [() => chosen.check(), () => invited.map((p) => p.check()).find(Boolean), () => picker.check(), why];
  const body = [
    h("p", { class: "crumb" }, h("a", { href: "#" }, "All consults")),
    h("h1", {}, "Set a consult"),
    h("p", { class: "lead" }, `${one.title}: ${one.patient}, born ${one.born}`),
    form(
      { checks, submit: "Set the consult", send, back: { text: "Cancel", press: () => app.go("#") } },
      chosen.element,
      people,
      h("div", { class: "row" }, more),
      h("fieldset", { class: "sheet" }, h("legend", {}, "When"), picker.element),
      !one.ready && field("Reason", reason, { hint: "The case is not ready for a consult. Why is it set all the same? It stands in the record." }),
    ),
  ];
  return { name: "set", title: "Set a consult", body };
}

function doctors(physicians, changed) {
  const wrong = h("p", { class: "wrong", id: "doctors-wrong", hidden: true });
  const boxes = physicians.map(({ login, name }) => [login, h("input", { type: "checkbox", onchange: changed }), name]);
  const labels = boxes.map(([, input, name]) => h("label", { class: "option" }, input, h("span", {}, name)));
  const empty = !physicians.length && h("p", { class: "hint" }, "There is no physician's account. IT adds one with “overread-server user add”.");
  const element = h("fieldset", { class: "sheet", "aria-describedby": "doctors-wrong" }, h("legend", {}, "Physicians, at their desks"), h("div", { class: "grid" }, labels), empty, wrong);
  const value = () => boxes.filter(([, input]) => input.checked).map(([login]) => login);
  const check = () => {
    const count = value().length;
    wrong.textContent = count > 4 ? "At most four." : "Choose who holds the consult.";
    wrong.hidden = count > 0 && count <= 4;
    return wrong.hidden ? null : boxes[0]?.[1] ?? element;
  };
  return { element, value, check };
}
