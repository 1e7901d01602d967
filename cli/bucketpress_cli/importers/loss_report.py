"""What an import did and what it left out, by category, so that a person can act on it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from rich.console import Console

from bucketpress_cli.importers.publication import Loss
from bucketpress_cli.terminal import print_line

PLACES_SHOWN = 3
FORGET = ". To have them again, delete .bucketpress-import.json in the folder"


@dataclass(slots=True)
class LossCategory:
    """Losses of one kind: the first one's fix, how many there are, what they are and the first few files."""

    fix: str
    count: int = 0
    what: dict[str, int] = field(default_factory=dict)
    places: list[str] = field(default_factory=list)


@dataclass(slots=True)
class ImportReport:
    """How many files were written, unchanged, or left as somebody has edited or deleted them, and what was lost."""

    counts: dict[str, int] = field(default_factory=dict)
    written: int = 0
    unchanged: int = 0
    edited: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    categories: dict[str, LossCategory] = field(default_factory=dict)

    def count(self, name: str) -> None:
        """Count something by its name."""
        self.counts[name] = self.counts.get(name, 0) + 1

    def add(self, losses: Iterable[Loss], place: str = "", times: int = 1) -> None:
        """Take note of losses in a file."""
        for loss in losses:
            category = self.categories.setdefault(loss.kind, LossCategory(loss.fix))
            category.count += times
            category.what[loss.what] = category.what.get(loss.what, 0) + times
            if place and place not in category.places:
                category.places.append(place)

    def document(self) -> dict[str, object]:
        """Return the report for programs."""
        return {
            "counts": dict(sorted(self.counts.items())),
            "written": self.written,
            "unchanged": self.unchanged,
            "edited": self.edited,
            "deleted": self.deleted,
            "losses": [
                {"kind": kind, "count": lost.count, "fix": lost.fix, "what": lost.what, "files": lost.places}
                for kind, lost in sorted(self.categories.items())
            ],
        }

    def print(self, console: Console) -> None:
        """Print the report for people."""
        counts = ", ".join(_counted(count, name) for name, count in sorted(self.counts.items()))
        print_line(console, (counts or "Nothing to import", "bold"))
        print_line(console, f"{_counted(self.written, 'files written')}, {self.unchanged:,} unchanged")
        for keys, done, hint in ((self.edited, "edited", ""), (self.deleted, "deleted", FORGET)):
            if keys:
                more = " …" if len(keys) > PLACES_SHOWN else ""
                message = f"{len(keys):,} left as you have {done} them: {', '.join(keys[:PLACES_SHOWN])}{more}"
                print_line(console, (message, "yellow"), hint)
        for kind, lost in sorted(self.categories.items(), key=lambda pair: -pair[1].count):
            print_line(console, ("not taken along", "yellow"), f": {kind} ({lost.count:,}). {lost.fix}")
            what = sorted(lost.what.items(), key=lambda pair: (-pair[1], pair[0]))[:PLACES_SHOWN]
            named = "; ".join(f"{name} ({count:,})" if count > 1 else name for name, count in what if name)
            if named:
                print_line(console, f"  {named}{'; …' if len(lost.what) > PLACES_SHOWN else ''}")
            if lost.places:
                more = f" and {len(lost.places) - PLACES_SHOWN:,} more" if len(lost.places) > PLACES_SHOWN else ""
                print_line(console, f"  in {', '.join(lost.places[:PLACES_SHOWN])}{more}")


def _counted(count: int, names: str) -> str:
    """Return a number with what is counted, whose first word is in the plural."""
    first, space, rest = names.partition(" ")
    return f"{count:,} {first.removesuffix('s') if count == 1 else first}{space}{rest}"
