// The check-in, one question at a time: name, where they are, how to reach them, who is there, notices to accept.

import * as api from "../api.js";
import { COUNTRIES } from "../countries.js";
import { announce, complain, field, h } from "../dom.js";
import { chosen, countries, t } from "../texts.js";
import { helpLine } from "./link.js";

// Who is asked what. An interpreter's or physician's own whereabouts decide nothing.
const ASKED = {
  patient: ["name", "place", "reach", "company", "notices"],
  relative: ["name", "place", "reach", "company", "notices"],
  local_physician: ["name", "place", "notices"],
};
const FEW = ["name", "notices"];
const STEPS = { name, place, reach, company, notices };

export function checkIn(app) {
  const asked = (ASKED[app.me.kind] ?? FEW).filter((s) => s !== "notices" || app.me.notices.length);
  const at = Math.min(app.step, asked.length - 1);
  const { title, elements, check } = STEPS[asked[at]](app);
  const next = async (event) => {
    event.preventDefault();
    const wrong = check();
    if (wrong) return wrong.focus();
    app.step = at + 1;
    if (app.step < asked.length) app.show("checkIn");
    else await send(app, event.submitter);
  };
  const back = () => {
    app.step = Math.max(0, at - 1);
    app.show(at ? "checkIn" : "welcome");
  };
  const form = h("form", { novalidate: true, onsubmit: next }, elements, h("div", { class: "buttons" }, h("button", { class: "main", type: "submit" }, t("continue")), h("button", { class: "second", type: "button", onclick: back }, t("back"))));
  const progress = h("p", { class: "progress" }, t("checkin.step", { step: at + 1, of: asked.length }));
  return { title, body: [progress, h("h1", {}, title), form, helpLine(app)] };
}

async function send(app, button) {
  const { said, devices } = app;
  button.disabled = true;
  const { alone, ...told } = said;
  const company = alone ? { with_whom: "" } : {};
  try {
    app.result = await api.checkIn({ ...told, ...company, camera: !devices.trouble.camera, microphone: !devices.trouble.microphone });
    app.me.state = app.result.outcome === "go_on" ? "checked_in" : "blocked";
    app.show("outcome");
  } catch (refusal) {
    if (refusal.code !== "unreachable") return app.fail(refusal);
    button.disabled = false;
    announce(t("problem.unreachable.title"), "urgent");
    button.closest("form").prepend(h("p", { class: "wrong" }, t("problem.unreachable.title"), " ", t("problem.unreachable.do")));
  }
}

// A field that writes into what was said. `needed`: the sentence where it stays empty.
function asked(app, key, { label, hint, needed = "", optional = "", type = "text", rows = 0, ...more }) {
  const input = rows ? h("textarea", { rows, ...more }) : h("input", { type, ...more });
  input.value = app.said[key];
  input.addEventListener("input", () => (app.said[key] = input.value));
  const element = field(label, input, { hint, optional });
  if (needed) input.required = true;
  const check = () => {
    app.said[key] = input.value.trim();
    complain(input, app.said[key] || !needed ? "" : needed);
    return app.said[key] || !needed ? null : input;
  };
  return { element, check };
}

const first = (...fields) => () => fields.map((f) => f.check()).find(Boolean) ?? null;

function name(app) {
  const own = asked(app, "name", { label: t("checkin.name"), hint: t("checkin.name_hint"), needed: t("checkin.name_needed"), autocomplete: "name", maxlength: 120 });
  return { title: t("checkin.name_title"), elements: [own.element], check: first(own) };
}

function place(app) {
  const { said, me } = app;
  const select = h("select", { required: true, autocomplete: "country" }, h("option", { value: "" }, t("checkin.country_choose")), countries(COUNTRIES).map(([code, text]) => h("option", { value: code, selected: code === said.country }, text)));
  const region = h("div", {});
  let regional = { check: () => null };
  const draw = () => {
    regional = regionOf(app, me.regions?.[said.country] ?? []);
    region.replaceChildren(regional.element);
  };
  select.addEventListener("change", () => {
    Object.assign(said, { country: select.value, region: "" });
    draw();
  });
  draw();
  const address = asked(app, "address", { label: t("checkin.address"), hint: t("checkin.address_hint"), needed: t("checkin.address_needed"), rows: 3, autocomplete: "street-address", maxlength: 400 });
  const country = {
    check: () => {
      complain(select, said.country ? "" : t("checkin.country_needed"));
      return said.country ? null : select;
    },
  };
  const check = first(country, { check: () => regional.check() }, address);
  return { title: t("checkin.place_title"), elements: [h("p", { class: "lead" }, t("checkin.place_why")), field(t("checkin.country"), select), region, address.element], check };
}

// A region as a choice where the hospital's rules know them, else in one's own words.
function regionOf(app, regions) {
  if (!regions.length) return asked(app, "region", { label: t("checkin.region"), optional: t("optional"), autocomplete: "address-level1", maxlength: 80 });
  const options = regions.map(({ code, name: text }) => h("option", { value: code, selected: code === app.said.region }, text));
  const select = h("select", { required: true, onchange: () => (app.said.region = select.value) }, h("option", { value: "" }, t("checkin.region_choose")), options);
  const check = () => {
    complain(select, app.said.region ? "" : t("checkin.region_needed"));
    return app.said.region ? null : select;
  };
  return { element: field(t("checkin.region"), select), check };
}

function reach(app) {
  const call = asked(app, "call_back", { label: t("checkin.call_back"), hint: t("checkin.call_back_hint"), needed: t("checkin.call_back_needed"), type: "tel", autocomplete: "tel", dir: "ltr", maxlength: 40 });
  const emergency = asked(app, "emergency", { label: t("checkin.emergency"), hint: t("checkin.emergency_hint"), needed: t("checkin.emergency_needed"), rows: 2, maxlength: 400 });
  return { title: t("checkin.reach_title"), elements: [h("p", { class: "lead" }, t("checkin.reach_why")), call.element, emergency.element], check: first(call, emergency) };
}

function company(app) {
  const { said } = app;
  const who = asked(app, "with_whom", { label: t("checkin.who"), hint: t("checkin.who_hint"), needed: t("checkin.who_needed"), rows: 2, maxlength: 400 });
  const wrong = h("p", { class: "wrong", id: "company-wrong", hidden: true });
  const option = (alone, key) => h("label", { class: "option" }, h("input", { type: "radio", name: "company", checked: said.alone === alone, onchange: () => pick(alone) }), h("span", {}, t(key)));
  const group = h("fieldset", { "aria-describedby": "company-wrong" }, h("legend", {}, t("checkin.company")), option(true, "checkin.alone"), option(false, "checkin.not_alone"), wrong);
  const pick = (alone) => {
    said.alone = alone;
    who.element.hidden = alone !== false;
    wrong.hidden = true;
  };
  who.element.hidden = said.alone !== false;
  const check = () => {
    wrong.textContent = t("checkin.company_needed");
    wrong.hidden = said.alone !== null;
    if (said.alone === null) return group.querySelector("input");
    return said.alone ? null : who.check();
  };
  return { title: t("checkin.company_title"), elements: [group, who.element], check };
}

function notices(app) {
  const { said } = app;
  const boxes = app.me.notices.map((notice) => {
    const mark = `${notice.id}@${notice.version}`;
    const box = h("input", { type: "checkbox", checked: said.accepted.includes(mark) });
    box.addEventListener("change", () => {
      said.accepted = box.checked ? [...said.accepted, mark] : said.accepted.filter((a) => a !== mark);
      wrong.hidden = box.checked;
    });
    const wrong = h("p", { class: "wrong", hidden: true, id: `notice-${notice.id}` }, t("checkin.notice_needed"));
    box.setAttribute("aria-describedby", wrong.id);
    const element = h("section", { class: "notice" }, h("h2", {}, chosen(notice.title)), chosen(notice.text).split("\n").filter(Boolean).map((p) => h("p", {}, p)), h("label", { class: "option" }, box, h("span", {}, t("checkin.accept"))), wrong);
    const check = () => {
      wrong.hidden = box.checked;
      return box.checked ? null : box;
    };
    return { element, check };
  });
  return { title: t("checkin.notices_title"), elements: [h("p", { class: "lead" }, t("checkin.notices_text")), boxes.map((b) => b.element)], check: first(...boxes) };
}
