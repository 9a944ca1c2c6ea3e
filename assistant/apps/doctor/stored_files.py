"""What ``doctor`` tells of the files: where they lie, and whom an emergency would reach."""

from assistant.core import paths
from assistant.core.translation import _
from assistant.runtime.notify.messages import Recipient


def places() -> str:
    """Where settings, data, models and logs lie, in one line."""
    return _(
        "settings {config_file}, data {data_folder}, models {models}, logs "
        "of set-up {home}, of the service: journalctl --user -u kram"
    ).format(
        config_file=paths.config_file(),
        data_folder=paths.data_folder(),
        models=paths.MODELS,
        home=paths.HOME / ".setup",
    )


def recipient_problem(tell: Recipient) -> str:
    """Why nobody would be told although somebody is named; empty if all is well."""
    if tell.who and not tell.is_configured:
        return _("{who} is to be told of an emergency, but there is no way to reach them").format(
            who=tell.who
        )
    return ""
