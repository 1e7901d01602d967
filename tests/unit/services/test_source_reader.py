"""What is read of a source, what is made of it, and how far back an invalid one is looked for a good version."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from bucketpress.adapters.memory_stores import MemoryContentStore
from bucketpress.content.images import ImageSize
from bucketpress.content.pictures.picture_format import PictureFormat
from bucketpress.content.post import Body, Post
from bucketpress.content.post_reader import MAX_POST_BYTES, Outcome
from bucketpress.content.problem import Severity, warning
from bucketpress.content.settings.reader import MAX_SETTINGS_BYTES
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.content.source_keys import SourceKey, classify
from bucketpress.ports import SourceGoneError, TransientError
from bucketpress.records.source_version import SourceVersion
from bucketpress.services.publish.source_reader import (
    NewestVersion,
    SourceReading,
    read_source,
    wanted_path,
    without_domain_proof,
)
from tests.support.photographs import encoded
from tests.support.pictures import avif, gif, jpeg, png, png_header
from tests.support.values import body, entry
from tests.support.world import SITE_YAML, markdown

MIB, GIB = 1024**2, 1024**3
SETTINGS = SiteSettings(url="https://a.example")
KEY, INVALID = "posts/a.md", b"---\ntitle: [\n---\n"
UNREADABLE_HEIF = b"\0\0\0\x18ftypheic\0\0\0\0heicmif1" + bytes(64)
TIFF = b"II*\0" + bytes(60)


@dataclass
class Versions(MemoryContentStore):
    """Holds versions of one source, the newest first, says of them what it is told to, and notes what it is asked."""

    held: Sequence[tuple[SourceVersion, bytes]]
    asked: list[tuple[str, str]] = field(default_factory=list)
    vanish: int = 0

    def head(self, key: str) -> SourceVersion | None:
        self.asked.append(("head", key))
        return self.held[0][0] if self.held and not self.held[0][0].deleted else None

    def versions(self, key: str, limit: int) -> tuple[SourceVersion, ...]:
        self.asked.append(("versions", key))
        return tuple(version for version, _ in self.held)[:limit]

    def read(self, version: SourceVersion) -> bytes:
        self.asked.append(("read", version.version))
        return self._data(version)

    def read_newest(self, key: str, most_bytes: int) -> tuple[SourceVersion, bytes | None] | None:
        self.asked.append(("newest", key))
        if not self.held or self.held[0][0].deleted:
            return None
        version, _ = self.held[0]
        return version, self._bytes(version) if version.size <= most_bytes else None

    def read_range(self, version: SourceVersion, start: int, length: int) -> bytes:
        self.asked.append((f"range {start}", version.version))
        return self._data(version)[start : start + length]

    def _data(self, version: SourceVersion) -> bytes:
        if self.vanish:
            self.vanish -= 1
            raise SourceGoneError(version.key)
        return self._bytes(version)

    def _bytes(self, version: SourceVersion) -> bytes:
        return next(data for known, data in self.held if known == version)


def stored(*versions: bytes | tuple[bytes, int] | None, key: str = KEY) -> Versions:
    """Hold versions, the newest first, each with the size it says it has; None is a removal."""
    held = []
    for number, each in enumerate(versions):
        data, size = each if isinstance(each, tuple) else (each, len(each or b""))
        name = f"v{len(versions) - number}"
        version = SourceVersion(key=key, version=name, etag=f"e-{data!r:.40}-{size}", size=size, deleted=data is None)
        held.append((version, data or b""))
    return Versions(held)


def reading_of(content: Versions, key: str = KEY, **changes: Any) -> SourceReading:
    return read_source(content, classify(key), SETTINGS, **changes)


def file_of(data: bytes | tuple[bytes, int], key: str = "static/p.png") -> SourceReading:
    return reading_of(stored(data, key=key), key)


@pytest.mark.parametrize("key", ["posts/a.md", "pages/a.md"])
def test_a_text_comes_with_its_version_in_one_call(key: str) -> None:
    content = stored(markdown("A"), key=key)

    reading = reading_of(content, key)

    assert content.asked == [("newest", key)]
    assert reading.post is not None
    assert (reading.newest, reading.used, reading.last_good) == (content.held[0][0],) * 2 + (False,)
    assert wanted_path(classify(key), reading) == reading.post.entry.path


def test_of_a_version_that_was_looked_up_the_bytes_alone_are_asked_for() -> None:
    content = stored(markdown("A"))

    assert reading_of(content, found=NewestVersion(version=content.held[0][0])).post is not None
    assert content.asked == [("read", "v1")]


def test_where_nothing_is_there_nothing_is_read() -> None:
    for key, held in ((KEY, stored()), ("static/a.txt", stored(None, key="static/a.txt")), ("site.yaml", stored())):
        assert reading_of(held, key) == SourceReading()
        assert len(held.asked) == 1
    assert wanted_path(classify("static/a.txt"), SourceReading()) is None


def test_a_source_that_vanishes_while_it_is_read_is_read_again_three_times_in_all() -> None:
    key = "static/a.txt"
    content, gone = stored(b"A", key=key), stored(b"A", key=key)
    content.vanish, gone.vanish = 2, 3

    assert reading_of(content, key).used is not None
    with pytest.raises(TransientError, match=key):
        reading_of(gone, key)
    assert content.asked == gone.asked == [("head", key), ("range 0", "v1")] * 3


def test_a_version_that_was_looked_up_and_vanished_is_looked_up_again() -> None:
    content = stored(markdown("B"))
    content.vanish = 1

    assert reading_of(content, found=NewestVersion(version=content.held[0][0])).post is not None
    assert content.asked == [("read", "v1"), ("newest", KEY)]


@pytest.mark.parametrize(
    ("older", "used"),
    [
        ((markdown("A"),), "v1"),
        ((INVALID + b"1", markdown("A")), "v1"),
        ((None, markdown("A")), None),
        ((INVALID, INVALID, markdown("A")), "v1"),
        ((*(INVALID + b"%d" % number for number in range(4)), markdown("A")), "v1"),
        ((*(INVALID + b"%d" % number for number in range(5)), markdown("A")), None),
        (((INVALID, MAX_POST_BYTES), (markdown("A"), MAX_POST_BYTES)), "v1"),
        (((INVALID, MAX_POST_BYTES), (INVALID + b"1", MAX_POST_BYTES), markdown("A")), None),
        (((INVALID, MAX_POST_BYTES + 1), (INVALID + b"1", MAX_POST_BYTES), (markdown("A"), MAX_POST_BYTES)), "v1"),
    ],
)
def test_of_an_invalid_source_the_newest_good_version_is_used_a_few_versions_and_bytes_back(
    older: tuple[Any, ...], used: str | None
) -> None:
    content = stored(INVALID, *older)

    reading = reading_of(content)

    assert (reading.used.version if reading.used else None) == used
    assert reading.newest == content.held[0][0]
    assert reading.last_good is (used is not None)
    assert [each.severity for each in reading.problems] == [Severity.ERROR]
    read = [version for what, version in content.asked if what == "read"]
    assert len(read) == len(set(read)) <= 5


@pytest.mark.parametrize(
    ("key", "severity", "message", "fix"),
    [
        ("posts\\a.md", Severity.ERROR, "The key holds a backslash.", 'Separate folders with "/".'),
        ("static/robots.txt", Severity.ERROR, classify("static/robots.txt").reason, ""),
        (
            "posts/a - copy.md",
            Severity.WARNING,
            classify("posts/a - copy.md").reason,
            "Keep one of the two, or rename it.",
        ),
    ],
)
def test_what_is_never_published_is_not_read_and_its_author_is_told_why(
    key: str, severity: Severity, message: str, fix: str
) -> None:
    content = stored(markdown("A"), markdown("B"), key=key)

    reading = reading_of(content, key)

    (problem,) = reading.problems
    assert (problem.severity, problem.message, problem.fix) == (severity, message, fix)
    assert reading.newest == content.held[0][0]
    assert reading.used == (reading.newest if severity is Severity.WARNING else None)
    assert content.asked == [("head", key)]
    assert wanted_path(classify(key), reading) is None


@pytest.mark.parametrize(("size", "read"), [(MAX_POST_BYTES, True), (MAX_POST_BYTES + 1, False)])
def test_a_post_may_have_256_kibibytes_and_is_not_read_where_it_has_more(size: int, *, read: bool) -> None:
    content = stored((markdown("A"), size))

    reading = reading_of(content)

    assert (reading.used is not None, "read" in dict(content.asked)) == (read, False)
    assert [each.message for each in reading.problems] == [
        "A post may have 262,144 bytes; this one has 262,145." for _ in range(not read)
    ]
    assert reading.newest == content.held[0][0]


@pytest.mark.parametrize(("size", "read"), [(MAX_SETTINGS_BYTES, True), (MAX_SETTINGS_BYTES + 1, False), (MIB, False)])
def test_settings_may_have_64_kibibytes_and_are_not_read_where_they_have_more(size: int, *, read: bool) -> None:
    content = stored((SITE_YAML, size), key="site.yaml")

    reading = reading_of(content, "site.yaml")

    assert (reading.used is not None, reading.settings is not None) == (read, read)
    assert [each.message for each in reading.problems] == [
        f"site.yaml may have 65,536 bytes; this one has {size:,}." for _ in range(not read)
    ]
    assert (reading.newest, ("read", "v1") in content.asked) == (content.held[0][0], read)


def test_settings_have_the_address_of_the_stack_where_they_name_none_and_tell_what_is_wrong() -> None:
    plain = reading_of(stored(b"title: A\nnobody-knows: 1\n", key="site.yaml"), "site.yaml")
    wrong = reading_of(stored(b"title: [\n", b"title: B\n", key="site.yaml"), "site.yaml")

    assert plain.settings is not None
    assert (plain.settings.url, plain.settings.title, len(plain.problems)) == ("https://a.example", "A", 1)
    assert wrong.settings is not None
    assert (wrong.settings.title, wrong.last_good, len(wrong.problems)) == ("B", True, 1)


def understood(html: str) -> Any:
    made = Post(entry=entry(), body=Body(html=html, markdown="", words=0))

    def understand(source: SourceKey, data: bytes, settings: SiteSettings) -> Outcome:
        assert (source.key, data, settings) == (KEY, b"text", SETTINGS)
        return made, (warning("Other.", "Fix."),)

    return understand


RANDOM = random.Random(1).randbytes(500_000).hex()


@pytest.mark.parametrize(
    ("html", "used"), [("x" * 380_000, True), ("x" * 380_001, True), (RANDOM[:380_001], True), (RANDOM, False)]
)
def test_a_text_that_does_not_fit_into_the_index_even_compressed_is_told_so(html: str, *, used: bool) -> None:
    reading = reading_of(stored(b"text"), understand=understood(html))

    assert (reading.used is not None, reading.post is not None) == (used, used)
    assert reading.newest is not None
    assert [each.message[:19] for each in reading.problems] == ["A post's HTML, comp"] * (not used) + ["Other."]


def test_an_older_version_is_understood_as_the_newest_was() -> None:
    tried: list[bytes] = []

    def understand(source: SourceKey, data: bytes, settings: SiteSettings) -> Outcome:
        del source, settings
        tried.append(data)
        return (Post(entry=entry(), body=body()) if data == b"old" else None), ()

    assert reading_of(stored(b"new", b"old"), understand=understand).last_good
    assert tried == [b"new", b"old"]


def test_an_empty_file_beside_posts_is_not_done_and_one_below_static_is_a_file() -> None:
    beside, below = file_of(b"", "posts/p.png"), file_of(b"", "static/a.txt")

    assert [each.message for each in beside.problems] == ["The file is empty."]
    assert (beside.used, beside.newest is None, below.used is None, below.problems) == (None, False, False, ())


@pytest.mark.parametrize(
    ("key", "data", "most", "what"),
    [
        ("static/a.zip", b"x", 5 * GIB, "An asset"),
        ("static/p.png", png(3, 2), 96 * MIB, "A picture"),
        ("static/p.avif", avif((3, 2)), 32 * MIB, "A picture"),
    ],
)
def test_a_file_may_be_as_large_as_it_can_be_worked_on(key: str, data: bytes, most: int, what: str) -> None:
    fits, too_large = stored((data, most), key=key), stored((data, most + 1), key=key)

    reading = reading_of(too_large, key)

    assert not any("may have" in each.message for each in reading_of(fits, key).problems)
    assert [each.message for each in reading.problems] == [
        f"{what} may have {most:,} bytes; this one has {most + 1:,}."
    ]
    assert (reading.used, reading.newest) == (None, too_large.held[0][0])
    assert (what == "An asset") is ("range 0" not in dict(too_large.asked))


@pytest.mark.parametrize(
    ("key", "data", "kind", "size", "words"),
    [
        ("static/a.txt", b"text", None, None, []),
        ("static/a.tif", TIFF, None, None, ["Readers get this picture as it is"]),
        ("static/a.png", TIFF, None, None, ["Readers get this picture as it is"]),
        ("static/p.png", png(3, 2), PictureFormat.PNG, (3, 2), []),
        ("static/p.txt", png(3, 2), PictureFormat.PNG, None, []),
        ("static/p.gif", gif(3, 2), PictureFormat.GIF, (3, 2), []),
        ("static/p.jpg", jpeg(3, 2, padding=50_000), PictureFormat.JPEG, (3, 2), []),
        ("static/p.png", png_header(9_000, 9_000), PictureFormat.PNG, (9000, 9000), ["The picture has more than"]),
        ("static/p.svg", b'<svg width="60000" height="60000">', None, (60000, 60000), []),
        ("static/p.png", png_header(0, 0), PictureFormat.PNG, None, ["How large the picture is"]),
        ("static/p.png", b"text", None, None, ["The file is named like a picture"]),
    ],
)
def test_of_a_file_the_format_and_the_size_are_read_and_what_readers_may_not_expect_is_told(
    key: str, data: bytes, kind: PictureFormat | None, size: tuple[int, int] | None, words: list[str]
) -> None:
    reading = file_of(data, key)

    assert (reading.kind, reading.image) == (kind, ImageSize(width=size[0], height=size[1]) if size else None)
    assert reading.used == reading.newest is not None
    assert [each.severity for each in reading.problems] == [Severity.WARNING] * len(words)
    assert all(each.message.startswith(word) for each, word in zip(reading.problems, words, strict=True))
    assert wanted_path(classify(key), reading) == classify(key).path


def test_of_a_file_that_is_named_like_no_picture_little_is_read() -> None:
    class Measuring(Versions):
        lengths: list[int] = []  # noqa: RUF012 - of one test

        def read_range(self, version: SourceVersion, start: int, length: int) -> bytes:
            self.lengths.append(length)
            return super().read_range(version, start, length)

    for key in ("static/p.png", "static/a.txt"):
        reading_of(Measuring(stored(png(3, 2), key=key).held), key)

    assert Measuring.lengths == [32 * 1024, 64]


def test_a_picture_that_cannot_be_stripped_is_not_published() -> None:
    damaged, whole = file_of(UNREADABLE_HEIF, "static/p.heic"), file_of(encoded("AVIF"), "static/p.avif")

    assert [each.message[:26] for each in damaged.problems] == ["The picture cannot be read"]
    assert (damaged.used, damaged.newest is None) == (None, False)
    assert whole.kind is PictureFormat.HEIF


def test_a_file_that_proves_a_domain_is_told_of_and_not_published() -> None:
    proof, other = classify("static/.well-known/acme-challenge/x"), classify("static/a.txt")
    reading = file_of(b"x", "static/a.txt")

    refused = without_domain_proof(proof, reading)

    assert (refused.newest, refused.used) == (reading.newest, None)
    assert ["certificate" in each.message for each in refused.problems] == [True]
    assert without_domain_proof(other, reading) == reading
    assert without_domain_proof(classify(KEY), reading) == reading
    assert without_domain_proof(proof, SourceReading()) == SourceReading()
    assert replace(reading, used=None).last_good is False
