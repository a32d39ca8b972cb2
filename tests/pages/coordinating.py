"""A coordinator at the page, spelt out: signing in, setting a consult, and the ways to each state."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from hospital.store import people
from tests.hospital.desk import PASSWORD

if TYPE_CHECKING:
    from tests.hospital.stage import Stage
    from tests.journeys.chromium import Browser, Page

HERE = "Europe/Berlin"  # the hospital's clock, of `tests.hospital.server_process`
PATIENT, ADDRESS = "Adelheid Zweifelhofer", "adelheid@example.org"


def account(stage: Stage, role: str = "coordinator") -> str:
    """A new account; gives its login."""
    login = f"{role}-{secrets.token_hex(3)}"
    made = people.Person(people.new_id(), login, "Cora Lindgren", role, "", [], stage.record, True, stage.house.now())
    with stage.house.database.write() as tx:
        people.add_person(tx, made)
    return login


def address(stage: Stage) -> str:
    return f"https://localhost:{stage.server.staff_port}"


def page_of(browser: Browser, stage: Stage, width: int = 1280, height: int = 800) -> Page:
    """The page, not signed in."""
    page = browser.page(width, height)
    page.open(f"{address(stage)}/consults")
    page.until("document.body.dataset.view === 'signin'")
    return page


def sign_in(page: Page, login: str, password: str = PASSWORD) -> None:
    page.type("textbox", "Account", login)
    page.type("textbox", "Password", password)
    page.click("button", "Sign in")


def signed_in(browser: Browser, stage: Stage) -> Page:
    page = page_of(browser, stage)
    sign_in(page, account(stage))
    page.until("document.body.dataset.view === 'consults'")
    return page


def tomorrow(days: int = 1) -> str:
    """A day, on the hospital's clock."""
    return (datetime.now(ZoneInfo(HERE)) + timedelta(days=days)).date().isoformat()


def choose_day(page: Page, day: str) -> None:
    """A date field as its own calendar fills it."""
    field = "const f = [...document.querySelectorAll('input[type=date]')].pop();"
    page.evaluate(f"{{ {field} f.value = '{day}'; f.dispatchEvent(new Event('change')); }}")


def choose_time(page: Page, clock: str) -> str:
    """A beginning by the hospital's clock; gives what the list says of it."""
    option = f"[...document.querySelectorAll('option')].filter((o) => o.textContent.startsWith('{clock} in Berlin')).pop()"
    page.until(f"{option} !== undefined")
    page.choose("Time", page.evaluate(f"{option}.value"))
    return str(page.evaluate(f"{option}.textContent"))


def set_consult(page: Page, title: str, physician: str, day: str, clock: str = "15:00", zone: str = "Africa/Lagos") -> str:
    """From the list to the consult with its links; gives the line of the slot."""
    page.click("link", f"Set a consult: {title}")
    page.until("document.body.dataset.view === 'set'")
    page.click("checkbox", physician)
    page.choose("Time zone", zone)
    page.type("textbox", "Link goes to", ADDRESS)
    choose_day(page, day)
    page.until(f"[...document.querySelectorAll('option')].some((o) => o.textContent.includes(' in {zone.rpartition('/')[2]}'))")
    told = choose_time(page, clock)
    page.click("button", "Set the consult")
    page.until("document.body.dataset.view === 'consult'")
    return told


def given_link(page: Page, name: str = PATIENT) -> str:
    """The link that is shown this once."""
    return str(page.until(f"document.querySelector('input[aria-label=\"Link of {name}\"]')?.value"))
