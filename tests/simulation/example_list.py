"""The examples: one situation each, played without chance, and exactly what has to come of it."""

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

FOLDER = Path(__file__).with_name("examples")


def examples() -> Iterator[tuple[str, Callable[[], None]]]:
    """Yield every example with its name; one that goes wrong raises AssertionError."""
    for path in sorted(FOLDER.glob("test_*.py")):
        module = import_module(f"tests.simulation.examples.{path.stem}")
        yield from ((name, example) for name, example in vars(module).items() if name.startswith("test_"))


def goes_wrong(example: Callable[[], None]) -> bool:
    """Return whether an example fails, itself or in a handler. What is no Python at all raises as it would anywhere."""
    try:
        example()
    except (NameError, ImportError):
        raise
    except (AttributeError, TypeError) as error:
        if not _is_ours(error):
            raise
        return True
    except Exception:  # noqa: BLE001 - a planted bug may break a handler in any other way
        return True
    return False


def _is_ours(error: Exception) -> bool:
    """Return whether an example stumbled over what it was given: None where there should be a record, for instance."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    return place is not None and FOLDER in Path(place.tb_frame.f_code.co_filename).parents
