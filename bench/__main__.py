"""Runs every benchmark and writes the pages of their figures, or runs those named: `python -m bench publish_cost`."""

import importlib
import subprocess
import sys
import time
from pathlib import Path

from bench.performance_page import write_pages

FOLDER = Path(__file__).parent


def main() -> None:
    """Run what is asked for."""
    found = {path.stem: path for path in sorted(FOLDER.rglob("[a-z]*.py"))}
    if sys.argv[1:]:
        for name in sys.argv[1:]:
            module = ".".join(("bench", *found[name].relative_to(FOLDER).with_suffix("").parts))
            importlib.import_module(module).main()
        return
    run_all([name for name, path in found.items() if "\ndef main()" in path.read_text("utf-8")])


def run_all(names: list[str]) -> None:
    """Run each in a process of its own: one that fails stops no other, and none is measured with what another left."""
    began, failed = time.monotonic(), []
    for name in names:
        print(f"== {name}", flush=True)
        own = time.monotonic()
        if subprocess.run([sys.executable, "-m", "bench", name], check=False).returncode:
            failed.append(name)
        print(f"-- {name}: {time.monotonic() - own:.0f} s", flush=True)
    write_pages()
    print(f"-- all: {(time.monotonic() - began) / 60:.1f} minutes", flush=True)
    if failed:
        sys.exit(f"These failed, and their figures are those of before: {', '.join(failed)}")


if __name__ == "__main__":
    main()
