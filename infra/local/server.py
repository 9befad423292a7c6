"""What the HTTP server's workers load: the gateway in front of the app that the environment names."""

import importlib
import os

from infra.local.gateway import Gateway

TARGET = "infra.local.server:application"
APP_VARIABLE = "ACTRAIL_LOCAL_APP"
"""Names the environment variable that names the Chalice app, as module:attribute."""


def application() -> Gateway:
    """Return the WSGI application; raises what importing the app raises."""
    module, _, attribute = os.environ[APP_VARIABLE].partition(":")
    return Gateway(getattr(importlib.import_module(module), attribute))
