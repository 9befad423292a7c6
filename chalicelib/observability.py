"""Structured logs and metrics of every handler: one logger, one set of metrics."""

from __future__ import annotations

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

logger = Logger(service="actrail")
metrics = Metrics(namespace="Actrail", service="actrail")


def count(name: str, reason: str) -> None:
    """Count one thing that was refused or dropped, by its reason."""
    metrics.add_dimension("reason", reason)
    metrics.add_metric(name, unit=MetricUnit.Count, value=1)
    metrics.flush_metrics()


def measure(name: str, value: int) -> None:
    """Note a number that an alarm looks at, of the whole service."""
    metrics.add_metric(name, unit=MetricUnit.Count, value=value)
    metrics.flush_metrics()
