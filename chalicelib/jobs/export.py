"""Exports an account: everything the table has of it, as files of JSON lines, compressed."""

from __future__ import annotations

import gzip
from datetime import datetime

import orjson

from chalicelib.aws import files
from chalicelib.domain.job import Job
from chalicelib.table import export, stored

PAGES_A_FILE = 20
"""Of at most 1 MB each, whoever's items they are."""


def step(job: Job, _: datetime) -> Job:
    """Write one more file. A file is written whole or not at all, and again under the same name."""
    number = int(job.place.get("files", 0)) + 1
    lines, place = [], job.place.get("next")
    for _page in range(PAGES_A_FILE):
        part = export.some(job.account_id, place)
        lines += [orjson.dumps(stored.plain(item), option=orjson.OPT_APPEND_NEWLINE) for item in part.items]
        place = part.next_place
        if place is None:
            break
    names = list(job.result.get("files", ()))
    if lines:
        names.append(f"exports/{job.account_id}/{job.id}/{number:05}.ndjson.gz")
        files.put(names[-1], gzip.compress(b"".join(lines), mtime=0), "application/x-ndjson")
    further = job.advanced({"files": number, "next": place}, len(lines))
    result = {"files": names, "items": further.done}
    return further.finished(result) if place is None else further.with_result(result)
