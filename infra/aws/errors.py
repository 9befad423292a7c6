"""What keeps the system from being packaged or deployed; each message tells a person what to do about it.

AwsError
├── PackagingFailed     a tool that builds the package refuses, or the package is too large
└── DeploymentFailed    AWS refuses the deployment
"""


class AwsError(Exception):
    """The system cannot be packaged or deployed."""


class PackagingFailed(AwsError):
    """A tool that builds the package refuses, or the package is too large."""


class DeploymentFailed(AwsError):
    """AWS refuses the deployment."""
