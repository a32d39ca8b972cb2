// The consult as it lives: the line to the hospital, the media, the sound, and which view they call for.

import * as api from "./api.js";
import { Marks } from "./marks.js";
import { Mesh } from "./mesh.js";
import { Room } from "./room.js";
import { Sound } from "./sound.js";

const OVER = new Set(["ended", "cancelled", "no_show", "by_telephone"]);
const ELSEWHERE = 4409; // the code with which the hospital closes a line that another one of the same person replaced
const VIEW = { invited: "welcome", checked_in: "waiting", waiting: "waiting", admitted: "call", here: "call", lost: "call", left: "ended" };

export class Consult {
  constructor(app) {
    Object.assign(this, { app, state: null, linked: false, since: null, asked: false, blocked: false, over: "", pointed: "" });
    this.watchers = new Set(); // functions of the view that is shown
    this.marks = new Marks();
    this.pictures = new Map(); // digest -> address of the picture, or "" where it cannot be had
    this.compared = new Map(); // person -> how the words compared
    this.refused = null;
    this.sound = new Sound((on) => this.#set({ blocked: on }));
    this.room = new Room({ told: (m) => this.#told(m), linked: (on) => this.#linked(on), closed: (code) => this.#closed(code) });
    this.mesh = new Mesh({ ask: (m) => this.room.ask(m), devices: app.devices, changed: () => this.#media(), marked: (id, m) => this.#marked(id, m) });
    app.devices.ended = (kind) => this.#pulled(kind);
  }

  open() {
    if (!this.room.socket) this.room.open();
  }

  watch(changed) {
    this.watchers.add(changed);
    return () => this.watchers.delete(changed);
  }

  person(id) {
    return this.state.people.find((p) => p.id === id);
  }

  get mine() {
    return this.person(this.state.me);
  }

  get physician() {
    return this.state.people.find((p) => p.kind === "physician") ?? null;
  }

  // Seconds since the media first flowed; null before.
  get elapsed() {
    return this.since === null ? null : Math.floor((Date.now() - this.since) / 1000);
  }

  // "" while all is well, else since when the line to the hospital or the media are gone.
  get brokenSince() {
    const whole = this.linked && this.mesh.flows;
    if (whole || this.since === null) this.broken = 0;
    else this.broken ||= Date.now();
    return this.broken;
  }

  say(text) {
    this.room.ask({ t: "chat", text });
  }

  leave() {
    this.room.ask({ t: "leave" });
    this.finish("left");
  }

  finish(how) {
    this.over = how;
    this.mesh.close();
    this.sound.close();
    this.app.devices.close();
    setTimeout(() => this.room.close(), 300); // what was just asked still leaves
    this.app.show("ended");
  }

  // Another device, in the preview and in the running connections.
  async use(kind, id) {
    await this.app.devices.use(kind, id);
    if (kind === "loudspeaker") this.sound.use(id);
    else await this.mesh.replace();
    this.#changed();
  }

  #told(message) {
    if (this.over) return;
    if (message.t === "state") this.#state(message);
    else if (message.t === "signal") this.mesh.heard(message);
    else if (message.t === "refused") this.#set({ refused: message });
  }

  #state(state) {
    this.state = state;
    if (OVER.has(state.state)) return this.finish(state.state);
    const { state: mine } = this.mine;
    if (mine === "left") return this.finish("removed");
    if (mine === "checked_in" && !this.asked) this.asked = this.room.ask({ t: "ready" });
    this.mesh.room(state);
    for (const { sha256 } of state.snapshots) this.#fetch(sha256);
    const view = VIEW[mine] ?? "waiting";
    if (this.app.view === view) this.#changed();
    else this.app.show(view);
  }

  async #fetch(sha256) {
    if (this.pictures.has(sha256)) return;
    this.pictures.set(sha256, null);
    try {
      this.pictures.set(sha256, URL.createObjectURL(await api.snapshot(sha256)));
      this.room.ask({ t: "seen", sha256 });
    } catch (refusal) {
      if (refusal.code === "unreachable") this.pictures.delete(sha256); // asked again at the next change
      else this.pictures.set(sha256, "");
    }
    this.#changed();
  }

  #linked(on) {
    this.linked = on;
    if (!on && !this.state && !this.over && this.app.view !== "problem") this.app.fail(new api.Refusal(0, { details: "unreachable" }));
    if (on) {
      this.asked = false;
      this.mesh.repeat();
      this.mesh.renew();
    }
    this.#changed();
  }

  // The line closed: does the hospital still know us?
  async #closed(code) {
    if (this.over) return false;
    if (code === ELSEWHERE) return this.#elsewhere(new api.Refusal(409, { details: "in_use" }));
    try {
      await api.known();
      return true;
    } catch (refusal) {
      if (refusal.status !== 401 && refusal.status !== 403 && refusal.status !== 410) return true;
      return this.#elsewhere(refusal);
    }
  }

  // Nothing goes on here: the consult is over, or another tab or browser has taken our place.
  #elsewhere(refusal) {
    this.finish(refusal.code === "ended" ? "ended" : "");
    this.app.consult = refusal.code === "ended" ? this : null;
    if (refusal.code !== "ended") this.app.fail(refusal);
    return false;
  }

  #media() {
    if (this.over) return;
    if (this.mesh.flows) this.since ??= Date.now();
    for (const [id, peer] of this.mesh.peers) this.sound.set(id, peer.media.audio);
    for (const id of this.sound.elements.keys()) if (!this.mesh.peers.has(id)) this.sound.set(id, null);
    this.#changed();
  }

  // A pointer or mark of somebody; where the physician points, there the page looks.
  #marked(id, message) {
    if (!this.state) return;
    const on = this.marks.take(message, id, this.state);
    if (!on) return;
    const leads = this.person(id)?.kind === "physician" && message.m !== "marks" && message.m !== "clear";
    if (leads) this.pointed = on;
    this.#changed();
  }

  async #pulled(kind) {
    await this.use(kind, ""); // the next best device; where there is none, the view says so
  }

  #set(values) {
    Object.assign(this, values);
    this.#changed();
  }

  #changed() {
    if (this.state) for (const changed of this.watchers) changed();
  }
}
