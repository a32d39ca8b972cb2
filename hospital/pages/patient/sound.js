// The others' sound. It comes from audio elements, since a stream that no element plays is silent in some browsers.

export class Sound {
  // blocked(on): whether the browser waits for a press before it plays.
  constructor(blocked) {
    Object.assign(this, { blocked, elements: new Map(), sink: "" });
  }

  // The track of one person; null takes it away.
  set(id, track) {
    const element = this.elements.get(id);
    if (element?.srcObject?.getAudioTracks()[0] === track) return;
    if (!track) {
      element?.remove();
      this.elements.delete(id);
      return;
    }
    const playing = element ?? document.body.appendChild(document.createElement("audio"));
    this.elements.set(id, playing);
    playing.autoplay = true;
    playing.srcObject = new MediaStream([track]);
    this.#route(playing);
    this.play();
  }

  // Begins all; called again from a press where the browser wants one.
  async play() {
    const all = await Promise.allSettled([...this.elements.values()].map((element) => element.play()));
    this.blocked(all.some(({ reason }) => reason?.name === "NotAllowedError"));
  }

  use(sink) {
    this.sink = sink;
    for (const element of this.elements.values()) this.#route(element);
  }

  close() {
    for (const id of [...this.elements.keys()]) this.set(id, null);
  }

  #route(element) {
    if (this.sink) element.setSinkId?.(this.sink).catch(() => {});
  }
}
