"""The page's words against the desk's own code: the same numbers, the same commitment, and nobody between goes unnoticed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from sync.protocol.words import Comparison, commitment, numbers

if TYPE_CHECKING:
    from tests.doubles.people_api import PeopleApi
    from tests.journeys.chromium import Browser, Page

DESK, PATIENT = bytes(range(32)), bytes(range(100, 132))
NONCES = [bytes([n] * 16) for n in (0, 1, 200, 255)]
# Plays one exchange in the page: `heard` are the desk's signals, one after the other; gives what the page sent and what it knew.
PLAY = """(async ({ call, mine, theirs, offers, heard, nonce }) => {
  const { Comparison, fromHex } = await import('/patient/words.js');
  const sent = [], known = [];
  const sides = Promise.resolve({ mine: fromHex(mine), theirs: fromHex(theirs) });
  const one = new Comparison({ offers, call, sides, send: (body) => sent.push(body), known: (words) => known.push(words) });
  one.nonce = fromHex(nonce);
  await one.begin();
  for (const body of heard) await one.heard(body);
  return { sent, known };
})(%s)"""


@pytest.fixture
def page(hospital: PeopleApi, browser: Browser) -> Page:
    opened = browser.page()
    opened.open(hospital.link(hospital.invite()))
    return opened


def played(page: Page, *, offers: bool, heard: list[dict[str, Any]], nonce: bytes, theirs: bytes = DESK) -> dict[str, Any]:
    given = {"call": "c-1", "mine": PATIENT.hex(), "theirs": theirs.hex(), "offers": offers, "heard": heard, "nonce": nonce.hex()}
    result: dict[str, Any] = page.evaluate(PLAY % json.dumps(given))
    return result


def test_numbers_and_commitment_are_the_desks(page: Page) -> None:
    for one in NONCES:
        for other in NONCES:
            script = f"""(async () => {{
              const {{ indices, commitment, fromHex, toHex }} = await import('/patient/words.js');
              const side = (f, n) => ({{ fingerprint: fromHex(f), nonce: fromHex(n) }});
              const [a, b] = [side('{DESK.hex()}', '{one.hex()}'), side('{PATIENT.hex()}', '{other.hex()}')];
              return [await indices('c-1', a, b), await commitment(a.fingerprint, a.nonce)];
            }})()"""
            assert page.evaluate(script) == [list(numbers("c-1", DESK + one, PATIENT + other)), commitment(DESK, one).hex()]


def test_page_and_desk_know_the_same_words_whoever_offers(page: Page) -> None:
    desk = Comparison("c-1", (DESK, PATIENT), offers=True, nonce=NONCES[1])
    commit = desk.begin()
    reveal = desk.heard({"k": "nonce", "v": NONCES[2].hex()})
    answers = played(page, offers=False, heard=commit + reveal, nonce=NONCES[2])
    assert answers["sent"] == [{"k": "nonce", "v": NONCES[2].hex()}]

    other = Comparison("c-1", (DESK, PATIENT), offers=False, nonce=NONCES[1])
    offered = played(page, offers=True, heard=[{"k": "nonce", "v": NONCES[1].hex()}], nonce=NONCES[2])
    assert other.heard(offered["sent"][0]) == [{"k": "nonce", "v": NONCES[1].hex()}]
    other.heard(offered["sent"][1])

    assert desk.numbers == other.numbers
    assert answers["known"] == offered["known"]
    assert len(answers["known"][0]) == 3


def test_a_nonce_that_was_not_committed_to_is_told(page: Page) -> None:
    desk = Comparison("c-1", (DESK, PATIENT), offers=True, nonce=NONCES[1])
    heard = [*desk.begin(), {"k": "reveal", "v": NONCES[3].hex()}]
    assert played(page, offers=False, heard=heard, nonce=NONCES[2])["known"] == [None]
    other_certificate = [*desk.begin(), {"k": "reveal", "v": NONCES[1].hex()}]
    assert played(page, offers=False, heard=other_certificate, nonce=NONCES[2], theirs=PATIENT)["known"] == [None]


def test_nothing_is_known_before_the_commitment_and_twice_changes_nothing(page: Page) -> None:
    assert played(page, offers=False, heard=[{"k": "reveal", "v": NONCES[1].hex()}], nonce=NONCES[2]) == {"sent": [], "known": []}
    twice = [{"k": "nonce", "v": NONCES[1].hex()}] * 2
    assert len(played(page, offers=True, heard=twice, nonce=NONCES[2])["known"]) == 1
