// What the page asks of the hospital. The session is a cookie that no script can read.

export class Refusal extends Error {
  constructor(status, body) {
    super(body.what_happened ?? `status ${status}`);
    this.status = status;
    this.code = String(body.details ?? "").split(" ")[0];
    this.happened = body.what_happened ?? "The hospital's server cannot be reached.";
    this.toDo = body.what_to_do ?? "Check the network, then try again.";
  }
}

async function answered(path, options) {
  let answer;
  try {
    answer = await fetch(path, { credentials: "same-origin", cache: "no-store", redirect: "error", ...options });
  } catch {
    throw new Refusal(0, { details: "unreachable" });
  }
  if (!answer.ok) throw new Refusal(answer.status, await answer.json().catch(() => ({ details: "unreachable" })));
  return answer.status === 204 ? {} : answer.json();
}

const post = (path, body = {}) => answered(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
// `quiet`: the page looks by itself; that keeps nobody signed in.
const get = (path, quiet = false) => answered(quiet ? `${path}${path.includes("?") ? "&" : "?"}quiet=true` : path);
const id = encodeURIComponent;

export const signIn = (login, password) => post("/api/sign-in", { login, password });
export const signOut = () => post("/api/sign-out");
export const me = () => get("/api/me");
export const overview = (quiet) => get("/api/overview", quiet);
export const now = () => get("/api/now", true);
export const consult = (which, quiet) => get(`/api/consults/${id(which)}`, quiet);
export const box = (quiet) => get("/api/box", quiet);
export const set = (which, wish) => post(`/api/cases/${id(which)}/consults`, wish);
export const move = (which, slot) => post(`/api/consults/${id(which)}/slot`, slot);
export const cancel = (which, reason) => post(`/api/consults/${id(which)}/cancellation`, { reason });
export const invite = (which, person) => post(`/api/consults/${id(which)}/people`, { person });
export const invitePhysician = (which, physician) => post(`/api/consults/${id(which)}/people`, { physician });
export const newLink = (person) => post(`/api/people/${id(person)}/link`);
export const revoke = (person) => post(`/api/people/${id(person)}/revocation`);
export const take = (letter) => post(`/api/box/${id(letter)}/take`);
export const posted = (letter, outcome) => post(`/api/box/${id(letter)}/outcome`, { outcome });

export function slots(day, zone, minutes, physicians, without) {
  const asked = new URLSearchParams({ day, zone, minutes, without });
  for (const one of physicians) asked.append("physician", one);
  return get(`/api/slots?${asked}`);
}
