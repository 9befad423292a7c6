"""Lambda handlers that are not HTTP."""
