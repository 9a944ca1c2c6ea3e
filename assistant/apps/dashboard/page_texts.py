"""What the caregiver's page says of intents, refusals, signs and checks, in Indonesian."""

from collections.abc import Mapping
from dataclasses import dataclass

from assistant.apps.doctor.checks import HealthCheck
from assistant.asr.rejection import RejectionReason
from assistant.nlu.reason import InterpretationReason
from assistant.runtime.transcript_log import Entry

FLAGS = {
    "emergency": "darurat",
    "clot": "bengkak, gelap, atau panas",
    "tear": "otot mungkin robek",
    "wound": "luka",
    "pregnancy": "keluhan waktu hamil",
    "not_calf": "bukan kram betis",
    "numb": "kebas atau lemah",
    "fever": "demam",
    "vomit": "muntah atau diare",
    "low_sugar": "gula darah rendah",
    "sugar_worse": "gula darah rendah, mengantuk",
    "urine": "air kencing gelap",
    "too_long": "kram yang lama",
    "often": "sering kram",
    "walking": "sakit waktu berjalan",
}
"""Indonesian names of the warning signs of ``guides/red_flags.yaml``."""

REASONS: Mapping[InterpretationReason, str] = {
    InterpretationReason.EXACT: "kalimatnya dikenal, tetapi belum cukup pasti",
    InterpretationReason.NEAR: "mirip dengan kalimat yang dikenal, tetapi belum cukup pasti",
    InterpretationReason.DANGER: "mungkin tanda bahaya, tetapi belum cukup pasti",
    InterpretationReason.SEVERAL_REMARKS: "beberapa ucapan sekaligus, dan belum cukup pasti",
    InterpretationReason.NOTHING_SAID: "tidak ada kata yang terdengar",
    InterpretationReason.SINGLE_WORD: "hanya satu kata, dan belum ada percakapan",
    InterpretationReason.NO_SHARED_WORD: "bukan kalimat yang dikenal saat itu",
    InterpretationReason.TOO_FAR: "tidak cukup mirip dengan kalimat yang dikenal",
    InterpretationReason.UNSURE_NEGATION: "tidak jelas ya atau tidak, jadi ditanya lagi",
    InterpretationReason.AMBIGUOUS: "bisa berarti lain, jadi ditanya lagi",
    InterpretationReason.VERBATIM: "perintahnya dikenal, tetapi belum cukup pasti",
    InterpretationReason.NOT_VERBATIM: "tidak persis seperti perintah yang dikenal",
}
"""Why an utterance was not acted on at once: reasons from its interpretation."""

REJECTIONS: Mapping[RejectionReason, str] = {
    RejectionReason.ECHO_NOT_ALIGNED: "mungkin gema suara Kram sendiri",
    RejectionReason.SELF_ECHO: "kata-kata Kram sendiri yang terdengar lagi",
    RejectionReason.NO_COMMAND: "bukan perintah, selagi Kram berbicara",
    RejectionReason.TOO_SHORT: "terlalu singkat untuk kalimat sepanjang itu",
    RejectionReason.LOW_CONFIDENCE: "belum cukup pasti, selagi Kram berbicara",
    RejectionReason.NO_WORDS: "tidak ada kata yang terdengar",
    RejectionReason.TRAILING_WORDS: "sisa dari ucapan yang baru saja dipahami",
    RejectionReason.OTHERS_TALK: "belum cukup pasti, dan ada orang lain berbicara",
}
"""Why an utterance was ignored regardless of its meaning."""

_UNKNOWN_REASON = REASONS[InterpretationReason.NO_SHARED_WORD]

INTENTS = {
    "ask": "pertanyaan",
    "back": "kembali ke langkah sebelumnya",
    "better": "sudah membaik",
    "both": "kedua kaki",
    "calling": "tentang menelepon dan bantuan",
    "causes": "pertanyaan tentang penyebab kram",
    "continue": "lanjutkan",
    "cramp_night": "kram waktu tidur",
    "cramp_now": "sedang kram",
    "deafen": "minta tidak didengarkan dulu",
    "diary_add": "minta kram dicatat",
    "diary_count": "pertanyaan berapa kali kram",
    "diary_delete": "minta catatan dihapus",
    "diary_last": "pertanyaan kapan terakhir kram",
    "emergency": "minta tolong, atau tentang keadaan darurat",
    "false_alarm": "tidak apa-apa",
    "faster": "minta lebih cepat",
    "help_menu": "pertanyaan apa yang bisa diucapkan",
    "left": "kaki kiri",
    "louder": "minta lebih keras",
    "next": "langkah berikutnya",
    "no": "tidak",
    "not_pregnant": "sudah tidak hamil",
    "numb": "tentang kebas atau lemah",
    "other_sign": "tentang keluhan lain",
    "pause": "tunggu dulu",
    "plays_down": "menganggapnya ringan",
    "pregnant": "hamil",
    "prevention": "pertanyaan tentang mencegah kram",
    "profile_forget": "minta profil dilupakan",
    "profile_menu": "minta mengatur profil",
    "profile_tell": "pertanyaan apa yang diingat",
    "remember": "minta diingat",
    "repeat": "minta diulang",
    "right": "kaki kanan",
    "see_doctor": "pertanyaan kapan ke dokter",
    "severity": "berapa sakitnya",
    "situation": "menceritakan keadaannya",
    "skin_colour": "tentang warna kulit kaki",
    "slower": "minta lebih pelan",
    "slower_or_softer": "minta lebih pelan",
    "softer": "minta suara dikecilkan",
    "sports": "kram waktu olahraga",
    "start_desk": "minta latihan di meja",
    "start_stretch": "minta latihan sebelum tidur",
    "still_hurts": "masih sakit",
    "stop": "berhenti",
    "swollen": "tentang bengkak",
    "symptoms": "pertanyaan tentang gejala",
    "thanks": "terima kasih",
    "time_left": "pertanyaan berapa lama lagi",
    "toilet": "mau ke toilet",
    "tolong": "tolong",
    "who_are_you": "pertanyaan siapa ini",
    "wound": "tentang luka",
    "x_duration": "tentang lamanya kram",
    "x_pop": "tentang bunyi atau cedera di betis",
    "yes": "ya",
}
"""What an intent means. A sign may also have been denied, hence "tentang"."""


def outcome(entry: Entry) -> str:
    """What became of an utterance: obeyed, asked about, or refused and why."""
    if entry.accepted:
        meaning = INTENTS.get(entry.intent)
        return f"dipahami ({meaning}) dan dijalankan" if meaning else "dipahami dan dijalankan"
    if entry.rejection is not None:
        return f"tidak dihiraukan: {REJECTIONS[entry.rejection]}"
    why = REASONS[entry.reason] if entry.reason is not None else _UNKNOWN_REASON
    if entry.doubtful:
        return f"ditanyakan dulu: {why}"
    if entry.confidence < entry.threshold:
        sure, needed = round(100 * entry.confidence), round(100 * entry.threshold)
        return f"tidak dihiraukan: kurang yakin ({sure} %, perlu {needed} %)"
    return f"tidak langsung dipakai: {why}"


@dataclass(frozen=True)
class CheckTexts:
    """What is said of one check of ``doctor``."""

    good: str
    bad: str
    advice: str = ""
    """What to do if it failed."""


_AGAIN = "Jalankan Kram sekali dengan internet supaya terpasang lagi."

CHECKS = {
    "microphone": CheckTexts(
        "Mikrofon menangkap suara.",
        "Mikrofon tidak menangkap suara dengan benar.",
        "Periksa colokannya, apakah dibisukan, dan besar suaranya di pengaturan suara.",
    ),
    "loudspeaker": CheckTexts(
        "Pengeras suara bisa dipakai.",
        "Pengeras suara tidak bisa dipakai.",
        "Periksa colokannya dan pengaturan suara.",
    ),
    "voice": CheckTexts("Kram bisa berbicara.", "Kram tidak bisa berbicara.", _AGAIN),
    "model": CheckTexts("Kram bisa mengenali ucapan.", "Kram tidak bisa mengenali ucapan.", _AGAIN),
    "disk": CheckTexts(
        "Tempat di disk cukup.",
        "Disk penuh, atau tidak bisa ditulisi.",
        "Hapus berkas yang tidak perlu.",
    ),
    "tell": CheckTexts(
        "Penerima pesan darurat sudah diatur.",
        "Pesan darurat tidak bisa dikirim.",
        "Isi mqtt atau webhook di bagian [tell], supaya pesan bisa sampai.",
    ),
    "air": CheckTexts(
        "Uji suara dilewati, karena Kram sedang mendengarkan.",
        "Uji suara gagal.",
        "Jalankan pemeriksaan lagi.",
    ),
    "noise": CheckTexts(
        "Kamarnya cukup sunyi.",
        "Kamarnya terlalu bising.",
        "Matikan sumber bisingnya, atau kecilkan mikrofon.",
    ),
    "echo": CheckTexts("Gema suara Kram sudah diukur.", "Gema suara Kram tidak bisa diukur."),
    "clipping": CheckTexts(
        "Suara di mikrofon tidak pecah.",
        "Suara di mikrofon pecah.",
        "Kecilkan mikrofon atau pengeras suara.",
    ),
    "level": CheckTexts(
        "Suara di mikrofon cukup keras.",
        "Suara di mikrofon terlalu pelan.",
        "Besarkan mikrofon atau pengeras suara.",
    ),
    "own words": CheckTexts(
        "Kram mengenali kalimat ujinya sendiri.",
        "Kram tidak mengenali kalimat ujinya sendiri.",
        "Dekatkan mikrofon dan pengeras suara, atau pilih kamar yang lebih sunyi.",
    ),
    "duplex": CheckTexts("Cara mendengar selagi berbicara sudah dipilih.", ""),
}
"""By the name of the check."""


def check_texts(check: HealthCheck) -> tuple[str, str]:
    """The sentence about a check, and what to do; the latter is empty if it passed."""
    texts = CHECKS.get(check.name)
    if texts is None:
        return f"{check.name}: {'baik' if check.ok else 'perlu diperbaiki'}.", ""
    return (texts.good, "") if check.ok else (texts.bad, texts.advice)
