// One consult: when, who, their links, another time, and its end.

import * as api from "../api.js";
import { ask, chip, copied, form, options, pressed } from "../forms.js";
import { person } from "../person.js";
import { slotPicker } from "../slotpicker.js";
import { date, long, place, short } from "../times.js";
import { CONSULT, KINDS, LANGUAGES, LETTER, LINK, PERSON, POST, proof } from "../words.js";
import { complain, field, h, renew } from "/patient/dom.js";

const INSIDE = new Set(["here", "admitted"]);
const BAD = new Set(["blocked", "lost"]);

export async function consult(app, which) {
  let seen = await api.consult(which);
  const { given } = app;
  app.given = {};
  const head = h("div", { class: "stack" });
  const list = h("ul", { class: "people" });
  const tools = h("div", { class: "row" });
  const takes = h("section", { "aria-labelledby": "takes", hidden: true });

  function draw() {
    renew(head, about(app, seen), "key");
    renew(list, seen.people.map((one) => personRow(app, seen, one, given)), "key");
    renew(takes, recordings(app, seen), "key");
    takes.hidden = seen.recordings.length === 0;
    tools.hidden = seen.over;
    renew(tools, seen.over ? [] : actions(app, seen.state, () => seen), "key");
  }
  draw();
  const look = async () => {
    seen = await api.consult(which, true);
    if (!document.querySelector("dialog")) draw();
  };
  const count = Object.keys(given).length;
  const once = count > 0 && h("p", { class: "notice-once", role: "status" }, count === 1 ? "The link below is shown this once. It also waits in the outgoing box until it is sent." : "The links below are shown this once. Each also waits in the outgoing box until it is sent.");
  const body = [
    h("p", { class: "crumb" }, h("a", { href: "#" }, "All consults")),
    h("h1", {}, seen.title || "Consult"),
    h("p", { class: "lead" }, seen.born ? `${seen.patient}, born ${seen.born}` : ""),
    head,
    tools,
    h("section", { "aria-labelledby": "people" }, h("h2", { id: "people" }, "People"), once, list),
    takes,
  ];
  return { name: "consult", title: "Consult", body, renew: look };
}

function about(app, seen) {
  const clocks = [...new Set([app.me.zone, seen.zone].filter(Boolean))];
  const times = h("dl", { class: "times two" }, clocks.map((zone) => h("div", {}, h("dt", {}, zone === app.me.zone ? `Here, in ${place(zone)}` : `The patient, in ${place(zone)}`), h("dd", {}, long(seen.starts_at, zone)))));
  const tone = seen.over ? "" : seen.state === "scheduled" ? "accent" : "good";
  const line = h("p", { class: "row" }, chip(CONSULT[seen.state], tone), h("span", { class: "hint" }, `${seen.minutes} minutes`));
  const why = (label, text) => text && h("p", {}, h("strong", {}, `${label}: `), text);
  return [line, times, why("Set before the case was ready, because", seen.reason), why("Reason of its end", seen.end_reason)].filter(Boolean);
}

// `now()`: the consult as it was seen last; a button outlives what it was drawn from.
function actions(app, state, now) {
  const button = (key, text, press, danger = "") => h("button", { class: `second ${danger}`, type: "button", "data-key": key, onclick: press }, text);
  return [
    state === "scheduled" && button("move", "Another time", () => move(app, now())),
    button("invite", "Invite another person", () => invite(app, now())),
    button("physician", "Add a physician", () => addPhysician(app, now())),
    ["scheduled", "open"].includes(state) && button("cancel", "Cancel the consult", () => cancel(app, now()), "danger"),
  ].filter(Boolean);
}

// Each can be kept as a file; that it was fetched stands in the record.
function recordings(app, seen) {
  const row = (one) => {
    const minutes = one.ended ? Math.max(1, Math.round((new Date(one.ended) - new Date(one.began)) / 60000)) : 0;
    const name = short(one.began, app.me.zone);
    const facts = [one.ended ? `${minutes} min` : "goes on", `${(one.bytes / 1e6).toFixed(1)} MB`, !one.whole && one.ended && "its end has not come yet"].filter(Boolean).join(", ");
    const get = one.parts > 0 && h("a", { href: `/api/consults/${seen.id}/recordings/${one.take}`, download: "consult.webm", "aria-label": `Download the recording of ${name}` }, "Download");
    return h("li", { class: "row" }, h("span", {}, name), h("span", { class: "hint" }, facts), get);
  };
  return [h("h2", { id: "takes", "data-key": "takes" }, "Recordings"), h("p", { class: "hint", "data-key": "takes-hint" }, "Everybody who was there agreed. Whoever downloads one stands in the record."), h("ul", { class: "takes", "data-key": "takes-list" }, seen.recordings.map(row))];
}

function personRow(app, seen, one, given) {
  const wrong = h("p", { class: "wrong", hidden: true });
  const [told, needs] = LINK[one.link] ?? ["", false];
  const tone = INSIDE.has(one.state) ? "good" : BAD.has(one.state) ? "bad" : one.state === "waiting" ? "warn" : "";
  const head = h("div", { class: "about" }, h("h3", {}, one.name), h("p", { class: "hint" }, `${KINDS[one.kind]}${one.desk ? "" : `, ${LANGUAGES[one.language] ?? one.language}, ${place(one.zone)}`}`), !seen.over && chip(PERSON[one.state], tone));
  const facts = h("dl", { class: "facts" }, one.desk ? fact("Comes", "by the desk") : fact("Link", chip(told, needs && !seen.over ? "warn" : "")), !one.desk && fact("Sent to", one.to || "no address: give the link yourself"), one.proof && fact("Proof", proof[one.proof]), one.place && fact("Said to be in", one.place), one.why && fact("Rule", one.why), one.letters.length > 0 && fact("Post", posts(app, one)));
  const link = given[one.id] && copied(`Link of ${one.name}`, given[one.id]);
  const tools = !one.desk && !seen.over && h("div", { class: "row" }, linkTools(app, one, wrong));
  return h("li", { class: "sheet person" }, head, facts, link, wrong, tools);
}

const fact = (name, value) => h("div", {}, h("dt", {}, name), h("dd", {}, value));
const posts = (app, one) => h("ul", {}, one.letters.filter((l) => l.state !== "dropped").map((l) => h("li", {}, `${LETTER[l.kind]}: ${POST[l.state]}${l.state === "sent" ? ` ${short(l.state_at, app.me.zone)}` : ""}`)));

function linkTools(app, one, wrong) {
  const name = (text) => ({ "aria-label": `${text}: ${one.name}` });
  const again = h("button", { class: "second small", type: "button", "data-key": `again-${one.id}`, ...name("Send a new link") }, "Send a new link");
  again.addEventListener("click", () => pressed(again, wrong, async () => {
    const made = await api.newLink(one.id);
    app.given = made.links;
    await app.show();
  }));
  const close = h("button", { class: "second small danger", type: "button", "data-key": `close-${one.id}`, onclick: () => revoke(app, one), ...name("Close the link") }, "Close the link");
  return [again, ["valid", "open"].includes(one.link) && close];
}

// A question with a form in it; after it was sent the view is made anew.
function question(app, title, { send, text, ...more }, ...children) {
  const done = async () => {
    const links = await send();
    dialog.close();
    app.given = links ?? {};
    await app.show();
  };
  const dialog = ask(title, text && h("p", {}, text), form({ ...more, send: done, back: { text: "Back", press: () => dialog.close() } }, children));
}

function move(app, seen) {
  const picker = slotPicker({ here: app.me.zone, who: () => seen.logins, zone: () => seen.zone || app.me.zone, minutes: seen.minutes, without: seen.id, on: date(seen.starts_at, app.me.zone) });
  const text = "Everybody with a link gets a letter with the new time. Their links stay the same.";
  question(app, "Another time", { text, submit: "Move the consult", checks: [picker.check], send: () => api.move(seen.id, picker.value()).then(() => null) }, picker.element);
}

function cancel(app, seen) {
  const reason = h("textarea", { rows: 2, maxlength: 400 });
  const check = () => {
    complain(reason, reason.value.trim() ? "" : "Give a reason.");
    return reason.value.trim() ? null : reason;
  };
  const text = "Everybody with a link gets a letter that the consult was cancelled. This cannot be undone.";
  question(app, "Cancel the consult", { text, submit: "Cancel the consult", danger: true, checks: [check], send: () => api.cancel(seen.id, reason.value.trim()).then(() => null) }, field("Reason", reason, { hint: "People see it on their page, and it stands in the record." }));
}

function revoke(app, one) {
  const text = `The link of ${one.name} is no good any more, and a browser that has it is shown out. You can send a new one.`;
  question(app, "Close the link", { text, submit: "Close the link", danger: true, send: () => api.revoke(one.id).then(() => null) });
}

function invite(app, seen) {
  const who = person({ kind: "relative", zones: app.me.zones, zone: seen.zone || app.me.zone });
  question(app, "Invite another person", { submit: "Invite", checks: [who.check], send: () => api.invite(seen.id, who.value()).then((made) => made.links) }, who.element);
}

async function addPhysician(app, seen) {
  const { physicians } = await api.overview();
  const others = physicians.filter((one) => !seen.logins.includes(one.login));
  const select = h("select", {}, options(Object.fromEntries(others.map((one) => [one.login, one.name])), ""));
  const check = () => {
    complain(select, select.value ? "" : "There is no other physician's account.");
    return select.value ? null : select;
  };
  question(app, "Add a physician", { submit: "Add", checks: [check], send: () => api.invitePhysician(seen.id, select.value).then(() => null) }, field("Physician", select));
}
