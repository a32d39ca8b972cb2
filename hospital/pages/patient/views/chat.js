// The chat: lines of everybody, and a field of one's own.

import { announce, h } from "../dom.js";
import { clock, t } from "../texts.js";

const MOST = 4000; // characters of a line

export function chat(consult) {
  const lines = h("ol", { class: "lines", tabindex: "0", "aria-label": t("chat.lines") });
  const input = h("input", { type: "text", maxlength: MOST, autocomplete: "off", "aria-label": t("chat.write"), placeholder: t("chat.write") });
  const send = (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (!text) return;
    consult.refused = null;
    consult.say(text);
    input.value = "";
    update();
  };
  const form = h("form", { class: "say", onsubmit: send }, input, h("button", { class: "second", type: "submit" }, t("chat.send")));
  const refused = h("p", { class: "wrong", role: "alert", hidden: true });
  const element = h("section", { class: "chat", "aria-label": t("chat.title") }, lines, refused, form);
  let shown = -1;
  const update = () => {
    const { chat: all, me } = consult.state;
    const no = consult.refused?.ask === "chat" ? consult.refused : null;
    refused.hidden = !no;
    refused.textContent = no ? `${no.what_happened} ${no.what_to_do}` : "";
    if (all.length === shown) return;
    const fresh = shown >= 0 && all.slice(shown).find((line) => line.by !== me);
    shown = all.length;
    lines.replaceChildren(...all.map((line) => said(consult, line)));
    if (!all.length) lines.append(h("li", { class: "none" }, t("chat.none")));
    lines.scrollTop = lines.scrollHeight;
    if (fresh) announce(t("chat.heard", { name: consult.person(fresh.by)?.name ?? "", text: fresh.text }));
  };
  return { element, update };
}

function said(consult, line) {
  const mine = line.by === consult.state.me;
  const name = mine ? t("you") : consult.person(line.by)?.name ?? "";
  return h("li", { class: mine ? "mine" : "" }, h("span", { class: "by" }, name, " ", h("time", { datetime: line.at }, clock(line.at))), h("span", { class: "text", dir: "auto" }, line.text));
}
