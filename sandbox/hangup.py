"""An answer lost on its way."""

from __future__ import annotations

import socket
from contextlib import suppress

from flask import request


def hang_up() -> None:
    """Close the connection of this request under its server, so that the caller gets no answer."""
    connection = request.environ.get("werkzeug.socket") or request.environ.get("gunicorn.socket")
    with suppress(OSError):
        if connection:
            connection.shutdown(socket.SHUT_RDWR)
