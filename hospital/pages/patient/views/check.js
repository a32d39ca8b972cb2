// The device check: see oneself, hear oneself, hear the tone, reach the relay. It can be done days before.

import * as api from "../api.js";
import { level, tone } from "../devices.js";
import { announce, h, icon } from "../dom.js";
import { checkRelay } from "../network.js";
import { t } from "../texts.js";

const STATES = { good: "check", bad: "cross", wait: "wait", ask: "wait", weak: "check" };
const HEARD = 0.35; // of the meter: somebody speaks
const SLOW_MS = 400;
const LOSSY = 0.05;

export function check(app) {
  const found = (app.checked = { camera: "", microphone: "", loudspeaker: "", network: "", done: false });
  let endLevel = () => {};
  const rows = Object.fromEntries(["camera", "microphone", "loudspeaker", "network"].map((name) => [name, row(name)]));
  const start = h("button", { class: "main", type: "button", onclick: () => begin() }, t("check.start"));
  const next = h("button", { class: "main", type: "button", hidden: true, onclick: () => finish(app) }, t("check.finish"));
  const stuck = h("button", { class: "second", type: "button", hidden: true, onclick: () => ((app.after = "check"), app.show("help")) }, t("check.help"));

  function tell(name, state, text) {
    found[name] = state;
    rows[name].say(state, text);
    next.hidden = !["good", "weak", "bad"].includes(found.network) || !found.camera || !found.microphone || !found.loudspeaker;
    announce(`${t(`check.${name}`)}: ${text}`);
  }

  async function begin() {
    start.hidden = true;
    for (const name of ["camera", "microphone", "network"]) rows[name].say("wait", t(`check.${name}_wait`));
    rows.loudspeaker.say("ask", t("check.loudspeaker_ask"), speaker());
    network();
    await app.devices.open();
    await seen();
  }

  async function seen() {
    endLevel();
    const { camera, microphone, trouble } = app.devices;
    if (camera) tell("camera", "good", t("check.camera_good"));
    else tell("camera", "bad", t(`check.camera_${trouble.camera || "missing"}`));
    rows.camera.show(camera && h("video", { autoplay: true, playsinline: true, muted: true, class: "mirror", srcObject: new MediaStream([camera]), "aria-label": t("self") }), await choice("camera"));
    if (microphone) listen(microphone);
    else tell("microphone", "bad", t(`check.microphone_${trouble.microphone || "missing"}`));
    stuck.hidden = Boolean(camera && microphone);
    rows.loudspeaker.show(speaker(), await choice("loudspeaker"));
  }

  async function listen(track) {
    tell("microphone", "ask", t("check.microphone_ask"));
    const meter = h("div", { class: "meter", role: "img", "aria-label": t("check.meter") }, h("div", { class: "bar" }));
    rows.microphone.show(meter, await choice("microphone"));
    endLevel = level(track, (loud) => {
      meter.firstChild.style.inlineSize = `${Math.round(loud * 100)}%`;
      if (loud > HEARD && found.microphone === "ask") tell("microphone", "good", t("check.microphone_good"));
    });
  }

  function speaker() {
    const answer = (state, key) => h("button", { class: "second", type: "button", onclick: () => tell("loudspeaker", state, t(key)) }, t(state === "good" ? "check.heard" : "check.not_heard"));
    const play = h("button", { class: "second", type: "button", onclick: () => tone(app.devices.chosen.loudspeaker) }, icon("sound"), t("check.play"));
    return h("div", { class: "answers" }, play, answer("good", "check.loudspeaker_good"), answer("bad", "check.loudspeaker_bad"));
  }

  async function network() {
    const way = await api.deviceCheckIce().then(checkRelay, () => ({ ok: false }));
    if (app.view !== "check") return;
    const state = !way.ok ? "bad" : way.roundTrip > SLOW_MS || way.loss > LOSSY ? "weak" : "good";
    tell("network", state, t(`check.network_${state}`));
    rows.network.show(state === "bad" && h("button", { class: "second", type: "button", onclick: () => (rows.network.say("wait", t("check.network_wait")), network()) }, t("again")));
  }

  // A list of devices of a kind, where there is a choice.
  async function choice(kind) {
    const devices = (await app.devices.list()).filter((d) => d.kind === kind);
    if (devices.length < 2) return null;
    const options = devices.map(({ id, name }) => h("option", { value: id, selected: id === app.devices.chosen[kind] }, name));
    const select = h("select", { onchange: async ({ target }) => (await app.devices.use(kind, target.value), seen()) }, options);
    return h("label", { class: "choice" }, h("span", {}, t(`check.which_${kind}`)), select);
  }

  const later = h("button", { class: "second", type: "button", onclick: () => app.show("welcome") }, t("back"));
  const body = [h("h1", {}, t("check.title")), h("p", { class: "lead" }, t("check.text")), start, h("ul", { class: "checks" }, Object.values(rows).map((r) => r.element)), h("div", { class: "buttons" }, next, stuck, later)];
  return { title: t("check.title"), body, leave: () => endLevel() };
}

function finish(app) {
  app.checked.done = true;
  app.show("welcome");
}

// One line of the check: what, how it is, and room for a picture or a meter.
function row(name) {
  const state = h("p", { class: "result" });
  const room = h("div", { class: "room" });
  const pictures = { camera: "camera", microphone: "microphone", loudspeaker: "sound", network: "network" };
  const element = h("li", { "data-check": name, "data-state": "" }, h("h2", {}, icon(pictures[name]), t(`check.${name}`)), state, room);
  const show = (...content) => room.replaceChildren(...content.filter(Boolean));
  const say = (how, text, ...content) => {
    element.dataset.state = how;
    state.replaceChildren(how in STATES ? icon(STATES[how]) : "", h("span", {}, text));
    if (content.length || how === "wait") show(...content);
  };
  return { element, say, show };
}
