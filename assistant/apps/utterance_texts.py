"""What people are told of an utterance: its meaning, and why it was or was not acted on.

The words of terminal, page and demonstration; the event log and ``--json`` have their own codes.
"""

from collections.abc import Mapping

from assistant.asr.rejection import RejectionReason
from assistant.core.translation import Translatable, _
from assistant.nlu.reason import InterpretationReason

REASONS: Mapping[InterpretationReason, Translatable] = {
    InterpretationReason.EXACT: _("a known phrase, but not certain enough"),
    InterpretationReason.NEAR: _("resembles a known phrase, but not certain enough"),
    InterpretationReason.DANGER: _("may be a sign of danger, but not certain enough"),
    InterpretationReason.SEVERAL_REMARKS: _("several remarks at once, and not certain enough"),
    InterpretationReason.NOTHING_SAID: _("no word was heard"),
    InterpretationReason.SINGLE_WORD: _("only one word, and no conversation yet"),
    InterpretationReason.NO_SHARED_WORD: _("not a phrase that was known at that moment"),
    InterpretationReason.TOO_FAR: _("too unlike any known phrase"),
    InterpretationReason.UNSURE_NEGATION: _("unclear whether yes or no, so it is asked again"),
    InterpretationReason.AMBIGUOUS: _("may mean something else, so it is asked again"),
    InterpretationReason.VERBATIM: _("a known command, but not certain enough"),
    InterpretationReason.NOT_VERBATIM: _("not exactly a known command"),
    InterpretationReason.NOT_PLAIN: _("a sign that is neither punctuation nor part of a number"),
}
"""Why an utterance was not acted on at once: reasons from its interpretation."""

REJECTIONS: Mapping[RejectionReason, Translatable] = {
    RejectionReason.ECHO_NOT_ALIGNED: _("perhaps the echo of Kram's own voice"),
    RejectionReason.SELF_ECHO: _("Kram's own words heard again"),
    RejectionReason.NO_COMMAND: _("not a command, while Kram was speaking"),
    RejectionReason.TOO_SHORT: _("too short for so long a sentence"),
    RejectionReason.LOW_CONFIDENCE: _("not certain enough, while Kram was speaking"),
    RejectionReason.NO_WORDS: _("no word was heard"),
    RejectionReason.TRAILING_WORDS: _("the rest of what was just understood"),
    RejectionReason.OTHERS_TALK: _("not certain enough, and others were talking"),
    RejectionReason.RESTLESS: _("few words among snores or other sounds: say them twice"),
}
"""Why an utterance was ignored regardless of its meaning."""

INTENTS: Mapping[str, Translatable] = {
    "ask": _("a question"),
    "back": _("back to the step before"),
    "better": _("it is better"),
    "better_partly": _("it is a little better"),
    "both": _("both legs"),
    "calling": _("about calling and help"),
    "causes": _("a question about the causes of cramps"),
    "continue": _("go on"),
    "cramp_night": _("a cramp while asleep"),
    "cramp_now": _("a cramp now"),
    "deafen": _("asks not to be listened to for a while"),
    "diary_add": _("asks to note a cramp"),
    "diary_count": _("a question how many cramps there were"),
    "diary_delete": _("asks to delete the diary"),
    "diary_last": _("a question when the last cramp was"),
    "dont_know": _("does not know"),
    "emergency": _("asks for help, or about an emergency"),
    "false_alarm": _("nothing is wrong"),
    "faster": _("asks for more speed"),
    "help_menu": _("a question what can be said"),
    "left": _("left leg"),
    "louder": _("asks for more volume"),
    "next": _("the next step"),
    "no": _("no"),
    "not_pregnant": _("no longer pregnant"),
    "numb": _("about numbness or weakness"),
    "other_sign": _("about another complaint"),
    "pause": _("wait"),
    "plays_down": _("makes light of it"),
    "pregnant": _("pregnant"),
    "prevention": _("a question about preventing cramps"),
    "profile_forget": _("asks to forget the profile"),
    "profile_menu": _("asks to change the profile"),
    "profile_tell": _("a question what is remembered"),
    "remember": _("asks to remember"),
    "repeat": _("asks to repeat"),
    "right": _("right leg"),
    "see_doctor": _("a question when to see a doctor"),
    "severity": _("how bad it is"),
    "situation": _("tells of the situation"),
    "skin_colour": _("about the colour of the leg's skin"),
    "slower": _("asks for less speed"),
    "slower_or_softer": _("asks for less speed or volume"),
    "softer": _("asks for less volume"),
    "sports": _("a cramp during sport"),
    "start_desk": _("asks for the exercises at the desk"),
    "start_stretch": _("asks for the exercises before sleep"),
    "still_hurts": _("it still hurts"),
    "stop": _("stop"),
    "swollen": _("about a swelling"),
    "symptoms": _("a question about symptoms"),
    "thanks": _("thanks"),
    "time_left": _("a question how long it still takes"),
    "toilet": _("wants to go to the toilet"),
    "tolong": _('"tolong": please, or help'),
    "who_are_you": _("a question who this is"),
    "wound": _("about a wound"),
    "x_duration": _("about how long the cramp lasts"),
    "x_pop": _("about a pop or an injury in the calf"),
    "yes": _("yes"),
}
"""What an intent means. A sign may also have been denied, hence "about"."""


def uncertainty(confidence: float, threshold: float) -> Translatable:
    """That an utterance was too uncertain to be acted on."""
    return _("not certain enough ({sure}%, needs {needed}%)").format(
        sure=round(100 * confidence), needed=round(100 * threshold)
    )
