"""A build that goes on from the last one leaves the very bytes that a clean build makes."""

import hashlib
import pickle
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bucketpress_cli.local_site.build_cache import BuildCache, stamps_of
from bucketpress_cli.local_site.cached_build import CachedBuild, OccupiedError, Options, Outcome
from tests.support.desk import write
from tests.support.pictures import png
from tests.support.world import SITE_YAML, markdown

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
OPTIONS = Options(default_url="https://blog.example")
POSTS = ("posts/a.md", "posts/b/index.md", "posts/c.md", "posts/d.md")
FILES = ("posts/b/p.png", "posts/p.png", "static/x.txt", "pages/about.md", "pages/c.md")

texts = st.sampled_from(
    ["Words.", "More words.", "[a](a.md)", "[b](b/index.md) ![p](p.png)", "![p](b/p.png)", "[about](/pages/about.md)"]
)
posts = st.builds(
    markdown,
    st.sampled_from(["One", "Two", "Three"]),
    st.sampled_from(["2024-12-31", "2025-01-01", "2025-02-01", "2026-01-01T12:30:00Z"]),
    text=texts,
    tags=st.sampled_from(["[]", "[x]", "[x, y]"]),
    slug=st.sampled_from(["one", "two"]),
    draft=st.sampled_from(["false", "true"]),
    aliases=st.sampled_from(["[]", "[/old/]", "[/old/, /2025/01/two/]"]),
    author=st.sampled_from(["jane-doe", "Ada"]),
)
files = st.sampled_from([png(4, 3), png(8, 8), b"", b"---\ntitle: A page\n---\n[a](../posts/a.md)\n", b"# \xff"])
edits = st.one_of(
    st.tuples(st.sampled_from(POSTS), st.none() | posts),
    st.tuples(st.sampled_from(FILES), st.none() | files),
    st.tuples(st.just("posts/c.md"), st.just(b"---\ntitle: [\n---\n")),
    st.tuples(st.just("site.yaml"), st.sampled_from([SITE_YAML, SITE_YAML + b"posts_per_page: 2\n"])),
)


class Folder:
    """A content folder, its site, and what the last build left beside it."""

    def __init__(self, root: Path) -> None:
        self.root, self.now = root, NOW
        self.content, self.out = root / "content", root / "site"
        self.cache = root / "cache"
        self.content.mkdir()

    def save(self, key: str, data: bytes | None) -> None:
        path = self.content / key
        if data is None:
            path.unlink(missing_ok=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

    def build(self, *, replaces: bool = False) -> Outcome:
        made = CachedBuild(
            folder=self.content, out=self.out, options=OPTIONS, cache=BuildCache(self.cache), clock=lambda: self.now
        )
        return made.run(replaces=replaces)

    def clean(self) -> tuple[Outcome, dict[str, bytes]]:
        out = self.root / "clean"
        outcome = CachedBuild(folder=self.content, out=out, options=OPTIONS, clock=lambda: self.now).run()
        site = read(out)
        shutil.rmtree(out)
        return outcome, site


def read(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def told(outcome: Outcome) -> list[object]:
    return [(report.key, report.state, report.problems) for report in outcome.reports if report.problems]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(tmp_path)
    made.save("site.yaml", SITE_YAML)
    made.save("posts/a.md", markdown("First", "2025-01-01", tags="[x]", text="[b](b.md)"))
    made.save("posts/b.md", markdown("Second", "2025-02-01"))
    return made


@pytest.mark.slow
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=st.lists(st.lists(edits, max_size=4), min_size=2, max_size=4), minutes=st.sampled_from([0, 20, 40]))
def test_after_any_edits_the_site_is_what_a_clean_build_makes(
    tmp_path_factory: pytest.TempPathFactory, steps: list[list[tuple[str, bytes | None]]], minutes: int
) -> None:
    folder = Folder(tmp_path_factory.mktemp("blog"))
    folder.save("site.yaml", SITE_YAML)

    for step in steps:
        for key, data in step:
            folder.save(key, data)
        outcome = folder.build()
        clean, site = folder.clean()

        assert read(folder.out) == site
        assert (outcome.artifacts, told(outcome)) == (clean.artifacts, told(clean))
        folder.now += timedelta(minutes=minutes)


def test_of_an_unchanged_folder_nothing_is_built(folder: Folder) -> None:
    first = folder.build()
    before = {path: path.stat().st_mtime_ns for path in folder.out.rglob("*")}

    again = folder.build()

    assert first.build is not None
    assert again.build is None
    assert again.artifacts == first.artifacts
    assert {path: path.stat().st_mtime_ns for path in folder.out.rglob("*")} == before


def test_only_what_an_edit_touches_is_written(folder: Folder) -> None:
    folder.build()
    before = {path: path.stat().st_mtime_ns for path in folder.out.rglob("*") if path.is_file()}
    folder.save("posts/b.md", markdown("Second", "2025-02-01", text="Other words."))

    folder.build()

    written = {
        path.relative_to(folder.out).as_posix()
        for path in folder.out.rglob("*")
        if path.is_file() and path.stat().st_mtime_ns != before.get(path)
    }
    assert {"2025/02/b/index.html", "feed.xml"} < written
    assert "2025/01/a/index.html" not in written
    assert read(folder.out) == folder.clean()[1]


def test_a_scheduled_post_appears_in_the_first_build_after_its_time(folder: Folder) -> None:
    folder.save("posts/later.md", markdown("Later", "2026-01-01T13:00:00Z"))
    folder.build()
    before = (folder.out / "2026/01/later/index.html").exists()

    folder.now += timedelta(hours=1)
    folder.build()

    assert not before
    assert (folder.out / "2026/01/later/index.html").exists()


def test_a_problem_is_told_by_every_build_until_it_is_solved(folder: Folder) -> None:
    folder.save("posts/bad.md", b"---\ntitle: Bad\ndate: 03/04/2010\n---\n")

    first, second = folder.build(), folder.build()

    assert told(first) == told(second) != []
    assert any(report.is_wrong for report in second.reports)


@pytest.mark.parametrize("name", ["manifest", "state"])
@pytest.mark.parametrize("damage", ["cut", "changed", "emptied", "gone"])
def test_a_damaged_cache_is_as_good_as_none(folder: Folder, name: str, damage: str) -> None:
    folder.build()
    file = folder.cache / name
    data = file.read_bytes()
    file.write_bytes({"cut": data[:-9], "changed": data[:99] + b"?" + data[100:], "emptied": b"", "gone": b""}[damage])
    if damage == "gone":
        file.unlink()
    folder.save("posts/a.md", markdown("Edited", "2025-01-01"))

    folder.build(replaces=True)

    assert read(folder.out) == folder.clean()[1]


def test_what_is_kept_may_name_no_function(folder: Folder) -> None:
    class Call:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return print, ("called",)

    folder.build()
    data = pickle.dumps(Call())
    (folder.cache / "manifest").write_bytes(hashlib.sha256(data).digest() + data)

    assert BuildCache(folder.cache).manifest(OPTIONS.identity) is None


def test_an_output_that_somebody_has_changed_is_not_gone_on_from(folder: Folder) -> None:
    folder.build()
    (folder.out / "index.html").write_text("mine")
    (folder.out / "extra.txt").write_text("mine")

    with pytest.raises(OccupiedError):
        folder.build()
    folder.build(replaces=True)

    assert read(folder.out) == folder.clean()[1]


def test_other_options_build_everything_anew(folder: Folder) -> None:
    folder.save("site.yaml", b"title: No address\n")
    folder.build()
    other = Options(default_url="https://other.example")
    made = CachedBuild(folder=folder.content, out=folder.out, options=other, cache=BuildCache(folder.cache))

    made.run(replaces=True)

    assert "https://other.example" in (folder.out / "feed.xml").read_text()


@pytest.mark.parametrize("calls", [1, 2, 3])
def test_a_build_that_was_stopped_goes_on_unless_somebody_else_has_touched_its_output(
    calls: int, tmp_path: Path
) -> None:
    folder, out, clean = tmp_path / "blog", tmp_path / "out", tmp_path / "clean"
    write(folder, {"site.yaml": SITE_YAML, **{f"posts/p{number}.md": markdown(f"P {number}") for number in range(9)}})
    build = CachedBuild(
        folder=folder, out=out, options=OPTIONS, cache=BuildCache(tmp_path / "cache"), clock=lambda: NOW
    )
    left = calls

    def stop(step: str, _done: int, _total: int) -> None:
        nonlocal left
        left -= step == "Writing"
        if left == 0:
            raise KeyboardInterrupt

    for _ in range(2):
        left = calls
        with pytest.raises(KeyboardInterrupt):
            build.run(stop)
    (out / "mine.txt").write_text("Mine")
    with pytest.raises(OccupiedError):
        build.run()
    kept = (out / "mine.txt").read_text()
    (out / "mine.txt").unlink()
    build.run()
    CachedBuild(folder=folder, out=clean, options=OPTIONS, clock=lambda: NOW).run()

    assert kept == "Mine"
    assert stamps_of(out).keys() == stamps_of(clean).keys()
    assert all((out / name).read_bytes() == (clean / name).read_bytes() for name in stamps_of(clean))
