// After the consult, for each way that it can end: what happens next.

import { h } from "../dom.js";
import { t } from "../texts.js";
import { helpLine } from "./link.js";

const KNOWN = new Set(["ended", "left", "removed", "cancelled", "no_show", "by_telephone"]);

export function ended(app) {
  const over = app.consult?.over || (app.me?.state === "left" ? "removed" : "ended");
  const how = KNOWN.has(over) ? over : "ended";
  const title = t(`ended.${how}_title`);
  const number = app.said.call_back;
  const text = how === "by_telephone" ? (number ? t("ended.by_telephone_number", { number }) : t("ended.by_telephone_text")) : t(`ended.${how}_text`);
  const reason = how === "ended" && app.consult?.state?.reason;
  return { title, body: [h("h1", {}, title), h("p", { class: "lead" }, text), reason && h("p", {}, reason), h("p", {}, t("ended.close")), helpLine(app)] };
}
