// How good a connection is, in one word, from what the browser counts.

// The worst limit that is passed names the link. Loss is a share of a second's packets, round trip is in seconds.
const LIMITS = [
  { link: "very_weak", loss: 0.12, roundTrip: 0.8 },
  { link: "weak", loss: 0.04, roundTrip: 0.4 },
];
const ORDER = ["good", "weak", "very_weak"];
const WORSE_AFTER = 2; // seconds in a row before a worse word is said
const BETTER_AFTER = 5;
const WAYS = { udp: "turn_udp", tcp: "turn_tcp", tls: "turns" };

export const judged = ({ loss, roundTrip }) => LIMITS.find((l) => loss >= l.loss || roundTrip >= l.roundTrip)?.link ?? "good";

// A second's counts of one connection.
export async function counted(connection) {
  const all = [];
  (await connection.getStats()).forEach((entry) => all.push(entry));
  const byId = new Map(all.map((entry) => [entry.id, entry]));
  const transport = all.find((e) => e.type === "transport");
  const pair = byId.get(transport?.selectedCandidatePairId);
  const local = byId.get(pair?.localCandidateId);
  const inbound = all.filter((e) => e.type === "inbound-rtp");
  const sum = (of) => inbound.reduce((total, entry) => total + (of(entry) ?? 0), 0);
  const reported = all.filter((e) => e.type === "remote-inbound-rtp").map((e) => e.fractionLost ?? 0);
  return {
    received: sum((e) => e.packetsReceived),
    lost: sum((e) => e.packetsLost),
    alive: (transport?.packetsReceived ?? sum((e) => e.packetsReceived)) + (pair?.responsesReceived ?? 0), // anything at all
    reportedLoss: Math.max(0, ...reported),
    roundTrip: pair?.currentRoundTripTime ?? 0,
    way: !local ? "" : local.candidateType === "relay" ? (WAYS[local.relayProtocol] ?? "turn_udp") : "direct",
  };
}

// Turns counts into a word that does not flicker.
export class Judge {
  constructor() {
    Object.assign(this, { link: "good", other: "good", times: 0, before: null });
  }

  // Takes a second's counts; gives the word.
  take(counts) {
    const { received, lost } = this.before ?? counts;
    this.before = counts;
    const [came, went] = [counts.received - received, Math.max(0, counts.lost - lost)];
    const now = judged({ loss: Math.max(went / Math.max(1, came + went), counts.reportedLoss), roundTrip: counts.roundTrip });
    this.times = now === this.other ? this.times + 1 : 1;
    this.other = now;
    const worse = ORDER.indexOf(now) > ORDER.indexOf(this.link);
    if (now !== this.link && this.times >= (worse ? WORSE_AFTER : BETTER_AFTER)) this.link = now;
    return this.link;
  }
}
