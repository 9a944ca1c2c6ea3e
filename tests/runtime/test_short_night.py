"""Ten minutes of a night: other people's talk, silence, a sleeper, and then a call. Synthetic.

`bench wakes` measures hours of real people's talk, and of snores.
"""

import json
from collections.abc import Iterator
from contextlib import closing
from itertools import cycle
from pathlib import Path

import numpy as np
import pytest

from assistant.audio.pcm import RATE, Samples, to_int16
from assistant.audio.room_simulation import pink_noise, spoken_in_room
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


SILENCE, SNORES = 5 * 60, 50
"""Seconds of a quiet room; snores after it, one in four seconds."""


def night() -> Iterator[Samples]:
    """Talk of three voices with short pauses, silence, snores, and a call; int16, 16 kHz."""
    voices = cycle([EspeakVoice(name, words_per_minute=160) for name in VOICES])
    for number, text in enumerate(TALK):
        heard = spoken_in_room(next(voices).speak(text), snr_db=30, seed=number)
        yield (heard // 4)[: len(heard) - RATE // 4]
    random = np.random.default_rng(5)
    yield to_int16(pink_noise(SILENCE * RATE, random) * 0.001)
    for _snore in range(SNORES):
        yield snore(random)
    yield np.zeros(4 * RATE, dtype=np.int16)
    yield spoken_in_room(EspeakVoice("id+m4").speak("kaki saya kram"), snr_db=30, seed=99)
    yield np.zeros(8 * RATE, dtype=np.int16)


def snore(random: np.random.Generator) -> Samples:
    """A breath drawn through a fluttering palate, and a pause: int16, 16 kHz, four seconds."""
    length = round(random.uniform(0.7, 1.4) * RATE)
    flutter = np.maximum(0, np.sin(2 * np.pi * random.uniform(25, 60) * np.arange(length) / RATE))
    sound = np.zeros(4 * RATE)
    sound[:length] = pink_noise(length, random) * flutter**2 * np.hanning(length) * 0.3
    return to_int16(sound)


def test_a_night_begins_nothing_and_a_call_in_it_is_heard(tmp_path: Path) -> None:
    parts = list(night())
    assert sum(map(len, parts)) >= 580 * RATE
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
