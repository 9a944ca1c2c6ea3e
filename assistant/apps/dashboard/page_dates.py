"""Days, nights and times of the day on the caregiver's page."""

from datetime import date, datetime, timedelta

from assistant.core.translation import _, shown

NOON = timedelta(hours=12)
"""A night goes from noon to noon."""

DAYS = (
    _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"),
    _("Sunday"),
)  # fmt: skip
MONTHS = (
    _("January"), _("February"), _("March"), _("April"), _("May"), _("June"), _("July"),
    _("August"), _("September"), _("October"), _("November"), _("December"),
)  # fmt: skip


def clock(at: datetime) -> str:
    """``02.15`` in Indonesian, ``02:15`` in English."""
    return shown(_("{hour:02}:{minute:02}").format(hour=at.hour, minute=at.minute))


def when(at: datetime, now: datetime) -> str:
    """``hari ini 02.15``, ``yesterday 23:40``, ``Monday 3 November 02:15``."""
    local = at.astimezone(now.tzinfo)
    ago = (now.date() - local.date()).days
    if ago == 0:
        return shown(_("today {clock}").format(clock=clock(local)))
    if ago == 1:
        return shown(_("yesterday {clock}").format(clock=clock(local)))
    return f"{_day(local.date())} {clock(local)}"


def night_title(evening: date, now: datetime) -> str:
    """Which night it is that begins on ``evening``: last night, tonight, or its two dates."""
    morning = evening + timedelta(days=1)
    dates = _("{evening} to {morning}").format(
        evening=_day(evening, with_month=evening.month != morning.month), morning=_day(morning)
    )
    ago = ((now - NOON).date() - evening).days
    if (ago == 0 and 5 <= now.hour < 12) or (ago == 1 and 12 <= now.hour < 18):
        return shown(_("Last night ({dates})").format(dates=dates))
    if ago == 0 and 12 <= now.hour < 18:
        return shown(_("Today ({dates})").format(dates=dates))
    if ago == 0:
        return shown(_("Tonight ({dates})").format(dates=dates))
    return shown(_("Night of {dates}").format(dates=dates))


def _day(day: date, with_month: bool = True) -> str:
    """``Friday 20 November``."""
    text = f"{shown(DAYS[day.weekday()])} {day.day}"
    return f"{text} {shown(MONTHS[day.month - 1])}" if with_month else text
