// The one line to the hospital while somebody waits or talks: a WebSocket that comes back by itself.

const PING_MS = 4000; // how often we ask whether the line lives
const DEAD_MS = 10000; // a line that said nothing for so long is made anew
const OPEN_MS = 4000; // a line that does not stand by then is tried anew: a network that came back is found at once
const BACK_OFF_MS = [300, 700, 1500];
const KEPT = new Set(["ready", "chat", "leave", "seen", "words"]); // worth sending later; the rest is only true now, but a no to a recording holds

export class Room {
  // told(message): what the hospital says. linked(on): whether the line stands. closed(code): it ended; true where it shall be made anew.
  constructor({ told, linked, closed }) {
    Object.assign(this, { told, linked, closed, kept: [], tries: 0, ended: false, socket: null, timers: [] });
    this.retry = () => this.socket === null && !this.ended && this.open();
    this.online = () => this.socket?.readyState !== WebSocket.OPEN && !this.ended && this.open();
    addEventListener("online", this.online);
  }

  open() {
    clearTimeout(this.again);
    clearTimeout(this.opening);
    this.socket?.close();
    const socket = (this.socket = new WebSocket(`${location.protocol.replace("http", "ws")}//${location.host}/api/room`));
    socket.onopen = () => socket === this.socket && this.#opened();
    this.opening = setTimeout(() => socket === this.socket && this.#drop(), OPEN_MS);
    socket.onmessage = (event) => this.#heard(event.data);
    socket.onclose = ({ code }) => socket === this.socket && this.#gone(code);
  }

  // Sends an ask; one that is worth it waits for the line. Gives whether it left at once.
  ask(message) {
    if (this.socket?.readyState === WebSocket.OPEN) {
      this.socket.send(JSON.stringify(message));
      return true;
    }
    if (KEPT.has(message.t) || message.agree === false) this.kept.push(message);
    return false;
  }

  close() {
    this.ended = true;
    removeEventListener("online", this.online);
    clearTimeout(this.again);
    clearTimeout(this.opening);
    clearInterval(this.pinging);
    this.socket?.close();
    this.socket = null;
  }

  #opened() {
    this.tries = 0;
    clearTimeout(this.opening);
    this.last = Date.now();
    this.pinging = setInterval(() => this.#ping(), PING_MS);
    this.linked(true);
    for (const message of this.kept.splice(0)) this.ask(message);
  }

  #ping() {
    if (Date.now() - this.last > DEAD_MS) this.#drop();
    else this.ask({ t: "ping" });
  }

  #drop() {
    const socket = this.socket;
    this.#gone();
    socket?.close();
  }

  #heard(data) {
    this.last = Date.now();
    const message = JSON.parse(data);
    if (message.t !== "pong") this.told(message);
  }

  async #gone(code = 0) {
    clearInterval(this.pinging);
    clearTimeout(this.opening);
    this.socket = null;
    this.linked(false);
    if (this.ended || !(await this.closed(code))) return;
    if (this.socket !== null) return; // the network came back meanwhile
    const wait = BACK_OFF_MS[Math.min(this.tries++, BACK_OFF_MS.length - 1)];
    this.again = setTimeout(this.retry, wait * (0.8 + 0.4 * Math.random()));
  }
}
