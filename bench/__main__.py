"""Runs every benchmark, or those named: `python -m bench publish_cost`."""

import importlib
import sys
from pathlib import Path

if __name__ == "__main__":
    known = sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))
    for name in sys.argv[1:] or known:
        print(f"== {name}")
        importlib.import_module(f"bench.{name}").main()
