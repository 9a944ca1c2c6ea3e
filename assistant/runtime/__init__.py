"""One session: the loop, its composition, configuration and storage."""
