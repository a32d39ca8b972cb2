"""Debian's Chromium under test: a process with devices of its own invention, and pages that are driven as a person would.

What is pressed is found by its role and its name, as a screen reader finds it, and pressed by the pointer where it stands. One WebSocket
carries the Chrome DevTools Protocol for all pages; everything is called from one thread. Nothing but loopback is reached.

    with Browser(folder, pins=[certificate]) as browser:
        page = browser.page(390, 844)
        page.open("https://127.0.0.1:8443/join#token")
        page.click("button", "Continue")
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import signal
import subprocess
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Self

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from websockets.sync.client import connect

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from websockets.sync.client import ClientConnection

START_S, CALL_S, WAIT_S = 40.0, 30.0, 20.0
NO_TRAFFIC = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-pings",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
# A page's own errors and what it asked for; read by `Page.errors` and `Page.requests`.
WATCHED = ("Page", "Runtime", "Network", "Log", "DOM", "Accessibility")
KEYS = {"Tab": 9, "Enter": 13, "Escape": 27, " ": 32, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40}


class ChromiumError(AssertionError):
    """The browser or a script in it refused."""


@dataclass(frozen=True, slots=True)
class FakeMedia:
    """What camera and microphone give: files for Chromium (`.mjpeg` or `.y4m`, `.wav`), or its own green picture and beep."""

    picture: Path | None = None
    sound: Path | None = None

    def flags(self) -> list[str]:
        """For the command line."""
        files = {"video": self.picture, "audio": self.sound}
        return ["--use-fake-device-for-media-stream", *(f"--use-file-for-fake-{k}-capture={f}" for k, f in files.items() if f)]


def spki_pin(certificate: Path) -> str:
    """The pin of a PEM certificate's key, as Chromium takes it (RFC 7469, 2.4)."""
    key = x509.load_pem_x509_certificate(certificate.read_bytes()).public_key()
    return base64.b64encode(hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()).decode()


class Browser:
    """One Chromium, headless, in a folder of its own. `media` None: no camera and no microphone but the machine's."""

    def __init__(
        self, folder: Path, *, media: FakeMedia | None = FakeMedia(), pins: Sequence[Path] = (), flags: Sequence[str] = ()
    ) -> None:
        self._folder = folder / "chromium"
        self._folder.mkdir(parents=True, exist_ok=True)
        # Its own pins only count beside a user data folder; the certificate of the hospital is then as good as a public one.
        pinned = [f"--ignore-certificate-errors-spki-list={','.join(map(spki_pin, pins))}"] if pins else []
        root = ["--no-sandbox"] if os.name == "posix" and os.geteuid() == 0 else []
        fixed = ["--headless=new", "--disable-gpu", "--remote-debugging-port=0", f"--user-data-dir={self._folder}", "--hide-scrollbars"]
        self._command = [_binary(), *fixed, *NO_TRAFFIC, *root, *pinned, *(media.flags() if media else []), *flags, "about:blank"]
        self._process: subprocess.Popen[bytes] | None = None
        self._open, self._line = ExitStack(), ExitStack()
        self._socket: ClientConnection | None = None
        self._last = 0
        self.pages: dict[str, Page] = {}

    def __enter__(self) -> Self:
        """Starts it and waits until it can be driven."""
        ready = self._folder / "DevToolsActivePort"
        ready.unlink(missing_ok=True)
        quiet = {k: v for k, v in os.environ.items() if k not in {"DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY"}}
        own, short = str(self._folder), self._open.enter_context(TemporaryDirectory(prefix="c", ignore_cleanup_errors=True))
        with (self._folder / "stderr.txt").open("wb") as log:
            environment = {**quiet, "HOME": own, "TMPDIR": short}  # a socket's path has 107 characters at most
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log, start_new_session=True, env=environment)
        try:
            port, path = self._address(ready)
            line = connect(f"ws://127.0.0.1:{port}{path}", max_size=None, compression=None, proxy=None, ping_interval=None)
            self._socket = self._line.enter_context(line)
        except BaseException:
            self.close()
            raise
        return self

    def _address(self, ready: Path) -> tuple[str, str]:
        end = time.monotonic() + START_S
        while time.monotonic() < end:
            if self._process is None or self._process.poll() is not None:
                raise ChromiumError(f"Chromium ended at once: {(self._folder / 'stderr.txt').read_text('utf-8', 'replace')[-2000:]}")
            if ready.exists() and len(lines := ready.read_text().split()) == 2:
                return lines[0], lines[1]
            time.sleep(0.05)
        raise ChromiumError(f"Chromium did not start in {START_S:.0f} s.")

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends it with all its processes, and only them."""
        self._line.close()
        self._socket = None
        if self._process is not None:
            _end(self._process)
        self._process = None
        self._open.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def call(self, method: str, params: dict[str, Any] | None = None, session: str = "") -> dict[str, Any]:
        """One command and its answer; what the pages tell meanwhile goes to them."""
        if self._socket is None:
            raise ChromiumError("Chromium is not running.")
        self._last += 1
        wanted = self._last
        message = {"id": wanted, "method": method, "params": params or {}} | ({"sessionId": session} if session else {})
        self._socket.send(json.dumps(message))
        end = time.monotonic() + CALL_S
        while True:
            try:
                answer = json.loads(self._socket.recv(timeout=max(0.0, end - time.monotonic())))
            except TimeoutError as error:
                raise ChromiumError(f"no answer to {method} in {CALL_S:.0f} s") from error
            if answer.get("id") == wanted:
                if "error" in answer:
                    raise ChromiumError(f"{method}: {answer['error'].get('message')}")
                result: dict[str, Any] = answer["result"]
                return result
            if (page := self.pages.get(answer.get("sessionId", ""))) is not None:
                page.hear(answer["method"], answer["params"])

    def page(self, width: int = 1280, height: int = 800, *, allow: bool = True) -> Page:
        """A window with cookies of its own; `allow` answers the question for camera and microphone beforehand."""
        context = self.call("Target.createBrowserContext", {"disposeOnDetach": True})["browserContextId"]
        return self.tab(context, width, height, allow=allow)

    def tab(self, context: str, width: int = 1280, height: int = 800, *, allow: bool = True) -> Page:
        """A further tab beside another page, with the same cookies (`Page.context`)."""
        for name in ("camera", "microphone"):
            permission = {"permission": {"name": name}, "setting": "granted" if allow else "denied", "browserContextId": context}
            self.call("Browser.setPermission", permission)
        target = self.call("Target.createTarget", {"url": "about:blank", "browserContextId": context})["targetId"]
        session = self.call("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        page = self.pages[session] = Page(self, session, target, context)
        for domain in WATCHED:
            page.call(f"{domain}.enable")
        page.size(width, height)
        return page


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends a process and the group that it leads."""
    for end in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, end)
            process.wait(5)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue


def _binary() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    raise ChromiumError("Chromium is not installed; Debian's package is called chromium.")


@dataclass
class Page:
    """One page. `errors` holds what its scripts and its policy complained of, `requests` every address that it asked for."""

    browser: Browser
    session: str
    target: str
    context: str
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def call(self, method: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
        """One command for this page."""
        return self.browser.call(method, params, self.session)

    def hear(self, event: str, params: dict[str, Any]) -> None:
        """What the browser tells about this page."""
        if event == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif event == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            self.errors.append(str(details.get("exception", {}).get("description") or details["text"]))
        elif event == "Runtime.consoleAPICalled" and params["type"] in {"error", "assert"}:
            self.errors.append(" ".join(str(a.get("value", a.get("description"))) for a in params["args"]))
        elif event == "Log.entryAdded" and params["entry"]["level"] == "error":
            self.errors.append(f"{params['entry']['text']} {params['entry'].get('url', '')}")

    # -- where it is ---------------------------------------------------------------------------------------------------

    def open(self, url: str) -> None:
        """Goes to an address and waits until it is loaded."""
        self.call("Page.navigate", {"url": url})
        self.until("document.readyState === 'complete' && location.href !== 'about:blank'")

    def reload(self) -> None:
        """As the person's own reload."""
        self.evaluate("globalThis.overreadOld = true")
        self.call("Page.reload")
        self.until("!globalThis.overreadOld && document.readyState === 'complete'")

    def front(self) -> None:
        """Before the other tabs: what a screen reader would find is only told of a page that is seen."""
        self.call("Page.bringToFront")

    def close(self) -> None:
        """Closes the tab, as a person would."""
        self.browser.pages.pop(self.session, None)
        self.browser.call("Target.closeTarget", {"targetId": self.target})

    def size(self, width: int, height: int, scale: float = 1.0) -> None:
        """The window, in CSS pixels; below 600 wide it is a phone."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": width < 600}
        self.call("Emulation.setDeviceMetricsOverride", metrics)

    def prefers(self, **features: str) -> None:
        """Media features, as `color_scheme="dark"`, `reduced_motion="reduce"`."""
        wanted = [{"name": "prefers-" + name.replace("_", "-"), "value": value} for name, value in features.items()]
        self.call("Emulation.setEmulatedMedia", {"features": wanted})

    def offline(self, on: bool) -> None:
        """No HTTP and no WebSocket to anywhere (media is not touched)."""
        self.call("Network.emulateNetworkConditions", {"offline": on, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1})

    # -- looking ---------------------------------------------------------------------------------------------------------

    def evaluate(self, script: str) -> Any:
        """The value of an expression, promises awaited, as JSON can carry it."""
        wanted = {"expression": script, "awaitPromise": True, "returnByValue": True, "userGesture": True}
        answer = self.call("Runtime.evaluate", wanted)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise ChromiumError(str(details.get("exception", {}).get("description") or details["text"]))
        return answer["result"].get("value")

    def until(self, script: str, seconds: float = WAIT_S) -> Any:
        """Waits until an expression is true and gives its value; an error with what the page says after `seconds`."""
        end = time.monotonic() + seconds
        while True:
            try:
                value = self.evaluate(script)
                if value or value == {}:  # an element comes as an empty table
                    return value
            except ChromiumError as error:
                value = error  # the document is just being changed
            if time.monotonic() > end:
                raise ChromiumError(f"waited {seconds:.0f} s in vain for {script} (last: {value!r})\n{self.text()}\n{self.errors}")
            time.sleep(0.05)

    def text(self) -> str:
        """What can be read on the page."""
        return str(self.evaluate("document.body ? document.body.innerText : ''"))

    def says(self, text: str, seconds: float = WAIT_S) -> None:
        """Waits until a text stands on the page."""
        self.until(f"document.body && document.body.innerText.includes({json.dumps(text)})", seconds)

    def picture(self, file: Path, *, whole: bool = False) -> Path:
        """A PNG of what is seen, or of the whole page."""
        shot = self.call("Page.captureScreenshot", {"format": "png", "captureBeyondViewport": whole})
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(base64.b64decode(shot["data"]))
        return file

    # -- doing, by role and name ---------------------------------------------------------------------------------------

    def find(self, role: str, name: str, seconds: float = WAIT_S) -> int:
        """The DOM node of what a screen reader would call so, waited for; the newest where several are called so."""
        end = time.monotonic() + seconds
        while True:
            if found := self.named(role, name):
                return found[-1]
            if time.monotonic() > end:
                raise ChromiumError(f"no {role} called {name!r} within {seconds:.0f} s\n{self.text()}\n{self.errors}")
            time.sleep(0.05)

    def named(self, role: str, name: str) -> list[int]:
        """All DOM nodes of a role and a name now."""
        root = self.call("DOM.getDocument", {"depth": 0})["root"]["backendNodeId"]
        wanted = {"backendNodeId": root, "role": role, "accessibleName": name}
        try:
            nodes = self.call("Accessibility.queryAXTree", wanted)["nodes"]
        except ChromiumError:  # the document is just being changed
            return []
        return [n["backendDOMNodeId"] for n in nodes if not n.get("ignored") and "backendDOMNodeId" in n]

    def click(self, role: str, name: str, seconds: float = WAIT_S) -> None:
        """Presses it where it stands, with the pointer."""
        where = {**self._place(role, name, seconds), "button": "left", "clickCount": 1}
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", {"type": kind, **where})

    def _place(self, role: str, name: str, seconds: float) -> dict[str, float]:
        end = time.monotonic() + seconds
        while True:
            node = {"backendNodeId": self.find(role, name, seconds)}
            try:
                self.call("DOM.scrollIntoViewIfNeeded", node)
                quads = self.call("DOM.getContentQuads", node)["quads"]
            except ChromiumError:  # it has just been changed
                quads = []
            if quads:
                return {"x": sum(quads[0][0::2]) / 4, "y": sum(quads[0][1::2]) / 4}
            if time.monotonic() > end:
                raise ChromiumError(f"the {role} called {name!r} stands nowhere\n{self.text()}")

    def type(self, role: str, name: str, text: str) -> None:
        """Puts the caret into a field, takes out what stands there, and types."""
        self.call("DOM.focus", {"backendNodeId": self.find(role, name)})
        self.evaluate("document.activeElement.select && document.activeElement.select()")
        self.call("Input.insertText", {"text": text})

    def choose(self, name: str, value: str) -> None:
        """An option of a list, by its value."""
        handle = self.call("DOM.resolveNode", {"backendNodeId": self.find("combobox", name)})["object"]["objectId"]
        script = "function (v) { this.value = v; this.dispatchEvent(new Event('change', {bubbles: true})); }"
        self.call("Runtime.callFunctionOn", {"objectId": handle, "functionDeclaration": script, "arguments": [{"value": value}]})

    def press(self, key: str, *, shift: bool = False) -> None:
        """One key of the keyboard: `Tab`, `Enter`, `Escape`, arrows, space."""
        text = {"Enter": "\r", " ": " "}.get(key, "")
        event = {"key": key, "code": "Space" if key == " " else key, "windowsVirtualKeyCode": KEYS[key], "modifiers": 8 if shift else 0}
        self.call("Input.dispatchKeyEvent", {"type": "keyDown" if text else "rawKeyDown", **event} | ({"text": text} if text else {}))
        self.call("Input.dispatchKeyEvent", {"type": "keyUp", **event})
