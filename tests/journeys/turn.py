"""Debian's coturn on loopback: the relay of a hospital, for one test.

Its secret stands in a file, as it should everywhere; relaying to loopback addresses is allowed here and nowhere else.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import re
import secrets
import shutil
import socket
import subprocess
import time
from typing import TYPE_CHECKING, Self

from sync.protocol.consult import IceServer
from tests.journeys.turn_tls import certificate_for

if TYPE_CHECKING:
    from pathlib import Path

HOST, REALM = "127.0.0.1", "consult.test"
START_S = 15.0
USAGE = re.compile(r"usage: realm=<[^>]*>, username=<([^>]*)>, rp=\d+, rb=(\d+), sp=\d+, sb=(\d+)")


def free_port() -> int:
    """One that nobody has now, for UDP and TCP; below those that the system gives to connections, so that nobody gets it meanwhile."""
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one, socket.socket() as other, contextlib.suppress(OSError):
            one.bind((HOST, port))
            other.bind((HOST, port))
            return port


class Turn:
    """The relay; `with Turn(folder) as turn`.

    Args:
        folder: for its configuration and log.
        host: the address it listens on and relays from.
        secret: shared with whoever mints credentials; made where none is given.
        tls: whether it listens for TLS too, with a certificate of an authority of its own (`authority`).
        without: "udp", "tcp": what a firewall before it would not let through.
    """

    def __init__(self, folder: Path, host: str = HOST, secret: str = "", *, tls: bool = False, without: tuple[str, ...] = ()) -> None:
        self.host, self.port, self.tls_port, self.secret = host, free_port(), free_port(), secret or secrets.token_hex(24)
        folder.mkdir(parents=True, exist_ok=True)
        if tls:
            self.authority, self.certificate, key = certificate_for(host, folder)
            secure = [f"tls-listening-port={self.tls_port}", f"cert={self.certificate}", f"pkey={key}"]
        self._probe = self.tls_port if tls and "tcp" in without else self.port
        self.log = folder / "turn.log"
        self._settings = folder / "turn.conf"
        lines = [
            f"listening-ip={host}",
            f"relay-ip={host}",
            f"listening-port={self.port}",
            *(secure if tls else ["no-tls"]),
            *(f"no-{way}" for way in without),
            "no-dtls",
            "no-cli",
            "fingerprint",
            "use-auth-secret",
            f"static-auth-secret={self.secret}",
            f"realm={REALM}",
            "allow-loopback-peers",
            f"userdb={folder / 'turn.sqlite'}",
            f"pidfile={folder / 'turn.pid'}",
            f"log-file={self.log}",
            "simple-log",
            "verbose",
        ]
        self._settings.touch(0o600)
        self._settings.write_text("\n".join(lines) + "\n")
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        program = shutil.which("turnserver")
        assert program is not None, "coturn is not installed: apt-get install coturn"
        self._process = subprocess.Popen([program, "-c", str(self._settings)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + START_S
        while time.monotonic() < end and self._process.poll() is None:
            try:
                socket.create_connection((self.host, self._probe), 0.2).close()
            except OSError:
                time.sleep(0.05)
            else:
                return self
        self.__exit__()
        raise AssertionError(f"coturn did not start: {self.log.read_text('utf-8', 'replace')[-500:] if self.log.exists() else ''}")

    def __exit__(self, *_: object) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            process.wait(10)

    def credential(self, who: str, seconds: int = 3600) -> tuple[str, str]:
        """Name and password for one person in one call (draft-uberti-behave-turn-rest-00)."""
        name = f"{int(time.time()) + seconds}:{who}"
        mac = hmac.new(self.secret.encode(), name.encode(), hashlib.sha1).digest()
        return name, base64.b64encode(mac).decode()

    def server(self, who: str, *ways: str, port: int = 0) -> IceServer:
        """As a person gets it; ways are "udp", "tcp" and "tls", the first two where none is named. `port`: of something before it."""
        name, password = self.credential(who)
        plain = [f"turn:{self.host}:{port or self.port}?transport={way}" for way in ways or ("udp", "tcp") if way != "tls"]
        urls = (*plain, *(f"turns:{self.host}:{self.tls_port}?transport=tcp" for way in ways if way == "tls"))
        return IceServer(urls=urls, username=name, credential=password)

    def allocated(self) -> bool:
        """Whether anybody was given a relayed address."""
        return "new, realm" in self.log.read_text("utf-8", "replace")

    def relayed(self) -> dict[str, int]:
        """Bytes that each person's allocations carried, as coturn itself says when they end."""
        found: dict[str, int] = {}
        for name, received, sent in USAGE.findall(self.log.read_text("utf-8", "replace")):
            who = name.split(":")[-1]
            found[who] = found.get(who, 0) + int(received) + int(sent)
        return found
