// Every case with its consults, and who waits now.

import * as api from "../api.js";
import { chip } from "../forms.js";
import { both, minutesSince } from "../times.js";
import { CONSULT, KINDS, PERSON, caseState } from "../words.js";
import { field, h, renew } from "/patient/dom.js";

const ALL = 6; // of so many looks one is at all cases; the others are at the waiting rooms alone
const LIVE = new Set(["open", "in_call", "reconnecting"]);
const BAD = new Set(["blocked", "lost"]);

export async function consults(app) {
  let seen = await api.overview();
  const find = h("input", { type: "search", autocomplete: "off", oninput: () => draw() });
  const room = h("div", { class: "room-now" });
  const list = h("ul", { class: "cases" });
  const none = h("p", { class: "hint", hidden: true }, "No case fits.");

  function draw() {
    const wanted = find.value.trim().toLowerCase();
    const fits = seen.cases.filter((one) => !wanted || `${one.title} ${one.patient} ${one.called} ${one.born} ${one.id}`.toLowerCase().includes(wanted));
    none.hidden = fits.length > 0;
    none.textContent = seen.cases.length ? "No case fits." : "There is no case yet. IT imports one with “overread-server import”.";
    renew(list, fits.map((one) => caseRow(app, one)), "key");
    renew(room, seen.room.length ? [waitingNow(app, seen.room)] : [h("p", { class: "hint", "data-key": "nobody" }, "Nobody is in a waiting room now.")], "key");
    app.post(seen.box);
  }
  draw();
  let looks = 0;
  const look = async () => {
    seen = ++looks % ALL ? { ...seen, ...(await api.now()) } : await api.overview(true);
    draw();
  };
  const body = [
    h("h1", {}, "Consults"),
    h("section", { "aria-labelledby": "now" }, h("h2", { id: "now" }, "In the waiting room now"), room),
    h("section", { "aria-labelledby": "all" }, h("div", { class: "head" }, h("h2", { id: "all" }, "Cases"), field("Find a case", find)), none, list),
  ];
  return { name: "consults", title: "Consults", body, renew: look };
}

function waitingNow(app, rooms) {
  const people = (one) => one.people.map((p) => h("li", {}, h("span", {}, h("strong", {}, p.name), `, ${KINDS[p.kind].toLowerCase()}`), chip(PERSON[p.state], BAD.has(p.state) ? "bad" : p.state === "waiting" ? "warn" : "good"), h("span", { class: "hint" }, since(p.since))));
  const row = (one) => h("li", { class: "panel-row" }, h("div", {}, h("a", { href: `#consult/${one.id}`, "data-key": `room-${one.id}` }, both(one.starts_at, app.me.zone, one.zone).join(" · ")), h("p", { class: "hint" }, one.physicians.join(", ") || "No physician", one.ahead ? `, consults before this one: ${one.ahead}` : "")), h("ul", { class: "people-now" }, people(one)));
  return h("ul", { class: "now" }, rooms.map(row));
}

function caseRow(app, one) {
  const what = one.ready ? "Set a consult" : "Set a consult, with a reason";
  const set = h("a", { class: "button", href: `#set/${one.id}`, "data-key": `set-${one.id}`, "aria-label": `${what}: ${one.title}` }, what);
  const to = one.consults.filter((c) => !c.over);
  const over = one.consults.filter((c) => c.over);
  const about = h("div", { class: "about" }, h("h3", {}, one.title), h("p", {}, one.patient, h("span", { class: "hint" }, `, born ${one.born}`)), chip(caseState(one.state), one.ready ? "good" : "warn"));
  const times = h("ul", { class: "times-list" }, [...to, ...over.slice(-2)].map((c) => consultLine(app, c)));
  return h("li", { class: "case" }, about, one.consults.length ? times : h("p", { class: "hint none" }, "No consult yet"), set);
}

function consultLine(app, one) {
  const [mine, theirs] = both(one.starts_at, app.me.zone, one.zone);
  const tone = LIVE.has(one.state) ? "good" : one.over ? "" : "accent";
  return h("li", { class: one.over ? "past" : "" }, h("a", { href: `#consult/${one.id}`, "data-key": one.id }, mine), theirs && h("span", { class: "there" }, theirs), chip(CONSULT[one.state], tone), h("span", { class: "hint" }, one.physicians.join(", ")));
}

function since(iso) {
  const minutes = minutesSince(iso);
  return minutes < 1 ? " just now" : ` for ${minutes} min`;
}
