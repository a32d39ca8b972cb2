// The physician's image: live, or one of the pictures that were shown, with pointer and marks over it and "not for diagnosis".

import { announce, h, renew } from "../dom.js";
import { contained } from "../marks.js";
import { t } from "../texts.js";

const POINT_EVERY_MS = 60;

export function showing(consult) {
  const video = h("video", { autoplay: true, playsinline: true, muted: true });
  const image = h("img", { alt: "", hidden: true });
  const canvas = h("canvas", { "aria-hidden": "true" });
  const label = h("span", { class: "label" });
  const caption = h("figcaption", {}, label, h("strong", {}, t("showing.not_for_diagnosis")));
  const frame = h("div", { class: "film" }, video, image, canvas);
  const element = h("figure", { class: "shown", hidden: true }, frame, caption);
  const strip = h("div", { class: "shots", role: "group", "aria-label": t("showing.pictures"), hidden: true });
  let chosen = ""; // "" as it comes, "live", or a digest
  let known = consult.state.snapshots.length;
  let told = "";

  const live = () => Boolean(consult.state.showing);
  const newest = () => consult.state.snapshots.at(-1)?.sha256 ?? "";
  const which = () => (chosen === "closed" ? "" : chosen && (chosen !== "live" || live()) ? chosen : live() ? "live" : "");
  const shows = () => which() !== "";

  function update() {
    const { snapshots, showing: what } = consult.state;
    if (snapshots.length > known) {
      if (!live()) chosen = newest();
      announce(t("showing.new_picture", { label: snapshots.at(-1).label }));
    }
    known = snapshots.length;
    if (what !== told) {
      if (!what) consult.marks.on.delete("live"); // they end with the showing
      if (what || chosen === "closed") chosen = "";
      announce(what ? t("showing.begins", { label: what }) : told ? t("showing.ends") : "");
      told = what;
    }
    if (consult.pointed && consult.pointed !== which() && chosen !== "closed") chosen = consult.pointed; // where the physician points
    consult.pointed = "";
    const on = which();
    element.hidden = !on;
    if (on) put(on);
    drawStrip(snapshots, on);
  }

  function put(on) {
    const shot = consult.state.snapshots.find((s) => s.sha256 === on);
    video.hidden = on !== "live";
    image.hidden = on === "live";
    const track = [...consult.mesh.peers].find(([id]) => consult.person(id)?.kind === "physician")?.[1].media.shown ?? null;
    if (video.srcObject?.getVideoTracks()[0] !== track) video.srcObject = track && new MediaStream([track]);
    const text = on === "live" ? consult.state.showing : shot?.label ?? "";
    const address = consult.pictures.get(on);
    if (on !== "live" && address && image.getAttribute("src") !== address) image.src = address;
    image.alt = video.ariaLabel = t("showing.picture_of", { label: text });
    label.textContent = address === "" ? t("showing.damaged") : text;
    draw();
  }

  function box() {
    const [width, height] = video.hidden ? [image.naturalWidth, image.naturalHeight] : [video.videoWidth, video.videoHeight];
    return width ? contained(frame, width, height) : null;
  }

  function draw() {
    const where = box();
    if (where) consult.marks.draw(canvas, where, which(), consult.state.people);
  }

  function drawStrip(snapshots, on) {
    strip.hidden = !snapshots.length;
    const choices = [...(live() ? [["live", t("showing.live")]] : []), ...snapshots.map((s, i) => [s.sha256, t("showing.number", { number: i + 1 })])];
    const button = ([id, text]) => h("button", { type: "button", class: "second small", "data-shot": id, "aria-pressed": String(id === on), onclick: () => pick(id) }, text);
    const close = on && h("button", { type: "button", class: "second small", "data-shot": "closed", onclick: () => pick("closed") }, t("showing.close"));
    renew(strip, [...choices.map(button), ...(close ? [close] : [])], "shot");
  }

  function pick(id) {
    chosen = id;
    redraw();
  }

  const redraw = () => consult.watchers.forEach((changed) => changed());

  // One's own pointer, where one touches the image; the others see it.
  let last = 0;
  frame.addEventListener("pointermove", (event) => {
    const where = box();
    if (!where || (event.pointerType !== "mouse" && !event.pressure) || performance.now() - last < POINT_EVERY_MS) return;
    last = performance.now();
    const { left, top } = frame.getBoundingClientRect();
    const [x, y] = [(event.clientX - left - where.left) / where.width, (event.clientY - top - where.top) / where.height];
    if (x >= 0 && x <= 1 && y >= 0 && y <= 1) consult.mesh.mark({ m: "pointer", x, y, on: which() });
  });
  image.addEventListener("load", draw);
  video.addEventListener("resize", draw);
  const sizes = new ResizeObserver(draw);
  sizes.observe(frame);
  const ticking = setInterval(draw, 1000); // a pointer that stands still goes away
  const end = () => {
    sizes.disconnect();
    clearInterval(ticking);
  };
  return { element, strip, update, shows, end };
}
