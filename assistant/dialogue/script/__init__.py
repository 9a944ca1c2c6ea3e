"""The guide's script: its types, and how it is read from YAML."""
