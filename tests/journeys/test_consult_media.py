"""A call between the desk's media process and the patient's page in Debian's Chromium, by a relay alone; judged by its content."""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from app.consult.process import MediaProcess
from app.consult.session import LinkState, Marked, SignalOut, WordsKnown
from tests.app.consult.rooms import Side
from tests.doubles import coded_picture
from tests.doubles.media_equipment import ENTRY, settings
from tests.journeys.chromium import Browser, Page
from tests.journeys.coded_media import WATCHING_JS, coded_media
from tests.journeys.turn import Turn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sync.protocol.consult import IceServer

ROOT = Path(__file__).resolve().parents[2]
PATIENT = ROOT / "hospital" / "pages" / "patient"
VIDEOS = b"<video id=camera autoplay playsinline></video><video id=shown autoplay muted></video>"
PAGE = b"<!doctype html><meta charset=utf-8><title>call</title>" + VIDEOS
# The page's own peer, its words and its marks; what it would send through the room waits in `sent`.
CALL_JS = (
    """
import { Peer } from "/peer.js";
"""
    + WATCHING_JS
    + """
globalThis.sent = []; globalThis.marked = []; globalThis.words = null;
globalThis.begin = async (iceServers) => {
  const mine = await navigator.mediaDevices.getUserMedia({
    video: { width: 640, height: 480, frameRate: 30 },
    audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
  });
  const element = (name, tracks) => { document.getElementById(name).srcObject = new MediaStream(tracks); };
  const host = {
    call: "call-1", configuration: () => ({ iceServers, iceTransportPolicy: "relay" }),
    tracks: () => ({ audio: mine.getAudioTracks()[0], camera: mine.getVideoTracks()[0] }),
    send: (body) => sent.push(body), words: (three) => { globalThis.words = three; }, marked: (message) => marked.push(message),
    changed: () => {
      const { audio, camera, shown } = peer.media;
      if (!audio || globalThis.playing === audio) return;
      globalThis.playing = audio;
      element("camera", [audio, camera]);
      element("shown", [shown]);
      globalThis.tone = listenTo(audio);
    },
  };
  globalThis.peer = new Peer({ offers: false, host });
  globalThis.seen = watchCoded(document.getElementById("camera"));
  peer.tried = Date.now();
};
globalThis.took = () => sent.splice(0);
globalThis.pairs = async () => {
  const stats = await peer.current.connection.getStats(), all = [...stats.values()];
  const pair = stats.get(all.find((s) => s.type === "transport").selectedCandidatePairId);
  return [stats.get(pair.localCandidateId).candidateType, stats.get(pair.remoteCandidateId).candidateType];
};
globalThis.ready = true;
"""
)


class Served(SimpleHTTPRequestHandler):
    """The patient's modules, the list of words, and a page that holds one call."""

    extensions_map = {**SimpleHTTPRequestHandler.extensions_map, ".js": "text/javascript"}  # noqa: RUF012  the base class has it so

    def do_GET(self) -> None:
        own = {
            "/": ("text/html", PAGE + b'<script type="module" src="/call.js"></script>'),
            "/call.js": ("text/javascript", CALL_JS.encode()),
        }
        own["/words/en.txt"] = ("text/plain", (ROOT / "resources" / "words" / "en.txt").read_bytes())
        if self.path not in own:
            super().do_GET()
            return
        kind, body = own[self.path]
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@contextmanager
def served() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Served, directory=str(PATIENT)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Call:
    """The desk's session and the page, with their signals carried by whoever waits."""

    def __init__(self, page: Page, heard: Path, authority: Path | None = None) -> None:
        self.page, self._heard = page, heard
        self.desk = Side("desk", MediaProcess(ENTRY, authority))
        self._sent = 0

    def start(self, desk: IceServer, patient: IceServer) -> None:
        with settings(tone=440.0, heard=self._heard):
            self.desk.session.start(self.desk.told, [desk], me="desk", call="call-1", relay_only=True)
        self.desk.session.camera(True)
        servers = [{"urls": list(patient.urls), "username": patient.username, "credential": patient.credential}]
        self.page.until("globalThis.ready")
        self.page.evaluate(f"begin({json.dumps(servers)})")
        self.desk.session.connect("patient", offers=True)

    def until(self, seen: Callable[[], Any], seconds: float = 60.0) -> Any:
        """Carries signals both ways until something is there."""
        end = time.monotonic() + seconds
        while not (value := seen()):
            assert time.monotonic() < end, f"it did not come: {self.page.errors} {self.desk.last(LinkState)}"
            signals = [e for e in list(self.desk.events) if isinstance(e, SignalOut)]
            for signal in signals[self._sent :]:
                self.page.evaluate(f"peer.heard({json.dumps(signal.body)})")
            self._sent = len(signals)
            for body in self.page.evaluate("took()"):
                self.desk.session.heard("patient", body)
            threading.Event().wait(0.05)
        return value

    def heard_hz(self) -> float:
        return float(json.loads(self._heard.read_text())["hz"]) if self._heard.exists() else 0.0

    def numbers_at_desk(self, into: set[int]) -> int:
        picture = self.desk.session.picture("patient", "camera")
        value = coded_picture.read(picture) if picture is not None else None
        if value is not None:
            into.add(value)
        return len(into)


@pytest.fixture
def call(tmp_path_factory: pytest.TempPathFactory, tmp_path: Path) -> Iterator[Call]:
    folder = tmp_path_factory.mktemp("c")  # Chromium's socket wants a short path
    with served() as address, Browser(folder, media=coded_media(tmp_path / "media")) as browser:
        page = browser.page()
        page.open(address)
        one = Call(page, tmp_path / "heard.json")
        try:
            yield one
        finally:
            one.desk.session.stop()


@pytest.mark.parametrize("way", ["udp", "tcp"])
def test_picture_and_sound_are_recognised_on_both_sides_through_the_relay(call: Call, tmp_path: Path, way: str) -> None:
    page, desk = call.page, call.desk
    with Turn(tmp_path / "turn") as turn:
        call.start(turn.server("desk", way), turn.server("patient", way))
        three = call.until(lambda: desk.last(WordsKnown))
        assert call.until(lambda: page.evaluate("words")) == list(three.words)
        numbers: set[int] = set()
        call.until(lambda: call.numbers_at_desk(numbers) > 20)
        assert numbers <= set(range(1, 601))
        call.until(lambda: page.evaluate("seen.length") > 20)
        call.until(lambda: abs(call.heard_hz() - 1000) < 5)
        call.until(lambda: abs(page.evaluate("tone().hz") - 440) < 5 and page.evaluate("tone().db") > -60)
        ages = [(at - time.time() + time.monotonic()) * 1000 % (1 << 20) - n for n, at in page.evaluate("seen")[-20:]]
        assert 0 < np.median(ages) < 2000
        assert page.evaluate("pairs()") == ["relay", "relay"]
        assert desk.last(LinkState).way == f"turn_{way}"
        desk.session.mark({"m": "pointer", "x": 0.5, "y": 0.25})
        call.until(lambda: {"m": "pointer", "x": 0.5, "y": 0.25} in page.evaluate("marked"))
        page.evaluate('peer.mark({ m: "circle", x: 0.1, y: 0.2, r: 0.3 })')
        call.until(lambda: desk.last(Marked) is not None)
        desk.session.show(np.full((300, 400, 3), 200, np.uint8))
        call.until(lambda: page.evaluate("document.getElementById('shown').videoWidth") == 400)
        page.evaluate("seen.splice(0)")
        page.evaluate("peer.renew()")  # the network changed: a second connection in the same call
        numbers.clear()
        call.until(lambda: page.evaluate("peer.current.n") == 2)
        call.until(lambda: call.numbers_at_desk(numbers) > 20 and page.evaluate("seen.length") > 20)
        call.until(lambda: desk.last(WordsKnown) is not three and page.evaluate("words") == list(desk.last(WordsKnown).words))
        page.evaluate("peer.close()")
        desk.session.stop()
