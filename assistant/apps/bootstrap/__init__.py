"""Set-up on the first run: virtual environment, packages, base model. Standard library only."""
