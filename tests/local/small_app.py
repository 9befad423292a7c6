"""A small Chalice app that answers with what it was given, for tests of the ground it runs on."""

import os
from typing import Any

import boto3
from chalice.app import Chalice, Response

app = Chalice("small")
app.api.binary_types.append("application/x-bytes")
ANY_TYPE = ["application/json", "text/plain", "application/x-bytes", "application/x-www-form-urlencoded"]


@app.route("/health")
def health() -> dict[str, str]:
    return {"status": "ok"}


@app.route("/event", methods=["GET", "POST", "HEAD"], content_types=ANY_TYPE)
def event() -> dict[str, Any]:
    assert app.current_request is not None
    context = app.lambda_context
    return {
        "event": app.current_request.to_original_event(),
        "aws_request_id": context.aws_request_id,
        "remaining": context.get_remaining_time_in_millis(),
    }


@app.route("/things/{thing_id}/parts/{part_id}")
def part(thing_id: str, part_id: str) -> list[str]:
    return [thing_id, part_id]


@app.route("/things/first/parts/{part_id}")
def first_part(part_id: str) -> list[str]:
    return ["static", part_id]


@app.route("/bytes")
def binary() -> Response:
    return Response(bytes(range(256)), headers={"Content-Type": "application/x-bytes"})


@app.route("/cookies")
def cookies() -> Response:
    return Response("two", headers={"Content-Type": "text/plain", "Set-Cookie": ["a=1", "b=2"]})


@app.route("/nothing", methods=["DELETE"])
def nothing() -> Response:
    return Response("", status_code=204)


@app.route("/large/{size}")
def large(size: str) -> Response:
    return Response("x" * int(size), headers={"Content-Type": "text/plain"})


@app.route("/broken")
def broken() -> Response:
    return Response(b"\xff", headers={"Content-Type": "text/plain"})


@app.route("/items/{name}", methods=["PUT"])
def put(name: str) -> dict[str, str]:
    key = {"PK": {"S": name}, "SK": {"S": name}}
    item = {**key, "type": {"S": "small"}}
    boto3.client("dynamodb").put_item(TableName=os.environ["ACTRAIL_TABLE"], Item=item)
    return {"put": name}


@app.route("/items/{name}", methods=["GET"])
def get(name: str) -> bool:
    key = {"PK": {"S": name}, "SK": {"S": name}}
    answer = boto3.client("dynamodb").get_item(TableName=os.environ["ACTRAIL_TABLE"], Key=key)
    return "Item" in answer
