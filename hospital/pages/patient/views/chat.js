// The chat: lines of everybody, a field of one's own, and files that go to the hospital's quarantine.

import { sendFile } from "../api.js";
import { announce, h } from "../dom.js";
import { clock, t } from "../texts.js";

const MOST = 4000; // characters of a line
const MOST_FILE = 24 << 20; // bytes, as the hospital takes them

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
  const files = sender();
  const refused = h("p", { class: "wrong", role: "alert", hidden: true });
  const element = h("section", { class: "chat", "aria-label": t("chat.title") }, lines, refused, form, files);
  element.addEventListener("dragover", (event) => event.preventDefault());
  element.addEventListener("drop", (event) => (event.preventDefault(), files.give(event.dataTransfer.files[0])));
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
    if (fresh) announce(t("chat.heard", { name: consult.person(fresh.by)?.name ?? "", text: fresh.text || named(fresh) }));
  };
  return { element, update };
}

function said(consult, line) {
  const mine = line.by === consult.state.me;
  const name = mine ? t("you") : consult.person(line.by)?.name ?? "";
  return h("li", { class: mine ? "mine" : "" }, h("span", { class: "by" }, name, " ", h("time", { datetime: line.at }, clock(line.at))), h("span", { class: "text", dir: "auto" }, line.file ? named(line) : line.text));
}

const named = (line) => t("chat.file_line", { name: line.file_name });

// Chooses a file and sends it; what can be sent is said beforehand, how it went in the same place.
function sender() {
  const said = h("p", { class: "hint", role: "status" }, t("chat.file_hint"));
  const choice = h("input", { type: "file", hidden: true, tabindex: "-1", "aria-hidden": "true" });
  const button = h("button", { class: "second", type: "button", onclick: () => choice.click() }, t("chat.file"));
  const tell = (key, file, wrong = false) => {
    said.textContent = t(key, { name: file.name });
    said.className = wrong ? "wrong" : "hint";
  };
  const give = async (file) => {
    if (!file || button.disabled) return;
    if (!file.size || file.size > MOST_FILE) return tell(file.size ? "chat.file_large" : "chat.file_failed", file, true);
    button.disabled = true;
    tell("chat.file_sending", file);
    try {
      await sendFile(file);
      tell("chat.file_sent", file);
    } catch {
      tell("chat.file_failed", file, true);
    } finally {
      button.disabled = false;
    }
  };
  choice.onchange = async () => (await give(choice.files[0]), (choice.value = ""));
  return Object.assign(h("div", { class: "send-file" }, button, choice, said), { give });
}
