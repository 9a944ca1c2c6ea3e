"""The steps of set-up, in order; each can check whether it is done."""

import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass

from assistant.apps.bootstrap import apt, model_download, venv
from assistant.apps.bootstrap.plan import Needs, Plan
from assistant.apps.bootstrap.processes import setup_lock
from assistant.apps.bootstrap.progress_bar import ProgressBar
from assistant.apps.bootstrap.voice_offer import voice_offers
from assistant.core.errors import KramError, MissingError, place_of
from assistant.core.paths import config_file
from assistant.core.translation import Translatable, _, reason, shown

_SMALL = 100_000_000
"""Peak disk use in bytes of a step that needs little, with a margin."""


@dataclass(frozen=True)
class SetupStep:
    """One step of set-up."""

    title: str
    done: Callable[[], bool]
    run: Callable[[int, ProgressBar], None]
    """Called with the lock's file descriptor and the progress bar."""

    needs_bytes: int = _SMALL
    """Disk space that it takes at most, with a margin."""


def ensure(plan: Plan, needs: Needs) -> bool:
    """Run the steps of ``needs`` that are not done; takes a few milliseconds if all are.

    Returns whether there were any. Raises ``KramError`` (or ``MissingError``) with advice on what
    to do.
    """
    if all(step.done() for step in steps(plan, needs)):
        return False
    try:
        with setup_lock(plan.work) as lock:
            pending = [step for step in steps(plan, needs) if not step.done()]
            _check_disk(plan, sum(step.needs_bytes for step in pending))
            for count, step in enumerate(pending, start=1):
                _run(
                    step,
                    Translatable("[{count}/{all}] {title:<36}").format(
                        count=count, all=len(pending), title=step.title
                    ),
                    lock,
                )
        if needs.model:
            for offer in voice_offers(config_file()):
                sys.stderr.write(shown(offer) + "\n")
    except OSError as error:
        raise KramError(
            _("set-up cannot write to {filename} ({reason})").format(
                filename=place_of(error) or plan.root, reason=reason(error)
            ),
            _("free some disk space or get write permission there, then run this again"),
        ) from error
    return True


def steps(plan: Plan, needs: Needs) -> list[SetupStep]:
    """All steps for ``needs``, done or not; later steps depend on earlier ones.

    What somebody may have to type comes first: nobody waits a minute to be told of it.
    """
    tests = needs.tests and not plan.installed
    found = [] if plan.installed else [_venv_package(plan, needs)]
    if not tests and (needs.microphone or needs.model):
        found.append(_portaudio(plan, required=needs.microphone))
    if not plan.installed:
        found += [_venv(plan), _packages(plan)]
    if tests:
        found += [_test_packages(plan), _sound_server(plan), _browser(plan), _broker(plan)]
    if needs.model or needs.base:
        found += _base(plan)
    if needs.model:
        found.append(
            SetupStep(
                _("Indonesian model"),
                lambda: model_download.has_model(plan),
                lambda lock, bar: model_download.build(plan, lock, bar),
            )
        )
    return found


def _run(step: SetupStep, title: str, lock: int) -> None:
    bar = ProgressBar(title, sys.stderr)
    try:
        step.run(lock, bar)
    except BaseException:
        bar.failed()
        raise
    bar.done()


def first_packages(needs: Needs) -> tuple[str, ...]:
    """Debian's packages for ``.venv``, and what else is missing: whoever has to type the line
    types one."""
    sound = (needs.microphone or needs.model) and not apt.has_portaudio()
    return (apt.venv_package(), *(apt.PORTAUDIO if sound else ()))


def _venv_package(plan: Plan, needs: Needs) -> SetupStep:
    def run(lock: int, bar: ProgressBar) -> None:
        why = _("this Python cannot create a virtual environment")
        apt.install(first_packages(needs), why, plan.work / "apt.log", lock, bar)

    return SetupStep(
        _("system package for .venv"),
        lambda: apt.can_make_venv() or venv.is_ready(plan, tests=False),
        run,
    )


def _venv(plan: Plan) -> SetupStep:
    return SetupStep(
        _("Python environment .venv"),
        lambda: venv.is_sound(plan),
        lambda lock, bar: venv.make(plan, lock, bar),
    )


def _packages(plan: Plan) -> SetupStep:
    return SetupStep(
        _("Python packages"),
        lambda: venv.is_ready(plan, tests=False),
        lambda lock, bar: venv.install(plan, plan.requirements, lock, bar),
        needs_bytes=500_000_000,
    )


def _test_packages(plan: Plan) -> SetupStep:
    return SetupStep(
        _("Python packages for the tests"),
        lambda: venv.is_ready(plan, tests=True),
        lambda lock, bar: venv.install(plan, plan.test_requirements, lock, bar),
    )


def _sound_server(plan: Plan) -> SetupStep:
    def run(lock: int, bar: ProgressBar) -> None:
        why = _("the tests need a sound server for their virtual sound card")
        apt.install(apt.SOUND_SERVER, why, plan.work / "apt.log", lock, bar)

    return SetupStep(_("virtual sound card for the tests"), apt.has_sound_server, run)


def _browser(plan: Plan) -> SetupStep:
    def run(lock: int, bar: ProgressBar) -> None:
        why = _("the tests need a browser for the dashboard")
        apt.install(apt.BROWSER, why, plan.work / "apt.log", lock, bar)

    return SetupStep(_("browser for the tests"), apt.has_browser, run)


def _broker(plan: Plan) -> SetupStep:
    def run(lock: int, bar: ProgressBar) -> None:
        why = _("the tests of emergency notifications need an MQTT broker")
        apt.install(apt.BROKER, why, plan.work / "apt.log", lock, bar)

    return SetupStep(_("MQTT broker for the tests"), apt.has_broker, run)


def _portaudio(plan: Plan, required: bool) -> SetupStep:
    """If not ``required``, installation is attempted once and a failure is only reported."""
    tried = plan.work / "portaudio-tried.json"

    def run(lock: int, bar: ProgressBar) -> None:
        why = _("PortAudio, which gives access to microphone and loudspeaker, is missing")
        try:
            apt.install(apt.PORTAUDIO, why, plan.work / "apt.log", lock, bar)
        except MissingError as error:
            if required:
                raise
            told = _("\nkram: {error} (only `listen` with a microphone needs it)\n")
            sys.stderr.write(told.format(error=error).shown)
            tried.write_text(json.dumps(str(error)), encoding="utf-8")
            bar.leave_out()

    return SetupStep(
        _("system library PortAudio"),
        lambda: (not required and tried.exists()) or apt.has_portaudio(),
        run,
    )


def _base(plan: Plan) -> list[SetupStep]:
    return [
        SetupStep(
            _("base model, download"),
            lambda: model_download.has_base(plan),
            lambda lock, bar: model_download.download(plan, lock, bar),
            needs_bytes=2 * plan.base.size + _SMALL,
        ),
        SetupStep(
            _("base model, extraction"),
            lambda: model_download.has_base(plan),
            lambda lock, bar: model_download.extract(plan, lock, bar),
        ),
    ]


def _check_disk(plan: Plan, needed: int) -> None:
    """Raise ``MissingError`` if fewer than ``needed`` bytes are free."""
    free = shutil.disk_usage(plan.root).free
    if free < needed:
        raise MissingError(
            _("set-up needs {needed:.1f} GB of free disk space, {root} has {free:.1f} GB").format(
                needed=needed / 1e9, root=plan.root, free=free / 1e9
            ),
            _("free some disk space and run this again"),
        )
