"""What ``doctor`` tells of the files: where they lie, and whom an emergency would reach."""

from assistant.core import paths
from assistant.runtime.notify.messages import Recipient


def places() -> str:
    """Where settings, data, models and logs lie, in one line."""
    return (
        f"settings {paths.config_file()}, data {paths.data_folder()}, models {paths.MODELS}, "
        f"logs of set-up {paths.HOME / '.setup'}, of the service: journalctl --user -u kram"
    )


def recipient_problem(tell: Recipient) -> str:
    """Why nobody would be told although somebody is named; empty if all is well."""
    if tell.who and not tell.is_configured:
        return f"{tell.who} is to be told of an emergency, but there is no way to reach them"
    return ""
