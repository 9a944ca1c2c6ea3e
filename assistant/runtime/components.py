"""What the conversation loop is composed of; ``composition`` builds it."""

from dataclasses import dataclass, field

from assistant.asr.recognizer_interface import Listener
from assistant.asr.verifier.verifier import NullVerifier, Verifier
from assistant.audio.interfaces import Player, Voice
from assistant.audio.pcm import AudioSource
from assistant.core.event_log import EventLog
from assistant.dialogue.script.model import Script
from assistant.nlu import Interpreter
from assistant.runtime.config import AudioConfig
from assistant.runtime.conversation_snapshot import ConversationSnapshot
from assistant.runtime.deaf_notice import DeafNotice
from assistant.runtime.diary.store import Diary
from assistant.runtime.notify.messages import Notifier, NullNotifier, Recipient
from assistant.runtime.profile_store import ProfileStore
from assistant.runtime.quiet_hours import QuietHours
from assistant.runtime.sd_notify import SystemdNotifier


@dataclass(frozen=True)
class Components:
    """Everything that the loop is composed of; the later ones default to null objects."""

    source: AudioSource
    listener: Listener
    interpreter: Interpreter
    script: Script
    voice: Voice
    player: Player
    diary: Diary
    log: EventLog
    quiet_hours: QuietHours = field(default_factory=lambda: QuietHours(AudioConfig()))
    snapshot: ConversationSnapshot = field(default_factory=lambda: ConversationSnapshot(None))
    deaf_notice: DeafNotice = field(default_factory=lambda: DeafNotice(None))
    systemd: SystemdNotifier = field(default_factory=lambda: SystemdNotifier(None))
    recipient: Recipient = Recipient()
    notifier: Notifier = field(default_factory=NullNotifier)
    profiles: ProfileStore = field(default_factory=lambda: ProfileStore(None))
    verifier: Verifier = field(default_factory=NullVerifier)
