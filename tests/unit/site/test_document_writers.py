"""Feeds are written by our own means, to the same bytes as Python's own."""

import json
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from bucketpress.site.feeds.json_feed import indented_json
from bucketpress.site.xml_document import LANGUAGE, PREFIXES, document

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\r", exclude_categories=["Cc", "Cs"]), max_size=20)
NAMES = st.sampled_from(["a", "b", *(f"{{{uri}}}c" for uri, prefix in PREFIXES.items() if prefix != "xml")])
ATTRIBUTES = st.dictionaries(st.sampled_from(["href", "rel", LANGUAGE]), TEXTS | st.just('\n"\t&<>'), max_size=3)
LONG_TEXTS = TEXTS.map(lambda text: f"<p>{text} & more</p>" * 50)


def _leaf(drawn: tuple[str, dict[str, str], str | None]) -> ET.Element:
    element = ET.Element(drawn[0], drawn[1])
    element.text = drawn[2]
    return element


def _branch(drawn: tuple[str, dict[str, str], list[ET.Element]]) -> ET.Element:
    element = ET.Element(drawn[0], drawn[1])
    element.extend(drawn[2])
    return element


ELEMENTS = st.recursive(
    st.tuples(NAMES, ATTRIBUTES, st.none() | TEXTS | LONG_TEXTS).map(_leaf),
    lambda inner: st.tuples(NAMES, ATTRIBUTES, st.lists(inner, min_size=1, max_size=4)).map(_branch),
    max_leaves=12,
)
VALUES = st.recursive(
    TEXTS | st.just('\x00\n"\\\u2028\U0001f600'),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(ELEMENTS)
def test_a_document_is_what_pythons_own_serialiser_writes(root: ET.Element) -> None:
    written = document(root)

    for uri, prefix in PREFIXES.items():
        ET.register_namespace(prefix, uri)
    ET.indent(root, space=" ")
    expected = ET.tostring(root, encoding="unicode", xml_declaration=False)
    assert written == f'<?xml version="1.0" encoding="utf-8"?>\n{expected}\n'.encode()


@given(VALUES)
def test_json_is_what_pythons_own_encoder_writes(value: object) -> None:
    assert indented_json(value) == json.dumps(value, ensure_ascii=False, indent=1)
