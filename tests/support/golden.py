"""Golden files: what a person has reviewed, compared with what is made now."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

UPDATE = "if that is intended, `make golden` writes it anew (read the diff before you commit it)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Golden:
    """Compares with golden files or, when `updating`, writes them."""

    updating: bool

    def check(self, file: Path, made: str | bytes) -> None:
        """Compare one file with what is made now."""
        if self.updating:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(made.encode() if isinstance(made, str) else made)

        assert file.exists(), f"there is no {file}: {UPDATE}"
        reviewed = file.read_text("utf-8") if isinstance(made, str) else file.read_bytes()
        assert made == reviewed, f"{file} holds something else: {UPDATE}"

    def check_names(self, folder: Path, names: Collection[str]) -> None:
        """Compare the names of the files in a folder with those of all that is made."""
        found = {file.relative_to(folder).as_posix(): file for file in folder.rglob("*") if file.is_file()}
        if self.updating:
            for name in found.keys() - set(names):
                found.pop(name).unlink()

        assert found.keys() == set(names), f"{folder} holds other files: {UPDATE}"
