"""Every state of the coordinators' page: no accessibility violation, nothing cut off, nothing too small to press, no error."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from hospital.consult import schedule
from hospital.consult.opened import opened
from record.states.table import Who
from tests.hospital.sitting import INTERPRETER, sit
from tests.hospital.tiny_case import TITLE
from tests.pages import coordinating as at
from tests.pages.looking import PHONE, looker

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.hospital.sitting import Sitting
    from tests.hospital.stage import Stage
    from tests.journeys.chromium import Browser, Page

LOOKS = {
    "phone": (PHONE, "light"),
    "phone-dark": (PHONE, "dark"),
    "zoomed": ((320, 256), "light"),  # 1280 by 1024 at 400 %
    "desktop-dark": ((1280, 800), "dark"),
    "desktop": ((1280, 800), "light"),
}
LARGE = {"phone": LOOKS["phone"], "desktop-dark": LOOKS["desktop-dark"]}  # with text of 200 %
DIALOG = "document.querySelector('dialog[open]')"


def test_every_state_is_accessible(stage: Stage, known: Browser) -> None:
    found: dict[str, Any] = {}
    visit = both(looker("staff", found, LOOKS), looker("staff-large", found, LARGE))
    with sit(stage, INTERPRETER, starts_in=timedelta(hours=2)) as sitting:
        sitting.join(sitting.patient).state()
        page = at.page_of(known, stage)
        visit("signin", page)
        at.sign_in(page, "nobody", "wrong")
        page.says("not right")
        visit("signin-wrong", page)
        at.sign_in(page, at.account(stage))
        page.until("document.querySelector('.people-now .chip.warn')")
        visit("consults", page)
        setting(page, visit)
        one_consult(page, visit, sitting)
        recorded(page, visit, stage)
        outgoing(page, visit)
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
    assert len(found) >= 15 * (len(LOOKS) + len(LARGE))


def both(visit: Callable[[str, Page], None], large: Callable[[str, Page], None]) -> Callable[[str, Page], None]:
    """Looks once more with text of 200 %."""

    def looked(name: str, page: Page) -> None:
        page.evaluate("document.documentElement.style.fontSize = '200%'; 0")
        large(name, page)
        page.evaluate("document.documentElement.style.fontSize = ''; 0")
        visit(name, page)

    return looked


def setting(page: Page, visit: Callable[[str, Page], None]) -> None:
    page.click("link", f"Set a consult: {TITLE}")
    page.until("document.body.dataset.view === 'set'")
    page.click("button", "Add another person")
    page.click("button", "Set the consult")
    page.until("document.querySelector('.wrong:not([hidden])')")
    visit("set-missing", page)
    page.click("button", "Take out again")
    page.click("link", "All consults")
    physician = page.until("document.body.dataset.view === 'consults' && [...document.querySelectorAll('.now .hint')][0].textContent")
    at.set_consult(page, TITLE, physician, at.tomorrow(3), zone="Asia/Kathmandu")
    at.given_link(page)
    visit("consult-links", page)


def one_consult(page: Page, visit: Callable[[str, Page], None], sitting: Sitting) -> None:
    for name in ("Another time", "Invite another person", "Add a physician", "Cancel the consult"):
        page.click("button", name)
        page.until(DIALOG)
        visit(f"consult-{name.split()[0].lower()}", page)
        page.click("button", "Back")
        page.until(f"!{DIALOG}")
    page.click("button", f"Close the link: {at.PATIENT}")
    visit("consult-close", page)
    page.evaluate(f"{DIALOG}.querySelector('.main').click()")
    page.says("Link is closed")
    visit("consult-closed", page)
    page.evaluate(f"location.hash = '#consult/{sitting.consult}'; 0")
    page.until("document.querySelectorAll('.person').length === 3")
    visit("consult-waiting", page)
    with sitting.stage.house.database.write() as tx:
        schedule.cancel(opened(sitting.stage.house, tx, sitting.consult), Who.COORDINATOR, "coordinator", "The physician is ill.")
    page.says("The physician is ill.", 30)
    visit("consult-cancelled", page)


def recorded(page: Page, visit: Callable[[str, Page], None], stage: Stage) -> None:
    with sit(stage) as sitting:
        desk, patient = sitting.in_call()
        desk.ask("record")
        patient.state(lambda s: s.recording.state == "asked")
        patient.ask("consent", agree=True)
        take = desk.state(lambda s: s.recording.state == "on").recording.take
        answer = sitting.desk.ask("POST", f"/v1/consults/{sitting.consult}/recordings/{take}/0?last=1", data=bytes(3_400_000))
        assert answer.status_code == 200
        desk.ask("end")
        sitting.recorded("recording_ended")
        page.evaluate(f"location.hash = '#consult/{sitting.consult}'; 0")
        page.says("3.4 MB", 30)
        visit("consult-recorded", page)


def outgoing(page: Page, visit: Callable[[str, Page], None]) -> None:
    page.evaluate("location.hash = '#box'; 0")
    page.until("document.querySelectorAll('.letter').length > 1")
    visit("box", page)
    page.click("button", "Take it: Cancellation, Adelheid Zweifelhofer")
    page.until(DIALOG)
    visit("box-letter", page)
    page.click("button", "It could not be sent")
    page.says("Failed 1×, waits again")
    page.click("button", "Take it: Cancellation, Adelheid Zweifelhofer")
    page.click("button", "It was sent")
    page.until("document.querySelectorAll('.sent .letter').length === 1")
    visit("box-sent", page)
    page.evaluate("location.hash = '#consult/nothing'; 0")
    page.until("document.body.dataset.view === 'problem'")
    visit("problem", page)
