"""Names of severities, measures, signs and situations in the diary, for those who read it.

In Indonesian they are those of ``diary.yaml``, which are also spoken.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from assistant.core.translation import ENGLISH, language
from assistant.runtime.diary.texts import DiaryTexts

ENGLISH_NAMES: Mapping[str, Mapping[str, str]] = {
    "severity": {
        "mild": "mild",
        "moderate": "moderate",
        "severe": "severe",
    },
    "helped": {
        "stretch": "stretching",
        "massage": "massage",
        "warmth": "a warm compress",
        "walk": "slow walking",
        "water": "drinking",
    },
    "flags": {
        "emergency": "emergency",
        "clot": "swelling, darkening or warmth of one leg",
        "tear": "a pop, or unable to stand on tiptoe",
        "wound": "a wound",
        "pregnancy": "another complaint in pregnancy",
        "birth": "bleeding or waters in pregnancy",
        "saddle": "numbness around the groin",
        "burn": "a burn",
        "stool": "black or bloody stools",
        "broken": "perhaps a broken bone",
        "not_calf": "a complaint outside the calf",
        "numb": "numbness, weakness, or shrinking muscle",
        "fever": "fever",
        "vomit": "vomiting or diarrhoea",
        "low_sugar": "low blood sugar",
        "sugar_worse": "low blood sugar and drowsiness",
        "urine": "dark urine",
        "often": "frequent cramps, or a new medicine",
        "walking": "pain on walking",
    },
    "situations": {
        "night": "at night",
        "bed": "lying",
        "sitting": "sitting",
        "standing": "standing",
        "swimming": "swimming",
        "sport": "sport",
        "pregnant": "pregnant",
        "elderly": "elderly",
        "diabetes": "diabetes",
        "kidney": "kidney disease",
        "liver": "liver disease",
        "fluid_limit": "limited drinking",
        "blood_thinner": "blood thinners",
        "had_clot": "had a blood clot before",
        "clot_risk": "recent operation, plaster, birth, or long journey",
        "history": "had such a complaint before",
        "thigh": "thigh",
        "foot": "sole or toes",
        "cannot_reach": "hands do not reach the foot",
    },
}
"""By the table of ``diary.yaml``."""


@dataclass(frozen=True)
class DiaryNames:
    """By the code that the diary has."""

    severity: Mapping[str, str]
    """From the least to the worst."""

    helped: Mapping[str, str]
    flags: Mapping[str, str]
    situations: Mapping[str, str]


def diary_names(words: DiaryTexts) -> DiaryNames:
    """The names in the language of now; what a changed ``diary.yaml`` adds stays Indonesian."""
    own = {name: getattr(words, name) for name in ENGLISH_NAMES}
    if language() == ENGLISH:
        own = {name: {**table, **ENGLISH_NAMES[name]} for name, table in own.items()}
    return DiaryNames(**own)
