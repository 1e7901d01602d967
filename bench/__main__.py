"""Runs every benchmark, or those named: `python -m bench publish_cost`."""

import importlib
import sys
from pathlib import Path

if __name__ == "__main__":
    found = {path.stem: path.read_text("utf-8") for path in sorted(Path(__file__).parent.glob("[a-z]*.py"))}
    for name in sys.argv[1:] or [name for name, text in found.items() if "\ndef main()" in text]:
        print(f"== {name}")
        importlib.import_module(f"bench.{name}").main()
