"""A scripted conversation: synthetic user, real recogniser, whole loop."""
