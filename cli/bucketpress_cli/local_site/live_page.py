"""Pages as a preview serves them: each reloads when the site changes, and says what is wrong and what is not public."""

import base64
import hashlib
import html
import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any

from bucketpress.content.problem import Problem
from bucketpress_cli.cloudfront.edge_cache import Request
from bucketpress_cli.cloudfront.functions import Answer

EVENTS_PATH = "/_bucketpress/preview-events"
WAIT_SECONDS = 25.0
_SCRIPT = """
const preview = JSON.parse(document.getElementById("bucketpress-preview").textContent);
new EventSource(preview.events).onmessage = () => location.reload();
if (preview.problems.length) {
  const box = document.createElement("div");
  box.id = "bucketpress-problems";
  box.setAttribute("role", "alert");
  for (const { where, what } of preview.problems) {
    const line = box.appendChild(document.createElement("p"));
    line.appendChild(document.createElement("strong")).textContent = where;
    line.append(" ", what);
  }
  const close = box.appendChild(document.createElement("button"));
  close.textContent = "\\u00d7";
  close.setAttribute("aria-label", "Close");
  close.onclick = () => box.remove();
  document.body.append(box);
}
""".strip()
_STYLE = """
#bucketpress-problems, .bucketpress-early { position: fixed; inset: auto 0 0; z-index: 9999; margin: 0;
  font: 1rem/1.4 system-ui, sans-serif; color: #fff; text-align: start }
#bucketpress-problems { max-height: 60vh; overflow: auto; padding: 1rem 3rem 1rem 1rem; background: #8b1a1a }
#bucketpress-problems p { margin: 0 0 .5rem; max-width: none; white-space: pre-wrap }
#bucketpress-problems button { position: absolute; inset: .5rem .5rem auto auto; font-size: 1.5rem; color: inherit;
  background: none; border: 0; cursor: pointer }
.bucketpress-early { padding: .25rem 1rem; background: #6b4a00 }
""".strip()
_POLICY = "content-security-policy"


@dataclass(slots=True)
class LiveState:
    """What a preview knows beside its pages: how often they have changed, problems by key, and notes by address."""

    began: str
    problems: dict[str, Sequence[Problem]] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    changes: int = 0
    _changed: threading.Condition = field(default_factory=threading.Condition)

    @property
    def version(self) -> str:
        """Return a name of the site as it is now."""
        return f"{self.began}-{self.changes}"

    def change(self) -> None:
        """Have every open page load again."""
        with self._changed:
            self.changes += 1
            self._changed.notify_all()

    def wait(self, seen: str, seconds: float) -> None:
        """Wait until the site is no longer as somebody has seen it, or until the time is over."""
        with self._changed:
            self._changed.wait_for(lambda: self.version != seen, seconds)


def events(state: LiveState, request: Request, seconds: float = WAIT_SECONDS) -> Answer:
    """Answer a page that waits for changes: with one event, or with none once the time is over; then it asks again.

    See "Server-sent events" in the HTML standard.
    """
    seen = request.headers.get("last-event-id") or request.query.removeprefix("seen=")
    state.wait(seen, seconds)
    event = f"id: {state.version}\ndata: changed\n\n" if state.version != seen else ": nothing new\n\n"
    headers = {"content-type": "text/event-stream", "cache-control": "no-store"}
    return Answer(status=HTTPStatus.OK, headers=headers, body=f"retry: 200\n{event}".encode())


def plain(request: Request) -> Request:
    """Return a request so that its answer can be added to: without a condition, and not compressed."""
    left_out = {"if-none-match", "accept-encoding"}
    return replace(request, headers={name: value for name, value in request.headers.items() if name not in left_out})


def live(answer: Answer, path: str, state: LiveState) -> Answer:
    """Return a page with what a preview adds to it; any other answer as it is."""
    before, end, after = answer.body.rpartition(b"</body>")
    if not end or not answer.headers.get("content-type", "").startswith("text/html"):
        return answer
    headers = {name: value for name, value in answer.headers.items() if name != "etag"}
    if policy := headers.get(_POLICY):
        allowed = policy.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
        headers[_POLICY] = f"{allowed}; script-src '{_digest(_SCRIPT)}'; connect-src 'self'"
    return replace(answer, headers=headers, body=before + _added(path, state).encode() + end + after)


def _added(path: str, state: LiveState) -> str:
    note = state.notes.get(path)
    mark = f'<p class="bucketpress-early">{html.escape(note)}: only this preview shows it.</p>' if note else ""
    links = "\n".join(
        f'a[href="{address}"]::after {{ content: " [{_in_css(each)}]"; opacity: .7 }}'
        for address, each in sorted(state.notes.items())
    )
    problems = [
        {"where": f"{key}:{problem.line}:{problem.column or 1}" if problem.line else key, "what": _what(problem)}
        for key, each in sorted(state.problems.items())
        for problem in each
    ]
    data = {"events": f"{EVENTS_PATH}?seen={state.version}", "problems": problems}
    known = f'<script type="application/json" id="bucketpress-preview">{_in_script(data)}</script>'
    return f"{mark}<style>{_STYLE}\n{links}</style>{known}<script>{_SCRIPT}</script>"


def _what(problem: Problem) -> str:
    return f"{problem.message} {problem.fix}".rstrip()


def _in_css(text: str) -> str:
    return "".join(char if char.isalnum() or char in " :-" else " " for char in text)


def _in_script(data: Mapping[str, Any]) -> str:
    return json.dumps(data).replace("<", "\\u003c")


def _digest(script: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
