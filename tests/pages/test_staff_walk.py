"""A coordinator and a patient in two browsers, against the real hospital: set, open, moved, cancelled; and all by the keyboard."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.hospital.desk import PASSWORD
from tests.hospital.sitting import BORN
from tests.hospital.tiny_case import TITLE
from tests.pages import coordinating as at

if TYPE_CHECKING:
    from tests.hospital.stage import Stage
    from tests.journeys.chromium import Browser, Page


def patient(known: Browser, link: str) -> Page:
    """The patient's page, proven."""
    page = known.page(390, 844)
    page.open(link)
    year, month, day = BORN.split("-")
    page.type("textbox", "Day", day)
    page.choose("Month", str(int(month)))
    page.type("textbox", "Year", year)
    page.click("button", "Continue")
    page.says(f"Welcome, {at.PATIENT}")
    return page


def test_set_open_moved_cancelled_in_two_browsers(stage: Stage, known: Browser) -> None:
    stage.add_person("vogel")
    page = at.signed_in(known, stage)
    told = at.set_consult(page, TITLE, "Dr vogel", at.tomorrow(2))
    assert told.startswith("15:00 in Berlin = ")
    assert " in Lagos" in told
    link = at.given_link(page)
    assert link.startswith(f"https://localhost:{stage.server.people_port}/join#")

    guest = patient(known, link)
    guest.says("3:00 PM")  # this browser speaks American English
    page.says("Link is open in a browser")
    page.reload()
    page.until("document.querySelectorAll('.person').length === 2")
    assert page.evaluate("document.querySelector('.copy')") is None, "a link is shown once"

    page.click("button", "Another time")
    at.choose_day(page, at.tomorrow(3))
    at.choose_time(page, "10:30")
    page.click("button", "Move the consult")
    page.says("at 10:30")
    page.says("New time: waits to be sent")
    guest.reload()
    guest.says("10:30")

    page.click("button", "Cancel the consult")
    page.type("textbox", "Reason", "The physician is ill.")
    page.until("document.querySelector('dialog form button.danger')")
    page.evaluate("document.querySelector('dialog form button.danger').click()")
    page.says("Reason of its end: The physician is ill.")
    page.says("Cancellation: waits to be sent")
    guest.reload()
    guest.says("This consult is over")
    page.click("button", "Sign out")
    page.until("document.body.dataset.view === 'signin'")
    assert page.evaluate("fetch('/api/overview').then((a) => a.status)") == 401
    assert [e for e in page.errors + guest.errors if "status of" not in e] == []


def test_a_new_link_closes_the_one_before_and_is_shown_once(stage: Stage, known: Browser) -> None:
    stage.add_person("amsel")
    page = at.signed_in(known, stage)
    at.set_consult(page, TITLE, "Dr amsel", at.tomorrow(4), "11:00")
    first = at.given_link(page)
    page.click("button", f"Send a new link: {at.PATIENT}")
    page.until(f"document.querySelector('.copy input')?.value !== {json.dumps(first)}")
    second = at.given_link(page)
    guest = known.page(390, 844)
    guest.open(first)
    guest.says("This link is no longer valid")
    patient(known, second)


def test_what_a_physician_has_already_cannot_be_chosen(stage: Stage, known: Browser) -> None:
    stage.add_person("kauz")
    page = at.signed_in(known, stage)
    at.set_consult(page, TITLE, "Dr kauz", at.tomorrow(5), "14:00")
    page.click("link", "All consults")
    page.until("document.body.dataset.view === 'consults'")
    page.click("link", f"Set a consult: {TITLE}")
    page.until("document.body.dataset.view === 'set'")
    page.click("checkbox", "Dr kauz")
    at.choose_day(page, at.tomorrow(5))
    taken = page.until("[...document.querySelectorAll('option:disabled')].map((o) => o.textContent.slice(0, 5)).join(' ')")
    assert taken == "14:00"


def test_all_of_it_by_the_keyboard(stage: Stage, known: Browser) -> None:
    page = at.page_of(known, stage)
    login = at.account(stage)
    focus(page, "Account")
    page.call("Input.insertText", {"text": login})
    page.press("Tab")
    page.call("Input.insertText", {"text": PASSWORD})
    page.press("Enter")
    page.until("document.body.dataset.view === 'consults'")
    focus(page, f"Set a consult: {TITLE}")
    page.press("Enter")
    page.until("document.body.dataset.view === 'set'")
    focus(page, "Set the consult")
    page.press("Enter")
    page.until("document.activeElement.type === 'checkbox'")  # the first thing that is missing
    page.press(" ")
    page.until("document.activeElement.checked")
    focus(page, "Cancel")
    page.press("Enter")
    page.until("document.body.dataset.view === 'consults'")


def focus(page: Page, name: str) -> None:
    """By the tabulator alone, to what has a name."""
    called = "((e) => e.getAttribute('aria-label') ?? e.labels?.[0]?.textContent ?? e.textContent)(document.activeElement)"
    for _ in range(60):
        if str(page.evaluate(called)).strip() == name:
            assert page.evaluate("document.activeElement.matches(':focus-visible')")
            return
        page.press("Tab")
    raise AssertionError(f"nothing called {name} is reached by the keyboard")
