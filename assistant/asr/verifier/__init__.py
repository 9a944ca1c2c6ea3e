"""Optional verification of a doubtful phrase by Whisper, in a process of its own."""
