"""What surrounds the application: its resources in AWS, and its ground on one machine."""
