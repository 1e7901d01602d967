"""`bucketpress check` and `build` at a terminal, on a folder."""

import json
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


def test_check_gives_one_json_document(folder: Path) -> None:
    result = run("check", folder, "--json")

    document = json.loads(result.stdout)
    sources = {source["key"]: source for source in document["sources"]}
    assert result.exit_code == 1
    assert sources["posts/a.md"]["state"] == "published"
    assert sources["posts/a.md"]["path"] == "/2010/03/a/"
    assert sources["posts/a.md"]["date"] == "2010-03-05T08:30:00+00:00"
    (problem,) = sources["posts/b.md"]["problems"]
    assert (problem["severity"], problem["line"], problem["column"], problem["count"]) == ("error", 3, 7, 1)
    assert problem["fix"].startswith("Write 2010-03-04")
    assert document["states"]["published"] == 4


def test_check_gives_commands_for_github(folder: Path) -> None:
    (folder / "posts" / "50%, a:b.md").write_bytes(markdown("D", "03/04/2010"))

    lines = run("check", folder, "--format", "github").stdout.splitlines()

    assert any(line.startswith(f"::error file={folder}/posts/b.md,line=3,col=7::") for line in lines)
    assert any(line.startswith(f"::warning file={folder}/posts/a.md,line=9,col=8::The link to") for line in lines)
    assert any(f"file={folder}/posts/50%25%2C a%3Ab.md,line=3" in line for line in lines)


def test_a_newline_in_a_name_begins_no_other_command(folder: Path) -> None:
    (folder / "posts" / "a\n::error::b.md").write_bytes(markdown("D"))

    lines = run("check", folder, "--format", "github").stdout.splitlines()

    assert not [line for line in lines if line.startswith("::error::b")]
    assert any("a%0A%3A%3Aerror%3A%3Ab.md" in line for line in lines)


@pytest.mark.parametrize(
    ("text", "arguments", "code"),
    [
        ("Text.", [], 0),
        ("Text.", ["--strict"], 0),
        ("[x](gone.md)", [], 0),
        ("[x](gone.md)", ["--strict"], 1),
        ("[x](gone.md)", ["--strict", "--json"], 1),
    ],
)
def test_check_ends_by_how_bad_it_is(tmp_path: Path, text: str, arguments: list[str], code: int) -> None:
    (tmp_path / "posts").mkdir()
    (tmp_path / "posts" / "a.md").write_bytes(markdown("A", text=text))
    (tmp_path / "site.yaml").write_bytes(SITE_YAML)

    assert run("check", tmp_path, *arguments).exit_code == code


@pytest.mark.parametrize("command", ["check", "build"])
def test_what_many_files_have_in_common_is_printed_once(tmp_path: Path, command: str) -> None:
    (tmp_path / "in" / "posts").mkdir(parents=True)
    for number in range(9):
        (tmp_path / "in" / "posts" / f"{number}.md").write_bytes(markdown(f"N{number}", text=f"[x](gone-{number}.md)"))
    arguments = [tmp_path / "in", *([tmp_path / "out"] if command == "build" else [])]

    result = run(command, *arguments)

    text = result.stdout + result.stderr
    assert text.count("leads nowhere") == 1
    assert "9 files: warning, such as: The link to posts/gone-0.md leads nowhere" in text
    assert "  posts/2.md: line 6, column 5\n  … and 6 more\n" in text


@pytest.mark.parametrize("command", ["check", "build"])
def test_a_link_out_of_the_folder_is_told(tmp_path: Path, command: str) -> None:
    content = tmp_path / "in"
    (content / "posts").mkdir(parents=True)
    (content / "posts" / "a.md").write_bytes(markdown("A"))
    (tmp_path / "secret.md").write_text("secret")
    (content / "posts" / "secret.md").symlink_to(tmp_path / "secret.md")
    arguments = [content, *([tmp_path / "out"] if command == "build" else [])]

    result = run(command, *arguments)

    assert result.exit_code == 0
    assert "posts/secret.md: left-out\n  warning   This symbolic link leads out of the folder" in (
        result.stdout + result.stderr
    )


ADDRESS = "<url><loc><![CDATA[https://old.example/2010/03/{day:02d}/P_{day}.html]]></loc></url>"


@pytest.mark.parametrize("form", ["sitemap", "list"])
def test_check_suggests_what_keeps_old_addresses(tmp_path: Path, form: str) -> None:
    (tmp_path / "in" / "posts").mkdir(parents=True)
    (tmp_path / "in" / "site.yaml").write_bytes(SITE_YAML)
    days = range(1, 9)
    for day in days:
        data = markdown(f"N{day}", f"2010-03-{day:02d} 10:00:00 +0800")
        (tmp_path / "in" / "posts" / f"2010-03-{day:02d}-P_{day}.md").write_bytes(data)
    lines = [ADDRESS.format(day=day) if form == "sitemap" else f"/2010/03/{day:02d}/P_{day}.html" for day in days]
    begin, end = ("# old\n", "") if form == "list" else ('<?xml version="1.0"?><urlset>', "</urlset>")
    (tmp_path / "old").write_text(begin + "\n".join(lines) + end)

    result = run("check", tmp_path / "in", "--old-addresses", tmp_path / "old")
    document = json.loads(run("check", tmp_path / "in", "--old-addresses", tmp_path / "old", "--json").stdout)

    line = "permalink: /:year/:month/:day/:filename.html"
    assert f"suggestion: `{line}` in site.yaml keeps 100% of the 8 old addresses" in result.stdout
    assert [each["line"] for each in document["suggestions"]] == [line, "timezone: Asia/Shanghai"]


def test_a_build_and_a_new_post_are_told_to_programs(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    new = run("new", "A post", tmp_path / "in", "--json")
    (tmp_path / "in" / "posts" / "bad.md").write_bytes(markdown("Bad", "03/04/2010"))

    built = run("build", tmp_path / "in", tmp_path / "out", "--json")

    assert json.loads(new.stdout) == {
        "file": f"{tmp_path}/in/posts/a-post.md",
        "key": "posts/a-post.md",
        "draft": False,
    }
    document = json.loads(built.stdout)
    assert built.exit_code == 1
    assert document["states"] == {"invalid": 1, "published": 1}
    assert document["files"] == len([path for path in (tmp_path / "out").rglob("*") if path.is_file()])
