"""Names that ``replies.yaml`` must define, because the policy refers to them."""

REPLIES = (
    "stopped left_to_do paused reminder continued resume_step back_to_guide repeat_nothing ok "
    "slower faster louder softer slowest fastest loudest softest still_hurts worse better "
    "noted_leg noted_other_leg noted_situation noted_sign thanks "
    "time_left time_left_short nothing_left "
    "finish_first nothing_running offer_idle offer_hold offer_guide offer_answer help_idle "
    "help_guide help_answer no_topic denied diary_noted microphone_away microphone_back "
    "microphone_muted microphone_unmuted "
    "better_partly stay_down sign_unanswered time_left_hold alarm_stays "
    "told tell_failed warning_failed told_all_clear all_clear_failed "
    "loudspeaker_back stopped_emergency emergency_words all_clear "
    "alarm_sign help_coming not_connected emergency_question alarm_fear alarm_phone_far "
    "played_down not_yet toilet good_night "
    "deaf deaf_not_now hearing_again "
    "kept not_kept keep_nothing forgotten profile_told profile_empty"
)

QUESTIONS = (
    "cramp help pace more sign_or_not all_clear too_long diary_delete stop "
    "deafen severity leaving profile profile_more profile_forget not_pregnant"
)

MESSAGES = "emergency warning all_clear"

WORDS = "leg left right both few_left span_30 span_60 span_120"

SETTINGS = (
    "pace_step pace_lowest pace_highest volume_step volume_lowest volume_highest "
    "characters_per_second keep_signs help_memory emergency_pause shortest_hold device_silence "
    "muted_silence stop_silence wake_seconds"
)
