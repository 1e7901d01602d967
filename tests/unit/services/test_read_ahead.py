"""A build publishes each source once, in an order and in as many processes as change no byte."""

import multiprocessing
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bucketpress import bootstrap
from bucketpress.adapters.memory_stores import MemoryContentStore
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.content.source_keys import SourceKey, classify
from bucketpress.ports import ContentStore
from bucketpress.services.publish.source_reader import SourceReading
from bucketpress.services.read_ahead import WORTH_PROCESSES, ReadAhead
from tests.support.pictures import png

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def _folder(folder: Path, files: dict[str, str | bytes]) -> Path:
    for key, text in files.items():
        (folder / key).parent.mkdir(parents=True, exist_ok=True)
        (folder / key).write_bytes(text.encode() if isinstance(text, str) else text)
    return folder


def _post(number: int, *links: str) -> str:
    return f"---\ntitle: Post {number}\ndate: 2010-03-05\n---\n\n" + " ".join(f"[x]({link})" for link in links) + "\n"


def _revisions(folder: Path) -> dict[str, int]:
    records = bootstrap.build(folder, None, default_url="https://a.example", clock=lambda: NOW).read()
    return {record.key: record.revision for record in records}


def test_each_text_is_published_once_whatever_it_links_to_and_a_picture_once_more_when_it_is_shown(
    tmp_path: Path,
) -> None:
    folder = _folder(
        tmp_path,
        {
            "posts/a.md": _post(1, "b.md", "z.md", "gone.md") + "![p](z.png)\n",
            "posts/b.md": _post(2, "c.md", "c.pdf"),
            "posts/c.pdf": b"%PDF",
            "posts/x/index.md": _post(5) + "![p](p.png)\n",
            "posts/x/p.png": png(4, 3),
            "static/s.png": png(4, 3),
            "posts/c.md": _post(3),
            "posts/z.md": _post(4, "b.md") + "![p](z.png)\n",
            "posts/z.png": png(4, 3),
        },
    )

    twice = {"posts/z.png", "posts/x/p.png"}  # its size is known before the texts, and that it is shown after them
    assert _revisions(folder) == {key: 2 if key in twice else 1 for key in _revisions(folder)}


def test_of_a_circle_of_links_only_some_are_published_again(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {f"posts/{n}.md": _post(n, f"{(n + 1) % 9}.md") for n in range(9)}

    revisions = _revisions(_folder(tmp_path, files))

    assert sum(revisions.values()) <= len(files) + 2


def test_a_chain_of_links_is_followed_to_its_end(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {f"posts/{n:03}.md": _post(n, f"{n + 1:03}.md") for n in range(200)}

    assert set(_revisions(_folder(tmp_path, files)).values()) == {1}


read_here: list[str] = []


def _slow_elsewhere(_content: ContentStore, source: SourceKey, _settings: SiteSettings) -> SourceReading:
    if multiprocessing.parent_process():
        time.sleep(0.002)
    read_here.append(source.key)
    return SourceReading()


@pytest.mark.slow
def test_while_another_process_reads_this_one_reads_too() -> None:
    content, settings = MemoryContentStore(), SiteSettings(url="https://a.example")
    keys = [f"posts/{number}.md" for number in range(WORTH_PROCESSES)]
    read_here.clear()
    ahead = ReadAhead(content, keys, settings, _slow_elsewhere)

    with ahead.processes(2):
        readings = [ahead.read(content, classify(key), settings) for key in keys]

    assert readings == [SourceReading()] * len(keys)
    assert 100 < len(read_here) < len(keys)
    assert len(set(read_here)) == len(read_here)


@pytest.mark.slow
def test_reading_in_several_processes_changes_no_byte(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        f"posts/{n}.md": _post(n, f"{n - 7}.md", f"{n + 5}.md") for n in range(WORTH_PROCESSES + 100)
    }
    folder = _folder(tmp_path / "content", {**files, "posts/bad.md": "---\ntitle: [\n---\n", "posts/odd.md": b"\xff"})
    sites = []
    for processes in (1, 2):
        out = tmp_path / str(processes)
        out.mkdir()
        build = bootstrap.build(folder, out, default_url="https://a.example", clock=lambda: NOW, processes=processes)
        build.run()
        sites.append({path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()})

    assert len(sites[0]) > 2000
    assert sites[0] == sites[1]
