"""The demo shop: a small shop of several pages with the tag on it, and the campaigns that run in it."""
