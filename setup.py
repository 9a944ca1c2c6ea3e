"""What pip puts into the wheel besides pyproject.toml: phrases, phones, networks, catalogues."""

from setuptools import find_packages, setup

SHIPPED = {"assistant.shipped.phrases": "phrases", "assistant.shipped.models": "models"}

setup(
    packages=[*find_packages(include=["assistant*"]), *SHIPPED],
    package_dir=SHIPPED,
    package_data={
        "": ["*.txt", "*.json", "*.yaml", "*.html", "*.css", "*.npy"],
        "assistant": ["locale/*/LC_MESSAGES/*"],
        "assistant.shipped.phrases": ["id/**/*.yaml", "id/corpus/*.tsv"],
        "assistant.shipped.models": ["phones/*.yaml", "networks/*.npz"],
    },
)
