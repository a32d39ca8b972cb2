"""One HTTPS connection to the hospital: pinned, with its own deadlines, and every failure told as a `Trouble`.

requests lives in `sync.engine` only. `session.verify` names the pinned CA file and `trust_env` is off: a custom TLS context alone would
silently add the public roots, and the environment could replace both (reliability page, 0.4 and 2.4). Bodies are asked for without any
content coding, so that offsets and lengths count the bytes that travel.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from ssl import SSLCertVerificationError
from typing import TYPE_CHECKING, Any

import requests
from requests.exceptions import RequestException, SSLError
from urllib3.exceptions import HTTPError

from record.trouble import Kind, Trouble

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

CONNECT_S = 5.0
READ_S = 20.0
DEADLINE_S = 60.0
LEAST_RATE = 1024  # bytes a second, over a window
RATE_WINDOW_S = 30.0
MOST_JSON_BYTES = 32 * 1024 * 1024
_PIECE = 1 << 18

CERTIFICATE = "certificate: "  # begins the details of a trouble with what answers in the hospital's place
OFFLINE = "The hospital cannot be reached."
OFFLINE_REMEDY = "You can go on reading and sign; the opinion leaves by itself when it is back."


class Answer:
    """A whole, small answer."""

    def __init__(self, status: int, media_type: str, body: bytes) -> None:
        self.status = status
        self.media_type = media_type
        self.body = body


class Wire:
    """A session with one hospital.

    Args:
        address: https://host:port.
        ca_file: the pinned authority's PEM file, the only root.
        monotonic: the clock for deadlines.
    """

    def __init__(self, address: str, ca_file: Path, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.address = address
        self._monotonic = monotonic
        self._session = requests.Session()
        self._session.verify = str(ca_file)
        self._session.trust_env = False
        self._session.headers.update({"Accept-Encoding": "identity", "User-Agent": "overread"})

    def close(self) -> None:
        """Closes the connections."""
        self._session.close()

    def ask(self, method: str, path: str, *, token: str | None = None, **more: Any) -> Answer:  # noqa: ANN401  passed on to requests
        """One request and its whole answer, which is here within `DEADLINE_S` once it begins (a slow upload may take longer).

        Raises:
            Trouble: NETWORK (not reached, cut, too slow), IDENTITY (another certificate than pinned).
        """
        with self._open(method, path, token, more) as response:
            deadline = self._monotonic() + DEADLINE_S
            body = bytearray()
            for piece in self._pieces(response):
                body += piece
                if self._monotonic() > deadline or len(body) > MOST_JSON_BYTES:
                    raise offline("the answer takes too long or is too long")
            _whole(response.headers, len(body))
            return Answer(response.status_code, _media_type(response.headers), bytes(body))

    @contextmanager
    def stream(self, method: str, path: str, *, token: str, **more: Any) -> Iterator[tuple[Answer, Iterator[bytes]]]:  # noqa: ANN401  passed on
        """One request and its answer in pieces as they come, as long as they come at `LEAST_RATE` or faster.

        Where the status is 400 or more, the answer holds the whole body and there are no pieces.
        """
        with self._open(method, path, token, more) as response:
            pieces = self._pieces(response)
            refused = response.status_code >= 400
            body = b"".join(pieces) if refused else b""
            yield Answer(response.status_code, _media_type(response.headers), body), iter(()) if refused else pieces

    @contextmanager
    def _open(self, method: str, path: str, token: str | None, more: dict[str, Any]) -> Iterator[requests.Response]:
        headers = dict(more.pop("headers", {}))
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        with _told():
            response = self._session.request(
                method, self.address + path, headers=headers, timeout=(CONNECT_S, READ_S), stream=True, allow_redirects=False, **more
            )
            try:
                yield response
            finally:
                response.close()

    def _pieces(self, response: requests.Response) -> Iterator[bytes]:
        """What arrives, as it arrives: urllib3's `read1` does not wait for a full buffer, so that our own clock is asked."""
        started, counted = self._monotonic(), 0
        with _told():
            while True:
                piece = response.raw.read1(_PIECE, decode_content=False)
                if not piece:
                    return
                counted += len(piece)
                elapsed = self._monotonic() - started
                if elapsed > RATE_WINDOW_S:
                    if counted < LEAST_RATE * elapsed:
                        raise offline("the connection is too slow")
                    started, counted = self._monotonic(), 0
                yield piece


def offline(details: str) -> Trouble:
    """The sentence for a hospital that is not reached."""
    return Trouble(OFFLINE, OFFLINE_REMEDY, details=details, kind=Kind.NETWORK)


@contextmanager
def _told() -> Iterator[None]:
    """Turns the library's exceptions into a `Trouble`; its messages stay out, since they name addresses and causes at length."""
    try:
        yield
    except SSLError as error:
        if _refused_certificate(error):
            raise _wrong_certificate(error) from error
        raise offline("no secure connection") from error  # cut in its first words, or nothing that speaks TLS
    except (RequestException, HTTPError, OSError) as error:
        raise offline(type(error).__name__) from error


def _refused_certificate(error: BaseException | None) -> bool:
    """Whether it was the certificate that was refused: OpenSSL's own error lies deep below those of the libraries."""
    seen: list[object] = [error]
    for one in seen:  # grows while it is walked
        if isinstance(one, SSLCertVerificationError):
            return True
        if isinstance(one, BaseException) and len(seen) < 32:
            seen += [*one.args, one.__cause__, one.__context__, getattr(one, "reason", None)]
    return False


def _wrong_certificate(error: BaseException) -> Trouble:
    text = str(error)
    if "not yet valid" in text or "has expired" in text:
        return Trouble(
            "The hospital's certificate does not fit this computer's date.",
            "Check the date and time of this computer; if they are right, tell the hospital's IT that its certificate has run out.",
            details=CERTIFICATE + "validity",
            kind=Kind.IDENTITY,
        )
    return Trouble(
        "Something answers in the hospital's place: its certificate is not the one that this desk knows.",
        "Nothing was sent. If a proxy of your network opens secure connections, use another network; else tell the hospital's IT.",
        details=CERTIFICATE + "pin",
        kind=Kind.IDENTITY,
    )


def _media_type(headers: Mapping[str, str]) -> str:
    return headers.get("Content-Type", "").partition(";")[0].strip().lower()


def _whole(headers: Mapping[str, str], got: int) -> None:
    """A small answer must say its length and keep it: without that, a cut one looks whole."""
    said = headers.get("Content-Length")
    if headers.get("Transfer-Encoding", "").lower() == "chunked":
        return
    if headers.get("Content-Encoding", "identity") != "identity" or said is None or int(said) != got:
        raise offline("the answer was cut or changed on the way")
