"""TCP ports on the loopback interface."""

import socket

LOOPBACK = "127.0.0.1"


def free_port() -> int:
    """Return a port nobody listens on right now; nothing keeps it free until it is used."""
    with socket.create_server((LOOPBACK, 0)) as server:
        port: int = server.getsockname()[1]
        return port


def is_free(port: int) -> bool:
    """Tell whether a server could listen on the port."""
    try:
        socket.create_server((LOOPBACK, port)).close()
    except OSError:
        return False
    return True
