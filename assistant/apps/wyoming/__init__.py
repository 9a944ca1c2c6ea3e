"""The Wyoming server: speech to intents, and the guide as text."""
