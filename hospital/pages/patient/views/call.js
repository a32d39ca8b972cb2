// The call: the physician large, oneself small, what is shown, and one row of things to do.

import { announce, h, icon, renew } from "../dom.js";
import { t } from "../texts.js";
import { chat } from "./chat.js";
import { recordStrip } from "./recording.js";
import { showing } from "./showing.js";
import { telephone } from "./link.js";
import { wordsPanel, wordsStrip } from "./wordspanel.js";

const LOST_AFTER_MS = 120_000;
const MORE_AFTER_MS = 15_000; // then the number to call is there as well
const WIDE = "(min-width: 64rem)";

export function call(app) {
  const { consult } = app;
  const name = h("h1", {});
  const time = h("span", { class: "time", role: "timer", "aria-label": t("call.elapsed") });
  const quality = h("span", { class: "quality" });
  const recording = h("p", { class: "recording", hidden: true }, t("call.recording"));
  const faces = h("div", { class: "faces" });
  const image = showing(consult);
  const self = selfView(app);
  const trouble = h("div", { class: "trouble", hidden: true, tabindex: "0", role: "group", "aria-label": t("link.reconnecting") });
  const blocked = h("button", { class: "main blocked", type: "button", hidden: true, onclick: () => consult.sound.play() }, icon("sound"), t("call.hear"));
  const stage = h("div", { class: "stage" }, faces, image.element, self.element, trouble, blocked);
  const panels = { chat: chat(consult), words: wordsPanel(consult) };
  const strip = wordsStrip(consult, () => open("words"));
  const record = recordStrip(consult);
  const panel = h("aside", { class: "panel", hidden: true, "aria-label": t("call.panel") });
  const foot = h("p", { class: "foot" });
  const tools = h("div", { class: "tools", role: "toolbar", "aria-label": t("call.tools") });
  let opened = matchMedia(WIDE).matches ? "chat" : "";
  let read = consult.state.chat.length;

  function open(which) {
    opened = opened === which ? "" : which;
    drawPanel();
    update();
    (opened ? panel.querySelector("h2") : tools.querySelector(`[data-tool=${which}]`))?.focus();
  }

  function drawPanel() {
    panel.hidden = !opened;
    if (!opened) return panel.replaceChildren();
    const close = h("button", { class: "plain square", type: "button", "aria-label": t("call.close"), onclick: () => open(opened) }, icon("cross"));
    panel.replaceChildren(h("div", { class: "panel-head" }, h("h2", { tabindex: "-1" }, t(`${opened}.title`)), close), panels[opened].element);
    panels[opened].update();
  }

  const tool = (kind, pressed, label, press, extra = "") => h("button", { type: "button", "data-tool": kind, class: `tool ${extra}`, "aria-pressed": pressed === null ? null : String(pressed), onclick: press }, icon(kind, kind in app.devices.on && pressed), h("span", {}, label));

  function drawTools() {
    const { devices } = app;
    const own = ["microphone", "camera"].map((kind) => tool(kind, !devices.on[kind] || !devices[kind], t(`call.no_${kind}`), () => turn(kind)));
    const news = opened !== "chat" && consult.state.chat.slice(read).some((line) => line.by !== consult.state.me);
    const rest = [
      tool("chat", opened === "chat", t("chat.title"), () => open("chat"), news ? "news" : ""),
      tool("words", opened === "words", t("words.short"), () => open("words"), strip.waits() ? "news" : ""),
      tool("leave", null, t("call.leave"), () => leave(), "danger"),
    ];
    renew(tools, [...own, ...rest], "tool");
  }

  function turn(kind) {
    const { devices } = app;
    if (!devices[kind]) {
      app.after = "call";
      return app.show("help");
    }
    devices.turn(kind, !devices.on[kind]);
    announce(t(`call.${kind}_is_${devices.on[kind] ? "on" : "off"}`));
    update();
  }

  function leave() {
    const stay = h("button", { class: "second", type: "button", onclick: () => dialog.close() }, t("call.stay"));
    const go = h("button", { class: "main danger", type: "button", onclick: () => (dialog.close(), consult.leave()) }, t("call.leave_now"));
    const dialog = h("dialog", { "aria-labelledby": "leave-title", onclose: () => dialog.remove() }, h("h2", { id: "leave-title" }, t("call.leave_title")), h("p", {}, t("call.leave_text")), h("div", { class: "buttons" }, go, stay));
    document.body.append(dialog);
    dialog.showModal();
    stay.focus();
  }

  function update() {
    const { state, mesh } = consult;
    const { physician } = consult;
    name.textContent = physician?.name ?? app.hospital;
    drawFaces(consult, faces);
    image.update();
    stage.classList.toggle("shows", image.shows());
    self.update();
    strip.update();
    record.update();
    if (opened === "chat") read = state.chat.length;
    if (opened) panels[opened].update();
    drawTools();
    blocked.hidden = !consult.blocked;
    const recorded = state.recording.state === "on";
    recording.hidden = !recorded;
    foot.textContent = recorded ? t("call.recording") : t("call.foot");
    const link = consult.linked ? mesh.link : "reconnecting";
    const word = t(`link.${link}`);
    if (quality.textContent !== word && consult.since !== null) announce(word);
    quality.dataset.link = link;
    quality.textContent = word;
    tick();
  }

  function tick() {
    const seconds = consult.elapsed;
    time.textContent = seconds === null ? "" : `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    const since = consult.brokenSince;
    const [key, number] = !since && consult.since !== null ? ["", false] : consult.since === null ? ["connecting", false] : Date.now() - since > LOST_AFTER_MS ? ["lost", true] : ["reconnecting", Date.now() - since > MORE_AFTER_MS];
    drawTrouble(app, trouble, key, number);
  }

  const body = [h("header", { class: "call-top" }, name, time, quality, recording), h("div", { class: "call-body" }, h("div", { class: "call-main" }, record.element, stage, image.strip, strip.element), panel), tools, foot];
  const unwatch = consult.watch(update);
  const ticking = setInterval(tick, 500);
  drawPanel();
  update();
  const end = () => {
    unwatch();
    clearInterval(ticking);
    image.end();
  };
  return { title: t("call.title"), body, leave: end, wide: true };
}

// What stands over the picture while it does not come, and what to do then.
function drawTrouble(app, element, key, number) {
  const state = `${key} ${number}`;
  if (element.dataset.state === state) return;
  element.dataset.state = state;
  element.hidden = !key;
  if (!key) return element.replaceChildren();
  const back = app.said.call_back;
  const after = key === "lost" ? (back ? t("call.lost_back", { number: back }) : t("call.lost_wait")) : t(`call.${key}_text`);
  const call = number && app.telephone && h("p", {}, t("call.lost_call"), " ", telephone(app.telephone));
  element.replaceChildren(...[key !== "lost" && h("div", { class: "working", role: "presentation" }), h("h2", {}, t(`call.${key}`)), h("p", {}, after), call].filter(Boolean));
  if (key !== "connecting") announce(`${t(`call.${key}`)}. ${after}`, "urgent");
}

// A picture for each other person; the physician's first.
function drawFaces(consult, faces) {
  const order = [...consult.mesh.peers.keys()].sort((a, b) => rank(consult, a) - rank(consult, b));
  for (const old of [...faces.children]) if (!order.includes(old.dataset.person)) old.remove();
  order.forEach((id, i) => {
    const figure = [...faces.children].find((f) => f.dataset.person === id) ?? face(id);
    if (faces.children[i] !== figure) faces.insertBefore(figure, faces.children[i] ?? null);
    const { link, media } = consult.mesh.peers.get(id);
    const { camera } = media;
    const away = link === "connecting" || link === "reconnecting";
    const video = figure.firstChild;
    const name = consult.person(id)?.name ?? "";
    video.setAttribute("aria-label", t("call.picture_of", { name }));
    if (video.srcObject?.getVideoTracks()[0] !== camera) video.srcObject = camera && new MediaStream([camera]);
    figure.lastChild.textContent = away ? `${name}: ${t(`link.${link}`)}` : name;
    figure.classList.toggle("dark", away || !camera || camera.muted);
    if (camera) camera.onmute = camera.onunmute = () => figure.classList.toggle("dark", camera.muted);
  });
  faces.dataset.count = order.length;
}

const rank = (consult, id) => (consult.person(id)?.kind === "physician" ? 0 : 1);

const face = (id) => h("figure", { class: "face dark", "data-person": id }, h("video", { autoplay: true, playsinline: true, muted: true }), h("div", { class: "nobody" }, icon("self")), h("figcaption", {}));

// Oneself, small; can be hidden.
function selfView(app) {
  const { devices } = app;
  const video = h("video", { autoplay: true, playsinline: true, muted: true, class: "mirror", "aria-label": t("self") });
  const hide = h("button", { class: "plain square", type: "button", "aria-label": t("call.hide_self"), title: t("call.hide_self"), onclick: () => put(true) }, icon("cross"));
  const show = h("button", { class: "plain show-self", type: "button", hidden: true, onclick: () => put(false) }, icon("self"), t("call.show_self"));
  const picture = h("figure", { class: "self-small" }, video, h("p", { class: "off", hidden: true }, t("waiting.camera_off")), hide);
  const put = (hidden) => {
    picture.hidden = hidden;
    show.hidden = !hidden;
    (hidden ? show : hide).focus();
  };
  const update = () => {
    if (video.srcObject?.getVideoTracks()[0] !== devices.camera) video.srcObject = devices.camera && new MediaStream([devices.camera]);
    picture.querySelector(".off").hidden = Boolean(devices.camera && devices.on.camera);
  };
  return { element: h("div", { class: "self" }, picture, show), update };
}
