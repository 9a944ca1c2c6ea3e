"""A second opinion on what was said: Whisper, an optional extra, for the doubtful zone only."""
