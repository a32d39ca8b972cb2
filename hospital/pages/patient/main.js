// The page of one person in a consult: which view is shown, and what it stands on.

import * as api from "./api.js";
import { Devices } from "./devices.js";
import { announce, h } from "./dom.js";
import { Consult } from "./consult.js";
import { LANGUAGES, language, t, use } from "./texts.js";
import * as link from "./views/link.js";
import { welcome } from "./views/welcome.js";
import { check } from "./views/check.js";
import { checkIn } from "./views/checkin.js";
import { outcome } from "./views/outcome.js";
import { waiting } from "./views/waiting.js";
import { call } from "./views/call.js";
import { ended } from "./views/ended.js";
import { help } from "./views/help.js";

const VIEWS = { opening: link.opening, problem: link.problem, proving: link.proving, welcome, check, help, checkIn, outcome, waiting, call, ended };
const ROUTES = { invited: "welcome", blocked: "outcome", checked_in: "welcome", left: "ended" };
const KEEP = { language: "overread.language", large: "overread.large" };

const stored = (key) => {
  try {
    return localStorage.getItem(key) ?? "";
  } catch {
    return ""; // a browser that keeps nothing
  }
};
const store = (key, value) => {
  try {
    localStorage.setItem(key, value);
  } catch {
    // then it is asked again next time
  }
};

class App {
  constructor() {
    Object.assign(this, { token: "", opened: null, me: null, problem: null, view: "", leave: () => {}, consult: null });
    this.said = { name: "", country: "", region: "", address: "", call_back: "", emergency: "", with_whom: "", alone: null, accepted: [] };
    this.checked = {}; // what the device check found
    this.devices = new Devices();
    this.after = "welcome"; // where the help leads back to
    this.step = 0; // of the check-in
  }

  async begin() {
    this.#size(stored(KEEP.large) === "1");
    await use(stored(KEEP.language) || navigator.language);
    this.show("opening");
    this.token = location.hash.slice(1);
    await this.open();
  }

  // From the link to where the person stands.
  async open() {
    try {
      if (this.token) {
        this.opened = await api.open(this.token);
        if (!stored(KEEP.language) && this.opened.language) await use(this.opened.language);
      }
      if (!this.token || this.opened.proved) await this.resume();
      else this.show("proving");
    } catch (refusal) {
      this.fail(refusal);
    }
  }

  // Proven: the link's secret leaves the address, so that it is in no history.
  async proved() {
    history.replaceState(null, "", location.pathname);
    this.token = "";
    await this.resume();
  }

  async resume() {
    try {
      this.me = await api.me();
    } catch (refusal) {
      this.fail(refusal.status === 401 && !this.token ? new api.Refusal(401, { details: "no_link" }) : refusal);
      return;
    }
    if (!stored(KEEP.language) && this.me.language) await use(this.me.language);
    this.said.name ||= this.me.name;
    if (this.me.state in ROUTES) this.show(ROUTES[this.me.state]);
    else this.enter();
  }

  // Into the room: the line to the hospital, then camera and microphone.
  async enter() {
    this.show("opening");
    this.consult ??= new Consult(this);
    if (!this.devices.stream.getTracks().length) await this.devices.open();
    this.consult.open();
  }

  fail(refusal) {
    this.problem = refusal;
    this.show("problem");
  }

  show(view) {
    this.leave();
    this.view = view;
    const { title, body, leave, wide } = VIEWS[view](this);
    this.leave = leave ?? (() => {});
    const main = document.getElementById("main");
    main.className = `${view}${wide ? " wide" : ""}`;
    main.replaceChildren(...body.filter(Boolean));
    document.body.dataset.view = view;
    document.title = this.hospital ? `${title} – ${this.hospital}` : title;
    this.#top();
    scrollTo(0, 0);
    const heading = main.querySelector("h1");
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    announce("");
  }

  get hospital() {
    return this.me?.hospital ?? this.opened?.hospital ?? "";
  }

  get telephone() {
    return this.consult?.state?.telephone || this.me?.telephone || this.opened?.telephone || "";
  }

  get zone() {
    return this.me?.zone ?? this.opened?.zone;
  }

  #top() {
    const languages = h(
      "select",
      { id: "language", onchange: (event) => this.#speak(event.target.value) },
      Object.entries(LANGUAGES).map(([code, { name }]) => h("option", { value: code, lang: code, selected: code === language() }, name)),
    );
    const large = document.documentElement.classList.contains("large");
    const larger = h("button", { class: "plain", type: "button", "aria-pressed": String(large), onclick: () => this.#larger(!large) }, t("top.larger"));
    const name = h("p", { class: "hospital" }, this.hospital);
    document.getElementById("top").replaceChildren(name, h("div", { class: "choices" }, h("label", { class: "unseen", for: "language" }, t("top.language")), languages, larger));
  }

  async #speak(wanted) {
    store(KEEP.language, await use(wanted));
    this.show(this.view);
    document.getElementById("language").focus();
  }

  #larger(on) {
    store(KEEP.large, on ? "1" : "0");
    this.#size(on);
    this.#top();
    document.querySelector("#top button").focus();
  }

  #size(large) {
    document.documentElement.classList.toggle("large", large);
  }
}

new App().begin();
