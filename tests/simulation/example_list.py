"""The examples: one situation each, played without chance, and exactly what has to come of it."""

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

FOLDER = Path(__file__).with_name("examples")
# Each of these takes as long as a dozen others.
LONG = frozenset(
    {
        "test_the_same_bytes_after_others_are_read",
        "test_what_is_published_after_a_batch_has_read_is_refreshed_once_more",
        "test_what_sections_of_a_batch_read_together_is_right_whatever_happens_meanwhile",
        "test_a_link_to_a_post_that_moves_meanwhile_leads_where_it_went",
        "test_sections_made_under_settings_that_change_meanwhile_are_made_again_in_the_batch",
        "test_what_comes_in_one_batch_ends_as_what_comes_one_by_one",
        "test_a_run_that_is_passed_by_an_edit_does_not_undo_it",
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


# Which files to begin with where a bug is in a module, or below a folder.
FIRST = {
    "records/checkpoint.py": ("checkpoints", "listed_audits", "rebuild_alone"),
    "records/post_change.py": ("change_feed",),
    "services/parts.py": ("parts",),
    "services/publish/": ("changes_of_posts", "moments", "addresses", "races"),
    "services/publish/outbox_sender.py": ("parts", "changes_of_posts", "moments", "addresses", "races"),
    "services/publish/change_log.py": ("change_feed",),
    "services/publish/dependencies.py": ("files_beside_posts", "races", "changes_of_posts"),
    "services/publish/live_paths.py": ("addresses",),
    "services/publish/publish_batch.py": ("batches",),
    "services/publish/publisher.py": ("changes_of_posts", "races", "batches", "moments", "addresses"),
    "services/publish/transition.py": ("changes_of_posts", "cells_of_search", "addresses", "moments", "parts"),
    "services/publish/publish_request.py": ("repetitions",),
    "services/publish/receipts.py": ("receipts",),
    "services/refresh/search_builder.py": ("cells_of_search",),
    "services/search_sections.py": ("cells_of_search",),
    "services/refresh/": ("changes_of_posts", "audit_alone", "races", "batches"),
    "services/refresh/refresh_batch.py": ("batches",),
    "services/refresh/refresher.py": (
        "changes_of_posts",
        "parts",
        "audit_alone",
        "cells_of_search",
        "races",
        "batches",
    ),
    "services/refresh/section_builder.py": ("addresses", "changes_of_posts", "parts", "races"),
    "services/upkeep/": ("checkpoints", "moments"),
    "services/upkeep/audit.py": ("audit_alone", "listed_audits", "checkpoints"),
    "services/upkeep/comparison.py": ("audit_alone",),
    "services/upkeep/former_addresses.py": ("recoveries",),
    "services/upkeep/listing_digest.py": ("listed_audits",),
    "services/upkeep/rebuild.py": ("rebuild_alone", "checkpoints"),
    "services/upkeep/recovery.py": ("recoveries", "checkpoints"),
    "services/upkeep/repairs.py": ("checkpoints", "rebuild_alone"),
    "services/upkeep/rolling_refresh.py": ("rolling_alone", "checkpoints", "parts"),
    "site/impact.py": ("receipts", "changes_of_posts", "cells_of_search", "parts"),
    "site/layout.py": ("parts",),
}


def examples(module: str = "") -> Iterator[tuple[str, Callable[[], None]]]:
    """Yield every example with its name, those about a module first and otherwise the long ones last.

    One that goes wrong raises AssertionError.
    """
    first = _first(module)
    files = {path.stem.removeprefix("test_"): path for path in sorted(FOLDER.glob("test_*.py"))}
    yield from (each for name in first for each in _examples_in(files[name]))
    others = [each for name, path in files.items() if name not in first for each in _examples_in(path)]
    yield from sorted(others, key=lambda each: each[0] in LONG)


def first_examples(module: str) -> tuple[str, ...]:
    """Return the files of the examples about a module, from the root of the repository."""
    return tuple(f"tests/simulation/examples/test_{name}.py" for name in _first(module))


def _first(module: str) -> tuple[str, ...]:
    return FIRST[max(near, key=len)] if (near := [place for place in FIRST if module.startswith(place)]) else ()


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
