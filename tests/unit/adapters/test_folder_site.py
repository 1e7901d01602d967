"""The folder that becomes a site: what stands in the way of what."""

from pathlib import Path

import pytest

from bucketpress.adapters.files.folder import FolderError, FolderSiteStore
from bucketpress.adapters.memory_stores import MemoryContentStore
from bucketpress.site.artifact import HTML, Artifact


@pytest.fixture
def site(tmp_path: Path) -> FolderSiteStore:
    return FolderSiteStore(tmp_path, MemoryContentStore())


def _artifact(key: str, status: int | None = None, data: bytes = b"text") -> Artifact:
    return Artifact(key=key, data=data, content_type=HTML, status=status)


def _written(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_folder_that_went_with_its_last_file_is_made_again(site: FolderSiteStore, tmp_path: Path) -> None:
    site.put(_artifact("2010/03/a/index.html"), expected=None)
    site.lose("2010/03/a/index.html")
    site.put(_artifact("2010/03/b/index.html"), expected=None)
    site.put(_artifact("2010/03/a/index.html"), expected=None)

    assert _written(tmp_path) == ["2010/03/a/index.html", "2010/03/b/index.html"]


def test_a_notice_gives_way_to_a_folder_of_its_name(site: FolderSiteStore, tmp_path: Path) -> None:
    site.put(_artifact("a/index.html"), expected=None)
    site.put(_artifact("a/b", status=410), expected=None)
    site.put(_artifact("a/b/index.html"), expected=None)

    assert _written(tmp_path) == ["a/b/index.html", "a/index.html"]


def test_a_page_takes_the_place_of_a_folder_and_what_would_lie_in_it_is_left_out(
    site: FolderSiteStore, tmp_path: Path
) -> None:
    site.put(_artifact("a/b/index.html", status=410), expected=None)
    site.put(_artifact("a/b"), expected=None)
    site.put(_artifact("a/b/more.html"), expected=None)

    assert _written(tmp_path) == ["a/b"]
    assert (tmp_path / "a" / "b").read_bytes() == b"text"


def test_what_is_written_again_is_as_long_as_it_is_now(site: FolderSiteStore, tmp_path: Path) -> None:
    first = _artifact("a/index.html", data=b"a long text")
    site.put(first, expected=None)
    site.put(_artifact("a/index.html", data=b"short"), expected=first.etag)

    assert (tmp_path / "a" / "index.html").read_bytes() == b"short"


def test_a_name_no_file_can_have_is_told(site: FolderSiteStore) -> None:
    with pytest.raises(FolderError, match="cannot be written"):
        site.put(_artifact(f"a/{'x' * 300}/index.html"), expected=None)
