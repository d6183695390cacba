"""The socket that web processes share: bound first, so that a taken port is told before all else."""

from __future__ import annotations

import errno
import socket

from features.errors import InputError

BACKLOG = 2048


def bind(host: str, port: int) -> socket.socket:
    """A socket of that address, not listening yet. Raises InputError where it is taken or not ours."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        bound = socket.socket(family, kind, protocol)
    except OSError as error:
        raise InputError(f"There is no address {host!r} here: {error.strerror}.", field="host") from error
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
    except OSError as error:
        bound.close()
        raise _refused(error, host, port) from error
    return bound


def listen(bound: socket.socket) -> None:
    """Take connections. Raises InputError where another program came first."""
    try:
        bound.listen(BACKLOG)
    except OSError as error:
        raise _refused(error, *bound.getsockname()[:2]) from error


def address(bound: socket.socket) -> str:
    """Where a browser finds a socket."""
    host, port = bound.getsockname()[:2]
    return f"http://[{host}]:{port}" if bound.family == socket.AF_INET6 else f"http://{host}:{port}"


def _refused(error: OSError, host: str, port: int) -> InputError:
    if error.errno == errno.EADDRINUSE:
        return InputError(
            f"Port {port} on {host} is taken: stop the other program or give another --port.", field="port"
        )
    return InputError(f"Cannot listen on {host} port {port}: {error.strerror}.", field="port")
