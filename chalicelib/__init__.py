"""Actrail: action tracking and experiment reporting on AWS Lambda and one DynamoDB table.

Imports point one way: ``api -> table -> domain`` and ``jobs -> table -> domain``. ``domain`` is pure:
no I/O, no AWS, no clock and no randomness of its own.
"""
