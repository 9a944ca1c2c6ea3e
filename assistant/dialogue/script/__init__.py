"""The script: its types, and its YAML loader."""
