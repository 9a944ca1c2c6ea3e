"""What pip puts into the wheel besides pyproject.toml: extras, phrases, networks, catalogues."""

from pathlib import Path

from setuptools import find_packages, setup

SHIPPED = {"assistant.shipped.phrases": "phrases", "assistant.shipped.models": "models"}

ANNOUNCE = ["zeroconf==0.154.0", "ifaddr==0.2.0"]
"""For `serve --announce`."""


def pins(name):
    """The pinned packages of a requirements file, without its comments and constraints."""
    lines = (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith(("#", "-"))]


setup(
    packages=[*find_packages(include=["assistant*"]), *SHIPPED],
    package_dir=SHIPPED,
    package_data={
        "": ["*.txt", "*.json", "*.yaml", "*.html", "*.css", "*.npy"],
        "assistant": ["locale/*/LC_MESSAGES/*"],
        "assistant.shipped.phrases": ["id/**/*.yaml", "id/corpus/*.tsv"],
        "assistant.shipped.models": ["phones/*.yaml", "networks/*.npz"],
    },
    extras_require={
        "serve": ANNOUNCE,
        "announce": ANNOUNCE,  # the name of this extra in 0.1.0
        "kokoro": pins("requirements-kokoro.txt"),
        "piper": pins("requirements-piper.txt"),
        "whisper": pins("requirements-whisper.txt"),
    },
)
