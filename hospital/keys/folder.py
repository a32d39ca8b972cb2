"""All keys of a data folder as one open value, and how they are made at the first start."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hospital.keys import master, receipts, recovery, signing, tls
from hospital.keys.unlocking import OsKeyring, PassphraseFile
from sync.seal.commit import write_durably

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from hospital.keys.master import MasterKey
    from hospital.keys.receipts import ReceiptKey
    from hospital.keys.unlocking import Unlocking

_HEADER = "master.json"


@dataclass(frozen=True)
class Keys:
    """The open keys of the running server. The signing authority is not among them."""

    folder: Path
    master: MasterKey
    receipts: ReceiptKey

    @property
    def database(self) -> bytes:
        """SQLCipher's raw key."""
        return self.master.key("db")

    @property
    def recovery_public(self) -> str:
        """The public half of the recovery key, in hexadecimal: desks seal their vault keys to it."""
        return str(master.read_header(self.folder / _HEADER)["recovery_public"])

    @property
    def tls_authority_pem(self) -> str:
        """The root that desks trust for TLS."""
        return tls.authority_pem(self.folder)

    @property
    def signing_authority_pem(self) -> str:
        """The root of opinions' signatures."""
        return signing.authority_pem(self.folder)


def unlocking(passphrase_file: Path | None) -> Unlocking:
    """The way that the settings name: a passphrase file, else the operating system's keyring."""
    return OsKeyring() if passphrase_file is None else PassphraseFile(passphrase_file)


def exist(folder: Path) -> bool:
    """Whether the first start was completed: the header file is written last."""
    return (folder / _HEADER).exists()


def make(folder: Path, way: Unlocking, signing_passphrase: str, hospital: str, now: datetime) -> tuple[Keys, str]:
    """Every key of a new hospital, and the recovery key's private half as text, which is kept nowhere."""
    recovery_text, recovery_public = recovery.make()
    key, header = master.make(way, recovery_public)
    tls.make_authority(folder, key, hospital)
    receipts.make(folder, key)
    signing.make(folder, signing_passphrase, hospital, now)
    write_durably(folder / _HEADER, json.dumps(header, indent=1).encode())
    return Keys(folder, key, receipts.load(folder, key)), recovery_text


def open_keys(folder: Path, way: Unlocking) -> Keys:
    """The keys of a data folder; raises `Trouble` LOCKED, IDENTITY, DAMAGED."""
    key = master.open_header(folder / _HEADER, way)
    return Keys(folder, key, receipts.load(folder, key))


def recover(folder: Path, recovery_text: str, way: Unlocking) -> None:
    """Makes the folder open by `way` from now on, with the recovery key from the safe."""
    header = master.recovered(master.read_header(folder / _HEADER), recovery_text, way)
    write_durably(folder / _HEADER, json.dumps(header, indent=1).encode())
