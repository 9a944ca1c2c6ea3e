"""The diary of cramps, in SQLite."""
