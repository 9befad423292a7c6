"""The Chalice app: routes and Lambda handlers, nothing else."""

from __future__ import annotations

import gc
from typing import Any

from chalice.app import Response

from chalicelib import jobs
from chalicelib.api.express import ExpressApp
from chalicelib.api.routes import ROUTES, Route
from chalicelib.dashboard.routes import PAGES

# Chalice's own handler would repeat each line of the log, which has the same name, as unstructured text.
app = ExpressApp(app_name="actrail", configure_logs=False)


def register(route: Route) -> None:
    """Have a route's operation answer it. Media types are the operation's to refuse, as a problem."""

    def respond(**path: str) -> Response:
        response: Response = route.load()(app.current_request, path)
        return response

    app.route(route.path, methods=[route.method], name=route.name, content_types=["*/*"])(respond)


for each in (*ROUTES, *PAGES):
    register(each)


@app.lambda_function()
def count(event: dict[str, Any], context: Any) -> Any:
    """Count what the table's stream brings."""
    return jobs.handler("count")(event, context)


@app.lambda_function()
def work(event: dict[str, Any], context: Any) -> Any:
    """Do the jobs that the queue brings."""
    return jobs.handler("work")(event, context)


@app.lambda_function()
def schedule(event: dict[str, Any], context: Any) -> Any:
    """Queue what is due."""
    return jobs.handler("schedule")(event, context)


# What is there by now stays. Not to look for garbage in it again saves intake an eighth of its CPU.
gc.freeze()
