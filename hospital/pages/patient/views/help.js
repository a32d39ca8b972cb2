// Help when the browser gives no camera or microphone: what to do in each browser, the reader's own first.

import { h } from "../dom.js";
import { t } from "../texts.js";
import { helpLine } from "./link.js";

const BROWSERS = ["chrome_android", "safari_ios", "chrome_desktop", "firefox_desktop", "safari_mac"];

// Which help comes first; a guess by what the browser says of itself, and every other is there as well.
export function own(agent = navigator.userAgent) {
  if (/iPhone|iPad/.test(agent)) return "safari_ios";
  if (/Android/.test(agent)) return "chrome_android";
  if (/Firefox/.test(agent)) return "firefox_desktop";
  return /Safari/.test(agent) && !/Chrom/.test(agent) ? "safari_mac" : "chrome_desktop";
}

export function help(app) {
  const mine = own();
  const order = [mine, ...BROWSERS.filter((b) => b !== mine)];
  const entries = order.map((b) => h("details", { open: b === mine }, h("summary", {}, t(`help.${b}`)), h("ol", {}, t(`help.${b}_steps`).split("|").map((s) => h("li", {}, s)))));
  const { trouble } = app.devices;
  const kinds = ["camera", "microphone"].filter((kind) => trouble[kind]);
  const what = kinds.map((kind) => h("p", {}, t(`check.${kind}_${trouble[kind]}`)));
  const back = () => app.show(app.after);
  const buttons = [h("button", { class: "main", type: "button", onclick: () => again(app) }, t("again")), h("button", { class: "second", type: "button", onclick: back }, t("help.without"))];
  const body = [h("h1", {}, t("help.title")), ...what, h("p", {}, t("help.text")), h("div", { class: "buttons" }, buttons), h("h2", {}, t("help.how")), ...entries, h("p", { class: "hint" }, t("help.without_text")), helpLine(app)];
  return { title: t("help.title"), body };
}

async function again(app) {
  await app.devices.open();
  await app.consult?.mesh.replace();
  app.show(app.after);
}
