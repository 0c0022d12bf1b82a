"""Serve a folder to a browser, as any file server would."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A plain file server that writes no log."""

    def log_message(self, format: str, *args: object) -> None: ...


class Server(http.server.ThreadingHTTPServer):
    """A server with room for all that a browser asks at once, also where nobody takes it up for a while.

    With the five places of the standard library a connection more is dropped, and the browser tries it again after
    1, 2, 4, 8 … seconds: on a busy machine a page then takes half a minute.
    """

    request_queue_size = 128


@contextmanager
def serving(handler: type[http.server.SimpleHTTPRequestHandler], folder: Path) -> Iterator[str]:
    """Serve a folder on a free port of this computer; yield its address, which ends in a slash."""
    served = functools.partial(handler, directory=str(folder))
    with Server(("127.0.0.1", 0), served) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()
