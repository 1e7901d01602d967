"""`make torture`: what the worst posts cost, a table of CPU seconds and memory for every construct at its cap.

python -m tests.torture [--all] [WORD ...]     only constructs whose names hold a word
"""

import argparse
import sys
from collections.abc import Iterator

from bucketpress.content.post_reader import read_post
from bucketpress.content.settings.reader import read_site_settings
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.content.source_keys import classify
from bucketpress.site.pages.template_context import Item
from bucketpress.site.renderer import Renderer
from tests.torture.constructs import Construct, constructs
from tests.torture.measurement import Cost, measure

MAX_SECONDS = 1.0
MAX_MEBIBYTES = 200
ENTRIES = 20


def main() -> None:
    """Measure and print; end with exit code 1 if anything costs more than it may."""
    options = argparse.ArgumentParser(prog="python -m tests.torture")
    options.add_argument("--all", action="store_true", help="print every row, not only the costly ones")
    options.add_argument("words", nargs="*")
    chosen = options.parse_args()
    list(_steps(Construct(name="warm", unit="```python\na = 1\n```\n\n").text(2000), _settings("", raw=True)))
    bad = count = 0
    worst = Cost(step="", seconds=0, mebibytes=0)
    for name, cost in _rows(chosen.words):
        count += 1
        over = bool(cost.ended) or cost.seconds > MAX_SECONDS or cost.mebibytes > MAX_MEBIBYTES
        bad += over
        worst = max(worst, cost, key=lambda one: one.seconds)
        if over or chosen.all or cost.seconds > MAX_SECONDS / 2:
            mark = cost.ended or ("TOO MUCH" if over else "")
            print(f"{cost.seconds:6.2f} s {cost.mebibytes:5.0f} MiB  {name:50} {cost.step} {mark}", flush=True)
    print(
        f"{count} measured, {bad} over {MAX_SECONDS} s of CPU or {MAX_MEBIBYTES} MiB; the worst {worst.seconds:.2f} s"
    )
    sys.exit(1 if bad else 0)


def _rows(words: list[str]) -> Iterator[tuple[str, Cost]]:
    for construct in constructs():
        if words and not any(word in construct.name for word in words):
            continue
        text = construct.text()
        for raw in (True, False):
            for cost in measure(_steps(text, _settings(construct.settings, raw=raw))):
                yield f"{construct.name}{'' if raw else ' (as text)'}", cost


def _steps(text: str, settings: SiteSettings) -> Iterator[str]:
    """Publish a post, then draw its page and its twin, then a front page and its feeds with twenty of it."""
    post, problems = read_post(classify("posts/torture.md"), text.encode(), settings)
    if post is None:
        yield f"publish: {problems[0].message[:70]}"
        return
    yield f"publish: {len(post.body.html) // 1024} KiB of HTML, {len(problems)} problems"
    item, renderer = Item(entry=post.entry, body=post.body), Renderer(settings)
    page = renderer.post(item, newer=None, older=None)
    yield f"page: {len(page[0].data) // 1024} KiB"
    made = renderer.head("all", items=[item] * ENTRIES, label="", description="", years=())
    yield f"front page and feeds: {max(len(artifact.data) for artifact in made) // 1024} KiB at most"


def _settings(more: str, *, raw: bool) -> SiteSettings:
    written = f"url: https://t.example\nraw_html: {str(raw).lower()}\n{more}"
    settings, problems = read_site_settings(written.encode(), default_url="https://t.example")
    if settings is None:
        sys.exit(f"not settings: {problems}")
    return settings


if __name__ == "__main__":
    main()
