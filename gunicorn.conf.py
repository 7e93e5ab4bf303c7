"""Gunicorn's settings for `gunicorn 'app:create_app()'` (Procfile): the same as `app.py run` uses."""

import os

from serving import server_options
from settings import read_settings

globals().update(server_options(read_settings()))
if "PORT" in os.environ:  # a hosting platform names the port and sends its router to it
    bind = f"0.0.0.0:{os.environ['PORT']}"
