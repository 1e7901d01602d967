"""Options of the whole test run."""

import os
import signal

import pytest
from hypothesis import HealthCheck, settings

pytest.register_assert_rewrite("tests.support.golden")

from tests.support.golden import Golden  # noqa: E402 - after its assertions are to be rewritten

# No deadlines: a sound test misses them on a busy machine. Continuous integration tries the same examples every time.
settings.register_profile("local", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("local"), derandomize=True, database=None, print_blob=True)
settings.register_profile("quick", settings.get_profile("local"), max_examples=20)
settings.load_profile("ci" if "CI" in os.environ else "local")


def pytest_configure() -> None:
    """Heed interrupts also where a shell runs the tests in the background: what is ignored there, commands inherit."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write the golden files anew instead of comparing with them; runs no other tests",
    )
    parser.addoption(
        "--every-fault", action="store_true", help="strike every call of the crash tests in every way (half an hour)"
    )
    parser.addoption("--update-screenshots", action="store_true", help="take the pictures in docs/screenshots anew")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave only the tests of golden files where these are to be written."""
    if config.getoption("--update-golden"):
        others = [item for item in items if "golden" not in getattr(item, "fixturenames", ())]
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if item not in others]


@pytest.fixture(scope="session")
def golden(request: pytest.FixtureRequest) -> Golden:
    return Golden(updating=request.config.getoption("--update-golden"))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Let a run of continuous integration fail that has skipped a test."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if "CI" in os.environ and reporter is not None and reporter.stats.get("skipped"):
        reporter.write_line("\nFailed: continuous integration skips no test.", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
