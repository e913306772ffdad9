"""Headless Chromium for tests, spoken to over a pipe: no port, no driver, no package, and no network.

``with Chromium() as browser: tab = browser.open(path)``. Everything a page logs, throws or asks for is kept in the tab,
so that a test can say there was nothing. Protocol: Chrome DevTools, ``--remote-debugging-pipe`` (messages end with NUL).
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import select
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

#: seconds after which a silent browser is taken for dead
PATIENCE = 60
_SWITCHES = (
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-sandbox",
    "--no-first-run",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    # nothing has an address: whatever is asked for fails at once
    "--host-resolver-rules=MAP * ~NOTFOUND",
)


class Chromium:
    """One browser process with a profile of its own."""

    def __init__(self, program: str = "chromium"):
        self._profile = tempfile.mkdtemp(prefix="chromium-")
        # the browser reads its file 3 and writes its file 4; ours must lie above, or one would overwrite the other
        (their_in, self._out), (self._in, their_out) = (
            [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 20) for end in pipe] for pipe in (_pipe(), _pipe())
        )
        self._process = subprocess.Popen(
            [program, *_SWITCHES, f"--user-data-dir={self._profile}", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=lambda: (os.dup2(their_in, 3), os.dup2(their_out, 4)),
            pass_fds=(3, 4),
        )
        os.close(their_in)
        os.close(their_out)
        self._rest, self._number = b"", 0
        self._listeners: dict[str, Callable[[str, Mapping], None]] = {}

    def __enter__(self) -> Chromium:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.ask("Browser.close")
            self._process.wait(10)
        except (OSError, RuntimeError, subprocess.TimeoutExpired):
            self._process.kill()
        self._process.wait()
        os.close(self._in)
        os.close(self._out)
        shutil.rmtree(self._profile, ignore_errors=True)

    def ask(self, method: str, session: str | None = None, **parameters: Any) -> dict:
        """One command and its answer; events that arrive before it go to their tab. Raises RuntimeError when refused."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        left = json.dumps(message).encode() + b"\0"
        while left:
            left = left[os.write(self._out, left) :]
        return self.hear(lambda answer: answer.get("id") == self._number)["result"]

    def hear(self, is_it: Callable[[Mapping], bool]) -> dict:
        """Take messages until one is the one looked for."""
        while True:
            message = self._next()
            if "error" in message:
                raise RuntimeError(f"{message['error']}")
            if "method" in message and (listener := self._listeners.get(message.get("sessionId", ""))):
                listener(message["method"], message["params"])
            if is_it(message):
                return message

    def _next(self) -> dict:
        while b"\0" not in self._rest:
            if not select.select([self._in], [], [], PATIENCE)[0]:
                raise RuntimeError(f"nothing from the browser for {PATIENCE} seconds")
            piece = os.read(self._in, 1 << 20)
            if not piece:
                raise RuntimeError("the browser has gone")
            self._rest += piece
        message, _, self._rest = self._rest.partition(b"\0")
        return json.loads(message)

    def open(
        self, path: Path, width: int = 1280, height: int = 900, before: str = "", fragment: str = ""
    ) -> Tab:
        """A new tab with the file, loaded. ``before``: a script that runs before the page's own."""
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        tab = Tab(self, target, session)
        self._listeners[session] = tab.listen
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.ask(f"{domain}.enable", session)
        tab.resize(width, height)
        if before:
            self.ask("Page.addScriptToEvaluateOnNewDocument", session, source=before)
        tab.load(path, fragment)
        return tab


class Tab:
    """An open page. ``errors``: what it logged or threw; ``requests``: every address it asked for but its own."""

    def __init__(self, browser: Chromium, target: str, session: str):
        self._browser, self._target, self._session = browser, target, session
        self.errors: list[str] = []
        self.requests: list[str] = []
        self._own = ""

    def listen(self, method: str, said: Mapping) -> None:
        if method == "Runtime.exceptionThrown":
            self.errors.append(json.dumps(said["exceptionDetails"], ensure_ascii=False))
        elif method == "Runtime.consoleAPICalled":
            self.errors.append(json.dumps(said["args"], ensure_ascii=False))
        elif method == "Log.entryAdded":
            self.errors.append(said["entry"]["text"])
        elif method == "Network.requestWillBeSent" and said["request"]["url"] != self._own:
            self.requests.append(said["request"]["url"])

    def ask(self, method: str, **parameters: Any) -> dict:
        return self._browser.ask(method, self._session, **parameters)

    def load(self, path: Path, fragment: str = "") -> None:
        self._own = path.resolve().as_uri()
        # a page asks for itself without what stands after #
        self.ask("Page.navigate", url=self._own + fragment)
        self._browser.hear(
            lambda said: (
                said.get("method") == "Page.loadEventFired" and said.get("sessionId") == self._session
            )
        )

    def run(self, script: str) -> Any:
        """The value of a script; a promise is waited for. Raises RuntimeError for what it throws."""
        answer = self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(json.dumps(answer["exceptionDetails"], ensure_ascii=False)[:2000])
        return answer["result"].get("value")

    def press(self, key: str, code: int, text: str = "", shift: bool = False) -> None:
        """A key down and up, as from a keyboard."""
        for kind in ("keyDown", "keyUp"):
            self.ask(
                "Input.dispatchKeyEvent",
                type=kind,
                key=key,
                code=key,
                windowsVirtualKeyCode=code,
                modifiers=8 if shift else 0,
                **({"text": text} if text and kind == "keyDown" else {}),
            )

    def type(self, text: str) -> None:
        self.ask("Input.insertText", text=text)

    def resize(self, width: int, height: int) -> None:
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )

    def picture(self, whole: bool = True) -> bytes:
        """PNG of the page."""
        return base64.b64decode(
            self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=whole)["data"]
        )

    def paper(self) -> bytes:
        """PDF on A4, as the page's own print rules say."""
        answer = self.ask("Page.printToPDF", preferCSSPageSize=True, printBackground=True)
        return base64.b64decode(answer["data"])

    def close(self) -> None:
        self._browser.ask("Target.closeTarget", targetId=self._target)


def _pipe() -> tuple[int, int]:
    return os.pipe()
