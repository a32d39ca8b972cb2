"""One connection with one peer: an RTCPeerConnection with our buffers in it. While a second one takes over, a peer has two."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import deque
from typing import TYPE_CHECKING, Any

from aiortc import RTCPeerConnection, RTCRtpSender, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError

from app.consult.media import inside
from app.consult.media.picture_in import TICK_S, PictureBuffer
from app.consult.media.sound_in import SoundBuffer
from app.consult.media.tracks_out import PictureOut, SoundOut, SpeechEncoder

if TYPE_CHECKING:
    import ssl

    import av
    from aiortc import RTCDataChannel, RTCRtpReceiver, RTCRtpTransceiver
    from aiortc.rtcdtlstransport import RTCCertificate

    from app.consult.media.adaptation import Step
    from app.consult.media.ladder import Rung
    from app.consult.session import Track

log = logging.getLogger(__name__)
CHANNEL = "marks"
MEDIA = ("audio", "camera", "shown")  # the media of an offer, in its order
CANDIDATES = ("a=candidate:", "a=end-of-candidates")
H264_LEVELS = {"42001f", "42e01f"}  # baseline, at most 3.1
MOST_MESSAGE, MOST_BUFFERED, MOST_UNSENT = 16 * 1024, 256 * 1024, 50


class Heard:
    """What a link tells its peer; by default nothing."""

    def connected(self, link: Link) -> None:
        """Media can flow."""

    def failed(self, link: Link) -> None:
        """It cannot, or not any more."""

    def picture(self, link: Link, track: Track, frame: av.VideoFrame) -> Any:  # noqa: ANN401  whatever the worker thread gives is left
        """A newer picture; on a worker thread."""

    def message(self, link: Link, message: dict[str, Any]) -> None:
        """Something came over the channel."""


class Link:
    """One connection; everything on the event loop.

    Args:
        rung: its way.
        relay_only: whether only relayed addresses are offered.
        number: which connection of the pair this is.
        certificate: the call's own.
        trust: whom the relay's TLS may be certified by.
        heard: is told.
    """

    def __init__(
        self, rung: Rung, *, relay_only: bool, number: int, certificate: RTCCertificate, trust: ssl.SSLContext, heard: Heard
    ) -> None:
        self.rung, self.number = rung, number
        self.connection = RTCPeerConnection(rung.configuration(relay_only=relay_only))
        inside.use_certificate(self.connection, certificate)
        self.sound = SoundBuffer()
        self.microphone, self.pictures = SoundOut(), {"camera": PictureOut(), "shown": PictureOut(repeat=True)}
        self.received: dict[str, PictureBuffer] = {}
        self._heard, self._trust = heard, trust
        self._senders: dict[str, RTCRtpSender] = {}
        self._receivers: dict[str, RTCRtpReceiver] = {}
        self._channel: RTCDataChannel | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._unsent: deque[dict[str, Any]] = deque(maxlen=MOST_UNSENT)
        self._closed = False
        self.connection.on("connectionstatechange", self._state)
        self.connection.on("datachannel", self._adopt_channel)

    # -- making it ------------------------------------------------------------------------------------------------------

    async def offer(self) -> str:
        """The description to send, whole: all candidates are in it."""
        for name in MEDIA:
            track = self.microphone if name == "audio" else self.pictures[name]
            self._adopt(name, self.connection.addTransceiver(track, "sendrecv"))
        self._adopt_channel(self.connection.createDataChannel(CHANNEL))
        inside.use_trust(self.connection, self._trust)
        await self.connection.setLocalDescription(await self.connection.createOffer())
        return self.connection.localDescription.sdp

    async def answer(self, offer: str) -> str:
        """The description to send back.

        Raises:
            ValueError: the offer is none that we can take.
        """
        await self._remote(offer, "offer")
        transceivers = self.connection.getTransceivers()
        if [t.kind for t in transceivers][:1] != ["audio"] or len(transceivers) > len(MEDIA):
            raise ValueError("an offer has sound, camera and shown picture")
        for name, transceiver in zip(MEDIA, transceivers, strict=False):
            transceiver.sender.replaceTrack(self.microphone if name == "audio" else self.pictures[name])
            transceiver.direction = "sendrecv"
            self._adopt(name, transceiver)
        inside.use_trust(self.connection, self._trust)
        await self.connection.setLocalDescription(await self.connection.createAnswer())
        return self.connection.localDescription.sdp

    async def take_answer(self, answer: str) -> None:
        """The other side's description.

        Raises:
            ValueError: it is none that we can take.
        """
        await self._remote(answer, "answer")

    async def _remote(self, sdp: str, kind: str) -> None:
        try:
            await self.connection.setRemoteDescription(RTCSessionDescription(sdp=candidates_everywhere(sdp), type=kind))
        except Exception as error:  # a stranger's text: aiortc's parser raises whatever Python does
            raise ValueError(f"not a description: {type(error).__name__}") from error

    def _adopt(self, name: str, transceiver: RTCRtpTransceiver) -> None:
        if name in self._receivers:
            return
        kind = "audio" if name == "audio" else "video"
        transceiver.setCodecPreferences([c for c in RTCRtpSender.getCapabilities(kind).codecs if _wanted(c.mimeType, c.parameters)])
        self._senders[name], receiver = transceiver.sender, transceiver.receiver
        self._receivers[name] = receiver
        if name == "audio":
            inside.use_encoder(transceiver.sender, SpeechEncoder())
            inside.plug(receiver, self.sound)
        else:
            buffer = self.received[name] = PictureBuffer(
                lambda packet, data: inside.decode(receiver, packet, data),
                lambda packet: inside.codec_name(receiver, packet),
                lambda: inside.undecoded(receiver),
            )
            inside.plug(receiver, buffer)

    def _adopt_channel(self, channel: RTCDataChannel) -> None:
        if channel.label == CHANNEL:
            self._channel = channel
            channel.on("message", self._message)
            channel.on("open", self._unsent_sent)
            self._unsent_sent()

    def _unsent_sent(self) -> None:
        while self._unsent and self.send(self._unsent[0]):
            self._unsent.popleft()

    # -- while it stands ------------------------------------------------------------------------------------------------

    @property
    def up(self) -> bool:
        """Whether media can flow."""
        return not self._closed and self.connection.connectionState == "connected"

    @property
    def packets(self) -> int:
        """Everything that came."""
        return inside.packets_received(self._receivers["audio"].transport)

    def fingerprints(self) -> tuple[bytes, bytes]:
        """Ours and theirs, SHA-256.

        Raises:
            ConnectionError: before it is connected.
        """
        transport = self._receivers["audio"].transport
        return inside.own_fingerprint(transport), inside.peer_fingerprint(transport)

    def send(self, message: dict[str, Any]) -> bool:
        """Over the channel, if it stands and is not full; whether it went."""
        channel = self._channel
        text = json.dumps(message)
        if channel is None or channel.readyState != "open" or channel.bufferedAmount > MOST_BUFFERED or len(text) > MOST_MESSAGE:
            return False
        channel.send(text)
        return True

    def mark(self, message: dict[str, Any]) -> None:
        """As `send`, but kept until the channel stands; of many the newest."""
        if not self.send(message):
            self._unsent.append(message)

    def adapt(self, step: Step) -> None:
        """Another size and rate of our pictures."""
        self.pictures["camera"].size, self.pictures["camera"].rate = step.size, step.rate
        shown = self.pictures["shown"]
        shown.size, shown.rate = (1280, 720), min(10.0, step.rate)
        encoder = inside.encoder_of(self._senders["camera"]) if "camera" in self._senders else None
        if encoder is not None and step.bits:
            encoder.target_bitrate = step.bits

    async def counted(self) -> tuple[float, float, int, int]:
        """Of our packets: share lost, round trip in seconds, bits a second the peer can take (0: not said), bytes of the camera so far."""
        loss, trip, sent = 0.0, 0.0, 0
        for name in ("audio", "camera"):
            if name in self._senders:
                for one in (await self._senders[name].getStats()).values():
                    if one.type == "remote-inbound-rtp":
                        loss = max(loss, (one.fractionLost or 0) / 256)
                        trip = max(trip, one.roundTripTime or 0.0)
                    elif one.type == "outbound-rtp" and name == "camera":
                        sent = int(one.bytesSent)
        encoder = inside.encoder_of(self._senders["camera"]) if "camera" in self._senders else None
        return loss, trip, int(encoder.target_bitrate) if encoder is not None else 0, sent

    async def close(self) -> None:
        """Ends it; may be called twice."""
        if self._closed:
            return
        self._closed = True
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.microphone.stop()
        for track in self.pictures.values():
            track.stop()
        await self.connection.close()

    # -- inside ---------------------------------------------------------------------------------------------------------

    def _state(self) -> None:
        state = self.connection.connectionState
        if self._closed:
            return
        if state == "connected":
            for name, receiver in self._receivers.items():
                self._start(self._taken(name, receiver))
                if name != "audio":
                    self._start(self._unfrozen(self.received[name], receiver))
            self._heard.connected(self)
        elif state in ("failed", "closed"):
            self._heard.failed(self)

    def _start(self, work: Any) -> None:  # noqa: ANN401  a coroutine
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _taken(self, name: str, receiver: RTCRtpReceiver) -> None:
        """Consumes a track to its end; sound never comes here, our buffer keeps it."""
        track, loop = receiver.track, asyncio.get_running_loop()
        try:
            while True:
                frame: Any = await track.recv()
                while inside.unseen(track) > 0:  # only the newest picture counts
                    frame = await track.recv()
                await loop.run_in_executor(None, self._heard.picture, self, _track(name), frame)
        except MediaStreamError:
            return

    async def _unfrozen(self, buffer: PictureBuffer, receiver: RTCRtpReceiver) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            wish = buffer.wish()
            if wish.key:
                await inside.ask_for_key_picture(receiver, buffer.ssrc)
            elif wish.numbers:
                await inside.ask_again(receiver, buffer.ssrc, list(wish.numbers))

    def _message(self, data: str | bytes) -> None:
        if not isinstance(data, str) or len(data) > MOST_MESSAGE:
            return
        try:
            message = json.loads(data)
        except ValueError:
            return
        if isinstance(message, dict):
            self._heard.message(self, message)


def candidates_everywhere(sdp: str) -> str:
    """A bundled description with the candidates of its first medium under each of the others.

    A browser names them once (RFC 9143, 7.1.3); aiortc keeps those of the last medium alone.
    """
    session, *media = sdp.replace("\r\n", "\n").split("\nm=")
    if not media:
        return sdp
    first = [line for line in media[0].split("\n") if line.startswith(CANDIDATES)]
    whole = [one if "\na=candidate:" in one else "\n".join([one.rstrip("\n"), *first, ""]) for one in media]
    return "\r\n".join("\nm=".join([session, *(one.strip("\n") for one in whole)]).split("\n")) + "\r\n"


def _track(name: str) -> Track:
    return "shown" if name == "shown" else "camera"


def _wanted(mime: str, parameters: dict[str, Any]) -> bool:
    name = mime.lower()
    if name == "video/h264":
        return str(parameters.get("profile-level-id", "")).lower() in H264_LEVELS
    return name in ("audio/opus", "video/vp8", "video/rtx")
