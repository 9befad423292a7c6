"""Child processes in sessions of their own that never outlive the process that started them."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_PR_SET_PDEATHSIG = 1
"""The option of prctl(2) that names the signal a process gets when its parent dies."""

_GRACE = 10.0
"""Seconds a process has to end by itself after SIGTERM."""


def start(
    command: Sequence[str], environment: Mapping[str, str], log: Path, keep: Sequence[int] = ()
) -> "subprocess.Popen[bytes]":
    """Run the command with exactly this environment, its output added to the file `log`.

    The process leads a session of its own, so that a terminal's Ctrl-C does not reach it, and has no input.
    On Linux the kernel ends it (SIGTERM) when this process dies, however that happens. It inherits the open
    file descriptors in `keep`. Raises OSError when the program cannot be run.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=keep,
            preexec_fn=_tie_to(os.getpid()),  # noqa: PLW1509 - it only calls the kernel
        )


def stop(process: "subprocess.Popen[bytes]") -> None:
    """End the process, gracefully first; then whatever it has left behind in its session."""
    process.terminate()
    try:
        process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    finally:
        _kill_group(process.pid)


def _kill_group(leader: int) -> None:
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return  # nothing was left behind, as it should be


def _tie_to(parent: int) -> Callable[[], None] | None:
    """Return what a child calls before its program starts, so that the parent's death ends it."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None, use_errno=True)  # loaded here: between fork and exec nothing may be imported

    def tie() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died before the kernel was told
            os._exit(1)

    return tie
