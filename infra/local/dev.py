"""Runs the whole system on this machine: `python -m infra.local.dev`.

A supervisor starts the emulator, makes the table and the first account if there is none, starts the
triggers, the background work, the app behind an HTTP server and the demo shop, and waits. Ctrl-C, SIGTERM
or a closed terminal ends it all cleanly: the app first, then the triggers, which count what is left, then the
background work, which goes on at the next start, then the emulator, which then saves its state. When a child
dies by itself the others are ended too.
"""

import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime
from functools import partial
from typing import Any

import botocore.session

from chalicelib.table.definition import create_table
from infra.local import credentials, emulator, http_server, programs
from infra.local.checkpoint import may_have_missed
from infra.local.credentials import Credentials
from infra.local.errors import LocalError, PortTaken
from infra.local.isolation import forget_accounts, without_accounts
from infra.local.lock import held
from infra.local.ports import is_free, next_free_port
from infra.local.processes import Child, Program
from infra.local.queues import make_queues
from infra.local.settings import ROOT, LocalSettings, from_environment
from infra.local.shop import demo
from infra.local.shop import server as shop

TABLE = "actrail"
QUEUE = "actrail-jobs"
BUCKET = "actrail-files"


def run(settings: LocalSettings) -> None:
    """Run the system until a signal asks for its end. Raises LocalError."""
    stopping = _stopping_on_signals()
    settings.folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        lock = stack.enter_context(held(settings.folder))
        settings.environment.unlink(missing_ok=True)  # of a system that was killed
        _check_ports(settings)
        lost = emulator.lost_since(settings.folder)
        store = stack.enter_context(
            # The lock is the emulator's too: a state that is still being saved is not to be read.
            emulator.running(settings.folder, settings.log("emulator"), keep=[lock], stopping=stopping)
        )
        # One session for all clients: it reads the descriptions of endpoints once.
        client = partial(botocore.session.get_session().create_client, endpoint_url=store.endpoint)
        environment = _environment(settings, store.endpoint, client)
        keys = _prepare(settings, client, environment)
        stack.enter_context(_told(settings, environment))
        missed = may_have_missed(settings.checkpoint)
        # They stop in the opposite order, so the triggers see everything that the app has written, and
        # leave the emulator's stream empty.
        parts = [
            programs.background(settings, environment),
            programs.triggers(settings, environment, store.life),
            http_server.program(settings, environment),
        ]
        background, *others = _started(stack, parts, stopping)
        # It waits for messages: told first, it has ended by the time the others have.
        stack.callback(background.ask_to_end)
        children = [store.child, background, *others]
        if settings.shop_port is not None and not stopping.is_set():
            demo.set_up(settings.demo, settings.url, settings.shop_url, keys)
            tag = f"{settings.url}/v1/tag/{keys.write_key}.js"
            children += _started(stack, [shop.program(settings, environment, tag)], stopping)
        _announce(settings, keys, lost, missed=missed)
        _watch(children, stopping)


def _check_ports(settings: LocalSettings) -> None:
    asked = {"PORT": settings.port, "SHOP_PORT": settings.shop_port}
    for name, port in asked.items():
        if port is not None and not is_free(port):
            other = next_free_port(port, besides=asked.values())
            raise PortTaken(f"port {port} is taken; choose another one with {name}={other}")


def _started(stack: ExitStack, programs: Iterable[Program], stopping: threading.Event) -> list[Child]:
    """Start programs, wait until all of them answer, and have them stopped, the last one first."""
    children = []
    for program in programs:
        children.append(Child(program))
        stack.callback(children[-1].stop)
    for child in children:
        child.wait_until_ready(stopping)
    return children


def _stopping_on_signals() -> threading.Event:
    """Return what is set once somebody wants the end; later signals change nothing."""
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stopping.set())
    return stopping


def _environment(settings: LocalSettings, endpoint: str, client: Callable[[str], Any]) -> dict[str, str]:
    """Return what the app and its command line see: the emulator in the place of AWS.

    Makes the queue and the bucket unless they are there.
    """
    client("s3").create_bucket(Bucket=BUCKET)
    return {
        **without_accounts(os.environ),
        "AWS_ENDPOINT_URL": endpoint,
        "ACTRAIL_TABLE": TABLE,
        "ACTRAIL_STAGE": "local",
        "ACTRAIL_QUEUE": make_queues(client("sqs"), QUEUE),
        "ACTRAIL_BUCKET": BUCKET,
        "ACTRAIL_MAIL_FOLDER": str(settings.mail),
        "ACTRAIL_URL": settings.url,
        "POWERTOOLS_SERVICE_NAME": "actrail",
        "POWERTOOLS_METRICS_NAMESPACE": "Actrail",
        "PYTHONUNBUFFERED": "1",
    }


@contextmanager
def _told(settings: LocalSettings, environment: Mapping[str, str]) -> Iterator[None]:
    """Say in the folder what leads a command line to the system, while it runs."""
    ours = {name: each for name, each in environment.items() if name.startswith(("AWS_", "ACTRAIL_"))}
    new = settings.environment.with_suffix(".new")
    new.write_text(json.dumps(ours, indent=2) + "\n")
    new.replace(settings.environment)
    try:
        yield
    finally:
        settings.environment.unlink(missing_ok=True)


def _prepare(
    settings: LocalSettings, client: Callable[[str], Any], environment: Mapping[str, str]
) -> Credentials:
    """Make the table, and an account in it, unless they are there; return the account's keys."""
    template = json.loads((ROOT / "infra" / "resources.json").read_text())["Resources"]["Table"]["Properties"]
    is_new = create_table(client("dynamodb"), TABLE, template)
    keys = None if is_new else credentials.load(settings.credentials)
    keys = keys or credentials.first_account(settings, environment)
    credentials.save(settings.credentials, keys, settings.url)
    return keys


def _announce(settings: LocalSettings, keys: Credentials, lost: datetime | None, *, missed: bool) -> None:
    if lost:
        began = lost.astimezone().strftime("%d %b %Y, %H:%M")
        print(f"The emulator was killed before it saved: what was stored since {began} is gone.")
    elif missed:
        print(
            "The last stop was not a clean one: events may be stored that were not counted.\n"
            "  `.venv/bin/actrail --local recount CAMPAIGN_ID` shows a campaign's difference, "
            "--repair makes up for it."
        )
    lines = [
        f"Actrail runs at {settings.url}",
        *([f"  demo shop   {settings.shop_url}"] if settings.shop_port else []),
        f"  secret key  {keys.secret_key}",
        f"  write key   {keys.write_key}",
        f"  data, logs  {settings.folder}",
        "Ctrl-C stops it.",
    ]
    print("\n".join(lines), flush=True)


def _watch(children: list[Child], stopping: threading.Event) -> None:
    while not stopping.wait(0.2):
        for child in children:
            child.check()
    print("Stopping.", flush=True)


def main(configure: Callable[[Mapping[str, str]], LocalSettings] = from_environment) -> int:
    """Run the system that the environment describes; return the exit code."""
    forget_accounts()
    try:
        run(configure(os.environ))
    except LocalError as error:
        print(f"actrail: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
