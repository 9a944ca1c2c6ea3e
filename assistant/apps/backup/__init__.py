"""The user's files in one file, and back."""
