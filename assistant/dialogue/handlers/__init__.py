"""One module per family of intents."""
