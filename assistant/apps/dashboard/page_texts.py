"""What the caregiver's page says, but for the nights: labels, signs, utterances and checks."""

from collections.abc import Mapping
from dataclasses import dataclass

from assistant.apps.doctor.checks import HealthCheck
from assistant.apps.utterance_texts import INTENTS, REASONS, REJECTIONS, uncertainty
from assistant.core.translation import Translatable, _, shown
from assistant.nlu.reason import InterpretationReason
from assistant.runtime.transcript_log import Entry

LABELS: Mapping[str, Translatable] = {
    "title": _("Kram: notes for the family"),
    "attention": _("Attention."),
    "nights": _("The last nights"),
    "left_out": _("{count} utterances before that are not shown."),
    "no_nights": _("Nothing has been recorded yet."),
    "quoted": _(
        "In quotation marks: the sentences that were heard. Other talk may appear as the "
        "phrase that it resembles most, and is then ignored."
    ),
    "not_stored": _(
        "What is heard is not stored. To have it stored as text, on this computer only, "
        "tell the person who sleeps in that room, and write this into the configuration:"
    ),
    "checks": _("Checks of the devices"),
    "checked": _("Checked {when}."),
    "checks_nothing": _("This page itself checks nothing. To check again, run"),
    "never_checked": _("Never checked yet. To check, run"),
    "details": _("Details for whoever helps from afar"),
    "made": _("Made at {clock}; renewed by itself every five minutes."),
    "limits": _(
        "This page can be opened on this computer only, and changes nothing. Kram is not a "
        "medical device and calls nobody. In an emergency in Indonesia: 119, or 112."
    ),
}
"""What stands on every page; the names are those in ``page.html``."""

FLAGS: Mapping[str, Translatable] = {
    "emergency": _("emergency"),
    "clot": _("swollen, dark, or warm"),
    "tear": _("perhaps a torn muscle"),
    "wound": _("a wound"),
    "pregnancy": _("a complaint in pregnancy"),
    "birth": _("bleeding or waters in pregnancy"),
    "saddle": _("numb around the groin"),
    "burn": _("a burn"),
    "stool": _("black or bloody stools"),
    "broken": _("perhaps a broken bone"),
    "not_calf": _("not a calf cramp"),
    "numb": _("numb or weak"),
    "fever": _("fever"),
    "vomit": _("vomiting or diarrhoea"),
    "low_sugar": _("low blood sugar"),
    "sugar_worse": _("low blood sugar, drowsy"),
    "urine": _("dark urine"),
    "too_long": _("a long cramp"),
    "often": _("frequent cramps"),
    "walking": _("pain on walking"),
}
"""Names of the warning signs of ``guides/red_flags.yaml``."""

_UNKNOWN_REASON = REASONS[InterpretationReason.NO_SHARED_WORD]


def outcome(entry: Entry) -> str:
    """What became of an utterance: obeyed, asked about, or refused and why."""
    return shown(_outcome(entry))


def _outcome(entry: Entry) -> Translatable:
    if entry.accepted:
        if meaning := INTENTS.get(entry.intent):
            return _("understood ({meaning}) and obeyed").format(meaning=meaning)
        return _("understood and obeyed")
    if entry.rejection is not None:
        return _("ignored: {why}").format(why=REJECTIONS[entry.rejection])
    why = REASONS[entry.reason] if entry.reason is not None else _UNKNOWN_REASON
    if entry.doubtful:
        return _("asked about first: {why}").format(why=why)
    if entry.confidence < entry.threshold:
        return _("ignored: {why}").format(why=uncertainty(entry.confidence, entry.threshold))
    return _("not acted on at once: {why}").format(why=why)


@dataclass(frozen=True)
class CheckTexts:
    """What is said of one check of ``doctor``."""

    good: str
    bad: str
    advice: str = ""
    """What to do if it failed."""


_AGAIN = _("Run Kram once with internet, so that it is installed again.")

CHECKS = {
    "microphone": CheckTexts(
        _("The microphone picks up sound."),
        _("The microphone does not pick up sound properly."),
        _("Check its plug, whether it is muted, and its level in the sound settings."),
    ),
    "loudspeaker": CheckTexts(
        _("The loudspeaker works."),
        _("The loudspeaker does not work."),
        _("Check its plug and the sound settings."),
    ),
    "voice": CheckTexts(
        _("Kram can speak."),
        _("Kram cannot speak."),
        _AGAIN,
    ),
    "model": CheckTexts(
        _("Kram can recognise speech."),
        _("Kram cannot recognise speech."),
        _AGAIN,
    ),
    "disk": CheckTexts(
        _("There is enough space on the disk."),
        _("The disk is full, or cannot be written to."),
        _("Delete files that are not needed."),
    ),
    "tell": CheckTexts(
        _("Somebody to receive emergency messages is configured."),
        _("Emergency messages cannot be sent."),
        _("Fill in mqtt or webhook under [tell], so that messages can arrive."),
    ),
    "air": CheckTexts(
        _("The sound test was skipped, because Kram is listening."),
        _("The sound test failed."),
        _("Run the checks again."),
    ),
    "noise": CheckTexts(
        _("The room is quiet enough."),
        _("The room is too noisy."),
        _("Switch off what makes the noise, or turn the microphone down."),
    ),
    "echo": CheckTexts(
        _("The echo of Kram's voice has been measured."),
        _("The echo of Kram's voice cannot be measured."),
    ),
    "clipping": CheckTexts(
        _("The sound at the microphone is not distorted."),
        _("The sound at the microphone is distorted."),
        _("Turn down the microphone or the loudspeaker."),
    ),
    "level": CheckTexts(
        _("The sound at the microphone is loud enough."),
        _("The sound at the microphone is too soft."),
        _("Turn up the microphone or the loudspeaker."),
    ),
    "own words": CheckTexts(
        _("Kram recognises its own test sentence."),
        _("Kram does not recognise its own test sentence."),
        _("Move microphone and loudspeaker closer together, or choose a quieter room."),
    ),
    "duplex": CheckTexts(
        _("How to hear while speaking has been chosen."),
        "",
    ),
}
"""By the name of the check."""


def check_texts(check: HealthCheck) -> tuple[str, str]:
    """The sentence about a check, and what to do; the latter is empty if it passed."""
    texts = CHECKS.get(check.name)
    if texts is None:
        told = _("{name}: good.") if check.ok else _("{name}: to be mended.")
        return shown(told.format(name=check.name)), ""
    if check.ok:
        return shown(texts.good), ""
    return shown(texts.bad), shown(texts.advice)
