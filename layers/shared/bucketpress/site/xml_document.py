"""Writes XML documents; the only place that turns elements into bytes."""

from xml.etree import ElementTree as ET

DECLARATION = b'<?xml version="1.0" encoding="utf-8"?>\n'
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def child(parent: ET.Element, tag: str, text: str | None = None, /, **attributes: str) -> ET.Element:
    """Append an element and return it."""
    element = ET.SubElement(parent, tag, attributes)
    element.text = text
    return element


def document(root: ET.Element) -> bytes:
    """Write a document as UTF-8, indented. Texts must be clean (`text.clean`): the serialiser lets anything through."""
    ET.indent(root, space=" ")
    # Encoded as a whole: the serialiser would do it piece by piece, which takes as long as all the rest.
    written: str = ET.tostring(root, encoding="unicode", xml_declaration=False)
    return DECLARATION + written.encode(errors="xmlcharrefreplace") + b"\n"
