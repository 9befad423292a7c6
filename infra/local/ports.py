"""TCP ports on the loopback interface."""

import socket
from collections.abc import Collection

LOOPBACK = "127.0.0.1"


def free_port(preferred: int = 0) -> int:
    """Return a port nobody listens on right now, the preferred one if that is so; nothing keeps it free."""
    if preferred and is_free(preferred):
        return preferred
    with socket.create_server((LOOPBACK, 0)) as server:
        port: int = server.getsockname()[1]
        return port


def next_free_port(taken: int, besides: Collection[int | None]) -> int:
    """Return the first free port after a taken one that is none of `besides`; if there is none, any."""
    following = (port for port in range(taken + 1, 65536) if port not in besides and is_free(port))
    return next(following, None) or free_port()


def is_free(port: int) -> bool:
    """Tell whether a server could listen on the port."""
    try:
        socket.create_server((LOOPBACK, port)).close()
    except OSError:
        return False
    return True
