"""Measurements that need minutes or recordings from outside; not part of the test suite."""
