"""What is reached inside aiortc, in one place: exactly one version is pinned, and a test tries each of these.

RTCRtpReceiver keeps its buffer under a private name and calls only `add(packet) -> (ask for a key frame, frame or None)` on it. A buffer
that keeps the packets and answers (False, None) makes the receiver a tap: SRTP, reports and statistics stay aiortc's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiortc.jitterbuffer import JitterBuffer, JitterFrame

if TYPE_CHECKING:
    import ssl

    from aiortc import RTCPeerConnection, RTCRtpReceiver, RTCRtpSender
    from aiortc.rtcdtlstransport import RTCCertificate, RTCDtlsTransport

    from app.consult.media.picture_in import PictureBuffer
    from app.consult.media.sound_in import SoundBuffer

BUFFER = "_RTCRtpReceiver__jitter_buffer"
CODECS = "_RTCRtpReceiver__codecs"
DECODER_QUEUE = "_RTCRtpReceiver__decoder_queue"
MAPPER = "_RTCRtpReceiver__timestamp_mapper"
ENCODER = "_RTCRtpSender__encoder"
ICE_TRANSPORTS = "_RTCPeerConnection__iceTransports"
CERTIFICATES = "_RTCPeerConnection__certificates"


def plug(receiver: RTCRtpReceiver, buffer: SoundBuffer | PictureBuffer) -> None:
    """Puts our buffer in the place of aiortc's; before the first packet."""
    if not isinstance(getattr(receiver, BUFFER), JitterBuffer):
        raise TypeError("aiortc has changed: the receiver's buffer is no JitterBuffer")
    setattr(receiver, BUFFER, buffer)


def decode(receiver: RTCRtpReceiver, packet: Any, data: bytes) -> None:  # noqa: ANN401  aiortc's RtpPacket
    """Hands one whole coded picture to the receiver's decoder thread."""
    codec = getattr(receiver, CODECS)[packet.payload_type]
    timestamp = getattr(receiver, MAPPER).map(packet.timestamp)
    getattr(receiver, DECODER_QUEUE).put((codec, JitterFrame(data=data, timestamp=timestamp)))


def unseen(track: Any) -> int:  # noqa: ANN401  aiortc's RemoteStreamTrack
    """How many decoded pictures of a track nobody has taken."""
    return int(track._queue.qsize())  # noqa: SLF001  see above


def undecoded(receiver: RTCRtpReceiver) -> int:
    """How many coded pictures wait for the decoder."""
    return int(getattr(receiver, DECODER_QUEUE).qsize())


async def ask_for_key_picture(receiver: RTCRtpReceiver, ssrc: int) -> None:
    """PLI (RFC 4585, 6.3.1)."""
    await receiver._send_rtcp_pli(ssrc)  # noqa: SLF001  see above


async def ask_again(receiver: RTCRtpReceiver, ssrc: int, numbers: list[int]) -> None:
    """NACK (RFC 4585, 6.2.1) for packets that did not come."""
    await receiver._send_rtcp_nack(ssrc, numbers)  # noqa: SLF001  see above


def codec_name(receiver: RTCRtpReceiver, packet: Any) -> str:  # noqa: ANN401  likewise
    """Its name: "VP8" or "H264"."""
    return str(getattr(receiver, CODECS)[packet.payload_type].name)


def encoder_of(sender: RTCRtpSender) -> Any:  # noqa: ANN401  aiortc's encoders have no common type
    """The encoder at work; None before the first picture."""
    return getattr(sender, ENCODER)


def use_encoder(sender: RTCRtpSender, encoder: object) -> None:
    """Another encoder, before the first frame."""
    if getattr(sender, ENCODER) is not None:
        raise TypeError("aiortc has changed, or the sender has begun")
    setattr(sender, ENCODER, encoder)


def use_certificate(connection: RTCPeerConnection, certificate: RTCCertificate) -> None:
    """The call's own certificate, so that a second connection in the same call shows the same one."""
    if len(getattr(connection, CERTIFICATES)) != 1:
        raise TypeError("aiortc has changed: a connection has no certificate of its own")
    setattr(connection, CERTIFICATES, [certificate])


def use_trust(connection: RTCPeerConnection, trust: ssl.SSLContext) -> None:
    """Whom the TLS of a relay may be certified by; before candidates are gathered."""
    for transport in getattr(connection, ICE_TRANSPORTS):
        ice = transport.iceGatherer._connection  # noqa: SLF001  see above
        if not isinstance(ice.turn_ssl, bool):
            continue
        ice.turn_ssl = trust if ice.turn_ssl else False


def peer_fingerprint(transport: RTCDtlsTransport) -> bytes:
    """SHA-256 of the certificate that really came over DTLS; aiortc has compared it with the description, this does not rely on it."""
    secure = transport._ssl  # noqa: SLF001  see above
    certificate = secure.get_peer_certificate() if secure is not None else None
    if certificate is None:
        raise ConnectionError("no certificate came")
    return bytes.fromhex(certificate.digest("sha256").decode().replace(":", ""))


def own_fingerprint(transport: RTCDtlsTransport) -> bytes:
    """SHA-256 of our own certificate."""
    value = next(f.value for f in transport.getLocalParameters().fingerprints if f.algorithm == "sha-256")
    return bytes.fromhex(value.replace(":", ""))


def packets_received(transport: RTCDtlsTransport) -> int:
    """Everything that came over a transport: the sign that the other side lives."""
    return int(next(iter(transport._get_stats().values())).packetsReceived)  # noqa: SLF001  see above
