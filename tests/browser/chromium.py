"""Chromium, headless, driven through the DevTools protocol over two pipes: no port, no driver, no package."""

import base64
import fcntl
import json
import os
import queue
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tools.javascript.chromium import find_chromium

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--mute-audio",
    "--disable-lcd-text",
    "--hide-scrollbars",
    "--metrics-recording-only",
    # Nothing but this machine can be reached, whatever a page asks for.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--remote-debugging-pipe",
)
ANSWER_SECONDS = 30
# What is not finished when the page says so: fonts and images that were found late.
SETTLED = """
document.fonts.ready.then(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))))
"""

Event = dict[str, Any]


class BrowserError(Exception):
    """The browser did not do what it was told."""


def _high_pipe() -> tuple[int, int]:
    """Make a pipe whose descriptors are none of those the browser is given."""
    ends = os.pipe()
    high = tuple(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends)
    for end in ends:
        os.close(end)
    return high[0], high[1]


class Browser:
    """One browser process with a profile of its own, gone without a trace when left."""

    def __init__(self) -> None:
        self._profile = tempfile.mkdtemp(prefix="bucketpress-browser-")
        self._listeners: dict[str, Callable[[str, Event], None]] = {}
        self._answers: dict[int, queue.Queue[Event]] = {}
        self._number = 0
        (to_browser, self._out), (self._in, from_browser) = _high_pipe(), _high_pipe()
        # The browser reads commands from descriptor 3 and writes answers to 4.
        command = f'exec "$@" 3<&{to_browser} 4>&{from_browser}'
        chromium = find_chromium()
        arguments = [chromium.executable, *FLAGS, *chromium.flags, f"--user-data-dir={self._profile}", "about:blank"]
        self._process = subprocess.Popen(
            ["bash", "-c", command, "bash", *arguments],
            pass_fds=(to_browser, from_browser),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **chromium.environment, "HOME": self._profile},
        )
        os.close(to_browser)
        os.close(from_browser)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process and remove its profile."""
        if self._process.poll() is None:
            try:
                self.send("Browser.close")
                self._process.wait(10)
            except (BrowserError, OSError, subprocess.TimeoutExpired):
                self._process.kill()
                self._process.wait()
        self._reader.join(5)
        os.close(self._out)
        shutil.rmtree(self._profile, ignore_errors=True)

    def send(self, method: str, session: str | None = None, **parameters: Any) -> Event:
        """Give a command and return its answer. Raises BrowserError."""
        self._number += 1
        number = self._number
        self._answers[number] = queue.Queue()
        message: Event = {"id": number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        try:
            answer = self._answers[number].get(timeout=ANSWER_SECONDS)
        except queue.Empty:
            raise BrowserError(f"{method}: no answer in {ANSWER_SECONDS} s") from None
        finally:
            del self._answers[number]
        if "error" in answer:
            raise BrowserError(f"{method}: {answer['error'].get('message')}")
        return dict(answer["result"])

    def listen(self, session: str, listener: Callable[[str, Event], None]) -> None:
        """Call a listener for every event of a session."""
        self._listeners[session] = listener

    def page(self, **options: Any) -> "Page":
        """Open an empty page, isolated from every other."""
        context = self.send("Target.createBrowserContext")["browserContextId"]
        target = self.send("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(browser=self, target=target, session=session)
        page.begin(**options)
        return page

    def _read(self) -> None:
        rest = b""
        with os.fdopen(self._in, "rb", buffering=0) as pipe:
            while data := pipe.read(1 << 16):
                *messages, rest = (rest + data).split(b"\0")
                for message in map(json.loads, messages):
                    self._handle(message)
        for answer in list(self._answers.values()):
            answer.put({"error": {"message": "the browser has ended"}})

    def _handle(self, message: Event) -> None:
        if "id" in message:
            if (answer := self._answers.get(message["id"])) is not None:
                answer.put(message)
        elif (listener := self._listeners.get(message.get("sessionId", ""))) is not None:
            listener(message["method"], message["params"])


@dataclass(kw_only=True)
class Page:
    """One page of the browser, and everything it has said and asked for since it was opened."""

    browser: Browser
    target: str
    session: str
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    received: dict[str, int] = field(default_factory=dict)
    status: int = 0
    _moments: dict[str, float] = field(default_factory=dict)
    _loaded: threading.Event = field(default_factory=threading.Event)
    _urls: dict[str, str] = field(default_factory=dict)

    def send(self, method: str, **parameters: Any) -> Event:
        return self.browser.send(method, self.session, **parameters)

    def begin(
        self,
        *,
        width: int = 1440,
        height: int = 900,
        density: int = 1,
        dark: bool = False,
        media: str = "",
        script: bool = True,
    ) -> None:
        """Set up the window; `media` is `print` for paper, `density` how many pixels a pixel of CSS has each way."""
        self.browser.listen(self.session, self._hear)
        for domain in ("Page", "Runtime", "Log", "Network", "Performance"):
            self.send(f"{domain}.enable")
        self.send("Page.setLifecycleEventsEnabled", enabled=True)
        self.send("Network.setCacheDisabled", cacheDisabled=True)
        self.resize(width, height, density)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.send("Emulation.setEmulatedMedia", media=media, features=[scheme])
        if not script:
            self.send("Emulation.setScriptExecutionDisabled", value=True)

    def resize(self, width: int, height: int = 900, density: int = 1) -> None:
        size = {"width": width, "height": height, "deviceScaleFactor": density}
        self.send("Emulation.setDeviceMetricsOverride", **size, mobile=width < 600)

    def open(self, url: str) -> Self:
        """Load a page and wait until nothing in it moves any more."""
        self._loaded.clear()
        for seen in (self.complaints, self.requests, self.dialogs, self.received, self._moments):
            seen.clear()
        answer = self.send("Page.navigate", url=url)
        if "errorText" in answer:
            raise BrowserError(f"{url}: {answer['errorText']}")
        if not self._loaded.wait(ANSWER_SECONDS):
            raise BrowserError(f"{url} was not loaded in {ANSWER_SECONDS} s")
        return self

    def settle(self) -> Self:
        self.evaluate(SETTLED)
        return self

    def evaluate(self, expression: str) -> Any:
        """Return what a JavaScript expression gives, waiting for a promise."""
        answer = self.send("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise BrowserError(details.get("exception", {}).get("description") or details["text"])
        return answer["result"].get("value")

    def painted_milliseconds(self) -> float:
        """Say how long after the page was asked for its first content was painted."""
        deadline = time.monotonic() + ANSWER_SECONDS
        while "firstContentfulPaint" not in self._moments and time.monotonic() < deadline:
            time.sleep(0.01)
        return (self._moments["firstContentfulPaint"] - self._moments["asked"]) * 1000

    def press(self, key: str, code: int, *, shift: bool = False) -> None:
        """Press a key and let it go."""
        shared = {"key": key, "code": key, "windowsVirtualKeyCode": code, "modifiers": 8 if shift else 0}
        self.send("Input.dispatchKeyEvent", type="rawKeyDown", **shared)
        self.send("Input.dispatchKeyEvent", type="keyUp", **shared)

    def screenshot(self, file: Path, *, height: int) -> None:
        """Write what the page looks like from its top, down to a height in pixels."""
        whole = self.send("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": whole["width"], "height": min(whole["height"], height), "scale": 1}
        shot = self.send("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(base64.b64decode(shot["data"]))

    def close(self) -> None:
        self.browser.send("Target.closeTarget", targetId=self.target)

    def _hear(self, method: str, event: Event) -> None:
        if method == "Page.loadEventFired":
            self._loaded.set()
        elif method == "Page.lifecycleEvent":
            self._moments[event["name"]] = event["timestamp"]
        elif method == "Log.entryAdded":
            self.complaints.append(f"{event['entry']['text']} {event['entry'].get('url', '')}".strip())
        elif method == "Runtime.consoleAPICalled":
            self.complaints.append(f"console.{event['type']}: {[one.get('value') for one in event['args']]}")
        elif method == "Runtime.exceptionThrown":
            self.complaints.append(str(event["exceptionDetails"].get("text")))
        elif method == "Page.javascriptDialogOpening":
            self.dialogs.append(event["message"])
            threading.Thread(target=self.send, args=("Page.handleJavaScriptDialog",), kwargs={"accept": True}).start()
        elif method.startswith("Network."):
            self._hear_network(method, event)

    def _hear_network(self, method: str, event: Event) -> None:
        if method == "Network.requestWillBeSent":
            self.requests.append(event["request"]["url"])
            if event["type"] == "Document":
                self._moments["asked"] = event["timestamp"]
            self._urls[event["requestId"]] = event["request"]["url"]
        elif method == "Network.responseReceived" and event["type"] == "Document":
            self.status = event["response"]["status"]
        elif method == "Network.dataReceived":
            url = self._urls.get(event["requestId"], "")
            self.received[url] = self.received.get(url, 0) + event["dataLength"]
