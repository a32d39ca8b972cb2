// Three words that both sides of a connection can compare aloud: bound to both DTLS certificates by commit and reveal, so that nobody in
// the middle can search for certificates that give the same ones (RFC 6189, 4.4.1 has the idea).

const COMMIT = "overread words commit 1";
const WORDS = "overread words 1";
const NONCE_BYTES = 16;

export const toHex = (bytes) => Array.from(new Uint8Array(bytes), (b) => b.toString(16).padStart(2, "0")).join("");
export const fromHex = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));

const utf8 = (text) => new TextEncoder().encode(text);
const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", await new Blob(parts).arrayBuffer()));

export const newNonce = () => crypto.getRandomValues(new Uint8Array(NONCE_BYTES));

// What the offerer sends first: SHA-256 over its fingerprint and nonce.
export const commitment = async (fingerprint, nonce) => toHex(await sha256(utf8(COMMIT), fingerprint, nonce));

// The three numbers 0 to 2047: eleven bits each from the top of the digest over call and both sides, in the order of their bytes.
export async function indices(call, mine, theirs) {
  const sides = [mine, theirs].map(({ fingerprint, nonce }) => toHex(fingerprint) + toHex(nonce)).sort();
  const digest = await sha256(utf8(WORDS), utf8(call), ...sides.map(fromHex));
  const top = digest.slice(0, 5).reduce((sum, byte) => sum * 256n + BigInt(byte), 0n) >> 7n;
  return [22n, 11n, 0n].map((shift) => Number((top >> shift) & 2047n));
}

let list = null;

// The list of 2048 words, fetched once.
async function wordList() {
  if (!list) {
    const answer = await fetch("/words/en.txt");
    list = answer.ok ? (await answer.text()).split("\n").filter(Boolean) : null;
  }
  if (list?.length !== 2048) throw new Error("the list of words is not complete");
  return list;
}

export const spoken = async (numbers) => {
  const all = await wordList();
  return numbers.map((n) => all[n]);
};

// The fingerprints of both certificates of a connection: theirs is hashed from what came over DTLS (the session description may name
// another algorithm's only); where the browser does not give it out, its own statistics do.
export async function fingerprints(connection) {
  const stats = new Map();
  (await connection.getStats()).forEach((entry) => stats.set(entry.id, entry));
  const transport = [...stats.values()].find((entry) => entry.type === "transport" && entry.dtlsState === "connected");
  const stated = (id) => {
    const certificate = stats.get(id);
    if (certificate?.fingerprintAlgorithm !== "sha-256") throw new Error("no sha-256 fingerprint");
    return fromHex(certificate.fingerprint.replaceAll(":", ""));
  };
  const [wire] = connection.sctp?.transport.getRemoteCertificates?.() ?? [];
  return { mine: stated(transport?.localCertificateId), theirs: wire ? await sha256(wire) : stated(transport?.remoteCertificateId) };
}

// One exchange over one connection. `send(body)` carries a message to the other side, `known(words)` gets the words or null where the
// other side did not hold to its commitment.
export class Comparison {
  constructor({ offers, call, send, known, sides }) {
    Object.assign(this, { offers, call, send, known, nonce: newNonce(), committed: null });
    this.sides = sides; // promise of {mine, theirs}
  }

  async begin() {
    if (this.offers) this.send({ k: "commit", c: await commitment((await this.sides).mine, this.nonce) });
  }

  async heard(body) {
    if (body.k === "commit" && !this.offers && this.committed === null) {
      this.committed = body.c;
      this.send({ k: "nonce", v: toHex(this.nonce) });
    } else if (body.k === "nonce" && this.offers && !this.revealed) {
      this.revealed = true;
      this.send({ k: "reveal", v: toHex(this.nonce) });
      await this.#conclude(fromHex(body.v));
    } else if (body.k === "reveal" && !this.offers && this.committed !== null) {
      const held = (await commitment((await this.sides).theirs, fromHex(body.v))) === this.committed;
      if (held) await this.#conclude(fromHex(body.v));
      else this.known(null);
    }
  }

  async #conclude(nonce) {
    const { mine, theirs } = await this.sides;
    const numbers = await indices(this.call, { fingerprint: mine, nonce: this.nonce }, { fingerprint: theirs, nonce });
    this.known(await spoken(numbers));
  }
}
