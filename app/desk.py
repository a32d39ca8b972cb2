"""The composition root of the desk: which page is shown when, and what is built and let go between locked and unlocked."""

from __future__ import annotations

import logging
import signal
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from app.logs import catch_all, log_level, start_log
from app.look import theme
from app.settings.model import Settings, policy_file
from app.settings.own_keys import own_keys
from app.shell import place
from app.shell.idle import IdleWatch, ScreenLockWatch
from app.shell.job import Jobs, unexpected
from app.shell.window import DeskWindow
from app.signin.unlock import LeaseOverPage, NoticePage, UnlockPage, Why
from record.trouble import Kind, Trouble
from sync.vault.enrolled import SHUT_OUT
from sync.vault.exclusive import taken
from sync.vault.life import now_utc
from sync.vault.vault import Vault
from viewer.screen import keys

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from PySide6.QtWidgets import QWidget

    from app.recovery import RecoveryPages
    from app.settings.sheet import SettingsSheet
    from app.signed_in import SignedIn
    from app.signin.enrol_form import EnrolForm

log = logging.getLogger(__name__)
VAULT = "vault"
_LOCKED_KINDS = (Kind.LOCKED, Kind.STORAGE, Kind.DAMAGED, Kind.STATE)
_HEAR_SIGNALS_MS = 300
_SWITCH_S = 0.0005  # how long a thread waits for the interpreter: at Python's own 5 ms the windows' work stops the loading of images


@dataclass(frozen=True, slots=True)
class Options:
    """How the desk was started. `passphrase` is given by a file in demonstrations and tests alone, `clock` in tests alone."""

    data: Path
    backend: str = "keyring"
    passphrase: str | None = field(default=None, repr=False)
    clock: Callable[[], datetime] = now_utc


class Desk(QObject):
    """The desk's life: enrol or unlock, work, lock, and again."""

    fault = Signal(object)
    signed_in = Signal(object)  # SignedIn

    def __init__(self, options: Options, settings: Settings) -> None:
        super().__init__()
        self._options, self._settings = options, settings
        self._folder = options.data / VAULT
        self._jobs = Jobs(self, threads=1)  # one at a time: the vault is opened and closed in order
        self._vault: Vault | None = None
        self._work: SignedIn | None = None
        self._page: QWidget | None = None
        self._sheet: SettingsSheet | None = None
        self._recovery: RecoveryPages | None = None
        self._stood = False  # the worklist has been on the screen once
        self.window = DeskWindow()
        self.window.settings_wanted.connect(self._show_settings)
        self.window.lock_wanted.connect(lambda: self.lock(Why.ASKED))
        place.take_up(self.window, options.data)
        self.window.closing.connect(self._leave)
        self.window.unkept = self._unkept
        self._idle = IdleWatch(settings.values.idle_lock_minutes, self)
        self._idle.idle.connect(lambda: self.lock(Why.IDLE))
        self._idle.held = lambda: self._work is not None and self._work.consulting.talks()
        self._screen = ScreenLockWatch(self)
        self._screen.locked.connect(self._screen_locked)
        self.fault.connect(self._show_fault)
        settings.listen(self._setting_changed)

    # -- pages -----------------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Shows the first page; with a passphrase at hand the vault opens at once."""
        if not Vault.exists(self._folder):
            self._show_enrol()
        elif (trouble := taken(self._folder)) is not None:
            self._show_notice(trouble)
        else:
            page = self._show_unlock(Why.START)
            if self._options.passphrase is not None:
                self._unlock(page, self._options.passphrase)
        self.window.show()

    def _show(self, page: QWidget) -> None:
        self._page = page
        self.window.show_page(page)

    def _show_unlock(self, why: Why) -> UnlockPage:
        page = UnlockPage(why)
        page.unlock_wanted.connect(lambda passphrase: self._unlock(page, passphrase))
        page.forgot_wanted.connect(lambda: self._recover(why))
        self._show(page)
        return page

    def _show_enrol(self) -> None:
        from app.signin.enrol import EnrolPage  # noqa: PLC0415  late import: once in a desk's life

        page = EnrolPage()
        page.enrol_wanted.connect(lambda form: self._enrol(page, form))
        self._show(page)

    def _show_notice(self, trouble: Trouble) -> None:
        page = NoticePage(trouble.what_happened, trouble.what_to_do)
        page.again_wanted.connect(self.begin)
        page.quit_wanted.connect(self.window.close)
        self._show(page)

    # -- enrol, unlock, lock ---------------------------------------------------------------------------------------

    def _enrol(self, page: QWidget, form: EnrolForm) -> None:
        from app.enrolment import enrol_desk  # noqa: PLC0415  late import: once in a desk's life
        from app.signin.enrol import EnrolPage  # noqa: PLC0415  late import: likewise

        assert isinstance(page, EnrolPage)
        page.busy(True)
        page.show_progress("Asking the hospital, making keys. This takes a few seconds…", None)
        folder, backend = self._folder, self._options.backend

        def failed(trouble: Trouble) -> None:
            page.busy(False)
            page.show_trouble(trouble)

        def done(vault: Vault) -> None:
            page.forget()
            self._opened(vault)

        self._jobs.start(lambda: enrol_desk(folder, form, backend), done, failed)

    def _unlock(self, page: UnlockPage, passphrase: str) -> None:
        page.busy(True)
        vault, folder, clock = self._vault, self._folder, self._options.clock

        def work() -> Vault:
            if vault is None:
                return Vault.open(folder, passphrase, clock=clock)
            vault.unlock(passphrase)
            return vault

        def failed(trouble: Trouble) -> None:
            if self._page is not page:
                return
            page.busy(False)
            page.show_trouble(trouble)

        def done(opened: Vault) -> None:
            page.forget()
            self._opened(opened)

        self._jobs.start(work, done, failed)
        self._build_ahead()

    def _recover(self, why: Why) -> None:
        from app.recovery import RecoveryPages  # noqa: PLC0415  late import: seldom

        self._recovery = RecoveryPages(
            self._folder,
            self._jobs,
            show=self._show,
            back=lambda: self._show_unlock(why),
            let_go=self._let_go,
            opened=self._opened,
        )
        self._recovery.begin()

    def _let_go(self) -> None:
        vault, self._vault = self._vault, None
        if vault is not None:
            vault.close()

    def _build_ahead(self) -> None:
        """While the passphrase is stretched in its thread, the rooms are imported in this one."""
        QTimer.singleShot(0, self, _import_rooms)

    def _opened(self, vault: Vault) -> None:
        self._vault = vault
        lease = vault.lease()
        if lease.trouble is not None:
            self._show_lease_over(lease.trouble)
            return
        self._work_begins()

    def _work_begins(self) -> None:
        from app.signed_in import SignedIn  # noqa: PLC0415  late import: while the passphrase is stretched

        assert self._vault is not None
        self._page = None
        self._work = SignedIn(self._vault, self.window, self._settings, self)
        self._work.first_rows.connect(self._first_rows)
        self._work.lease_over.connect(self._lease_over)
        self._work.begin()
        self._follow_policy()
        self._idle.begin()
        self._screen.begin()
        self.signed_in.emit(self._work)

    def _first_rows(self, count: int) -> None:
        if self._stood:
            return
        self._stood = True
        log.info("the worklist stood %d ms after the start, with %d cases", 1000 * (time.time() - _started()), count)

    def lock(self, why: Why) -> None:
        """Lets names, images and keys go from memory; work that was begun is kept."""
        if self._work is None:
            return
        log.info("locked: %s", why.value)
        self._end_work()
        self._show_unlock(why)

    def _end_work(self) -> None:
        work, self._work = self._work, None
        if work is None:
            return
        self._idle.end()
        work.end_rooms()
        vault = self._vault

        def close() -> None:
            work.end_work()
            if vault is not None:
                vault.lock()

        self._jobs.start(close, lambda _: work.deleteLater(), self._show_notice)

    # -- lease -----------------------------------------------------------------------------------------------------

    def _lease_over(self, trouble: Trouble) -> None:
        if self._work is None:
            return
        work, self._work = self._work, None
        self._idle.end()
        work.end_rooms()
        self._jobs.start(work.end_work, lambda _: work.deleteLater(), self._show_notice)
        self._show_lease_over(trouble)

    def _show_lease_over(self, trouble: Trouble) -> None:
        if trouble.details == SHUT_OUT:
            from app.shut_out import shut_out_page  # noqa: PLC0415  late import: seldom

            assert self._vault is not None
            self._show(shut_out_page(trouble, self._vault, self.window, self._jobs))
            return
        now = self._options.clock().astimezone()
        page = LeaseOverPage(f"{now.day} {now:%B %Y, %H:%M}", trouble.what_happened, trouble.what_to_do)
        page.try_wanted.connect(lambda: self._ask_hospital(page))
        self._show(page)

    def _ask_hospital(self, page: LeaseOverPage) -> None:
        from app.enrolment import renew_lease  # noqa: PLC0415  late import: seldom

        vault = self._vault
        assert vault is not None
        page.busy(True)

        def done(_: object) -> None:
            page.busy(False)
            self._opened(vault)

        def failed(trouble: Trouble) -> None:
            page.busy(False)
            page.show_trouble(trouble)

        self._jobs.start(lambda: renew_lease(vault), done, failed)

    # -- settings and troubles -------------------------------------------------------------------------------------

    def _show_settings(self, page: str) -> None:
        from app.settings.sheet import SettingsSheet  # noqa: PLC0415  late import: when it is wanted

        if self._work is None or self._sheet is not None:
            return
        room = self.window.room()
        sheet = SettingsSheet(self.window, self._settings, self._work.status, page=page, scope=room.help_scope() if room else "")
        self._sheet = sheet
        sheet.closed.connect(self._sheet_closed)
        sheet.lock_wanted.connect(lambda: self.lock(Why.ASKED))
        sheet.open()

    def _sheet_closed(self) -> None:
        self._sheet = None

    def _setting_changed(self, name: str) -> None:
        application = QApplication.instance()
        if name in ("theme", "text_percent") and isinstance(application, QApplication):
            theme.apply(application, self._settings.values.theme, self._settings.values.text_percent)
        elif name == "keys":
            keys.use(own_keys(self._settings.values.keys))
            self.window.follow_keys()
        elif name == "idle_lock_minutes":
            self._follow_policy()
        elif name == "draw_by" and self._work is not None:
            self._work.graphics.ask(self._settings.values.draw_by, after_ms=0)

    def _follow_policy(self) -> None:
        """The desk locks at the shorter of the person's limit and the hospital's."""
        minutes = self._settings.values.idle_lock_minutes
        policy = self._vault.parts.index.policy() if self._vault is not None and not self._vault.locked else None
        self._idle.set_minutes(min(minutes, policy.idle_lock_minutes) if policy else minutes)

    def _screen_locked(self) -> None:
        if self._settings.values.lock_with_screen:
            self.lock(Why.SCREEN)

    def _show_fault(self, fault: BaseException) -> None:
        self.window.show_trouble(fault if isinstance(fault, Trouble) else unexpected(fault))

    # -- the end ---------------------------------------------------------------------------------------------------

    def _unkept(self) -> Trouble | None:
        """Why closing now would lose what was written last, or None."""
        written = self._work is None or self._work.texts.all_kept
        if written and (self._vault is None or self._vault.all_saved):
            return None
        remedy = "Make room on the disk: it is kept by itself then, and you can close."
        return Trouble("What you wrote last is not kept, since the disk does not take it.", remedy, "", Kind.STORAGE)

    def _leave(self) -> None:
        place.keep(self.window, self._options.data)
        self._end_work()
        vault, self._vault = self._vault, None
        if vault is not None:
            self._jobs.start(vault.close, lambda _: QApplication.quit(), lambda _: QApplication.quit())
        else:
            QApplication.quit()

    def end(self) -> None:
        """Waits for what closes the vault."""
        self._jobs.finish()


def _import_rooms() -> None:
    import app.signed_in  # noqa: F401, PLC0415  late import: while the passphrase is stretched


def _started() -> float:
    """When this process began, seconds since the epoch."""
    try:
        ticks = float(Path("/proc/self/stat").read_text("ascii").rsplit(")", 1)[1].split()[19])
        boot = time.time() - time.clock_gettime(time.CLOCK_BOOTTIME)
        return boot + ticks / 100
    except (OSError, AttributeError, IndexError):
        return time.time()


def run(data: Path, *, backend: str = "keyring", passphrase: str | None = None, clock: Callable[[], datetime] = now_utc) -> int:
    """Opens the desk and stays until it is closed; the exit code. `clock` is the computer's; a journey gives a wrong one."""
    sys.setswitchinterval(_SWITCH_S)
    application = QApplication(["overread"])
    application.setApplicationName("Overread")
    application.setQuitOnLastWindowClosed(False)
    settings, trouble = Settings.or_defaults(data, policy_file())
    end_log = start_log(data, log_level(settings.values))
    theme.apply(application, settings.values.theme, settings.values.text_percent)
    keys.use(own_keys(settings.values.keys))
    desk = Desk(Options(data, backend, passphrase, clock), settings)
    catch_all(desk.fault.emit)
    desk.begin()
    if trouble is not None:
        desk.window.show_trouble(trouble)
    heard = _hear_signals(desk.window)
    code = application.exec()
    heard.stop()
    desk.end()
    end_log()
    return code


def _hear_signals(window: DeskWindow) -> QTimer:
    """Ctrl+C and a polite kill close the window as its own button does; Python hears them between two turns of Qt."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: window.close())
    timer = QTimer()
    timer.timeout.connect(lambda: None)
    timer.start(_HEAR_SIGNALS_MS)
    return timer


if __name__ == "__main__":
    sys.exit("Start the desk with: overread run")
