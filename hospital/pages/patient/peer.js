// Media with one other person: one RTCPeerConnection, and a second one in the same call where the network changed. Both sides gather all
// candidates first and then send one description each. The m-lines of an offer: sound, camera, shown picture, channel of marks.

import { Judge, counted } from "./quality.js";
import { Comparison, fingerprints, toHex } from "./words.js";

const GATHER_MS = 3000;
const CONNECT_MS = 12000; // an attempt that is not connected by then is over
const SILENT_MS = 2000; // without a packet: both sides are told
const RENEW_MS = 4500; // without a packet: a new connection
const AGAIN_MS = 5000; // how often it is tried anew
const MEDIA = "audio camera shown".split(" "); // the media of an offer, in its order

// Resolves when all candidates are gathered, or after three seconds with those that are there.
export const gathered = (connection) =>
  new Promise((done) => {
    const look = () => connection.iceGatheringState === "complete" && done();
    connection.addEventListener("icegatheringstatechange", look);
    setTimeout(done, GATHER_MS);
    look();
  });

// Our description, whole: its candidates in every section, and that no more follow (RFC 8840, 4.2.5.3). A browser writes the candidates of
// bundled media once, in the first section; aiortc, where it bundles from the start, reads them of the last.
function whole({ localDescription }) {
  const [session, ...sections] = localDescription.sdp.split(/^(?=m=)/m);
  const candidates = localDescription.sdp.match(/^a=candidate:.*\r\n/gm) ?? [];
  const bare = sections.map((section) => section.replace(/^a=(candidate:.*|end-of-candidates)\r\n/gm, ""));
  return session + bare.map((section) => [section, ...new Set(candidates), "a=end-of-candidates\r\n"].join("")).join("");
}

// `host` gives: call, configuration() (a promise), tracks() -> {audio, camera}, send(body), changed(), words(list or null), marked(message).
export class Peer {
  constructor({ offers, host }) {
    Object.assign(this, { offers, host, current: null, next: null, number: 0, queue: Promise.resolve(), closed: false });
    Object.assign(this, { link: "connecting", way: "", words: undefined, alive: Date.now(), tried: 0 });
    this.media = { audio: null, camera: null, shown: null }; // tracks that come from them
    this.ticking = setInterval(() => this.#tick(), 1000);
  }

  // A new connection: offered, or asked of the one who offers.
  renew() {
    if (this.closed) return;
    this.tried = Date.now();
    if (this.offers) this.#inTurn(() => this.#offer());
    else this.host.send({ k: "again" });
  }

  // A signal of theirs. They are taken one after the other; what cannot be understood ends no call.
  heard(body) {
    return this.#inTurn(() => this.#take(body));
  }

  // Sends over the channel of marks, if it stands.
  mark(message) {
    const channel = this.current?.channel;
    if (channel?.readyState === "open") channel.send(JSON.stringify(message));
  }

  // Other tracks of ours in the running connections (another camera).
  async replace() {
    for (const link of [this.current, this.next]) if (link) await this.#ours(link);
  }

  // How much of the picture we send: none where only sound gets through.
  async picture(on) {
    const sender = this.current?.senders.camera;
    const parameters = sender?.getParameters();
    if (!parameters?.encodings?.length || parameters.encodings[0].active === on) return;
    parameters.encodings[0].active = on;
    await sender.setParameters(parameters).catch(() => {});
  }

  close() {
    this.closed = true;
    clearInterval(this.ticking);
    for (const link of [this.current, this.next]) link?.connection.close();
    this.current = this.next = null;
  }

  #inTurn(work) {
    this.queue = this.queue.then(async () => {
      if (this.closed) return;
      try {
        await work();
      } catch (error) {
        console.warn("a signal was not understood", error.name);
      }
    });
    return this.queue;
  }

  async #take(body) {
    if (body.k === "offer" && !this.offers) await this.#answer(body);
    else if (body.k === "answer" && this.offers && this.next?.n === body.n) await this.next.connection.setRemoteDescription({ type: "answer", sdp: body.sdp });
    else if (body.k === "again" && this.offers) await this.#offer();
    else await (this.next ?? this.current)?.comparison.heard(body);
  }

  async #offer() {
    const link = await this.#make(++this.number);
    const { connection } = link;
    for (const name of MEDIA) this.#adopt(link, name, connection.addTransceiver(name === "audio" ? "audio" : "video", { direction: "sendrecv" }));
    this.#channel(link, connection.createDataChannel("marks"));
    await this.#ours(link);
    await connection.setLocalDescription();
    await gathered(connection);
    this.host.send({ k: "offer", sdp: whole(connection), n: link.n });
  }

  async #answer({ sdp, n }) {
    const link = await this.#make(n);
    const { connection } = link;
    connection.ondatachannel = ({ channel }) => channel.label === "marks" && this.#channel(link, channel);
    await connection.setRemoteDescription({ type: "offer", sdp });
    connection.getTransceivers().slice(0, MEDIA.length).forEach((transceiver, i) => {
      this.#adopt(link, MEDIA[i], transceiver);
      transceiver.direction = "sendrecv"; // of the shown picture too, though a browser shows none: a line that flows is a line that is read
    });
    await this.#ours(link);
    await connection.setLocalDescription();
    await gathered(connection);
    this.host.send({ k: "answer", sdp: whole(connection), n });
  }

  async #make(n) {
    this.next?.connection.close();
    this.tried = Date.now();
    const connection = new RTCPeerConnection(await this.host.configuration());
    const link = { connection, n, senders: {}, media: {}, channel: null, judge: new Judge(), alive: -1 };
    let connected;
    const sides = new Promise((done) => (connected = done));
    const { call, send } = this.host;
    link.comparison = new Comparison({ offers: this.offers, call, send, sides, known: (words) => this.#know(link, words) });
    connection.onconnectionstatechange = () => this.#state(link, () => connected(fingerprints(connection)));
    return (this.next = link);
  }

  #adopt(link, name, transceiver) {
    link.senders[name] = transceiver.sender;
    link.media[name] = transceiver.receiver.track;
  }

  #channel(link, channel) {
    link.channel = channel;
    channel.onmessage = ({ data }) => {
      try {
        this.#message(channel, JSON.parse(data));
      } catch {
        console.warn("a mark was not understood");
      }
    };
  }

  // A sign of life, which is answered, or a mark.
  #message(channel, message) {
    this.alive = Date.now();
    if (message.m === "ping") channel.send(JSON.stringify({ m: "pong", t: message.t }));
    else if (message.m !== "pong") this.host.marked(message);
  }

  async #ours(link) {
    const { audio, camera } = this.host.tracks();
    await link.senders.audio?.replaceTrack(audio);
    await link.senders.camera?.replaceTrack(camera);
  }

  #state(link, connected) {
    const state = link.connection.connectionState;
    if (this.closed) return;
    if (state === "connected" && link === this.next) this.#swap(link, connected);
    else if (link === this.current && (state === "disconnected" || state === "failed")) this.#say("reconnecting");
    else if (link === this.next && state === "failed") this.tried = 0;
  }

  // The new connection stands: it takes the old one's place, then the old one ends.
  #swap(link, connected) {
    const old = this.current;
    Object.assign(this, { current: link, next: null, media: link.media, alive: Date.now(), link: "good" });
    connected();
    this.#compare(link).catch(() => this.#know(link, null));
    this.host.changed();
    old?.connection.close();
  }

  // Words for a new pair of certificates; those of the old pair still hold where both sides kept theirs.
  async #compare(link) {
    const { mine, theirs } = await link.comparison.sides;
    const pair = toHex(mine) + toHex(theirs);
    if (pair !== this.pair) await link.comparison.begin();
    this.pair = pair;
  }

  #know(link, words) {
    if (link !== this.next && link !== this.current) return;
    this.words = words;
    this.host.words(words);
  }

  #say(link) {
    if (this.link === link) return;
    this.link = link;
    this.host.changed();
  }

  async #tick() {
    const link = this.current;
    this.mark({ m: "ping", t: performance.now() });
    if (link && link.connection.connectionState !== "closed") {
      const counts = await counted(link.connection).catch(() => null);
      if (counts && link === this.current) this.#count(link, counts);
    }
    if (this.next && Date.now() - this.tried > CONNECT_MS) this.tried = 0;
    const waiting = Date.now() - this.tried > AGAIN_MS && (!this.next || this.tried === 0);
    if (waiting && (this.link === "connecting" || Date.now() - this.alive > RENEW_MS)) this.renew();
  }

  #count(link, counts) {
    const word = link.judge.take(counts);
    if (counts.alive > link.alive) this.alive = Date.now();
    link.alive = counts.alive;
    this.way = counts.way;
    const silent = Date.now() - this.alive;
    this.#say(silent > SILENT_MS || link.connection.connectionState === "failed" ? "reconnecting" : word);
  }
}
