// Recording: the question to each person, one's own answer, and its end at any time. Whether it is on, the call's head says.

import { announce, h } from "../dom.js";
import { t } from "../texts.js";

export function recordStrip(consult) {
  const element = h("div", { class: "record", role: "group", "aria-label": t("record.title"), hidden: true });
  let drawn = "";

  const answer = (agree) => consult.room.ask({ t: "consent", agree });
  const button = (key, look, agree) => h("button", { type: "button", class: look, onclick: () => answer(agree) }, t(key));

  function lines({ state, by, agreed, refused_by }) {
    if (state === "on") return [[h("p", {}, t("record.on")), button("record.end", "second small", false)], t("call.recording")];
    if (state === "asked" && agreed.includes(consult.state.me)) return [[h("p", {}, t("record.agreed")), button("record.refuse", "second small", false)], t("record.agreed")];
    if (state === "asked") {
      const asks = t("record.asks", { name: consult.person(by)?.name || t("record.somebody") });
      return [[h("h2", {}, asks), h("p", {}, t("record.what")), h("div", { class: "buttons" }, button("record.agree", "second", true), button("record.refuse", "second", false))], `${asks} ${t("record.what")}`];
    }
    return refused_by ? [[h("p", {}, t("record.refused"))], t("record.refused")] : [[], ""];
  }

  const update = () => {
    const { recording } = consult.state;
    const wanted = JSON.stringify([recording, consult.person(recording.by)?.name]);
    if (wanted === drawn) return;
    drawn = wanted;
    const [children, said] = lines(recording);
    element.hidden = children.length === 0;
    element.dataset.state = recording.state;
    element.replaceChildren(...children);
    if (said) announce(said);
  };
  return { element, update };
}
