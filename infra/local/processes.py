"""Child processes in sessions of their own that never outlive the process that started them."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from infra.local.errors import ChildFailed

_PR_SET_PDEATHSIG = 1
"""The option of prctl(2) that names the signal a process gets when its parent dies."""

_DEADLINE = 20.0
"""Seconds a process has until it answers; the emulator takes 0.5 to 1, the app about as long."""


@dataclass(frozen=True)
class Program:
    """What to run: its name for people, command, whole environment, the file its output is added to,
    and how to ask whether it answers. It inherits the open file descriptors in `keep`, and has `grace`
    seconds to end by itself after SIGTERM.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    answers: Callable[[], bool]
    keep: Sequence[int] = field(default=())
    grace: float = 10.0


class Child:
    """A running program.

    It leads a session of its own, so that a terminal's Ctrl-C does not reach it, and has no input. On Linux
    the kernel ends it (SIGTERM) when this process dies, however that happens.
    """

    def __init__(self, program: Program) -> None:
        """Start the program. Raises OSError when it cannot be run."""
        self.program = program
        program.log.parent.mkdir(parents=True, exist_ok=True)
        with program.log.open("ab") as output:
            self._process = subprocess.Popen(
                program.command,
                env=dict(program.environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=program.keep,
                preexec_fn=_tie_to(os.getpid()),  # noqa: PLW1509 - it calls nothing but the kernel
            )
        self.pid = self._process.pid
        self._asked = False

    def wait_until_ready(self, stopping: threading.Event) -> None:
        """Wait until the program answers, or somebody wants to stop. Raises ChildFailed."""
        deadline = time.monotonic() + _DEADLINE
        while not self.program.answers():
            self.check()
            if time.monotonic() > deadline:
                raise ChildFailed(
                    f"the {self.program.name} does not answer after {_DEADLINE:.0f} s, see {self.program.log}"
                )
            if stopping.wait(0.05):
                return

    def check(self) -> None:
        """Raise ChildFailed when the program has ended."""
        code = self._process.poll()
        if code is not None:
            raise ChildFailed(
                f"the {self.program.name} ended unexpectedly (exit code {code}), see {self.program.log}"
            )

    def ask_to_end(self) -> None:
        """Send SIGTERM, once."""
        if not self._asked:
            self._asked = True
            self._process.terminate()

    def stop(self) -> None:
        """End the program, gracefully first; then whatever it has left behind in its session."""
        self.ask_to_end()
        try:
            self._process.wait(self.program.grace)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        finally:
            _kill_group(self.pid)


def _kill_group(leader: int) -> None:
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return  # nothing was left behind, as it should be


def _tie_to(parent: int) -> Callable[[], None] | None:
    """Return what a child calls before its program starts, so that the parent's death ends it."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)  # loaded here: nothing may be imported between fork and exec

    def tie() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died before the kernel was told
            os._exit(1)

    return tie
