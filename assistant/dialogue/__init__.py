"""The dialogue policy: a pure function of state and event."""
