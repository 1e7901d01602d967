"""Takes out of an unpacked botocore what the functions do not use: `python slim_sdk.py BOTOCORE SERVICE ...`.

A function that wakes up reads the models of its services, and botocore's table of all endpoints. Without the
documentation in the former and the other services in the latter it is ready in two thirds of the time. Any Python will
do, and what comes out is the same bytes on every machine.
"""

import gzip
import json
import shutil
import sys
from pathlib import Path

DOCUMENTATION = frozenset({"documentation", "documentationUrl"})


def slim(botocore: Path, services: frozenset[str]) -> None:
    """Reduce botocore's data to some services. Raises FileNotFoundError where one of them has no models."""
    data = botocore / "data"
    for service in services:
        if not (data / service).is_dir():
            raise FileNotFoundError(data / service)
    for folder in sorted(path for path in data.iterdir() if path.is_dir()):
        if folder.name not in services:
            shutil.rmtree(folder)
    for examples in sorted(data.glob("*/*/examples-1.json*")):
        examples.unlink()
    for model in sorted(data.glob("*/*/service-2.json.gz")):
        _write(model.with_suffix(""), without_documentation(json.loads(gzip.decompress(model.read_bytes()))))
        model.unlink()
    endpoints = json.loads((data / "endpoints.json").read_text("utf-8"))
    for partition in endpoints["partitions"]:
        kept = {name: entry for name, entry in partition["services"].items() if name in services}
        partition["services"] = kept
    _write(data / "endpoints.json", endpoints)


def without_documentation(value: object) -> object:
    """Return a model whose texts are empty. A shape may have a member of that name, which is no text."""
    if isinstance(value, dict):
        return {
            # Not without the names: botocore looks some of them up.
            name: "" if name in DOCUMENTATION and isinstance(item, str) else without_documentation(item)
            for name, item in value.items()
        }
    return [without_documentation(item) for item in value] if isinstance(value, list) else value


def _write(path: Path, document: object) -> None:
    path.write_text(json.dumps(document, separators=(",", ":")), "utf-8")


if __name__ == "__main__":
    slim(Path(sys.argv[1]), frozenset(sys.argv[2:]))
