"""Clients of AWS's services, one of each a process."""

from __future__ import annotations

import os
from functools import cache
from typing import Any

import botocore.session
from botocore.config import Config

TIMEOUT = 5
"""Seconds to wait for a connection, and for each part of an answer."""


@cache
def client(service: str) -> Any:
    """A client. Region, credentials and endpoint are the environment's."""
    session = botocore.session.get_session()
    return session.create_client(
        service,
        region_name=session.get_config_variable("region") or "us-east-1",
        config=Config(
            connect_timeout=TIMEOUT,
            read_timeout=TIMEOUT,
            retries={"mode": "standard", "total_max_attempts": 4},
            # An emulator has one host name for all buckets.
            s3={"addressing_style": "path"} if os.environ.get("AWS_ENDPOINT_URL") else None,
        ),
    )
