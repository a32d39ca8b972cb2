"""`overread selftest`: tries every part of the program as it is installed, prints one JSON object, exits 0 if all of it works.

Needs no display, no network and no keyring; everything it writes lies in a temporary folder that is removed.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(getattr(sys, "_MEIPASS", Path(__file__).resolve().parents[1]))
FILES = ROOT / "resources" / "selftest"
_MEDIA_S = 40.0  # the most that the process of a consult's media may take to begin
_PASSPHRASE = "harbor violet canoe eleven"  # noqa: S105  of a vault that lives for a second


def main() -> int:
    """Runs all parts; 0 where all of them work."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    answers = {}
    with tempfile.TemporaryDirectory(prefix="overread-selftest-") as folder:
        for name, part in PARTS.items():
            answers[name] = _try(part, Path(folder))
    good = all(answer["ok"] for answer in answers.values())
    sys.stdout.write(json.dumps({"ok": good, "frozen": bool(getattr(sys, "frozen", False)), "parts": answers}, indent=1) + "\n")
    return 0 if good else 1


def _try(part: Callable[[Path], dict[str, Any]], folder: Path) -> dict[str, Any]:
    started = time.perf_counter()
    try:
        answer = {"ok": True, **part(folder)}
    except Exception as fault:  # noqa: BLE001  the edge: each part answers for itself
        answer = {"ok": False, "fault": type(fault).__name__, "says": str(fault)[:300]}
    return {**answer, "ms": round(1000 * (time.perf_counter() - started))}


def _vault(folder: Path) -> dict[str, Any]:
    """An encrypted vault: made, closed, opened again; a wrong passphrase is refused."""
    from record.trouble import Kind, Trouble  # noqa: PLC0415  late import: each part imports its own
    from sync.vault.vault import Vault  # noqa: PLC0415  late import: each part imports its own

    with Vault.create(folder / "vault", _PASSPHRASE) as vault:
        vault.put_setting("self test", [1, 2, 3])
    with Vault.open(folder / "vault", _PASSPHRASE) as vault:
        if vault.setting("self test") != [1, 2, 3] or vault.damage():
            raise AssertionError("the vault lost what it was given")
    if b"self test" in b"".join(path.read_bytes() for path in (folder / "vault").glob("*.db*")):
        raise AssertionError("the vault is readable")
    try:
        Vault.open(folder / "vault", "wrong").close()
    except Trouble as refused:
        return {"wrong_passphrase": refused.kind.value, "as_expected": refused.kind is Kind.IDENTITY}
    raise AssertionError("a wrong passphrase opened the vault")


def _decode(folder: Path) -> dict[str, Any]:
    """A bundled file of each syntax, decoded in a worker process and compared."""
    from viewer.workers.pool import Pool  # noqa: PLC0415  late import: each part imports its own

    del folder
    expected: dict[str, dict[str, str]] = json.loads((FILES / "expected.json").read_text("utf-8"))
    wrong = []
    with Pool(1) as pool:
        for name, want in expected.items():
            answer = pool.run("inspect", ((FILES / name).read_bytes(), ()))
            if not answer.get("ok") or (want["stored_sha256"] and answer.get("stored_sha256") != want["stored_sha256"]):
                wrong.append(name)
    if wrong:
        raise AssertionError(f"not as expected: {', '.join(wrong)}")
    return {"syntaxes": len({want["syntax"] for want in expected.values()})}


def _draw(folder: Path) -> dict[str, Any]:
    """A window drawn offscreen, with the bundled font."""
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415  late import: each part imports its own

    from app.look import theme  # noqa: PLC0415  late import: each part imports its own
    from app.look.buttons import Button  # noqa: PLC0415  late import: each part imports its own
    from app.look.fonts import family  # noqa: PLC0415  late import: each part imports its own

    del folder
    app = QApplication.instance() or QApplication(["selftest"])
    assert isinstance(app, QApplication)
    theme.apply(app)
    button = Button("Read", "go", key="↵")
    picture = button.grab().toImage()
    accent = theme.colour("accent")
    if picture.pixelColor(picture.width() // 2, 3) != accent:
        raise AssertionError("the button is not drawn in its colour")
    return {"platform": app.platformName(), "font": family()}


def _resample(folder: Path) -> dict[str, Any]:
    """VTK cuts a plane through a small volume."""
    import numpy as np  # noqa: PLC0415  late import: each part imports its own

    from viewer.tools.resample import Plane, Volume  # noqa: PLC0415  late import: each part imports its own

    del folder
    values = np.arange(4 * 5 * 6, dtype=np.int16).reshape(4, 5, 6)
    plane = Plane((0.0, 0.0, 2.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), 1.0, 5, 6)
    if not np.array_equal(Volume(values, np.eye(4)).cut(plane), values[2]):
        raise AssertionError("the plane is not the volume's")
    return {"values": 30}


def _sign(folder: Path) -> dict[str, Any]:
    """A PDF signed and verified; one changed byte is seen."""
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415  late import: each part imports its own

    from record.signature.authority import issue, make_authority, make_request  # noqa: PLC0415  late import: each part imports its own
    from record.signature.sign import sign  # noqa: PLC0415  late import: each part imports its own
    from record.signature.verify import verify  # noqa: PLC0415  late import: each part imports its own

    del folder
    now = datetime.now(UTC)
    root_key, own_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = make_authority(root_key, "Self test", now - timedelta(hours=1), now + timedelta(days=2), 1)
    own = issue(make_request(own_key, "self"), root_key, root, "Self", "Self test", now - timedelta(hours=1), now + timedelta(days=1), 2)
    signed = sign(_paper(), own_key, own, root, now)
    verdict = verify(signed, root, now)
    if not (verdict.valid and verdict.trusted and verdict.covers_whole_file):
        raise AssertionError(f"the signature is not valid: {[failure.value for failure in verdict.failures]}")
    changed = bytearray(signed)
    changed[len(changed) // 4] ^= 1
    if verify(bytes(changed), root, now).valid:
        raise AssertionError("a changed file passed")
    return {"bytes": len(signed)}


def _paper() -> bytes:
    """A page by reportlab."""
    import io  # noqa: PLC0415  late import: each part imports its own

    from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415  late import: each part imports its own

    out = io.BytesIO()
    page = Canvas(out, invariant=True)
    page.drawString(72, 720, "Self test")
    page.showPage()
    page.save()
    return out.getvalue()


def _page(folder: Path) -> dict[str, Any]:
    """A PDF page drawn by a worker process."""
    from viewer.workers.pool import Pool  # noqa: PLC0415  late import: each part imports its own

    del folder
    with Pool(1) as pool:
        page = pool.run("pdf_page", (_paper(), 0, 1.0))
    if len(page.rgba) != page.width * page.height * 4:
        raise AssertionError("the page is not whole")
    return {"width": page.width, "height": page.height}


def _consult(folder: Path) -> dict[str, Any]:
    """The process that carries a consult's media starts, tells the devices that there are, and ends."""
    from queue import Empty, SimpleQueue  # noqa: PLC0415  late import: each part imports its own

    from app.consult.process import MediaProcess  # noqa: PLC0415  late import: each part imports its own
    from app.consult.session import Devices, Event  # noqa: PLC0415  late import: each part imports its own

    del folder
    told: SimpleQueue[Event] = SimpleQueue()
    session = MediaProcess()
    session.start(told.put, [], me="self", call="test", relay_only=True)
    try:
        while not isinstance(event := told.get(timeout=_MEDIA_S), Devices):
            pass
    except Empty:
        raise AssertionError("the media process told of no devices") from None
    finally:
        session.stop()
    return {"devices": len(event.devices)}


PARTS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "vault": _vault,
    "decode": _decode,
    "draw": _draw,
    "resample": _resample,
    "sign": _sign,
    "page": _page,
    "consult": _consult,
}
