"""Structured logs and metrics of every handler: one logger, one set of metrics.

Each metric has the stage as a dimension: several stages of one AWS account share the namespace.
"""

from __future__ import annotations

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from chalicelib.settings import settings

logger = Logger(service="actrail")
metrics = Metrics(namespace="Actrail", service="actrail")
metrics.set_default_dimensions(stage=settings().stage)


def count(name: str, reason: str) -> None:
    """Count one thing that was refused or dropped, by its reason."""
    metrics.add_dimension("reason", reason)
    metrics.add_metric(name, unit=MetricUnit.Count, value=1)
    metrics.flush_metrics()


def measure(name: str, value: int) -> None:
    """Note a number that an alarm looks at, of the whole stage."""
    metrics.add_metric(name, unit=MetricUnit.Count, value=value)
    metrics.flush_metrics()
