"""Every kind of artifact, compared with the files a person has reviewed (`make golden` writes them anew)."""

import re
from pathlib import Path

import pytest

from tests.support.golden import Golden
from tests.unit.site.sample import whole_site

GOLDEN = Path(__file__).parents[2] / "golden"
SITE = whole_site()
# The stylesheet is reviewed where it is written; only that pages name it is looked at here.
STYLE = re.compile(rb"_bucketpress/style\.[0-9a-f]+\.css")
KEYS = [key for key in SITE if not key.startswith("_bucketpress/")]


@pytest.mark.parametrize("key", KEYS)
def test_an_artifact_is_what_was_reviewed(key: str, golden: Golden) -> None:
    golden.check(GOLDEN / key, STYLE.sub(b"_bucketpress/style.css", SITE[key].data))


def test_no_golden_file_is_left_over(golden: Golden) -> None:
    golden.check_names(GOLDEN, KEYS)
