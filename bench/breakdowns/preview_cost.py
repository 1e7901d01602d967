"""What a preview of a large folder takes: to start from what the last one left, and to show what was saved.

    python -m bench.breakdowns.preview_cost [POSTS] [--place FOLDER]

Goes on from what `python -m bench.builds POSTS --place FOLDER` left there, else builds the site first. Writes
`docs/performance/preview.json`.
"""

import argparse
import json
import re
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from statistics import median

from watchfiles import watch

from bench.builds import working_folder
from bench.corpus import name_of, write_corpus
from bucketpress_cli.author_commands import CACHE_ENDING, DEFAULT_URL
from bucketpress_cli.local_site.build_cache import BuildCache
from bucketpress_cli.local_site.cached_build import CachedBuild, Options
from bucketpress_cli.local_site.previewed_site import FIRST, PreviewedSite
from bucketpress_cli.preview import DUE_MILLISECONDS

RESULTS = Path(__file__).parents[2] / "docs" / "performance" / "preview.json"
POSTS = 10_000
EDITS = 5
IDLE_SECONDS = 20
TITLE = re.compile("^title: .*", re.MULTILINE)
BUILT, CONTENT = "Bucketpress-site", "Bucketpress"  # as bench/builds.py calls them


def spent(work: Callable[[], object]) -> tuple[float, float]:
    """Do some work; return the milliseconds of processor and of the clock that it took."""
    cpu, clock = time.process_time(), time.monotonic()
    work()
    return (time.process_time() - cpu) * 1000, (time.monotonic() - clock) * 1000


def edits(site: PreviewedSite, folder: Path, posts: int, change: Callable[[str], str]) -> tuple[float, float]:
    """Change one post after the other; return the medians of what it takes until the site shows the change."""
    took = []
    for number in range(1, EDITS + 1):
        key = f"posts/{name_of(posts * number // (EDITS + 1))}.md"
        text = (folder / key).read_text("utf-8")
        (folder / key).write_text(change(text), "utf-8")
        took.append(spent(lambda changed=key: site.look([changed])))  # type: ignore[misc]
    return median(cpu for cpu, _ in took), median(clock for _, clock in took)


def idle(folder: Path) -> float:
    """Return what share of a processor it takes to follow a folder in which nothing happens."""

    def follow() -> None:
        changes = watch(folder, watch_filter=None, rust_timeout=DUE_MILLISECONDS, yield_on_timeout=True)
        end = time.monotonic() + IDLE_SECONDS
        for _ in changes:
            if time.monotonic() > end:
                return

    cpu, clock = spent(follow)
    return cpu / clock


def measured(folder: Path, out: Path, posts: int) -> dict[str, float]:
    """Return the figures of a folder whose site was built before."""
    cache = BuildCache(out.parent / f".{BUILT}{CACHE_ENDING}")
    found: dict[str, float] = {}
    sites: list[PreviewedSite] = []
    found["start, ms CPU"], found["start, ms"] = spent(
        lambda: sites.append(PreviewedSite(folder, out, DEFAULT_URL, cache=cache))
    )
    site = sites[0]
    text = edits(site, folder, posts, lambda text: f"{text}\nOne more line.\n")
    title = edits(site, folder, posts, lambda text: TITLE.sub(r"\g<0>, again", text, count=1))
    found["text edited, ms CPU"], found["text edited, ms"] = text
    found["title edited, ms CPU"], found["title edited, ms"] = title
    found["idle, share of a processor"] = idle(folder)
    return {name: round(value, 4) for name, value in found.items()}


def main() -> None:
    """Measure, print and keep the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("posts", nargs="?", type=int, default=POSTS)
    parser.add_argument("--place", type=Path)
    given = parser.parse_args(sys.argv[1:] if __name__ == "__main__" else [])
    with working_folder(given.place) as place:
        folder, out = place / CONTENT, place / "preview"
        cache = BuildCache(place / f".{BUILT}{CACHE_ENDING}")
        if not folder.exists():
            write_corpus(folder, given.posts)
            CachedBuild(folder=folder, out=place / BUILT, options=Options(default_url=DEFAULT_URL), cache=cache).run()
        # The preview of a folder goes on from the last one in the same way as a build.
        out.mkdir(exist_ok=True)
        with suppress(FileNotFoundError):
            (place / BUILT).rename(out / FIRST)
        found = measured(folder, out, given.posts)
    for name, value in found.items():
        print(f"{name:28} {value:10.3f}")
    RESULTS.write_text(json.dumps({str(given.posts): found}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
