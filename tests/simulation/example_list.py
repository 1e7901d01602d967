"""The examples: one situation each, played without chance, and exactly what has to come of it."""

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

FOLDER = Path(__file__).with_name("examples")
# Each of these takes as long as a dozen others.
LONG = frozenset(
    {
        "test_a_new_section_refreshed_under_settings_that_change_is_refreshed_again",
        "test_a_publish_that_dies_anywhere_is_finished_by_its_message",
        "test_a_refresh_that_dies_anywhere_is_finished_by_its_message",
        "test_a_section_refreshed_while_its_rows_change_is_right_in_the_end",
        "test_an_audit_in_small_parts_finds_as_much",
        "test_each_change_alone_makes_the_clean_build",
        "test_more_former_paths_than_are_kept_lose_the_oldest_and_no_alias",
        "test_what_an_audit_sends_makes_everything_right",
        "test_what_settings_or_software_changed_under_a_run_is_seen",
    }
)


def examples() -> Iterator[tuple[str, Callable[[], None]]]:
    """Yield every example with its name, the long ones last; one that goes wrong raises AssertionError."""
    found = [each for path in sorted(FOLDER.glob("test_*.py")) for each in _examples_in(path)]
    return iter(sorted(found, key=lambda each: each[0] in LONG))


def _examples_in(path: Path) -> list[tuple[str, Callable[[], None]]]:
    module = import_module(f"tests.simulation.examples.{path.stem}")
    return [(name, example) for name, example in vars(module).items() if name.startswith("test_")]


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
