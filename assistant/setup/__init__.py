"""The first run's work, in the standard library only: .venv, packages, libraries, model.

Importable by any bare Python 3.11; nothing here may import a package that set-up installs.
"""
