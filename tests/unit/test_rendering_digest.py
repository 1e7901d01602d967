"""A deployment that changes what readers get is told from one that does not."""

from pathlib import Path

import pytest

from bucketpress.rendering_digest import digest_of, written_digest

FILES = ("content/posts.py", "content/markdown/a.py", "site/theme/templates/post.html.j2", "site/theme/site.css")


@pytest.fixture
def package(tmp_path: Path) -> Path:
    for name in (*FILES, "services/a.py", "site/__pycache__/a.pyc"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("one")
    return tmp_path


@pytest.mark.parametrize("name", [*FILES, "site/new.py"])
def test_whatever_renders_is_part_of_the_digest(package: Path, name: str) -> None:
    before = digest_of(package, b"comrak==1")

    (package / name).write_text("two")

    assert digest_of(package, b"comrak==1") != before


@pytest.mark.parametrize("name", ["services/a.py", "site/__pycache__/a.pyc", "api.py"])
def test_what_changes_no_byte_of_the_site_is_not(package: Path, name: str) -> None:
    before = digest_of(package, b"comrak==1")

    (package / name).write_text("two")

    assert digest_of(package, b"comrak==1") == before


def test_another_library_is_other_software(package: Path) -> None:
    assert digest_of(package, b"comrak==1") != digest_of(package, b"comrak==2")


def test_a_package_that_is_in_no_layer_has_none(tmp_path: Path) -> None:
    assert written_digest(tmp_path / "rendering.digest") == ""
