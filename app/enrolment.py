"""What the desk asks of the hospital before and beside the ordinary work: to be enrolled, and to have its lease renewed."""

from __future__ import annotations

import platform
import threading
from typing import TYPE_CHECKING

from record.trouble import Kind, Trouble
from sync.engine.engine import Engine
from sync.engine.enrol import enrol
from sync.engine.events import HospitalLost, HospitalReached, TroubleSeen
from sync.vault.keyring_store import system_keyring

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from app.signin.enrol_form import EnrolForm
    from sync.vault.vault import Vault

_PATIENCE_S = 30.0


def enrol_desk(folder: Path, form: EnrolForm, backend: str) -> Vault:
    """A new vault that is joined to its hospital; raises `Trouble` as `sync.engine.enrol.enrol`."""
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    keyring = system_keyring() if backend == "keyring" else None
    name = f"{platform.system() or 'desk'} desk"  # no host name: it often holds a person's
    return enrol(form.code, form.login, form.password, form.passphrase, folder, desk_name=name, keyring=keyring)


def renew_lease(vault: Vault) -> None:
    """Asks the hospital once; returns when it has answered and the lease holds, or at once where it holds again (the clock was set right).

    Raises:
        Trouble: NETWORK where it cannot be reached, otherwise what it answered; LOCKED where the lease is still over.
    """
    if vault.lease().trouble is None:
        return
    heard = threading.Event()
    engine = Engine(vault, notify=heard.set)
    answer: Trouble | None = _nothing_heard()
    engine.start()
    try:
        while heard.wait(_PATIENCE_S):
            heard.clear()
            decided, answer = _decision(engine.drain(), answer)
            if decided:
                break
    finally:
        engine.stop()
    if answer is not None:
        raise answer
    lease = vault.lease()
    if lease.trouble is not None:
        raise lease.trouble


def _decision(events: Sequence[object], before: Trouble | None) -> tuple[bool, Trouble | None]:
    for event in events:
        if isinstance(event, HospitalReached):
            return True, None
        if isinstance(event, TroubleSeen):
            return True, event.trouble
        if isinstance(event, HospitalLost):
            return True, _nothing_heard() if event.trouble.kind is Kind.NETWORK else event.trouble
    return False, before


def _nothing_heard() -> Trouble:
    return Trouble("The hospital cannot be reached.", "Check the network, then try again.", "no answer", Kind.NETWORK)
