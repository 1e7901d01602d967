"""The time zone of this machine, by the name that `site.yaml` takes."""

import os
from pathlib import Path
from zoneinfo import available_timezones

UTC = "UTC"


def local_timezone(
    variable: str | None = os.environ.get("TZ"),
    link: Path = Path("/etc/localtime"),
    name: Path = Path("/etc/timezone"),
) -> str:
    """Return the IANA name of this machine's time zone, `UTC` where it cannot be known."""
    known = available_timezones()
    for guess in (_of_variable(variable), _of_link(link), _of_file(name)):
        if guess in known:
            return guess
    return UTC


def _of_variable(variable: str | None) -> str:
    return (variable or "").removeprefix(":")


def _of_link(link: Path) -> str:
    """Return what comes after `zoneinfo/` where the link leads: `/usr/share/zoneinfo/Europe/London`."""
    try:
        return os.readlink(link).rpartition("zoneinfo/")[2]  # noqa: PTH115 - Path would join it with its folder
    except OSError:
        return ""


def _of_file(name: Path) -> str:
    try:
        return name.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""
