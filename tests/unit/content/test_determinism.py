import os
import subprocess
import sys
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parent / "golden"
PROGRAM = """
import sys
from pathlib import Path
from bucketpress.content.source_keys import classify
from bucketpress.content.post_reader import read_post
from bucketpress.content.settings.site_settings import SiteSettings

for raw_html in (False, True):
    settings = SiteSettings(url="https://a.example", raw_html=raw_html, embed_hosts=("player.example", "b.example"))
    print(settings)
    for name in sys.argv[1:]:
        print(read_post(classify("posts/2010-03-05-x.md"), Path(name).read_bytes(), settings))
"""


@pytest.mark.slow
def test_every_process_gives_the_same_bytes() -> None:
    names = [str(path) for path in sorted(GOLDEN.glob("*.md"))]

    results = set()
    for number, (zone, locale) in enumerate(
        [("UTC", "C"), ("Asia/Tokyo", "C.UTF-8"), ("America/Lima", "tr_TR.UTF-8")] * 3
    ):
        environment = {**os.environ, "PYTHONHASHSEED": str(number), "TZ": zone, "LC_ALL": locale, "PYTHONUTF8": "1"}
        command = [sys.executable, "-c", PROGRAM, *names]
        run = subprocess.run(command, check=True, capture_output=True, env=environment, timeout=60)
        results.add(run.stdout)

    assert len(results) == 1
