"""The list of what the layer is made of is complete, has a licence for each, and is the same every time."""

import json
import re
from email.message import Message
from pathlib import Path

import jinja2
import pytest

from tools.bill_of_materials import Component, UnknownLicenceError, document, licence_of, main, read_components

ROOT = Path(__file__).parents[3]
PACKAGES = Path(jinja2.__file__).parents[1]
# What asks for no more than to be named. Another licence is a decision to take, not a line to add.
PERMISSIVE = {"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0", "MIT-CMU", "PSF-2.0"}


def pins() -> dict[str, str]:
    """Return the distributions that the layers hold, all of them, and their versions."""
    text = "".join(path.read_text("utf-8") for path in sorted((ROOT / "layers").glob("*/requirements.txt")))
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text, re.MULTILINE))


def metadata(**fields: str) -> Message:
    message = Message()
    for name, value in fields.items():
        message[name.replace("_", "-")] = value
    return message


def test_a_layer_of_its_own_is_part_of_the_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for layer, name in (("SharedLayer", "jinja2"), ("PictureLayer", "pillow")):
        folder = tmp_path / layer / "python" / f"{name}-1.dist-info"
        folder.mkdir(parents=True)
        (folder / "METADATA").write_text(f"Name: {name}\nVersion: 1\nLicense-Expression: MIT\n", "utf-8")

    main(tmp_path, tmp_path / "document.json")

    listed = json.loads((tmp_path / "document.json").read_text("utf-8"))["components"]
    assert [each["name"] for each in listed] == ["jinja2", "pillow"]
    assert capsys.readouterr().out.splitlines()[:2] == ["jinja2 1: MIT", "pillow 1: MIT"]


def test_everything_locked_for_the_layers_is_listed_with_its_version() -> None:
    components = read_components(PACKAGES, pins())

    assert {each.name: each.version for each in components} == pins()


def test_every_licence_is_one_that_lets_anybody_use_and_change_the_layer() -> None:
    licences = {each.name: set(re.split(r" (?:AND|OR) ", each.licence)) for each in read_components(PACKAGES, pins())}

    assert {name: found for name, found in licences.items() if not found <= PERMISSIVE} == {}


def test_a_document_names_each_component_once_and_is_the_same_whatever_the_order() -> None:
    components = read_components(PACKAGES, pins())

    text = document(components)

    listed = json.loads(text)
    references = [each["bom-ref"] for each in listed["components"]]
    assert text == document(reversed(components))
    assert (listed["bomFormat"], listed["specVersion"], listed["version"]) == ("CycloneDX", "1.6", 1)
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", listed["serialNumber"])
    assert references == sorted(set(references))
    assert listed["dependencies"] == [{"ref": listed["metadata"]["component"]["bom-ref"], "dependsOn": references}]
    assert document(components[1:]) != text


@pytest.mark.parametrize(
    ("fields", "licence"),
    [
        ({"License_Expression": "MIT OR Apache-2.0"}, "MIT OR Apache-2.0"),
        ({"License": "MIT"}, "MIT"),
        ({"License": "BSD-3-Clause"}, "BSD-3-Clause"),
        ({"License": "A long text\nof a licence", "Classifier": "License :: OSI Approved :: MIT License"}, "MIT"),
    ],
)
def test_a_licence_is_read_wherever_it_stands(fields: dict[str, str], licence: str) -> None:
    assert licence_of(metadata(Name="x", **fields)) == licence


@pytest.mark.parametrize("fields", [{}, {"License": "See LICENSE"}, {"Classifier": "License :: Other/Proprietary"}])
def test_a_licence_that_cannot_be_told_is_an_error(fields: dict[str, str]) -> None:
    with pytest.raises(UnknownLicenceError, match="x"):
        licence_of(metadata(Name="x", **fields))


def test_components_are_told_apart_by_version() -> None:
    assert Component(name="a", version="1", licence="MIT").purl == "pkg:pypi/a@1"
