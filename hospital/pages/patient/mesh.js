// All the media of one person in a call: a peer for each other one, who offers to whom, and what is told to the hospital about it.

import { servers } from "./network.js";
import { Peer } from "./peer.js";

const WITH = new Set(["admitted", "here", "lost"]);
const WORST = ["reconnecting", "connecting", "very_weak", "weak", "good"];
const SOUND_ONLY_AFTER = 8; // seconds of "very weak" before our picture stops
const PICTURE_AFTER = 12; // seconds of "good" before it comes back

// A desk offers to a browser; of two browsers the smaller id offers. We are the browser.
export const offers = (me, other) => !other.desk && me < other.id;

export class Mesh {
  // ask(message) -> sent?, devices, changed(), marked(id, message)
  constructor({ ask, devices, changed, marked }) {
    Object.assign(this, { ask, devices, changed, marked, peers: new Map(), state: null, told: "", soundOnly: false, weak: 0, well: 0 });
    this.certificate = RTCPeerConnection.generateCertificate({ name: "ECDSA", namedCurve: "P-256" }); // one for the whole call: the words hold
    this.ticking = setInterval(() => this.#adapt(), 1000);
    this.moved = () => this.renew();
    navigator.connection?.addEventListener?.("change", this.moved);
    addEventListener("online", this.moved);
  }

  // The room as it is now: peers come and go by it.
  room(state) {
    this.state = state;
    const others = state.people.filter((p) => p.id !== state.me && WITH.has(p.state));
    const mine = state.people.find((p) => p.id === state.me);
    const here = new Map(WITH.has(mine?.state) && state.ice.length + !state.relay_only ? others.map((p) => [p.id, p]) : []);
    for (const [id, peer] of this.peers) if (!here.has(id)) this.#drop(id, peer);
    for (const [id, person] of here) if (!this.peers.has(id)) this.#add(person);
  }

  #add(person) {
    const { id } = person;
    const host = {
      call: this.state.consult,
      configuration: async () => ({ iceServers: servers(this.state.ice), iceTransportPolicy: this.state.relay_only ? "relay" : "all", certificates: [await this.certificate] }),
      tracks: () => ({ audio: this.devices.microphone, camera: this.devices.camera }),
      send: (body) => this.ask({ t: "signal", to: id, body }),
      changed: () => this.#tell(),
      words: (words) => {
        if (words === null) this.ask({ t: "words", to: id, outcome: "broken" });
        this.changed();
      },
      marked: (message) => this.marked(id, message),
    };
    const peer = new Peer({ offers: offers(this.state.me, person), host });
    this.peers.set(id, peer);
    if (peer.offers) peer.renew();
    else peer.tried = Date.now(); // theirs to begin; asked again if nothing comes
  }

  #drop(id, peer) {
    peer.close();
    this.peers.delete(id);
    this.#tell();
  }

  heard({ by, body }) {
    this.peers.get(by)?.heard(body);
  }

  // Newer media with all whose media do not flow: the network changed, or the line to the hospital is back.
  renew() {
    for (const peer of this.peers.values()) if (peer.current && Date.now() - peer.alive > 1500) peer.renew();
  }

  // The hospital hears anew how our media are (its line was lost).
  repeat() {
    this.told = "";
    this.#tell();
  }

  mark(message) {
    for (const peer of this.peers.values()) peer.mark(message);
  }

  replace() {
    return Promise.all([...this.peers.values()].map((peer) => peer.replace()));
  }

  // The worst link of all, in a word.
  get link() {
    const links = [...this.peers.values()].map((peer) => peer.link);
    const worst = WORST.find((word) => links.includes(word)) ?? "connecting";
    return worst === "good" && this.soundOnly ? "sound_only" : worst === "very_weak" && this.soundOnly ? "sound_only" : worst;
  }

  // Whether media flow with anybody.
  get flows() {
    return [...this.peers.values()].some((p) => p.current && p.link !== "reconnecting");
  }

  close() {
    clearInterval(this.ticking);
    removeEventListener("online", this.moved);
    navigator.connection?.removeEventListener?.("change", this.moved);
    for (const peer of this.peers.values()) peer.close();
    this.peers.clear();
  }

  #tell() {
    const way = [...this.peers.values()].find((peer) => peer.way)?.way ?? "";
    const message = { t: "media", up: this.flows, way, sound_only: this.soundOnly };
    const text = JSON.stringify(message);
    if (text !== this.told && (this.peers.size || this.told)) if (this.ask(message)) this.told = text;
    this.changed();
  }

  // Our picture stops where only sound gets through, and comes back.
  #adapt() {
    const links = [...this.peers.values()].map((peer) => peer.link);
    this.weak = links.includes("very_weak") ? this.weak + 1 : 0;
    this.well = links.length && links.every((word) => word === "good") ? this.well + 1 : 0;
    const only = this.soundOnly ? this.well < PICTURE_AFTER : this.weak >= SOUND_ONLY_AFTER;
    if (only !== this.soundOnly) {
      this.soundOnly = only;
      for (const peer of this.peers.values()) peer.picture(!only);
    }
    this.#tell();
  }
}
