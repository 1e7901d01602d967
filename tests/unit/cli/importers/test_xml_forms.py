"""XML as other programs and years write it is read, and what is none is said with its place."""

import codecs
import re
from pathlib import Path

import pytest

from bucketpress_cli.importers.export_formats import open_export
from bucketpress_cli.importers.publication import ExportError
from tests.unit.cli.importers.runs import imported
from tests.unit.cli.importers.wordpress_sample import export, item


def text() -> str:
    return b"".join(export([item(1), item(2, password="secret")])).decode()


def renamed(source: str) -> str:
    """Return an export with other prefixes, as a program writes it that read it."""
    names = {"wp": "ns1", "content": "ns2", "dc": "ns3", "excerpt": "ns4"}
    for name, other in names.items():
        source = re.sub(rf"(</?|xmlns:){name}(?=[:=])", rf"\g<1>{other}", source)
    return source


FORMS = {
    "as it is": text().encode(),
    "empty lines before it": b"\n\n  \n" + text().encode(),
    "a byte order mark before it": codecs.BOM_UTF8 + text().encode(),
    "control characters in it": text().replace("The text of 1.", "The \x0btext\x00 of 1.").encode(),
    "of version 1.0": text().replace("export/1.2/", "export/1.0/").encode(),
    "with other prefixes": renamed(text()).encode(),
    "in UTF-16": codecs.BOM_UTF16_LE + text().replace('encoding="UTF-8"', "").encode("utf-16-le"),
    "in Latin-1": text().replace("UTF-8", "ISO-8859-1").encode("latin-1"),
}


@pytest.mark.parametrize("name", FORMS)
def test_an_export_in_any_form_of_xml_is_read(name: str, tmp_path: Path) -> None:
    file = tmp_path / "export.xml"
    file.write_bytes(FORMS[name])

    _, opened = open_export(file, "wordpress")

    posts = list(opened.posts())
    assert [(post.path, post.held) for post in posts] == [("/2012/02/post-1/", ""), ("/2012/03/post-2/", "private")]
    assert "The text of 1." in posts[0].html


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (text()[:-200], "ends before it is complete"),
        (text()[: text().index("]]>")], "ends before it is complete"),
        (text().replace("<channel>", "<channel>&copy;"), "line"),
        ("<<<<<<< HEAD\n" + text(), "line 1"),
        ('<!DOCTYPE rss [<!ENTITY a "b">]>' + text().split("?>", 1)[1], "document type"),
    ],
)
def test_what_cannot_be_read_is_said_and_loses_nothing_already_there(broken: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "export.xml"
    file.write_text(text())
    imported(file, tmp_path / "blog")
    before = {path: path.read_bytes() for path in (tmp_path / "blog").rglob("*") if path.is_file()}
    file.write_text(broken)

    with pytest.raises(ExportError, match=said):
        imported(file, tmp_path / "blog")

    assert {path: path.read_bytes() for path in (tmp_path / "blog").rglob("*") if path.is_file()} == before
