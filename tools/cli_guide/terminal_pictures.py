"""Recordings of commands as pictures: what they print of a small made-up site, whatever the day and the machine.

`check` and `import` are run as they are. `push --wait` and `status` need a cloud: their own printing functions get what
the production services make of the same folder, with a clock that goes at its own pace.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.text import Text

from bucketpress import bootstrap
from bucketpress.services.build import Build
from bucketpress.services.queries.folder_report import reports_of
from bucketpress.services.queries.status import Status
from bucketpress_cli.status_text import print_site
from bucketpress_cli.transfer.folder_comparison import Known, compare
from bucketpress_cli.transfer.local_folder import read_folder
from bucketpress_cli.transfer.push.plan_text import counts, print_plan
from bucketpress_cli.transfer.push.push_plan import Choices, intent_of, plan_push
from bucketpress_cli.transfer.push.receipt_watch import print_receipt

COLUMNS = 100
BEGAN = datetime(2026, 3, 5, 9, 30, tzinfo=UTC)
PACE = timedelta(milliseconds=40)  # What each look at the clock takes.
POST = "---\ntitle: {title}\ndate: {date}\ntags: [voip]\n---\n\n{text}\n"
SITE = {
    "site.yaml": "title: Packnet Blog\nurl: https://blog.packnet.example\ntimezone: UTC\n",
    "posts/call-path.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="800" height="450"/>\n',
    "posts/a-call-crosses-the-network.md": POST.format(
        title="A call crosses the network", date="2026-03-02", text="See [the move](a-switchboard-moves.md)."
    ),
    "posts/reading-an-invite.md": POST.format(title="Reading an INVITE", date="03/04/2026", text="Line by line."),
    "posts/the-anniversary.md": POST.format(title="The anniversary", date="2090-06-01 09:00", text="A century."),
    "pages/about.md": "---\ntitle: About\n---\n\nWho writes here.\n",
    "drafts/an-idea.md": "---\ntitle: An idea\n---\n\nNot yet.\n",
}
EXPORT = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>Packnet Blog</title>
<link>https://old.packnet.example</link><wp:wxr_version>1.2</wp:wxr_version>
<wp:base_site_url>https://old.packnet.example</wp:base_site_url>
{items}</channel></rss>
"""
ITEM = """<item><title>{title}</title><link>https://old.packnet.example/{slug}/</link><dc:creator>helen</dc:creator>
<guid isPermaLink="false">https://old.packnet.example/?p={number}</guid>
<content:encoded><![CDATA[<p>{text}</p>]]></content:encoded><wp:post_id>{number}</wp:post_id>
<wp:post_date>2010-03-0{number} 09:30:00</wp:post_date><wp:post_date_gmt>2010-03-0{number} 09:30:00</wp:post_date_gmt>
<wp:post_name>{slug}</wp:post_name><wp:status>{status}</wp:status><wp:post_type>post</wp:post_type>
<wp:post_password></wp:post_password></item>
"""


def recordings() -> dict[str, str]:
    """Return the pictures by the name of the command, as SVG."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        _write(folder / "my-blog")
        (folder / "wordpress.xml").write_text(_export(), "utf-8")
        return {
            "check": _drawn("check my-blog", _output(folder, "check", "my-blog")),
            "import": _drawn("import wordpress.xml old-blog", _output(folder, "import", "wordpress.xml", "old-blog")),
            "push": _drawn("push my-blog --wait", _pushed(folder / "my-blog")),
            "status": _drawn("status", _status(folder / "my-blog")),
        }


def _drawn(command: str, parts: Iterable[Text]) -> str:
    console = Console(record=True, width=COLUMNS, file=StringIO(), force_terminal=True, color_system="truecolor")
    console.print(Text.assemble(("$ ", "dim"), (f"bucketpress {command}", "bold")))
    for part in parts:
        console.print(part, soft_wrap=False)
    name = command.partition(" ")[0]
    return console.export_svg(title="bucketpress", unique_id=f"bucketpress-{name}") + "\n"


def _output(folder: Path, *arguments: str) -> list[Text]:
    """Run a command at a terminal that knows colours, and return what it prints."""
    root = Path(__file__).resolve().parents[2]
    variables = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{root / 'layers' / 'shared'}:{root / 'cli'}",
        "COLUMNS": str(COLUMNS),
        "FORCE_COLOR": "1",
        "TTY_INTERACTIVE": "0",  # a bar is gone when a command ends
        "TERM": "xterm-256color",
        "TZ": "UTC",
    }
    command = [sys.executable, "-c", "from bucketpress_cli.main import app; app()", *arguments]
    done = subprocess.run(
        command, cwd=folder, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    return [Text.from_ansi(line) for line in done.stdout.rstrip().splitlines()]


def _pushed(folder: Path) -> list[Text]:
    live = _made_live(folder)
    local = read_folder(folder, {})
    differences = compare({key: file.digest for key, file in local.files.items()}, {}, Known())
    after = {report.key: report for report in reports_of(live.build.publisher.index.list_records("", 100)[0], {})}
    plan = plan_push(intent_of(differences, Choices()), before={}, after=after, refused=local.refused)

    def show(console: Console) -> None:
        print_plan(console, plan.lines)
        console.print(counts(plan.lines))
        console.print()
        for write in plan.groups[-1]:
            print_receipt(console, live.status.of_source(write.key))

    return _printed(show)


def _status(folder: Path) -> list[Text]:
    live = _made_live(folder)
    return _printed(lambda console: print_site(console, live.status.of_site()))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Live:
    """A folder as it would be in the cloud, and the status service over it."""

    build: Build
    status: Status


class _EmptyQueue:
    """A queue in which nothing waits."""

    def depth(self) -> int:
        """Return that nothing waits."""
        return 0


def _made_live(folder: Path) -> _Live:
    moments = iter(BEGAN + number * PACE for number in range(1_000_000))
    out = folder.with_name(f"{folder.name}-{len(list(folder.parent.iterdir()))}")
    out.mkdir()
    build = bootstrap.build(folder, out, default_url="", clock=lambda: next(moments))
    for key in ("site.yaml", *bootstrap.files_of(folder)):
        build.publisher.publish(key, asked_at=next(moments))
        build.write()
    queues = ("sources", "sections", "source_dead_letters", "section_dead_letters")
    service = Status(
        index=build.publisher.index, content=build.content, depths={name: _EmptyQueue() for name in queues}
    )
    return _Live(build=build, status=service)


def _printed(show: Callable[[Console], None]) -> list[Text]:
    out = StringIO()
    show(Console(file=out, width=COLUMNS, force_terminal=True, color_system="standard", highlight=False))
    return [Text.from_ansi(line) for line in out.getvalue().rstrip().splitlines()]


def _write(folder: Path) -> None:
    for name, text in SITE.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")


def _export() -> str:
    rows = (
        (1, "a-number-keeps", "A number keeps", "publish", "Your number comes along."),
        (
            2,
            "three-carriers",
            "Three carriers",
            "publish",
            'See <a href="/a-number-keeps/">here</a>. [gallery ids="1"]',
        ),
        (3, "not-yet", "Not yet", "draft", "To be written."),
    )
    items = [
        ITEM.format(number=number, slug=slug, title=title, status=status, text=text)
        for number, slug, title, status, text in rows
    ]
    return EXPORT.format(items="".join(items))
