// The words that both sides compare aloud: one card for each other person.

import { h } from "../dom.js";
import { t } from "../texts.js";

const OUTCOMES = { same: "main", different: "second", skipped: "second" };

// What is known of one person: words, null where the exchange failed, undefined while it goes on.
const pairs = (consult) => [...consult.mesh.peers].map(([id, peer]) => ({ id, words: peer.words, name: consult.person(id)?.name ?? "" }));
const key = ({ id, words }) => `${id} ${words?.join(" ")}`;

export function wordsPanel(consult) {
  const element = h("section", { class: "words" });
  let drawn = "";
  const update = () => {
    const all = pairs(consult);
    const wanted = JSON.stringify([all, [...consult.compared]]);
    if (wanted === drawn) return;
    drawn = wanted;
    element.replaceChildren(h("p", {}, t("words.text")), ...all.map((pair) => card(consult, pair)));
  };
  return { element, update };
}

function card(consult, pair) {
  const { words, name } = pair;
  if (words === null) return h("div", { class: "card bad" }, h("h3", {}, name), h("p", {}, t("words.broken")));
  if (!words) return h("div", { class: "card" }, h("h3", {}, name), h("p", {}, t("words.wait")));
  const said = consult.compared.get(key(pair));
  const answer = (outcome) => {
    consult.compared.set(key(pair), outcome);
    consult.room.ask({ t: "words", to: pair.id, outcome });
    for (const changed of consult.watchers) changed();
  };
  const buttons = Object.entries(OUTCOMES).map(([outcome, look]) => h("button", { type: "button", class: look, onclick: () => answer(outcome) }, t(`words.${outcome}`)));
  const result = said && h("p", { class: `said ${said}`, role: "status" }, t(`words.${said}_said`));
  return h("div", { class: "card" }, h("h3", {}, t("words.with", { name })), h("p", { class: "three", lang: "en", dir: "ltr" }, words.join(" · ")), said ? result : h("div", { class: "buttons" }, buttons));
}

// One line under the picture until the words are compared, so that nobody forgets; one that stays where they could not be made.
export function wordsStrip(consult, open) {
  const words = h("span", { class: "three", lang: "en", dir: "ltr" });
  const compare = h("div", { class: "words-strip", hidden: true }, h("p", {}, h("span", {}, t("words.strip")), words), h("button", { type: "button", class: "second small", onclick: open }, t("words.compare")));
  const broken = h("p", { class: "words-broken", role: "alert", hidden: true });
  const element = h("div", { class: "words-lines" }, broken, compare);
  const waiting = () => pairs(consult).find((pair) => pair.words && !consult.compared.has(key(pair)));
  const update = () => {
    const names = pairs(consult).filter((pair) => pair.words === null).map((pair) => pair.name);
    broken.hidden = names.length === 0;
    const said = names.length ? `${names.join(", ")}: ${t("words.broken")}` : "";
    if (broken.textContent !== said) broken.textContent = said;
    const pair = waiting();
    compare.hidden = !pair;
    if (pair) words.textContent = pair.words.join(" · ");
  };
  return { element, update, waits: () => Boolean(waiting()) };
}
