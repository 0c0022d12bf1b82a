"""Keep a Python process off the network: only this computer itself can be reached.

Python imports a module of this name at its start wherever this folder is on PYTHONPATH, so that every process a test
starts (kernels, servers, command lines) obeys as well. An audit hook sees each connection below all libraries, cannot
be taken away again, and needs no import: a process starts as fast as before.
"""

import sys

OFFLINE = True
EVENTS = {
    "socket.connect": 1,  # position of the address, or of the host's name, among the event's arguments
    "socket.sendto": 1,
    "socket.sendmsg": 1,
    "socket.getaddrinfo": 0,
    "socket.gethostbyname": 0,
    "socket.gethostbyaddr": 0,
}


class OutsideNetworkError(OSError):
    """A test, or a process that it started, tried to reach another computer."""


def stays_here(host: object) -> bool:
    """Tell whether a host (a name or a numeric address) is this computer, by name or loopback address."""
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if not isinstance(host, str):
        return True  # none, or the address of another kind of socket than internet ones
    name = host.lower().split("%")[0]
    return name in ("", "localhost", "::1", "0.0.0.0", "::") or name.startswith(("127.", "::ffff:127."))


def is_this_computers_name(host: object) -> bool:
    """Tell whether a name is the computer's own: looking it up asks nobody else."""
    import socket

    return host in (socket.gethostname(), socket.gethostname().encode())


def is_numeric(host: object) -> bool:
    """Tell whether a host is written as a numeric address, which needs no look-up."""
    import ipaddress

    try:
        ipaddress.ip_address(host.decode() if isinstance(host, bytes) else str(host))
    except ValueError:
        return False
    return True


def guard(event: str, arguments: tuple[object, ...]) -> None:
    """Raise `OutsideNetworkError` for a connection or a look-up of a name that leaves this computer."""
    if not event.startswith("socket.") or event not in EVENTS:
        return
    given = arguments[EVENTS[event]]
    looks_up = event not in ("socket.connect", "socket.sendto", "socket.sendmsg")
    host = given if looks_up else (given[0] if isinstance(given, tuple) and given else None)
    if stays_here(host) or (looks_up and (is_numeric(host) or is_this_computers_name(host))):
        return
    raise OutsideNetworkError(f"tests run offline: {event} to {given!r} was blocked (tests/offline/sitecustomize.py)")


sys.addaudithook(guard)
