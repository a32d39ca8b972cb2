"""Each way of the ladder carries a call between desk and browser where those above are shut; and H.264 where there is no VP8."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from app.consult.session import LinkState, WordsKnown
from tests.journeys.chromium import Browser
from tests.journeys.coded_media import coded_media
from tests.journeys.test_consult_media import Call, served
from tests.journeys.turn import Turn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# A browser without VP8 passes over it in an offer: this one never sees it. (Codec preferences alone bind only what Chromium receives.)
NO_VP8_JS = r"""
const set = RTCPeerConnection.prototype.setRemoteDescription;
const without = (section) => {
  const gone = [...section.matchAll(/^a=rtpmap:(\d+) (?:VP8|rtx)\//gm)].map((found) => found[1]);
  const lines = section.split("\r\n").filter((line) => !gone.includes(/^a=(?:rtpmap|fmtp|rtcp-fb):(\d+) /.exec(line)?.[1]));
  lines[0] = lines[0].split(" ").filter((word, n) => n < 3 || !gone.includes(word)).join(" ");
  return lines.join("\r\n");
};
RTCPeerConnection.prototype.setRemoteDescription = function ({ type, sdp }) {
  return set.call(this, { type, sdp: sdp.split(/^(?=m=)/m).map((part) => (part.startsWith("m=video") ? without(part) : part)).join("") });
};
"""
CODECS_JS = """(async () => {
  const all = [...(await peer.current.connection.getStats()).values()];
  const of = (type) => all.filter((s) => s.type === type && s.kind === "video" && s.codecId && (s.framesDecoded || s.framesEncoded));
  return ["inbound-rtp", "outbound-rtp"].map((type) => of(type).map((s) => all.find((c) => c.id === s.codecId)?.mimeType));
})()"""


@contextmanager
def calling(folder: Path, turn: Turn, *, tls: bool) -> Iterator[Call]:
    """Desk and page, not connected yet."""
    pins = [turn.certificate] if tls else []
    with served() as address, Browser(folder, media=coded_media(folder / "media", seconds=5), pins=pins) as browser:
        page = browser.page()
        page.open(address)
        call = Call(page, folder / "heard.json", turn.authority if tls else None)
        try:
            yield call
        finally:
            call.desk.session.stop()


def both_know_each_other(call: Call) -> None:
    """By the content of picture and sound."""
    numbers: set[int] = set()
    call.until(lambda: call.desk.last(WordsKnown))
    call.until(lambda: call.numbers_at_desk(numbers) > 10)
    call.until(lambda: call.page.evaluate("seen.length") > 10)
    call.until(lambda: abs(call.heard_hz() - 1000) < 5)
    call.until(lambda: abs(call.page.evaluate("tone().hz") - 440) < 5)


@pytest.mark.parametrize(("shut", "way"), [(("udp",), "turn_tcp"), (("udp", "tcp"), "turns")])
def test_a_call_goes_by_the_next_way_where_those_above_are_shut(tmp_path: Path, shut: tuple[str, ...], way: str) -> None:
    with Turn(tmp_path / "turn", tls=True, without=shut) as turn, calling(tmp_path, turn, tls=True) as call:
        call.start(turn.server("desk", "udp", "tcp", "tls"), turn.server("patient", "udp", "tcp", "tls"))
        both_know_each_other(call)
        assert call.desk.last(LinkState).way == way
        assert call.page.evaluate("pairs()") == ["relay", "relay"]
        call.page.evaluate("peer.close()")


def test_a_browser_without_vp8_gets_h264_and_both_recognise_the_picture(tmp_path: Path) -> None:
    with Turn(tmp_path / "turn") as turn, calling(tmp_path, turn, tls=False) as call:
        call.page.evaluate(f"(() => {{ {NO_VP8_JS} }})()")
        call.start(turn.server("desk"), turn.server("patient"))
        both_know_each_other(call)
        call.until(lambda: all(call.page.evaluate(CODECS_JS)))
        assert {codec for way in call.page.evaluate(CODECS_JS) for codec in way} == {"video/H264"}
        call.page.evaluate("peer.close()")
