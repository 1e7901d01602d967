"""`make torture`: what the worst posts cost, a table of CPU seconds and memory for every construct at its cap.

python -m tests.torture [--all] [WORD ...]     only constructs whose names hold a word
"""

import argparse
import sys
from collections.abc import Callable, Iterator

from bucketpress.content.post import Post
from bucketpress.content.post_reader import read_post
from bucketpress.content.settings.reader import read_site_settings
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.content.source_keys import classify
from bucketpress.site.pages.template_context import Item
from bucketpress.site.renderer import Renderer
from tests.torture.constructs import Construct, constructs
from tests.torture.measurement import Cost, measure

MOST_SECONDS = 1.0
MOST_MEBIBYTES = 200
ENTRIES = 20
ARTIFACTS_OF_HEAD = 4


def main() -> None:
    """Measure and print; end with exit code 1 if anything costs more than it may."""
    options = argparse.ArgumentParser(prog="python -m tests.torture")
    options.add_argument("--all", action="store_true", help="print every row, not only the costly ones")
    options.add_argument("words", nargs="*")
    chosen = options.parse_args()
    _read(Construct(name="warm", unit="```python\na = 1\n```\n\n").text(2000), "", raw=True)
    bad = count = 0
    for name, cost, artifacts in _rows(chosen.words):
        count += 1
        over = cost.ended or cost.seconds / artifacts > MOST_SECONDS or cost.mebibytes > MOST_MEBIBYTES
        bad += bool(over)
        if over or chosen.all or cost.seconds / artifacts > MOST_SECONDS / 2:
            mark = cost.ended or ("TOO MUCH" if over else "")
            print(f"{cost.seconds / artifacts:8.2f} s {cost.mebibytes:6.0f} MiB  {name:70} {cost.note} {mark}")
            sys.stdout.flush()
    print(f"{count} measured, {bad} over {MOST_SECONDS} s of CPU or {MOST_MEBIBYTES} MiB")
    sys.exit(1 if bad else 0)


def _rows(words: list[str]) -> Iterator[tuple[str, Cost, int]]:
    for construct in constructs():
        if words and not any(word in construct.name for word in words):
            continue
        text = construct.text()
        for raw in (False, True):
            label = f"{construct.name}{' (raw HTML)' if raw else ''}"
            for step, (work, artifacts) in _steps(text, construct.settings, raw=raw).items():
                cost = measure(work)
                yield f"{step}: {label}", cost, artifacts
                if cost.ended or not cost.note.startswith("post"):
                    break


def _steps(text: str, settings: str, *, raw: bool) -> dict[str, tuple[Callable[[], str], int]]:
    return {
        "publish": (lambda: _read(text, settings, raw=raw), 1),
        "post": (lambda: _page(text, settings, raw=raw), 2),
        "head": (lambda: _head(text, settings, raw=raw), ARTIFACTS_OF_HEAD),
    }


def _settings(more: str, *, raw: bool) -> SiteSettings:
    written = f"url: https://t.example\nraw_html: {str(raw).lower()}\n{more}"
    settings, problems = read_site_settings(written.encode(), default_url="https://t.example")
    if settings is None:
        sys.exit(f"not settings: {problems}")
    return settings


def _post(text: str, settings: SiteSettings) -> tuple[Post | None, str]:
    post, problems = read_post(classify("posts/torture.md"), text.encode(), settings)
    if post is None:
        return None, problems[0].message[:60]
    return post, f"post, {len(post.body.html) // 1024} KiB of HTML, {len(problems)} problems"


def _read(text: str, more: str, *, raw: bool) -> str:
    return _post(text, _settings(more, raw=raw))[1]


def _page(text: str, more: str, *, raw: bool) -> str:
    settings = _settings(more, raw=raw)
    post, note = _post(text, settings)
    if post is not None:
        Renderer(settings).post(Item(entry=post.entry, body=post.body), newer=None, older=None)
    return note


def _head(text: str, more: str, *, raw: bool) -> str:
    settings = _settings(more, raw=raw)
    post, note = _post(text, settings)
    if post is None:
        return note
    items = [Item(entry=post.entry, body=post.body)] * ENTRIES
    made = Renderer(settings).head("all", items=items, label="", description="", years=())
    return f"{note}, {max(len(artifact.data) for artifact in made) // 1024} KiB at most"


if __name__ == "__main__":
    main()
