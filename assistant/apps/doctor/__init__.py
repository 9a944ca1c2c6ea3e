"""Health checks: what Kram needs, whether it is present, how to fix it."""
