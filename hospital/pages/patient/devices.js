// One's own camera and microphone, how loud the microphone is, and a tone for the loudspeaker.

const CAMERA = { width: { ideal: 1280, max: 1280 }, height: { ideal: 720, max: 720 }, frameRate: { ideal: 30, max: 30 } };
const MICROPHONE = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const TONE_HZ = [523.25, 659.25, 783.99];

const WHY = { NotAllowedError: "refused", SecurityError: "refused", NotFoundError: "missing", OverconstrainedError: "missing", NotReadableError: "busy", AbortError: "busy" };

export class Devices {
  constructor() {
    this.stream = new MediaStream();
    this.chosen = { camera: "", microphone: "", loudspeaker: "" };
    this.trouble = { camera: "", microphone: "" }; // "", "refused", "missing", "busy"
    this.on = { camera: true, microphone: true };
    this.ended = () => {}; // a device was pulled out
  }

  get camera() {
    return this.stream.getVideoTracks()[0] ?? null;
  }

  get microphone() {
    return this.stream.getAudioTracks()[0] ?? null;
  }

  // Asks for both at once, so that the browser asks the person once; then each alone, so that one can be missing.
  async open() {
    if (!navigator.mediaDevices?.getUserMedia) {
      this.trouble = { camera: "missing", microphone: "missing" };
      return;
    }
    try {
      this.#take(await this.#ask({ camera: true, microphone: true }));
    } catch {
      for (const kind of ["camera", "microphone"]) await this.#alone(kind);
    }
  }

  async #alone(kind) {
    try {
      this.#take(await this.#ask({ [kind]: true }));
    } catch (error) {
      this.trouble[kind] = WHY[error.name] ?? "missing";
      if (this[kind]?.readyState === "ended") this.stream.removeTrack(this[kind]); // it was pulled out, and there is no other
    }
  }

  #ask({ camera = false, microphone = false }) {
    const id = (kind) => (this.chosen[kind] ? { deviceId: { exact: this.chosen[kind] } } : {});
    return navigator.mediaDevices.getUserMedia({
      video: camera && { ...CAMERA, facingMode: "user", ...id("camera") },
      audio: microphone && { ...MICROPHONE, ...id("microphone") },
    });
  }

  #take(stream) {
    for (const track of stream.getTracks()) {
      const kind = track.kind === "video" ? "camera" : "microphone";
      const old = this[kind];
      if (old) {
        this.stream.removeTrack(old);
        old.stop();
      }
      track.enabled = this.on[kind];
      track.onended = () => this.ended(kind);
      this.stream.addTrack(track);
      this.trouble[kind] = "";
    }
  }

  // Another device of a kind; the old one stays where the new one cannot be had.
  async use(kind, id) {
    this.chosen[kind] = id;
    if (kind !== "loudspeaker") await this.#alone(kind);
  }

  turn(kind, on) {
    this.on[kind] = on;
    if (this[kind]) this[kind].enabled = on;
  }

  // [{kind, id, name}] of all devices that the browser names.
  async list() {
    const kinds = { videoinput: "camera", audioinput: "microphone", audiooutput: "loudspeaker" };
    const found = (await navigator.mediaDevices?.enumerateDevices?.()) ?? [];
    return found.filter((d) => d.deviceId && d.label).map((d) => ({ kind: kinds[d.kind], id: d.deviceId, name: d.label }));
  }

  close() {
    for (const track of this.stream.getTracks()) {
      track.onended = null;
      track.stop();
      this.stream.removeTrack(track);
    }
  }
}

// Tells 0 to 1, ten times a second, how loud a track is; gives a function that ends it.
export function level(track, told) {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, s) => sum + s * s, 0) / samples.length;
    told(Math.min(1, Math.max(0, 1 + (10 * Math.log10(power + 1e-9)) / 60))); // -60 dB is silence
  }, 100);
  return () => {
    clearInterval(timer);
    context.close();
  };
}

// Three soft tones one after the other; resolves when they are over. `sink` is the loudspeaker's id, where the browser lets it be chosen.
export async function tone(sink = "") {
  const context = new AudioContext();
  if (sink && context.setSinkId) await context.setSinkId(sink).catch(() => {});
  await context.resume();
  const loudness = context.createGain();
  loudness.connect(context.destination);
  const start = context.currentTime + 0.05;
  TONE_HZ.forEach((hz, i) => {
    const voice = context.createOscillator();
    voice.frequency.value = hz;
    voice.connect(loudness);
    voice.start(start + i * 0.4);
    voice.stop(start + i * 0.4 + 0.38);
  });
  loudness.gain.setValueAtTime(0, start);
  loudness.gain.linearRampToValueAtTime(0.25, start + 0.05);
  loudness.gain.setValueAtTime(0.25, start + 1.1);
  loudness.gain.linearRampToValueAtTime(0, start + 1.2);
  await new Promise((done) => setTimeout(done, 1350));
  await context.close();
}
