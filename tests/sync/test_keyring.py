"""A vault under a real Secret Service (gnome-keyring in a D-Bus session of its own), and every way in which it can be missing."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from record.trouble import Kind, Trouble
from sync.vault.vault import Vault
from tests.sync.conftest import CHEAP, PASSPHRASE

ROOT = Path(__file__).resolve().parents[2]
SESSION = """
set -e
export HOME="$1/home" XDG_DATA_HOME="$1/home/.local/share" XDG_RUNTIME_DIR="$1/run"
mkdir -p "$HOME" "$XDG_DATA_HOME" "$XDG_RUNTIME_DIR"; chmod 700 "$XDG_RUNTIME_DIR"
printf 'login password' | gnome-keyring-daemon --unlock --components=secrets --daemonize > /dev/null 2>&1
shift
exec "$@"
"""
PRELUDE = """
import json, sys, pathlib
from record.trouble import Trouble
from sync.vault import keyring_store
from sync.vault.keyring_store import SystemKeyring, system_keyring
from sync.vault.unlocking import Stretching
from sync.vault.vault import Vault
folder, passphrase = pathlib.Path(sys.argv[1]), sys.argv[2]
def attempt(act):
    try:
        act().close(); return "open"
    except Trouble as trouble:
        return trouble.kind.value
"""


def _in_session(tmp_path: Path, code: str) -> Any:
    """Runs code where a fresh, unlocked Secret Service is; its last line of output is JSON."""
    assert shutil.which("gnome-keyring-daemon"), "gnome-keyring is needed for this test"
    command = ["dbus-run-session", "--", "bash", "-c", SESSION, "session", str(tmp_path)]
    command += [sys.executable, "-c", PRELUDE + code, str(tmp_path / "vault"), PASSPHRASE]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=90, cwd=ROOT)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


CREATE = "Vault.create(folder, passphrase, keyring=system_keyring(), stretching=Stretching(256, 1, 1)).close()\n"


def test_a_vault_under_the_keyring_and_the_passphrase(tmp_path: Path) -> None:
    said = _in_session(
        tmp_path,
        CREATE
        + """
print(json.dumps({
    "right": attempt(lambda: Vault.open(folder, passphrase)),
    "wrong": attempt(lambda: Vault.open(folder, "another passphrase")),
    "again": attempt(lambda: Vault.create(folder, passphrase)),
    "backend": json.loads((folder / "header.json").read_text())["backend"],
}))""",
    )
    assert said == {"right": "open", "wrong": "identity", "again": "state", "backend": "keyring.backends.SecretService.Keyring"}


def test_a_locked_keyring_makes_nothing_new(tmp_path: Path) -> None:
    said = _in_session(
        tmp_path,
        CREATE
        + """
import secretstorage
before = {path.name: path.read_bytes() for path in folder.iterdir()}
keyring_store.PATIENCE_S = 5.0
connection = secretstorage.dbus_init()
secretstorage.get_default_collection(connection).lock()
locked = attempt(lambda: Vault.open(folder, passphrase))
after = {path.name: path.read_bytes() for path in folder.iterdir()}
connection.close()
print(json.dumps([locked, before["header.json"] == after["header.json"], before["work.db"] == after["work.db"]]), flush=True)
import os; os._exit(0)  # a thread may still wait for a prompt that nobody sees
""",
    )
    assert said == ["locked", True, True]


def test_an_entry_that_is_gone_makes_nothing_new(tmp_path: Path) -> None:
    said = _in_session(
        tmp_path,
        CREATE
        + """
header = json.loads((folder / "header.json").read_text())
SystemKeyring(header["backend"]).remove(header["vault"])
print(json.dumps([attempt(lambda: Vault.open(folder, passphrase)), attempt(lambda: Vault.create(folder, passphrase))]))""",
    )
    assert said == ["locked", "state"]


def test_the_keyring_is_not_there_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    assert _in_session(tmp_path, CREATE + "print(json.dumps(True))")
    with pytest.raises(Trouble) as caught:
        Vault.open(tmp_path / "vault", PASSPHRASE)  # this process has no session bus
    assert caught.value.kind is Kind.LOCKED
    assert "Nothing was changed" in caught.value.what_to_do


@pytest.mark.parametrize(
    "backend", ["keyring.backends.kwallet.DBusKeyring", "keyring.backends.Windows.WinVaultKeyring", "os.path", "nothing"]
)
def test_a_keyring_of_another_kind_is_refused(tmp_path: Path, backend: str) -> None:
    Vault.create(tmp_path / "vault", PASSPHRASE, stretching=CHEAP).close()
    header = tmp_path / "vault" / "header.json"
    header.write_text(json.dumps({**json.loads(header.read_text()), "backend": backend}))
    with pytest.raises(Trouble) as caught:
        Vault.open(tmp_path / "vault", PASSPHRASE)
    assert caught.value.kind is Kind.LOCKED
