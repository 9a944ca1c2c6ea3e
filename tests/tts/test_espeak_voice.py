"""Voice, mixer, players, earcons and holds: audio is rendered and measured, not played."""

import shutil
import subprocess
import sys
import threading
import wave
from pathlib import Path

import espeakng_loader
import numpy as np
import pytest

from assistant.audio.earcons import earcon
from assistant.audio.interfaces import SPEECH_RATE, Clip
from assistant.audio.mixer import DUCKED, FADE, Mixer
from assistant.audio.wav_player import WavPlayer
from assistant.core.errors import InputError, MissingError
from assistant.tts.counted_hold import render_hold
from assistant.tts.espeak_binding import voices
from assistant.tts.espeak_voice import EspeakVoice
from assistant.tts.system_voice import SystemVoice
from tests.support.paths import ROOT

SENTENCE = "Lutut lurus, tarik jari kaki ke arah tulang kering."


def level(samples: np.ndarray) -> float:
    """Root mean square, 0 to 32,767."""
    return float(np.sqrt(np.mean(samples.astype(np.float64) ** 2))) if len(samples) else 0.0


def steady(seconds: float, height: int = 8000) -> Clip:
    """A tone whose level is the same everywhere."""
    time = np.arange(int(seconds * SPEECH_RATE)) / SPEECH_RATE
    return Clip((height * np.sin(2 * np.pi * 441 * time)).astype(np.int16))


def read(path: Path) -> np.ndarray:
    with wave.open(str(path), "rb") as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (
            1,
            2,
            SPEECH_RATE,
        )
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")


@pytest.fixture(scope="module")
def voice() -> EspeakVoice:
    return EspeakVoice()


def test_a_sentence_has_the_calm_pace_and_no_pause_at_its_end(voice: EspeakVoice) -> None:
    clip = voice.speak(SENTENCE)
    words_per_minute = len(SENTENCE.split()) / clip.seconds * 60
    assert 90 < words_per_minute < 150
    assert level(clip.samples) > 1000
    assert np.abs(clip.samples[-int(0.06 * SPEECH_RATE) :].astype(int)).max() > 120


def test_rate_is_relative_and_repeated_sentences_are_kept(voice: EspeakVoice) -> None:
    normal, fast = voice.speak(SENTENCE), voice.speak(SENTENCE, 1.4)
    assert fast.seconds == pytest.approx(normal.seconds / 1.4, rel=0.12)
    assert voice.speak(SENTENCE) is normal


def test_nothing_to_say_is_no_sound(voice: EspeakVoice) -> None:
    assert voice.speak("  ").seconds == 0


def test_there_is_an_indonesian_voice_and_an_unknown_one_is_refused() -> None:
    assert any(name == "Indonesian" for _, name in voices())
    with pytest.raises(MissingError, match="no voice 'xyzzy'"):
        EspeakVoice(voice="xyzzy")


def test_two_voices_in_two_threads_do_not_disturb_each_other() -> None:
    # espeak's own state lets a sentence vary by some ten samples from one time to the next.
    expected = {name: EspeakVoice(voice=name).speak(SENTENCE).samples for name in ("id", "id+m3")}
    assert abs(len(expected["id"]) - len(expected["id+m3"])) > 1000
    wrong: list[str] = []

    def work(name: str) -> None:
        for _ in range(20):
            spoken = EspeakVoice(voice=name).speak(SENTENCE).samples
            same_length = abs(len(spoken) - len(expected[name])) < 100
            if not same_length or abs(level(spoken) / level(expected[name]) - 1) > 0.02:
                wrong.append(name)

    threads = [threading.Thread(target=work, args=(name,)) for name in expected]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_the_voice_is_found_in_a_folder_with_a_very_long_name(tmp_path: Path) -> None:
    folder = tmp_path / ("a" * 90) / ("b" * 90) / "espeak-ng-data"
    shutil.copytree(espeakng_loader.get_data_path(), folder)
    script = (
        f"import espeakng_loader; espeakng_loader.get_data_path = lambda: {str(folder)!r}\n"
        "from assistant.tts.espeak_voice import EspeakVoice\n"
        "print(EspeakVoice().speak('halo').seconds)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert float(done.stdout) > 0.2


def test_breath_is_the_same_in_every_process_when_it_is_seeded() -> None:
    script = (
        "import sys, time, hashlib\n"
        "from assistant.tts.espeak_binding import VoiceSettings, seed_noise, synthesise\n"
        "if sys.argv[1] == 'seeded': seed_noise(1)\n"
        "made = synthesise('halo, kaki saya kram', VoiceSettings('id+whisper', 125, 45))\n"
        "print(hashlib.sha256(made.samples.tobytes()).hexdigest())\n"
        "time.sleep(1.1 - time.time() % 1)"  # the clock's seed is that of another second
    )
    digests = {
        way: {
            subprocess.run(
                [sys.executable, "-c", script, way], cwd=ROOT, capture_output=True, check=True
            ).stdout
            for _ in range(2)
        }
        for way in ("seeded", "by the clock")
    }
    assert len(digests["seeded"]) == 1
    assert len(digests["by the clock"]) == 2


def test_the_systems_voice_gives_a_file_through_a_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    EspeakVoice()  # sets the path of the voice data, which the worker inherits
    library = Path(espeakng_loader.get_library_path()).parent
    monkeypatch.setenv("LD_LIBRARY_PATH", str(library))
    clip = SystemVoice("id").speak("kaki saya kram")
    assert 0.6 < clip.seconds < 3.0
    assert level(clip.samples) > 500


def test_a_system_without_a_voice_is_reported(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LD_LIBRARY_PATH", str(Path(espeakng_loader.get_library_path()).parent))
    monkeypatch.setenv("ESPEAK_DATA_PATH", str(tmp_path))
    with pytest.raises(MissingError, match="gives no sound"):
        SystemVoice("no such voice").speak("halo")


def test_stop_is_silent_within_the_fade_and_does_not_click() -> None:
    mixer = Mixer()
    mixer.play(steady(1.0))
    mixer.render(SPEECH_RATE // 10)
    mixer.stop()
    assert not mixer.playing
    after = mixer.render(SPEECH_RATE // 10)
    fade = int(FADE * SPEECH_RATE)
    assert level(after[:fade]) > 500
    assert not after[fade:].any()
    tone_step = np.abs(np.diff(steady(0.1).samples.astype(int))).max()
    assert np.abs(np.diff(after.astype(int))).max() <= tone_step * 1.1


def test_ducking_lowers_the_voice_smoothly_and_raises_it_again() -> None:
    mixer = Mixer()
    mixer.play(steady(3.0))
    before = mixer.render(SPEECH_RATE // 5)
    mixer.duck(True)
    mixer.render(SPEECH_RATE // 5)
    ducked = mixer.render(SPEECH_RATE // 5)
    mixer.duck(False)
    mixer.render(SPEECH_RATE // 2)
    again = mixer.render(SPEECH_RATE // 5)
    assert level(ducked) / level(before) == pytest.approx(DUCKED, rel=0.02)
    assert level(again) == pytest.approx(level(before), rel=0.02)


def test_position_and_playing_follow_the_clip_and_cues_do_not_count() -> None:
    mixer = Mixer()
    assert not mixer.playing
    mixer.play(steady(0.5))
    mixer.render(SPEECH_RATE // 4)
    assert mixer.position == pytest.approx(0.25, abs=0.001)
    assert mixer.playing
    mixer.cue(earcon("alarm"))
    mixer.render(SPEECH_RATE // 2)
    assert not mixer.playing
    assert not mixer.silent
    mixer.stop()
    mixer.render(SPEECH_RATE // 10)
    assert mixer.silent


def test_a_short_cue_rings_out_when_the_voice_is_stopped() -> None:
    mixer = Mixer()
    mixer.play(steady(1.0))
    mixer.cue(earcon("heard"))
    mixer.stop()
    assert level(mixer.render(SPEECH_RATE // 10)[int(2 * FADE * SPEECH_RATE) :]) > 200


def test_loud_sound_is_bent_not_clipped() -> None:
    mixer = Mixer()
    mixer.set_volume(2.0)
    mixer.play(steady(0.5, 20000))
    loud = mixer.render(SPEECH_RATE // 2).astype(int)
    assert np.abs(loud).max() < 32767
    assert level(loud) > level(steady(0.5, 20000).samples) * 1.3


def test_a_new_clip_takes_the_place_of_the_old_one() -> None:
    mixer = Mixer()
    mixer.play(steady(1.0))
    mixer.render(1000)
    mixer.play(steady(0.2, 1000))
    mixer.render(int(FADE * SPEECH_RATE) + 1)
    assert level(mixer.render(2000)) == pytest.approx(level(steady(0.2, 1000).samples), rel=0.05)


def test_a_file_gets_exactly_the_time_that_went_by(tmp_path: Path) -> None:
    player = WavPlayer(tmp_path / "out.wav")
    player.play(steady(0.5))
    for _ in range(333):
        player.advance(0.02)
    player.close()
    player.close()
    sound = read(tmp_path / "out.wav")
    assert len(sound) == round(333 * 0.02 * SPEECH_RATE)
    assert level(sound[: SPEECH_RATE // 2]) > 5000
    assert not sound[int(0.51 * SPEECH_RATE) :].any()


def test_a_file_that_cannot_be_made_is_refused_and_a_full_disk_survived(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(InputError, match="choose another output file"):
        WavPlayer(tmp_path / "no" / "such" / "folder.wav")
    player = WavPlayer(Path("/dev/full"))
    player.play(steady(5.0))
    for _ in range(500):
        player.advance(0.02)
    assert not player.playing
    player.close()
    (told,) = caplog.records
    assert "/dev/full is incomplete" in told.getMessage()


def test_cues_are_soft_and_the_alarm_is_not() -> None:
    soft = [earcon(name) for name in ("ready", "heard", "not_understood")]
    alarm = earcon("alarm")
    assert all(0.05 < clip.seconds < 0.5 for clip in soft)
    assert alarm.seconds > 4
    assert level(alarm.samples) > 3 * max(level(clip.samples) for clip in soft)
    with pytest.raises(KeyError):
        earcon("gong")


def test_a_hold_lasts_exactly_and_counts_on_its_marks(voice: EspeakVoice) -> None:
    counts = [(5.0, "lima"), (10.0, "sepuluh"), (25.0, "dua puluh lima")]
    hold = render_hold(voice, 30.0, counts)
    assert len(hold.samples) == 30 * SPEECH_RATE
    assert not hold.samples[: 5 * SPEECH_RATE].any()
    for at, text in counts:
        begin = int(at * SPEECH_RATE)
        assert np.array_equal(hold.samples[begin : begin + 2000], voice.speak(text).samples[:2000])


def test_a_hold_keeps_its_marks_when_words_are_too_long(voice: EspeakVoice) -> None:
    counts = [(0.0, "dua puluh lima"), (0.5, "dua puluh enam"), (1.0, "selesai")]
    hold = render_hold(voice, 1.2, counts)
    assert len(hold.samples) == round(1.2 * SPEECH_RATE)
    for at in (0.5, 1.0):
        gap = hold.samples[int((at - 0.04) * SPEECH_RATE) : int(at * SPEECH_RATE)]
        assert not gap.any()
        assert level(hold.samples[int(at * SPEECH_RATE) : int((at + 0.15) * SPEECH_RATE)]) > 300


def test_a_hold_of_silence(voice: EspeakVoice) -> None:
    hold = render_hold(voice, 10.0, [])
    assert hold.seconds == 10.0
    assert not hold.samples.any()
