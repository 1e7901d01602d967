"""Whatever says "do not publish", in any spelling and among any junk, is withheld or refused, and never shown.

`LEAK_EXAMPLES=50000 pytest tests/unit/content/test_nothing_leaks.py` looks longer.
"""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bucketpress.adapters.memory_stores import MemoryContentStore
from bucketpress.content.post import Post
from bucketpress.content.post_reader import read_post
from bucketpress.content.source_keys import classify
from tests.support.withheld_files import Pick, withheld_file
from tests.support.world import SITE_YAML, World, clean_world, markdown
from tests.unit.content.samples import SETTINGS

EXAMPLES = int(os.environ.get("LEAK_EXAMPLES", "300"))
MARKER = "zzsecret"


@st.composite
def withheld(draw: st.DrawFn) -> bytes:
    """Make up a file that must not be published."""
    return withheld_file(Pick(lambda below: draw(st.integers(0, below - 1))), MARKER)


def is_far_off(found: Post) -> bool:
    """Tell whether a post goes live in centuries."""
    return found.goes_live is not None and found.goes_live.year > 2900


@pytest.mark.slow
@settings(max_examples=EXAMPLES)
@given(withheld())
def test_what_is_not_to_be_published_is_withheld_or_refused(data: bytes) -> None:
    found, problems = read_post(classify("posts/2010-03-05-a.md"), data, SETTINGS)

    assert found is None or found.draft or is_far_off(found), problems


@pytest.mark.slow
@settings(max_examples=max(10, EXAMPLES // 100))
@given(st.lists(withheld(), min_size=4, max_size=4))
def test_no_artifact_of_a_site_shows_it(files: list[bytes]) -> None:
    content = MemoryContentStore()
    content.upload("site.yaml", SITE_YAML)
    content.upload("posts/shown.md", markdown("Shown", text="See [a](2010-03-05-0.md)."))
    for number, data in enumerate(files):
        content.upload(f"posts/2010-03-05-{number}.md", data)

    site = clean_world(content, World().now).live()

    assert any(b"Shown" in data for data in site.values())
    assert not [key for key, data in site.items() if MARKER.encode() in data.lower() or MARKER in key]
