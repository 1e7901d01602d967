"""Where the theme deployed with the functions is found, and what it changes."""

import importlib
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from bucketpress import __version__, bootstrap


@pytest.fixture
def deployed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A layer's folder with a theme in it."""
    folder = tmp_path / "bucketpress_theme"
    folder.mkdir()
    (folder / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    bootstrap.forget()
    yield folder
    bootstrap.forget()


def test_no_level_lets_the_sdk_log_tokens_and_requests(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "eu-west-1")
    caplog.set_level(logging.DEBUG)
    bootstrap.forget()
    client = bootstrap.aws_client("sqs")
    caplog.clear()

    assert client.generate_presigned_url("list_queues")
    assert [each.name for each in caplog.records if each.name.partition(".")[0] in {"botocore", "urllib3"}] == []


def test_without_a_theme_the_software_is_the_version() -> None:
    assert bootstrap.theme_folder() is None
    assert bootstrap.software(None) == __version__


def test_a_theme_in_the_layer_is_found_and_is_part_of_the_software(deployed: Path) -> None:
    (deployed / "post.html.j2").write_text("one")
    first = bootstrap.software(bootstrap.theme_folder())
    (deployed / "post.html.j2").write_text("two")
    second = bootstrap.software(bootstrap.theme_folder())

    assert bootstrap.theme_folder() == deployed
    assert first.startswith(f"{__version__}+")
    assert first != second


def test_an_empty_theme_changes_nothing(deployed: Path) -> None:
    assert bootstrap.theme_folder() == deployed
    assert bootstrap.software(deployed) == __version__


def test_a_build_is_drawn_in_the_theme_it_is_given(tmp_path: Path) -> None:
    content, out, theme = (tmp_path / name for name in ("content", "out", "theme"))
    for folder in (content / "pages", out, theme):
        folder.mkdir(parents=True)
    (content / "pages" / "about.md").write_text("# About")
    (theme / "post.html.j2").write_text("mine: {{ post.card.title }}")

    bootstrap.build(content, out, default_url="https://a.example", theme=theme).run()

    assert (out / "about" / "index.html").read_text() == "mine: About"
