// The network's check: two connections in this page that reach each other only through the hospital's relay.

import { gathered } from "./peer.js";

const CONNECT_MS = 12000;
const PACKETS = 50;
const EVERY_MS = 40;
const LAST_MS = 1000; // how long the last packet may take

// {ok, roundTrip (ms, median), loss (share)}: `ok` is false where the relay cannot be reached.
export async function checkRelay(ice) {
  const [near, far] = [0, 1].map(() => new RTCPeerConnection({ iceServers: servers(ice), iceTransportPolicy: "relay" }));
  try {
    const channel = near.createDataChannel("check", { ordered: false, maxRetransmits: 0 });
    far.ondatachannel = ({ channel: back }) => (back.onmessage = (event) => back.send(event.data));
    await near.setLocalDescription();
    await gathered(near);
    await far.setRemoteDescription(near.localDescription);
    await far.setLocalDescription();
    await gathered(far);
    await near.setRemoteDescription(far.localDescription);
    await opened(channel);
    return { ok: true, ...(await measured(channel)) };
  } catch {
    return { ok: false, roundTrip: 0, loss: 1 };
  } finally {
    near.close();
    far.close();
  }
}

export const servers = (ice) => ice.map(({ urls, username, credential }) => ({ urls: [...urls], username, credential }));

const opened = (channel) =>
  new Promise((done, failed) => {
    channel.onopen = done;
    setTimeout(failed, CONNECT_MS, new Error("no way through the relay"));
  });

// Packets there and back, as many and as often as speech would be in two seconds.
async function measured(channel) {
  const trips = [];
  channel.onmessage = (event) => trips.push(performance.now() - Number(event.data));
  for (let i = 0; i < PACKETS; i++) {
    channel.send(String(performance.now()));
    await new Promise((done) => setTimeout(done, EVERY_MS));
  }
  const end = performance.now() + LAST_MS;
  while (trips.length < PACKETS && performance.now() < end) await new Promise((done) => setTimeout(done, 20));
  trips.sort((a, b) => a - b);
  return { roundTrip: trips[trips.length >> 1] ?? 0, loss: 1 - trips.length / PACKETS };
}
