"""What a clean build spends its processor time on, by part of the work and by whose code it is.

    python -m bench.breakdowns.build_profile [POSTS]

Looks at the stack on every tick of the processor's clock. Writes `docs/performance/build_profile.json`.
"""

import json
import resource
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType

from bench.corpus import write_corpus
from bucketpress_cli.local_site.cached_build import CachedBuild, Options

RESULTS = Path(__file__).parents[2] / "docs" / "performance" / "build_profile.json"
POSTS = 1000
TICK_SECONDS = 0.004
OURS, PYTHON = "ours", "Python's own"
# The innermost of these on the stack says which part of the work it is.
PARTS = {
    "services/publish/source_reader.py:read_source": "a source read",
    "services/publish/publisher.py:publish": "published in the index",
    "site/renderer.py:post": "its page and its Markdown",
    "site/renderer.py:head": "front pages and feeds",
    "site/renderer.py:year": "archives of tags, authors and months",
    "site/renderer.py:month": "archives of tags, authors and months",
    "site/renderer.py:segment": "search",
    "services/refresh/artifact_writer.py:_put": "files written",
    "services/refresh/refresher.py:refresh": "sections otherwise",
    "services/build.py:run": "otherwise",
}
# Compiled code has no frames: what calls it stands for it.
CALLERS = {
    "content/markdown/parser.py:to_html": "comrak",
    "content/html/sanitiser.py:sanitise": "nh3",
    "content/html/sanitiser.py:kept": "nh3",
}


@dataclass(slots=True, kw_only=True)
class Samples:
    """How often the processor was found at each part, and in whose code."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)

    def take(self, _signal: int, frame: FrameType | None) -> None:
        """Count one tick."""
        stack = list(_frames(frame))
        part = next((PARTS[name] for name in map(_name, stack) if name in PARTS), None)
        if part is not None:
            self.counts[part, _owner(stack[0])] += 1


def _frames(frame: FrameType | None) -> Iterator[CodeType]:
    while frame is not None:
        yield frame.f_code
        frame = frame.f_back


def _name(code: CodeType) -> str:
    return f"{code.co_filename.rpartition('/bucketpress/')[2]}:{code.co_name}"


def _owner(code: CodeType) -> str:
    """Return whose code it is: a library's name, ours or Python's."""
    if caller := CALLERS.get(_name(code)):
        return caller
    _, found, below = code.co_filename.rpartition("/site-packages/")
    if found:
        return below.partition("/")[0]
    if code.co_filename.endswith(".j2"):
        return "jinja2"
    return OURS if "/bucketpress" in code.co_filename else PYTHON


def profile(folder: Path, out: Path) -> tuple[Samples, float]:
    """Build a folder in this process; return the samples and the processor seconds."""
    made = CachedBuild(folder=folder, out=out, options=Options(default_url="https://a.example"))
    samples = Samples()
    before = _cpu_seconds()
    signal.signal(signal.SIGPROF, samples.take)
    signal.setitimer(signal.ITIMER_PROF, TICK_SECONDS, TICK_SECONDS)
    try:
        made.run()
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return samples, _cpu_seconds() - before


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Measure, print and keep the figures."""
    posts = int(sys.argv[1]) if sys.argv[1:] and __name__ == "__main__" else POSTS
    with tempfile.TemporaryDirectory(prefix="bench-") as place:
        write_corpus(Path(place) / "content", posts)
        samples, seconds = profile(Path(place) / "content", Path(place) / "site")
    each = seconds * 1000 / posts / samples.counts.total()
    parts: dict[str, dict[str, float]] = {part: {} for part in PARTS.values()}
    for (part, owner), count in sorted(samples.counts.items()):
        parts[part][owner] = round(count * each, 4)
    for part, owners in parts.items():
        print(f"{sum(owners.values()):6.2f} ms a post: {part}")
        for owner, milliseconds in sorted(owners.items(), key=lambda item: -item[1]):
            print(f"       {milliseconds:6.3f} {owner}")
    kept = {"posts": posts, "milliseconds": parts}
    RESULTS.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
