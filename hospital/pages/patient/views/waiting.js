// The waiting room: oneself, whether the physician knows, and a line of chat.

import { announce, h, icon, renew } from "../dom.js";
import { t, when } from "../texts.js";
import { chat } from "./chat.js";
import { helpLine } from "./link.js";

const KNOWS = new Set(["admitted", "here", "lost"]);

export function waiting(app) {
  const { consult, devices } = app;
  const status = h("p", { class: "status" });
  const line = h("p", { class: "notice-line", hidden: true });
  const before = h("p", { class: "before", role: "status", hidden: true });
  const talk = chat(consult);
  const video = h("video", { autoplay: true, playsinline: true, muted: true, class: "mirror", "aria-label": t("self") });
  const self = h("figure", { class: "self-large" }, video, h("figcaption", {}));
  const tools = h("div", { class: "answers" });
  const stuck = h("button", { class: "second", type: "button", onclick: () => ((app.after = "waiting"), app.show("help")) }, t("check.help"));

  function update() {
    const { state, linked } = consult;
    const { physician } = consult;
    const there = physician?.online ?? KNOWS.has(physician?.state);
    const name = physician?.name ?? "";
    const key = !name ? "waiting.soon" : there ? "waiting.knows" : "waiting.not_yet";
    const text = t(key, { name });
    if (status.textContent !== text) announce(text);
    status.replaceChildren(h("span", { class: `dot ${there ? "good" : "quiet"}`, "aria-hidden": "true" }), text);
    const count = state.ahead ? t("waiting.ahead", { count: state.ahead }) : "";
    before.hidden = !count;
    if (before.textContent !== count) before.textContent = count;
    line.hidden = linked;
    line.textContent = t("waiting.line_lost");
    if (video.srcObject?.getVideoTracks()[0] !== devices.camera) video.srcObject = devices.camera && new MediaStream([devices.camera]);
    self.classList.toggle("empty", !devices.camera || !devices.on.camera);
    self.lastChild.textContent = !devices.camera ? t(`check.camera_${devices.trouble.camera || "missing"}`) : devices.on.camera ? "" : t("waiting.camera_off");
    renew(tools, ["microphone", "camera"].filter((kind) => devices[kind]).map(toggle), "kind");
    stuck.hidden = Boolean(devices.camera && devices.microphone);
    when_.textContent = t("waiting.when", { when: when(state.starts_at, app.zone) });
    talk.update();
  }

  function toggle(kind) {
    const on = devices.on[kind];
    const press = () => {
      devices.turn(kind, !on);
      update();
    };
    return h("button", { class: "second small", type: "button", "data-kind": kind, onclick: press }, icon(kind, !on), t(`call.${kind}_${on ? "off" : "on"}`));
  }

  const when_ = h("p", { class: "hint" });
  const leave = h("button", { class: "second", type: "button", onclick: () => consult.leave() }, t("waiting.leave"));
  const body = [
    h("h1", {}, t("waiting.title")),
    h("div", { class: "room-grid" }, h("div", { class: "room-status" }, status, before, line, when_, h("p", {}, t("waiting.text"))), h("div", { class: "room-self" }, self, tools, stuck), h("div", { class: "room-chat" }, h("h2", {}, t("chat.title")), talk.element)),
    h("div", { class: "buttons" }, leave),
    helpLine(app),
  ];
  const unwatch = consult.watch(update);
  update();
  return { title: t("waiting.title"), body, leave: unwatch, wide: true };
}
