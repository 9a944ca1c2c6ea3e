"""Getting to know how one person speaks: ``enroll``."""
