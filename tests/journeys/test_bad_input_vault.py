"""A wrong passphrase, a second desk, changed bytes: told where the person is looking, the rest goes on, and nothing is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sync.vault.vault import Vault
from tests.journeys.processes import House, until
from tests.journeys.stage import LOGIN, PASSPHRASE, PASSWORD
from tests.journeys.trouble_stage import files_of, spoil

if TYPE_CHECKING:
    from sync.protocol.messages import Manifest
    from tests.journeys.trouble_stage import Stage

KEEPS = pytest.mark.keeps("process", "the stage's hospital, which a journey stopped and started again")


def test_a_wrong_password_and_a_wrong_code_while_joining(stage: Stage) -> None:
    house = stage.home("wrong-password", ready=False)
    code = stage.hospital.code()
    other = code[:-3] + ("A" if code[-3] != "A" else "B") + code[-2:]
    typed = {
        "enrol-code": other,
        "enrol-login": LOGIN,
        "enrol-password": PASSWORD,
        "enrol-passphrase": PASSPHRASE,
        "enrol-again": PASSPHRASE,
    }
    with stage.sits(house, unlocked=False) as seat:
        seat.person.sees("enrol-code")
        seat.person.screen.give_focus()
        for name, words in typed.items():
            seat.person.types_into(name, words)
        seat.person.screen.press("Return")
        seat.reads("This enrolment code is not valid for this account, or was used before.", "Ask the hospital for a new code.")
        seat.person.picture("join-wrong-code")
        seat.retypes("enrol-code", code)
        seat.retypes("enrol-password", "not my password")
        seat.person.screen.press("Return")
        seat.reads("The account or its password is not right.", "Type both again; ask the hospital if you forgot them.")
        seat.person.picture("join-wrong-password")
        assert not (house.desk / "vault").exists()
        seat.retypes("enrol-password", PASSWORD)
        seat.person.screen.press("Return")
        seat.arrives()


def test_a_wrong_passphrase(stage: Stage) -> None:
    with stage.sits(stage.home("wrong-passphrase"), unlocked=False) as seat:
        seat.unlocks("not my passphrase")
        seat.reads("This is not the passphrase of this vault.", "Type it again; mind the keyboard's layout and caps lock.")
        seat.person.picture("unlock-wrong-passphrase")
        seat.unlocks()
        seat.arrives()


def test_a_wrong_passphrase_at_the_signature(stage: Stage) -> None:
    with stage.sits(stage.home("wrong-signature")) as seat:
        seat.opens("Haddad")
        seat.writes("The nodule has not grown.")
        seat.signs("not my passphrase")
        seat.reads("This is not the passphrase of this vault.")
        assert not seat.person.does_not_see("signing-sheet")
        seat.person.picture("sign-wrong-passphrase")
        assert seat.person.ask("find('signing-passphrase').text()") == "not my passphrase"
        assert "not signed yet" in seat.words()


def test_two_desks_on_one_vault(stage: Stage) -> None:
    house = stage.home("two-desks")
    again = House(house.root / "second")
    again.make()
    again.desk.rmdir()
    again.desk.symlink_to(house.desk)
    (again.secrets / "passphrase").write_text(PASSPHRASE)
    with stage.sits(house) as first, stage.sits(again, unlocked=False) as second:
        second.reads("Another Overread is open on this vault.", "Use that window, or close it and try again.")
        second.person.picture("two-desks")
        assert first.person.rows() == 2
        first.desk.stop()
        second.person.clicks("notice-again")
        second.unlocks()
        second.arrives()


DAMAGED = "This part of the case is damaged on this disk."
LIST_DAMAGED = (
    "The list of what belongs to this case is damaged on this disk. "
    "It is fetched again by itself as soon as the hospital is reached; your text is kept."
)
AGAIN = "It is fetched again by itself as soon as the hospital is reached; the rest can be read."


def _images(manifest: Manifest) -> list[str]:
    return [one.frames.object for study in manifest.studies for series in study.series for one in series.instances if one.frames]


@KEEPS
def test_a_changed_byte_is_told_on_the_image_and_fetched_again(stage: Stage) -> None:
    house = stage.home("changed-byte")
    manifest, path = files_of(house.desk / "vault", stage.hospital.cases["mr-brain"])
    images = _images(manifest)
    for one in (images[len(images) // 2], manifest.documents[0].object):
        spoil(path(one))
    stage.hospital.stop()
    with stage.sits(house) as seat:
        seat.opens("Marchetti")
        until("told on the image", lambda: seat.described() == f"{DAMAGED} {AGAIN}", 20)
        seat.person.sees("reading-findings")
        seat.person.picture("changed-byte-image")
        seat.person.screen.wheel(*seat.person.sees("viewport-1").centre, 2)
        until("the next image", lambda: "image 43 of 80" in seat.described(), 10)
        seat.person.clicks("document-1")
        seat.reads(DAMAGED, AGAIN)
        seat.person.picture("changed-byte-letter")
        seat.person.goes_to_worklist()
        seat.reads("2 parts of this case were found damaged on this disk.")
        seat.person.picture("changed-byte-worklist")
        seat.opens("Marchetti")
        stage.hospital.start()
        seat.reads_no_longer(DAMAGED, 60)
        seat.person.screen.wheel(*seat.person.sees("viewport-1").centre, -2)
        until("the image is back", lambda: "image 41 of 80" in seat.described() and seat.person.ask("find('viewports').all_loaded()"), 20)
        seat.person.picture("changed-byte-repaired")
        seat.person.sees("document-pages")


@KEEPS
def test_a_changed_list_of_a_case_is_fetched_again_and_the_case_opens(stage: Stage) -> None:
    house = stage.home("changed-manifest")
    case = stage.hospital.cases["mr-brain"]
    _, path = files_of(house.desk / "vault", case)
    with Vault.open(house.desk / "vault", PASSPHRASE) as opened:
        spoil(path(opened.case(case).manifest_digest or ""))
    stage.hospital.stop()
    with stage.sits(house) as seat:
        seat.reads("One part of this case was found damaged on this disk.")
        seat.opens("Marchetti")
        until("told where the images would be", lambda: seat.described() == LIST_DAMAGED, 20)
        seat.person.picture("changed-manifest")
        seat.opens("Haddad")
        until("the other case", lambda: "image 1 of 1" in seat.described(), 20)
        seat.opens("Marchetti")
        stage.hospital.start()
        until("the case is there", lambda: "image 41 of 80" in seat.described(), 60)
        seat.person.picture("changed-manifest-back")
