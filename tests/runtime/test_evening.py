"""A minute of other people's talk in the room, and then a call. Synthetic speech.

`bench wakes` measures hours of real people's talk.
"""

import json
from collections.abc import Iterator
from contextlib import closing
from itertools import cycle
from pathlib import Path

import numpy as np
import pytest

from assistant.audio.pcm import RATE, Samples
from assistant.audio.room_simulation import spoken_in_room
from assistant.audio.wav_file_writer import WavFileWriter
from assistant.runtime.composition import open_session
from assistant.runtime.conversation_loop import ConversationLoop
from assistant.runtime.session_options import SessionOptions
from assistant.tts.espeak_voice import EspeakVoice

pytestmark = pytest.mark.decodes_sound

VOICES = ("id+f2", "id+m4", "id+f4")
TALK = (
    "Pemerintah menetapkan harga beras yang baru mulai bulan depan",
    "hujan lebat diperkirakan turun di sebagian besar Jawa Barat nanti malam",
    "kata Pak RT besok ada kerja bakti di depan balai desa",
    "tim nasional menang dua gol tanpa balas di stadion utama",
    "kamu sudah makan belum, ini masih ada sayur asem di dapur",
    "jalan menuju pelabuhan ditutup sementara karena perbaikan jembatan",
    "si kecil tadi di sekolah dapat nilai bagus matematikanya",
    "para peneliti menemukan jenis ikan baru di perairan Raja Ampat",
    "tolong nanti belikan gula sama kopi kalau lewat warung",
    "harga emas hari ini naik dua ribu rupiah setiap gram",
    "acara berikutnya adalah sinetron kesayangan Anda, jangan ke mana mana",
    "bis terakhir ke Surabaya berangkat pukul sembilan malam",
    "adik saya kerja di bengkel dekat pasar, pulangnya sore terus",
    "dokter hewan bilang kucingnya sehat, cuma kurang makan",
    "gempa berkekuatan lima koma dua terasa sampai ke kota",
    "lagu ini dulu sering diputar di radio waktu kita masih muda",
    "jangan lupa besok bayar listrik, tanggal dua puluh terakhir",
    "pertandingan dimulai satu jam lagi, ayo kita nonton bareng",
)


def spoken() -> Iterator[Samples]:
    """Talk of three voices with short pauses, a long pause, and a call; int16, 16 kHz."""
    voices = cycle([EspeakVoice(name, words_per_minute=160) for name in VOICES])
    for number, text in enumerate(TALK):
        heard = spoken_in_room(next(voices).speak(text), snr_db=30, seed=number)
        yield (heard // 4)[: len(heard) - RATE // 4]
    yield np.zeros(4 * RATE, dtype=np.int16)
    yield spoken_in_room(EspeakVoice("id+m4").speak("kaki saya kram"), snr_db=30, seed=99)
    yield np.zeros(8 * RATE, dtype=np.int16)


def test_others_talk_begins_nothing_and_a_call_after_it_is_heard(tmp_path: Path) -> None:
    parts = list(spoken())
    with closing(WavFileWriter(tmp_path / "evening.wav", RATE)) as file:
        file.write(np.concatenate(parts))
    called = sum(map(len, parts[:-2])) / RATE
    events = tmp_path / "events.jsonl"
    with open_session(SessionOptions(input=tmp_path / "evening.wav", events=events)) as components:
        ConversationLoop(components).run()
    records = [json.loads(line) for line in events.read_text(encoding="utf-8").splitlines()]
    guides = [one for one in records if one["event"] == "state" and one["name"].startswith("acute")]
    said = [one for one in records if one["event"] == "say_start" and one["t"] < called]
    assert guides
    assert guides[0]["t"] > called
    assert len(said) <= 2  # 0 as shipped
