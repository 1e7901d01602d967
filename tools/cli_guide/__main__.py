"""Writes docs/cli.md and the recordings that it shows: `make cli-guide`."""

from pathlib import Path

from tools.cli_guide.command_reference import command_reference
from tools.cli_guide.terminal_pictures import recordings

DOCS = Path(__file__).resolve().parents[2] / "docs"


def guide() -> dict[Path, str]:
    """Return every file of the guide, with its text."""
    pictures = {DOCS / "cli" / f"{name}.svg": svg for name, svg in recordings().items()}
    return {DOCS / "cli.md": command_reference(), **pictures}


if __name__ == "__main__":
    for file, text in guide().items():
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")
