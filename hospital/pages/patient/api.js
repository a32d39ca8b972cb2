// What the page asks of the hospital by HTTPS. The session is a cookie that no script can read.

// A refusal: the first word of its details, `code`, names it in the page's own table of texts where there is one; the two sentences are
// the hospital's.
export class Refusal extends Error {
  constructor(status, body) {
    super(body.what_happened ?? `status ${status}`);
    this.status = status;
    const [code, left] = String(body.details ?? "").split(" ");
    this.code = code;
    this.happened = body.what_happened ?? "";
    this.toDo = body.what_to_do ?? "";
    this.left = left ?? null; // of the attempts to prove oneself
  }
}

const KNOWN_MS = 3000; // whether the hospital still knows us is asked where the network may be gone
const asked = (path, options) => fetch(path, { credentials: "same-origin", cache: "no-store", redirect: "error", ...options });

async function answered(path, options) {
  let answer;
  try {
    answer = await asked(path, options);
  } catch {
    throw new Refusal(0, { details: "unreachable" });
  }
  if (answer.ok) return answer;
  throw new Refusal(answer.status, await answer.json().catch(() => ({ details: "unreachable" })));
}

async function post(path, body) {
  const answer = await answered(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  return answer.status === 204 ? {} : answer.json();
}

const get = async (path, options) => (await answered(path, options)).json();

export const open = (token) => post("/api/open", { token });
export const prove = (token, value) => post("/api/prove", { token, value });
export const me = () => get("/api/me");
export const known = () => get("/api/me", { signal: AbortSignal.timeout(KNOWN_MS) });
export const checkIn = (said) => post("/api/check-in", said);
export const deviceCheckIce = async () => {
  const answer = await get("/api/device-check-ice");
  return answer.ice ?? answer;
};

// A file of the chat, for the hospital's quarantine.
export const sendFile = (file) => answered(`/api/files?name=${encodeURIComponent(file.name.slice(-200))}`, { method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: file });

// A snapshot's bytes, only if they are the ones that the digest names.
export async function snapshot(sha256) {
  const bytes = await (await answered(`/api/snapshots/${sha256}`)).arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const found = Array.from(digest, (b) => b.toString(16).padStart(2, "0")).join("");
  if (found !== sha256) throw new Refusal(0, { details: "damaged" });
  return new Blob([bytes], { type: "image/png" });
}
