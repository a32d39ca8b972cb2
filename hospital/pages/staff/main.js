// The coordinators' page: which view is shown, by the fragment of the address, so that the browser's own back leads back.

import * as api from "./api.js";
import { announce, h } from "/patient/dom.js";
import { box } from "./views/box.js";
import { consult } from "./views/consult.js";
import { consults } from "./views/consults.js";
import { setting } from "./views/set.js";
import { signIn } from "./views/signin.js";

const ROUTES = [
  [/^#?$/, consults],
  [/^#box$/, box],
  [/^#set\/(\w+)$/, setting],
  [/^#consult\/(\w+)$/, consult],
];
const LOOK_MS = 5000;

class App {
  constructor() {
    Object.assign(this, { me: null, given: {}, turn: 0, leave: () => {}, waiting: 0 });
  }

  async begin() {
    addEventListener("hashchange", () => this.show());
    await this.open();
  }

  // Who one is, then the view of the address.
  async open() {
    try {
      this.me = await api.me();
    } catch (refusal) {
      this.fail(refusal);
      return;
    }
    await this.show();
  }

  async show() {
    const turn = ++this.turn;
    const [, found] = this.#route();
    try {
      const view = await found(this);
      if (turn === this.turn) this.put(view);
    } catch (refusal) {
      if (turn === this.turn) this.fail(refusal);
    }
  }

  #route() {
    for (const [pattern, view] of ROUTES) {
      const match = pattern.exec(location.hash);
      if (match) return [pattern, (app) => view(app, match[1])];
    }
    return [null, (app) => consults(app)];
  }

  go(hash) {
    if (location.hash === hash) this.show();
    else location.hash = hash;
  }

  fail(refusal) {
    if (!(refusal instanceof api.Refusal)) throw refusal;
    if (refusal.status === 401) {
      this.me = null;
      this.put(signIn(this));
      return;
    }
    const gone = refusal.status === 404; // the hospital's remedy names a command, of which this page knows nothing
    const again = !gone && h("button", { class: "main", type: "button", onclick: () => this.open() }, "Try again");
    const lead = h("p", { class: "lead" }, gone ? "Choose one from the list." : refusal.toDo);
    this.put({ name: "problem", title: refusal.happened, body: [h("h1", {}, refusal.happened), lead, h("div", { class: "row" }, again, h("a", { class: "button", href: "#" }, "All consults"))] });
  }

  // `renew`: looks again by itself while the view is seen.
  put({ name, title, body, renew }) {
    this.leave();
    this.leave = renew ? watched(renew, this) : () => {};
    const main = document.getElementById("main");
    main.className = name;
    main.replaceChildren(...body.flat().filter(Boolean));
    document.body.dataset.view = name;
    document.title = this.me ? `${title} – ${this.me.hospital}` : title;
    this.top();
    scrollTo(0, 0);
    const heading = main.querySelector("h1");
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    announce("");
    announce("", "urgent");
  }

  top() {
    const link = (href, text, view) => h("a", { href, "aria-current": view.includes(document.body.dataset.view) && "page" }, text);
    const out = h("button", { class: "plain small", type: "button", onclick: () => this.signOut() }, "Sign out");
    const count = this.waiting ? ` (${this.waiting})` : "";
    const nav = h("nav", { "aria-label": "Pages" }, link("#", "Consults", ["consults", "consult", "set"]), link("#box", `Outgoing box${count}`, ["box"]));
    const who = h("div", { class: "choices" }, h("span", { class: "who" }, this.me?.name), out);
    document.getElementById("top").replaceChildren(h("p", { class: "hospital" }, this.me?.hospital ?? "Overread"), ...(this.me ? [nav, who] : []));
  }

  // How many letters wait, beside the name of their page.
  post(waiting) {
    if (waiting === this.waiting) return;
    this.waiting = waiting;
    const link = document.querySelector("#top a[href='#box']");
    if (link) link.textContent = waiting ? `Outgoing box (${waiting})` : "Outgoing box";
  }

  async signOut() {
    await api.signOut();
    this.me = null;
    history.replaceState(null, "", location.pathname);
    this.put(signIn(this));
  }
}

// Looks again every few seconds, and not while the page is hidden.
function watched(renew, app) {
  let asking = false;
  const look = async () => {
    if (asking || document.hidden) return;
    asking = true;
    try {
      await renew();
    } catch (refusal) {
      if (refusal.status === 401) app.fail(refusal);
      else if (!(refusal instanceof api.Refusal)) throw refusal;
    } finally {
      asking = false;
    }
  };
  const timer = setInterval(look, LOOK_MS);
  return () => clearInterval(timer);
}

new App().begin();
