"""A scripted conversation: synthetic user, real recogniser, complete conversation loop."""
