"""Whatever an author writes, what comes out is well formed and says the same in every form."""

import json
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bucketpress.content.post import Author, Tag
from bucketpress.site.pages.template_context import Item
from bucketpress.site.text import clean
from tests.unit.site.outline import outline
from tests.unit.site.sample import CARRIERS, renderer

# All of Unicode, surrogates and controls too; and, often, what has a meaning somewhere.
ANY_TEXT = st.text(st.characters(exclude_categories=())) | st.lists(
    st.sampled_from(
        ["<b>", "]]>", "&", "&amp;", "</script>", "\x00", "\ud800", "\u2028", '"', "'", "{{ x }}", "--\n", "\r"]
    )
).map("".join)
DOCUMENTS = ("feed.xml", "atom.xml", "sitemap-2010-03.xml")


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@pytest.mark.slow
@given(title=ANY_TEXT, summary=ANY_TEXT, text=ANY_TEXT, name=ANY_TEXT, identity=ANY_TEXT)
def test_any_text_makes_well_formed_documents(title: str, summary: str, text: str, name: str, identity: str) -> None:
    entry = replace(
        CARRIERS.entry,
        title=title,
        summary=summary,
        id=identity,
        tags=(Tag(slug="t", label=name),),
        authors=(Author(slug="a", name=name),),
        image_alt=name,
    )
    item = Item(entry=entry, body=replace(CARRIERS.body, html=f"<p>{_escaped(text)}</p>", markdown=text))

    made = [
        *renderer().post(item, newer=entry, older=entry),
        *renderer().head("all", items=[item], label=name, description=summary, years=()),
        *renderer().head("tag:t", items=[item], label=name, description=summary, years=()),
        *renderer().month(2010, 3, entries=[entry], newer=None, older=None),
    ]

    for artifact in made:
        if artifact.key.endswith(DOCUMENTS):
            ET.fromstring(artifact.data)
        elif artifact.key.endswith(".html"):
            assert outline(artifact.data).faults == []
    by_key = {artifact.key: artifact.data for artifact in made}
    feed = json.loads(by_key["feed.json"])["items"][0]
    rss = ET.fromstring(by_key["feed.xml"])
    assert rss.findtext("channel/item/guid") == feed["id"]
    assert rss.findtext("channel/item/title") == feed["title"]
    assert (rss.findtext("channel/item/description") or "") == clean(summary)
    header = by_key["2010/03/carriers/index.md"].decode().split("\n---\n")[0].removeprefix("---\n")
    assert yaml.safe_load(header)["title"] == clean(title)
