"""The dashboard: pages for people, over the same table functions as the API. See docs/dashboard.md."""
