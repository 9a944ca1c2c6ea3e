"""Speech recognition: sound in, phrases with a confidence out."""
