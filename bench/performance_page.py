"""Writes the figures that benchmarks have kept into docs/build-performance.md, with a plot, and docs/performance.md.

python -m bench.performance_page
"""

import html
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[1] / "docs"
KEPT = DOCS / "performance"
PLOT = KEPT / "builds.svg"
BEGIN, END = "<!-- figures: written by bench/performance_page.py -->", "<!-- end of figures -->"
US, PEER = "Bucketpress", "Hugo"
BAR_WIDTH, ROW_HEIGHT, LABEL_WIDTH, NUMBER_WIDTH = 420, 26, 230, 90

Figures = Mapping[str, Any]


def tables(kept: Figures) -> str:
    """Return the tables of all figures as Markdown."""
    builds = kept["builds"]
    rounds = builds["rounds"]
    figures = "one round each" if rounds == 1 else f"medians of {rounds} rounds"
    parts = [f"Measured on {builds['machine']}; builds: {figures}.\n"]
    for posts, runs in sorted(builds["sizes"].items(), key=lambda item: int(item[0])):
        parts.append(_builds_table(int(posts), runs))
    parts.append(_profile_table(kept["build_profile"]))
    parts += [_preview_table(int(posts), found) for posts, found in kept["preview"].items()]
    starts = kept["cold_starts"]
    parts += [_cold_table(starts), _start_table(kept["start_profile"])]
    parts += [_call_table(starts["first_calls"]), _first_page_table(starts["first_page"])]
    return "\n".join(parts)


def _builds_table(posts: int, runs: Figures) -> str:
    lines = [f"### {posts:,} posts\n", "| build | s CPU | s | MB | CPU of Hugo's |", "|---|--:|--:|--:|--:|"]
    base = runs.get(PEER)
    for name, run in sorted(runs.items(), key=lambda item: item[1]["cpu_seconds"]):
        ratio = f"{run['cpu_seconds'] / base['cpu_seconds']:.2f} x" if base else ""
        lines.append(
            f"| {name} | {run['cpu_seconds']:.1f} | {run['wall_seconds']:.1f} | {run['megabytes']:.0f} | {ratio} |"
        )
    return "\n".join(lines) + "\n"


def _cold_table(starts: Figures) -> str:
    base = starts["handlers"]["minimal"]
    lines = ["### Cold starts\n", "| function | ms CPU until ready | of the minimal handler's |", "|---|--:|--:|"]
    for name, milliseconds in sorted(starts["handlers"].items(), key=lambda item: item[1]):
        lines.append(f"| {name} | {milliseconds:.0f} | {milliseconds / base:.2f} x |")
    return "\n".join(lines) + "\n"


def _call_table(calls: Figures) -> str:
    lines = ["### The first call after a start\n", "| ms CPU | first call | a later one | more |", "|---|--:|--:|--:|"]
    for name, found in sorted(calls.items()):
        first, later = found["first call"], found["later call"]
        lines.append(f"| {name} | {first:.0f} | {later:.0f} | {first - later:.0f} |")
    return "\n".join(lines) + "\n"


def _first_page_table(steps: Figures) -> str:
    lines = ["### From nothing to the first page\n", "| | s | s CPU |", "|---|--:|--:|"]
    lines += [f"| {step} | {taken['s']:.2f} | {taken['s CPU']:.2f} |" for step, taken in steps.items()]
    return "\n".join(lines) + "\n"


def _profile_table(profile: Figures) -> str:
    """Return what a post takes by part of the work; what is neither ours nor Python's is a library's."""
    lines = [
        f"### Where the time of a clean build goes, {profile['posts']:,} posts\n",
        "| ms CPU a post | all | ours | Python's own | libraries |",
        "|---|--:|--:|--:|---|",
    ]
    for part, owners in profile["milliseconds"].items():
        ours, python = (owners.get(name, 0.0) for name in ("ours", "Python's own"))
        others = {name: owners[name] for name in owners if name not in {"ours", "Python's own"}}
        named = ", ".join(f"{name} {others[name]:.2f}" for name in sorted(others, key=lambda name: -others[name]))
        lines.append(f"| {part} | {sum(owners.values()):.2f} | {ours:.2f} | {python:.2f} | {named} |")
    return "\n".join(lines) + "\n"


def _preview_table(posts: int, found: Figures) -> str:
    lines = [f"### A preview of {posts:,} posts\n", "| | |", "|---|--:|"]
    lines += [
        f"| {name} | {value:.4f} |" if value < 1 else f"| {name} | {value:.0f} |" for name, value in found.items()
    ]
    return "\n".join(lines) + "\n"


def _start_table(starts: Figures) -> str:
    lines = ["### What publish does until it is ready\n", "| | ms CPU |", "|---|--:|"]
    named = sorted(starts["publish"].items(), key=lambda item: -item[1])
    return "\n".join([*lines, *(f"| {name} | {milliseconds:.0f} |" for name, milliseconds in named)]) + "\n"


def plot(builds: Figures) -> str:
    """Return the processor time of every build as bars, one group for each number of posts."""
    rows: list[str] = []
    top = 0
    for posts, runs in sorted(builds["sizes"].items(), key=lambda item: int(item[0])):
        rows.append(f'<text x="0" y="{top + 18}" font-weight="bold">{int(posts):,} posts, seconds of CPU</text>')
        top += ROW_HEIGHT
        most = max(run["cpu_seconds"] for run in runs.values())
        for name, run in sorted(runs.items(), key=lambda item: item[1]["cpu_seconds"]):
            width = max(2, round(BAR_WIDTH * run["cpu_seconds"] / most))
            colour = "#2a6f4e" if name.startswith(US) else "#8a8f98"
            rows += [
                f'<text x="0" y="{top + 17}">{html.escape(name)}</text>',
                f'<rect x="{LABEL_WIDTH}" y="{top + 4}" width="{width}" height="{ROW_HEIGHT - 8}" fill="{colour}"/>',
                f'<text x="{LABEL_WIDTH + width + 6}" y="{top + 17}">{run["cpu_seconds"]:.1f}</text>',
            ]
            top += ROW_HEIGHT
        top += ROW_HEIGHT // 2
    width = LABEL_WIDTH + BAR_WIDTH + NUMBER_WIDTH
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {top}" font-family="sans-serif" font-size="13"'
        f' fill="currentColor" role="img" aria-label="Processor time of builds">\n' + "\n".join(rows) + "\n</svg>\n"
    )


def burst_table(bursts: Figures) -> str:
    """Return what bursts of uploads take in the model, as Markdown."""
    shown = list(next(iter(next(iter(bursts.values())).values())))
    lines = [f"| | {' | '.join(shown)} |", "|---|" + "--:|" * len(shown)]
    for posts, ways in bursts.items():
        for way, found in ways.items():
            lines.append(f"| {int(posts):,} posts, {way} | {' | '.join(str(found[name]) for name in shown)} |")
    return "\n".join(lines) + "\n"


def page(text: str, written: str) -> str:
    """Return a page with its figures written anew; everything around them stays."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{written}\n{END}{after}"


def pages(kept: Figures) -> dict[Path, str]:
    """Return what stands between the marks of each page."""
    return {DOCS / "build-performance.md": tables(kept), DOCS / "performance.md": burst_table(kept["burst"])}


def figures() -> Figures:
    """Read the figures that each benchmark has kept."""
    return {file.stem: json.loads(file.read_text("utf-8")) for file in sorted(KEPT.glob("*.json"))}


def write_pages() -> None:
    """Write the pages and the plot from the figures that are kept."""
    found = figures()
    for path, written in pages(found).items():
        path.write_text(page(path.read_text("utf-8"), written), "utf-8")
    PLOT.write_text(plot(found["builds"]), "utf-8")


if __name__ == "__main__":
    write_pages()
