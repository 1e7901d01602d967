"""Side by side: comrak-ext and markdown-it-py on one 1,000-word post, in one run.

    python bench/markdown_engines.py [ROUNDS]

Needs markdown-it-py beside the package's own requirements. Rounds alternate, so that a busy machine slows both alike;
the best and the median of each are shown, and the ratio of the medians.
"""

import statistics
import sys
import time
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from bucketpress.content.markdown.render import to_html
from bucketpress.content.post_reader import read_post
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.content.source_keys import classify

if TYPE_CHECKING:
    from collections.abc import Callable

PARAGRAPH = (
    "A call that *crosses* two networks is carried twice, and **paid for** once; the rest is settled between the "
    'carriers. Ask for "the route", and you get [a list](routes.md) of `prefixes` -- or nothing at all. '
)
LIST = "- one [link](https://example.com/{0})\n- two\n- three\n\n"
PART = f"{PARAGRAPH * 2}\n\n{LIST}> It was quieter than we feared.\n\n"
TABLE = "| codec | rate |\n|---|--:|\n| G.711 | 64 |\n| G.729 | 8 |\n\n"
WORDS = 1000


def post() -> str:
    """Return a post of a thousand words with what posts commonly hold."""
    text, number = "", 0
    while len(text.split()) < WORDS - len(TABLE.split()):
        text += f"## Part {number}\n\n{PART.format(number)}"
        number += 1
    return text + TABLE


def main() -> None:
    """Print milliseconds of processor time for each engine, and for the whole way from bytes to a post."""
    rounds = 200
    text = post()
    markdown_it = MarkdownIt("commonmark", {"typographer": True}).enable(
        ["table", "strikethrough", "replacements", "smartquotes"]
    )
    source, settings = classify("posts/2010-03-05-a-post.md"), SiteSettings(url="https://blog.example")
    runs: dict[str, Callable[[], object]] = {
        "comrak-ext": lambda: to_html(text, smart=True, raw_html=False),
        "markdown-it-py": lambda: markdown_it.render(text),
        "read_post (all of it)": lambda: read_post(source, text.encode(), settings),
    }
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            begun = time.process_time()
            run()
            times[name].append((time.process_time() - begun) * 1000)
    print(f"{len(text.split())} words, {len(text.encode())} bytes, {rounds} rounds, Python {sys.version.split()[0]}")
    for name, taken in times.items():
        print(f"{name:24} best {min(taken):7.3f} ms   median {statistics.median(taken):7.3f} ms")
    ratio = statistics.median(times["markdown-it-py"]) / statistics.median(times["comrak-ext"])
    print(f"markdown-it-py takes {ratio:.0f} times as long as comrak-ext")


if __name__ == "__main__":
    main()
