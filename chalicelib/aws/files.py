"""Files: exports and reports, in a private bucket, read through links that end."""

from __future__ import annotations

from datetime import timedelta

from chalicelib.aws.clients import client
from chalicelib.settings import settings

LINK_LIVES = timedelta(minutes=15)


def put(name: str, content: bytes, media_type: str) -> None:
    """Store a file under its name, in place of one that has it. 1 request. Raises botocore's errors."""
    client("s3").put_object(Bucket=settings().bucket, Key=name, Body=content, ContentType=media_type)


def link(name: str) -> str:
    """An address at which anybody may read the file for a quarter of an hour. No request."""
    url: str = client("s3").generate_presigned_url(
        "get_object",
        Params={"Bucket": settings().bucket, "Key": name},
        ExpiresIn=int(LINK_LIVES.total_seconds()),
    )
    return url
