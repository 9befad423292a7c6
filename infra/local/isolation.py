"""An environment that leads to no AWS account."""

import os
from collections.abc import Mapping

CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_DEFAULT_REGION": "us-east-1",
}
"""What a client of the emulator says; the emulator takes anything."""


def without_accounts(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment without the machine's AWS accounts, endpoints and profiles.

    Variables that begin with HTTP_ go too: they would look like a request's headers to a WSGI application.
    """
    kept = {name: value for name, value in environ.items() if not name.startswith(("AWS_", "HTTP_"))}
    return {
        **kept,
        **CREDENTIALS,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        # Account ids in the host name would lead a client past the emulator and past moto.
        "AWS_ACCOUNT_ID_ENDPOINT_MODE": "disabled",
    }


def forget_accounts() -> None:
    """Take them from this process's own environment."""
    environment = without_accounts(os.environ)
    os.environ.clear()
    os.environ.update(environment)
