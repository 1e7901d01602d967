"""The MiniStack process: an AWS on this machine's loopback."""

import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from tools.environments import ToolEnvironment
from tools.local_cloud.cloud_error import CloudError

REGION = "us-east-1"
# The root user MiniStack starts with. Lambda functions get sessions of their own roles instead.
ACCESS_KEY_ID = "test"
SECRET_ACCESS_KEY = "test"  # noqa: S105 - a fixed value of a server that only this machine reaches
START_SECONDS = 60
STOP_SECONDS = 10
PROC = Path("/proc")


class MiniStack:
    """A MiniStack of its own port and temporary folder; `start` and `stop` may each be called once."""

    def __init__(self, environment: ToolEnvironment, folder: Path, *, enforce_roles: bool) -> None:
        self.url = f"http://127.0.0.1:{free_port()}"
        self.log = folder / "ministack.log"
        self._environment = environment
        self._temporary = folder / "tmp"
        self._enforce_roles = enforce_roles
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers; raise CloudError when it does not within a minute."""
        self._temporary.mkdir(parents=True)
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                # -P: this folder must not stand before the environment's packages.
                [self._environment.command("python"), "-P", str(Path(__file__).with_name("launcher.py"))],
                env=self._variables(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # A session of its own: Ctrl-C goes to us first, and its Lambda processes can be ended with it.
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                message = "MiniStack did not start."
                raise CloudError(message, details=self.log_tail())
            time.sleep(0.1)

    def stop(self) -> None:
        """End it with every process it started; raise CloudError if one is left."""
        if self._process is None:
            return
        session = self._process.pid
        for signal_number in (signal.SIGTERM, signal.SIGKILL):
            signal_session(session, signal_number)
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                continue
            deadline = time.monotonic() + 2
            while processes_of_session(session) and time.monotonic() < deadline:
                time.sleep(0.05)
            if not processes_of_session(session):
                return
        message = f"processes of MiniStack are still running: {processes_of_session(session)}"
        raise CloudError(message)

    def log_tail(self, lines: int = 40) -> str:
        """Return the last lines it wrote."""
        with self.log.open(errors="replace") as file:
            return "".join(deque(file, lines))

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/_ministack/health", timeout=2) as answer:
                return bool(answer.status == 200)  # noqa: PLR2004 - HTTP's OK
        except OSError:
            return False

    def _variables(self) -> dict[str, str]:
        return {
            "PATH": f"{self._environment.scripts}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(self._temporary),
            "TMPDIR": str(self._temporary),
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": self.url.rpartition(":")[2],
            "AUTH": str(self._enforce_roles).lower(),
            "MINISTACK_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL": self.url,
            "LANG": "C.UTF-8",
            "PYTHONUNBUFFERED": "1",
        }


def free_port() -> int:
    """Return a TCP port of loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def processes_of_session(session: int, proc: Path = PROC) -> list[int]:
    """Return the processes of a session that have not ended."""
    states = _states_in(proc) if proc.is_dir() else _states_of_ps()
    return [process for process, state in states if not state.startswith("Z") and _session_of(process) == session]


def _states_in(proc: Path) -> Iterator[tuple[int, str]]:
    """Yield every process with its state, as Linux has it (proc(5))."""
    for stat in proc.glob("[0-9]*/stat"):
        with suppress(OSError):
            # The command name, in parentheses, may itself hold spaces and parentheses.
            yield int(stat.parent.name), stat.read_text().rpartition(")")[2].split()[0]


def _states_of_ps() -> Iterator[tuple[int, str]]:
    """Yield every process with its state, as macOS has it; its `ps` cannot list sessions."""
    listed = subprocess.run(["/bin/ps", "-A", "-o", "pid=,stat="], capture_output=True, text=True, check=True)
    for line in listed.stdout.splitlines():
        process, state = line.split()[:2]
        yield int(process), state


def _session_of(process: int) -> int | None:
    """Return the session of a process, None where it has ended or belongs to somebody else."""
    try:
        return os.getsid(process)
    except (ProcessLookupError, PermissionError):
        return None


def signal_session(session: int, signal_number: int) -> None:
    """Send a signal to the group that leads a session, and to every process of the session in another group."""
    with suppress(ProcessLookupError):
        os.killpg(session, signal_number)
    for process in processes_of_session(session):
        with suppress(ProcessLookupError):
            os.kill(process, signal_number)
