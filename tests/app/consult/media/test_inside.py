"""What is reached inside aiortc is still there; an upgrade that moves it fails here."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from aiortc import RTCConfiguration, RTCPeerConnection
from aiortc.rtcdtlstransport import RTCCertificate

from app.consult.media import inside
from app.consult.media.opus import FRAME, RATE
from app.consult.media.sound_in import SoundBuffer
from app.consult.media.tracks_out import SILENCE, SpeechEncoder


def with_connection(work: Any) -> Any:
    async def run() -> Any:
        connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        try:
            return work(connection)
        finally:
            await connection.close()

    return asyncio.run(run())


def test_every_private_name_is_there() -> None:
    def look(connection: RTCPeerConnection) -> None:
        receiver = connection.addTransceiver("video").receiver
        for name in (inside.BUFFER, inside.CODECS, inside.DECODER_QUEUE, inside.MAPPER):
            assert hasattr(receiver, name)
        assert hasattr(connection.getTransceivers()[0].sender, inside.ENCODER)
        assert len(getattr(connection, inside.CERTIFICATES)) == 1
        assert inside.packets_received(receiver.transport) == 0
        assert len(inside.own_fingerprint(receiver.transport)) == 32
        with pytest.raises(ConnectionError):
            inside.peer_fingerprint(receiver.transport)

    with_connection(look)


def test_a_buffer_is_plugged_once_and_an_encoder_before_the_first_frame() -> None:
    def look(connection: RTCPeerConnection) -> None:
        transceiver = connection.addTransceiver("audio")
        inside.plug(transceiver.receiver, SoundBuffer())
        with pytest.raises(TypeError):
            inside.plug(transceiver.receiver, SoundBuffer())
        inside.use_encoder(transceiver.sender, SpeechEncoder())
        with pytest.raises(TypeError):
            inside.use_encoder(transceiver.sender, SpeechEncoder())

    with_connection(look)


def test_the_calls_certificate_is_the_connections() -> None:
    certificate = RTCCertificate.generateCertificate()

    def look(connection: RTCPeerConnection) -> bytes:
        inside.use_certificate(connection, certificate)
        return inside.own_fingerprint(connection.addTransceiver("audio").receiver.transport)

    assert with_connection(look) == with_connection(look)
    assert with_connection(look).hex(":").upper() == certificate.getFingerprints()[0].value


def test_a_whole_picture_reaches_the_decoder() -> None:
    def look(connection: RTCPeerConnection) -> tuple[str, bytes, int]:
        receiver = connection.addTransceiver("video").receiver
        packet = SimpleNamespace(payload_type=96, timestamp=1234)
        getattr(receiver, inside.CODECS)[96] = SimpleNamespace(name="VP8")
        assert inside.codec_name(receiver, packet) == "VP8"
        inside.decode(receiver, packet, b"picture")
        assert inside.undecoded(receiver) == 1
        codec, frame = getattr(receiver, inside.DECODER_QUEUE).get()
        return codec.name, frame.data, frame.timestamp

    assert with_connection(look) == ("VP8", b"picture", 0)


def test_speech_goes_out_as_packets_of_20_ms() -> None:
    import av  # noqa: PLC0415  only here

    frame = av.AudioFrame.from_ndarray(SILENCE[None, :], format="s16", layout="mono")
    frame.sample_rate, frame.pts = RATE, 5 * FRAME
    (packet,), at = SpeechEncoder().encode(frame)
    assert 0 < len(packet) < 200
    assert at == 5 * FRAME
