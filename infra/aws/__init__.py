"""The system on AWS: the package that is deployed, its checks, and the deployment."""
