"""`bucketpress check` and `build` at a terminal, on a folder."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bucketpress_cli.main import app
from tests.support.world import SITE_YAML, markdown

CHECKED = """\
drafts/idea.md: draft
  title     Idea
  path      /drafts/idea/
pages/about.md: published
  title     About
  path      /about/
posts/a.md: published
  title     A [red]post[/red]
  date      2010-03-05 08:30 UTC
  updated   2010-04-01 00:00 UTC
  path      /2010/03/a/
  tags      VoIP
  authors   Jane Doe
  warning   line 9, column 8: The link to posts/gone.md leads nowhere: it is not published. The text stays without a \
link, which appears by itself when that file is published.
posts/b.md: invalid
  error     line 3, column 7: "03/04/2010" can be read in two ways, as 4 March 2010 or 3 April 2010. Write 2010-03-04 \
or 2010-04-03.
posts/c.md: shadowed
  title     C
  date      2010-03-01 00:00 UTC
  path      /2010/03/a/
  error     The path /2010/03/a/ belongs to posts/a.md, whose key comes first. Change the slug or the date of one of \
the two.
posts/later.md: scheduled
  title     Later
  date      2090-01-01 00:00 UTC
  expires   2091-01-01 00:00 UTC
  path      /2090/01/later/
site.yaml: published
  title     Packnet Blog
4 published, 1 scheduled, 1 draft, 1 shadowed, 1 invalid
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    sources = {
        "site.yaml": SITE_YAML,
        "posts/a.md": markdown(
            "A [red]post[/red]",
            "2010-03-05T09:30:00+01:00",
            text="[gone](gone.md)",
            updated="2010-04-01",
            tags="[VoIP]",
            author="jane-doe",
        ),
        "posts/b.md": markdown("B", "03/04/2010"),
        "posts/c.md": markdown("C", slug="a"),
        "posts/later.md": markdown("Later", "2090-01-01", expires="2091-01-01"),
        "pages/about.md": b"# About\n",
        "drafts/idea.md": b"# Idea\n",
        "static/humans.txt": b"Jane",
    }
    for key, data in sources.items():
        (tmp_path / key).parent.mkdir(exist_ok=True)
        (tmp_path / key).write_bytes(data)
    return tmp_path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(each) for each in arguments], env={"COLUMNS": "80", "TERM": "dumb"})


def test_a_check_says_what_is_understood_of_every_source_and_what_is_wrong(folder: Path) -> None:
    before = sorted(folder.rglob("*"))

    result = run("check", folder)

    assert result.stdout == CHECKED
    assert result.exit_code == 1
    assert sorted(folder.rglob("*")) == before


def test_a_check_ends_well_where_everything_can_be_published(folder: Path) -> None:
    (folder / "posts/b.md").unlink()
    (folder / "posts/c.md").unlink()

    result = run("check", folder)

    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == "4 published, 1 scheduled, 1 draft"


def test_a_check_of_an_empty_folder_says_so(tmp_path: Path) -> None:
    result = run("check", tmp_path)

    assert (result.exit_code, result.stdout) == (0, "Nothing to publish.\n")


def test_a_build_reports_what_a_check_finds(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    out = tmp_path_factory.mktemp("out")

    result = run("build", folder, out)

    assert result.exit_code == 1
    assert "posts/b.md: invalid\n  error     line 3, column 7: " in result.stderr
    assert "posts/c.md: shadowed" in result.stderr
    assert (out / "2010/03/a/index.html").is_file()
