"""Options of the whole test run."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="write the golden files anew instead of comparing with them"
    )
    parser.addoption(
        "--every-fault", action="store_true", help="strike every call of the crash tests in every way (half an hour)"
    )
    parser.addoption("--update-screenshots", action="store_true", help="take the pictures in docs/screenshots anew")
