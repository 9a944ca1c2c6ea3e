"""The Wyoming server: speech to text, text to intent, and the guide by text."""
