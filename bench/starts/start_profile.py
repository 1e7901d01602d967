"""What the publish function spends its processor time on while it starts with the layer, by package.

    python -m bench.starts.start_profile

As `bench/starts/cold_start.py` a process with nothing but the layer. Writes `docs/performance/start_profile.json`.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from bench.starts.cold_start import ENVIRONMENT, ROOT, ROUNDS, build_layer

RESULTS = ROOT / "docs" / "performance" / "start_profile.json"
WATCHED = Path(__file__).with_name("watched_start.py")


def main() -> None:
    """Measure, print and keep the figures."""
    command = [sys.executable, "-S", "-P", str(WATCHED), "functions/publish/app.py"]
    runs = []
    with tempfile.TemporaryDirectory(prefix="bucketpress-") as folder:
        environment = {**os.environ, **ENVIRONMENT, "PYTHONPATH": str(build_layer(Path(folder)))}
        for _ in range(ROUNDS + 1):
            done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
            runs.append(json.loads(done.stdout.splitlines()[-1]))
    # The first run reads what no other has read from the disk.
    found = {name: round(median(run[name] for run in runs[1:]), 1) for name in runs[0]}
    for name, milliseconds in sorted(found.items(), key=lambda item: -item[1]):
        print(f"{milliseconds:7.1f} ms CPU {name}")
    print(f"{sum(found.values()):7.1f} ms CPU in all")
    RESULTS.write_text(json.dumps({"publish": found}, indent=1, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    main()
