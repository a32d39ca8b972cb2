"""The page against the real hospital: from the link to the end, and links that are not for this browser."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.hospital.sitting import BORN, PATIENT, sit
from tests.journeys.processes import until
from tests.pages.states import png

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.hospital.guests import Line
    from tests.hospital.sitting import Sitting
    from tests.hospital.stage import Stage
    from tests.journeys.chromium import Browser, Page


@pytest.fixture
def sitting(stage: Stage) -> Iterator[Sitting]:
    with sit(stage) as made:
        yield made


def link(sitting: Sitting) -> str:
    return f"{sitting.patient.address}/join#{sitting.patient.token}"


def opened(known: Browser, sitting: Sitting) -> Page:
    page = known.page(390, 844)
    page.open(link(sitting))
    return page


def prove(page: Page) -> None:
    year, month, day = BORN.split("-")
    page.type("textbox", "Day", day)
    page.choose("Month", str(int(month)))
    page.type("textbox", "Year", year)
    page.click("button", "Continue")


def check_in(page: Page) -> None:
    page.click("button", "Go to the questions")
    page.says("What is your name?")
    page.click("button", "Continue")
    page.says("Where are you now?")
    page.choose("Country", "NG")
    page.type("textbox", "State or region (if there is one)", "Lagos")
    page.type("textbox", "Exact address", "4 Marina Road")
    page.click("button", "Continue")
    page.says("How can we reach you?")
    page.type("textbox", "Telephone number for a call back", "+234 1 555 0142")
    page.type("textbox", "Nearest emergency help", "112")
    page.click("button", "Continue")
    page.click("radio", "I am alone")
    page.click("button", "Continue")
    page.says("Please read and accept")
    page.evaluate("document.querySelectorAll('input[type=checkbox]').forEach((box) => box.click())")
    page.click("button", "Continue")
    page.says("You can take part")


def let_in(page: Page, desk: Line) -> str:
    """The person's id, once they are in the call."""
    page.click("button", "Go to the waiting room")
    page.says("knows you are here")
    who = next(p.id for p in desk.state(lambda s: any(p.state == "waiting" for p in s.people)).people if p.kind == "patient")
    desk.ask("admit", who=who)
    page.until("document.body.dataset.view === 'call'")
    return who


def chosen(page: Page, file: Path) -> None:
    """A file, as if it were chosen in the browser's dialog."""
    field = page.call("Runtime.evaluate", {"expression": "document.querySelector('input[type=file]')"})["result"]["objectId"]
    page.call("DOM.setFileInputFiles", {"files": [str(file)], "objectId": field})


def test_a_file_goes_into_quarantine_and_both_sides_read_its_name(known: Browser, sitting: Sitting, tmp_path: Path) -> None:
    page, desk = opened(known, sitting), sitting.host()
    prove(page)
    page.says(f"Welcome, {PATIENT.name}")
    check_in(page)
    let_in(page, desk)
    page.click("button", "Chat")
    page.says("Up to 24 MB. The hospital checks it before anybody opens it.")
    letter, film = tmp_path / "letter <b>1.pdf", tmp_path / "film.bin"
    letter.write_bytes(b"%PDF-1.7 a letter")
    film.write_bytes(bytes((24 << 20) + 1))
    chosen(page, film)
    page.says("film.bin is larger than 24 MB.")
    chosen(page, letter)
    page.says("letter <b>1.pdf was sent.")
    page.says("File: letter <b>1.pdf (the hospital checks it first)")
    line = next(line for line in desk.state(lambda s: any(line.file for line in s.chat)).chat if line.file)
    assert (line.file, line.file_name) == (hashlib.sha256(letter.read_bytes()).hexdigest(), letter.name)


def test_from_the_link_to_the_call_and_its_end(known: Browser, sitting: Sitting) -> None:
    page, desk = opened(known, sitting), sitting.host()
    prove(page)
    page.says(f"Welcome, {PATIENT.name}")
    assert page.evaluate("location.hash") == "", "the link's secret has left the address"
    check_in(page)
    let_in(page, desk)
    desk.ask("chat", text="Can you read this?")
    page.click("button", "Chat")
    page.says("Can you read this?")
    page.type("textbox", "Write a line", "Yes, well.")
    page.press("Enter")
    desk.state(lambda s: any(line.text == "Yes, well." for line in s.chat))

    picture = png()
    address = f"{sitting.desk.address}/v1/consults/{sitting.consult}/snapshots"
    with httpx.Client(verify=sitting.patient.tls, trust_env=False) as client:
        sent = client.post(
            address,
            params={"label": "CT chest", "identity": 0},
            content=picture,
            headers={"Authorization": f"Bearer {sitting.desk.bearer}", "Content-Type": "image/png"},
        )
    assert sent.status_code < 300, sent.text
    page.until("document.querySelector('.shown img').naturalWidth === 640")
    page.says("Not for diagnosis")
    digest = hashlib.sha256(picture).hexdigest()
    until("it stands in the record as seen", lambda: digest in str([row for row in sitting.record() if row["act"] == "seen"]), 20)

    desk.ask("end", reason="All was said.")
    page.says("The consult is cancelled")  # since no media ever came up
    assert [e for e in page.errors if "status of" not in e] == []


def test_a_reload_goes_on_where_one_was(known: Browser, sitting: Sitting) -> None:
    page, desk = opened(known, sitting), sitting.host()
    prove(page)
    check_in(page)
    let_in(page, desk)
    page.reload()
    page.until("document.body.dataset.view === 'call'")


def test_another_browser_and_another_tab_are_told(known: Browser, sitting: Sitting) -> None:
    page, desk = opened(known, sitting), sitting.host()
    prove(page)
    check_in(page)
    let_in(page, desk)
    opened(known, sitting).says("This link is already open on another device")
    tab = known.tab(page.context, 390, 844)
    tab.open(f"{sitting.patient.address}/join")
    tab.until("document.body.dataset.view === 'call'")
    page.says("This link is already open on another device")
    page.front()
    page.click("button", "Try again")
    page.until("document.body.dataset.view === 'call'")
    tab.says("This link is already open on another device")


@pytest.mark.keeps("process", "the server of the whole module is a new process afterwards")
def test_a_restart_of_the_hospital_keeps_ones_place(known: Browser, sitting: Sitting) -> None:
    page = opened(known, sitting)
    prove(page)
    check_in(page)
    page.click("button", "Go to the waiting room")
    page.says("is not here yet")
    sitting.stage.server.stop()
    page.says("The line to the hospital is interrupted.")
    sitting.stage.server.start()
    page.until("document.querySelector('.notice-line').hidden", 30)
    sitting.host()
    page.says("knows you are here")


def test_who_left_comes_back_by_the_link(known: Browser, sitting: Sitting) -> None:
    page, desk = opened(known, sitting), sitting.host()
    prove(page)
    check_in(page)
    let_in(page, desk)
    page.click("button", "Leave")
    page.click("button", "Leave now")
    page.says("You have left the consult")
    page.open("about:blank#away")
    page.open(link(sitting))
    prove(page)
    page.says(f"Welcome, {PATIENT.name}")


def test_a_wrong_birth_date_and_a_link_that_is_none(known: Browser, sitting: Sitting) -> None:
    page = opened(known, sitting)
    page.type("textbox", "Day", "1")
    page.choose("Month", "1")
    page.type("textbox", "Year", "1950")
    page.click("button", "Continue")
    page.says("That is not right. Attempts left:")
    other = known.page()
    other.open(f"{sitting.patient.address}/join#nothing")
    other.says("This link does not work")
