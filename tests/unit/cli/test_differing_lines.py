"""Two versions are called equal only where every byte is, and what is large is not read to tell."""

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bucketpress import bootstrap
from bucketpress_cli.transfer.differing_lines import NO_END, Compared, compared_file, differing_lines
from tests.support.desk import write
from tests.support.memory_s3 import MemoryS3, run


def version(name: str, data: bytes) -> Compared:
    return Compared(name=name, size=len(data), digest=hashlib.md5(data).hexdigest(), read=lambda: data)


def differing(old: bytes, new: bytes) -> list[str]:
    return differing_lines(version("old", old), version("new", new))


texts = st.text(st.sampled_from("ab\r\n\u2028\x0c\x00\x1c"), max_size=8).map(str.encode)


@given(texts | st.binary(max_size=4), texts | st.binary(max_size=4))
def test_versions_are_equal_only_where_every_byte_is(old: bytes, new: bytes) -> None:
    assert bool(differing(old, new)) == (old != new)


@pytest.mark.parametrize(("old", "new"), [(b"a\nb\n", b"a\r\nb\r\n"), (b"a\nb", b"a\nb\n"), (b"a\r", b"a\n")])
def test_ends_of_lines_are_told_in_one_line(old: bytes, new: bytes) -> None:
    assert differing(old, new) == ["old and new differ only in how lines end"]


def test_a_change_is_shown_with_what_ends_its_lines() -> None:
    assert differing(b"one\ntwo", b"one\r\nthree\n")[3:] == ["-one", "-two", NO_END, "+one\r", "+three"]
    assert differing("a\u2028b\n".encode(), b"a\nb\n")[3:] == ["-a\u2028b", "+a", "+b"]


@pytest.mark.parametrize(("old", "new"), [(b"\xff\n", b"a\n"), (b"\x00", b"a\n")])
def test_of_what_is_not_text_sizes_and_digests_are_told(old: bytes, new: bytes) -> None:
    first, second = differing(old, new)

    assert first == f"-old: {len(old)} bytes, {hashlib.md5(old).hexdigest()}"
    assert second.startswith("+new: 2 bytes, ")


def test_what_is_large_is_not_read() -> None:
    def read() -> bytes:
        raise AssertionError

    film = Compared(name="film", size=5 * 1024**3, digest="x", read=read)

    first, second = differing_lines(film, version("new", b"a"))

    assert first == "-film: 5,368,709,120 bytes, x"
    assert second.startswith("+new: 1 bytes, ")


def test_a_file_equals_the_object_that_was_put_in_parts(tmp_path: Path) -> None:
    mebibyte = bytes(1024 * 1024)
    write(tmp_path, {"film": mebibyte * 9})
    parts = b"".join(hashlib.md5(mebibyte * count).digest() for count in (8, 1))
    there = f"{hashlib.md5(parts).hexdigest()}-2"

    assert compared_file("film", tmp_path / "film", there).digest == there


def test_the_command_ends_with_1_whenever_a_byte_differs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    s3 = MemoryS3()
    monkeypatch.setattr(bootstrap, "object_client", lambda _connections: s3)
    s3.write(**{"posts/a.md": b"one\n"})
    s3.write(**{"posts/a.md": b"one\r\n"})

    result = run("diff", "posts/a.md")
    gone = run("diff", "posts/a.md", "--folder", tmp_path)

    assert (result.exit_code, result.stdout) == (1, "posts/a.md 0 and newest differ only in how lines end\n")
    assert (gone.exit_code, "-one" in gone.stdout) == (1, True)
