"""docs/content.md against the answers: the sources that it claims are those of what is said."""

import re

import pytest

from assistant.dialogue.script.model import Line
from tests.dialogue.test_content import DOC, content, conversation, rows
from tests.support.dialogue_driver import PHRASES, SCRIPT

# What a text says that is tagged with a source: at least one of these words.
ABOUT = {
    "A": r"hilang sendiri|pegal|tidak berbahaya|sepuluh menit|beberapa menit|umum",
    "A2": r"regang|tarik|dorong|tahan|handuk|dinding|tumit|lutut|tempelkan|kain"
    r"|langkah|condongkan|disentak|lagi",
    "A3": r"pijat|memijat|sedikit lagi|pelan-pelan saja",
    "A4": r"hangat|handuk|panas|kebas|kompres",
    "A5": r"berdiri|bangun|duduk|jalan|lampu|pegang|pusing|berbaring|istirahat",
    "A6": r"minum",
    "A7": r"obat nyeri|terlalu lambat",
    "A9": r"sepuluh menit|dokter|IGD|sesak|bengkak|pucat|lama",
    "A10": r"paha",
    "A11": r"jari-jari kaki|telapak",
    "A12": r"tangan",
    "A13": r"\bes\b",
    "A14": r"balsem",
    "B1": r"sesak|dada|batuk darah|pingsan|satu satu, lalu sembilan",
    "B2": r"bengkak|gelap|panas|gumpalan|dipijat|periksa|dokter|IGD",
    "B3": r"pucat|dingin|digerakkan|satu satu, lalu sembilan",
    "B4": r"separuh badan|pelo|mencong|satu satu, lalu sembilan",
    "B5": r"krek|ditendang|jinjit|robek|diregangkan|injak|mengantar|IGD|dokter|periksa",
    "B6": r"luka|paku|racun|ular|IGD|dokter|periksa|satu satu, lalu sembilan",
    "B7": r"sepuluh menit",
    "B8": r"kebas|lemah|mengecil|tanda itu|diperiksa dokter|dokter perlu memeriksa",
    "B9": r"sering|obat|mengganggu tidur|yang dulu",
    "B10": r"minum|cuci darah|dokter",
    "B11": r"hamil|bidan|dokter",
    "B12": r"waktu berjalan|tidak harus hari ini|pembuluh",
    "B13": r"gelap|panas",
    "B14": r"satu satu, lalu sembilan|tidak bisa menelepon|satu satu, lalu dua|IGD",
    "B15": r"rahang|saya dengar",
    "B17": r"manis|menelan",
    "B18": r"muntah|diare|oralit|minum",
    "B19": r"demam|merah",
    "B20": r"gumpalan|yang dulu",
    "B21": r"kolesterol|otot",
    "B22": r"anak|kakinya",
    "B23": r"tetangga|kunci pintu",
    "C4": r"magnesium|mineral",
    "C5": r"kina",
    "C6": r"pisang|kalium|ginjal",
    "C8": r"vitamin|pengencer",
    "C9": r"alkohol",
    "E": r"kesemutan|bukan kram",
}  # fmt: skip


def claimed(cell: str) -> set[str]:
    """The tags of a cell such as ``A9, B1–B3``."""
    found: set[str] = set()
    for part in re.split(r", *", cell):
        run = re.fullmatch(r"([A-E])(\d+)–\1(\d+)", part)
        if run:
            found |= {f"{run[1]}{number}" for number in range(int(run[2]), int(run[3]) + 1)}
        elif part != "–":
            found.add(part)
    return found


def besides() -> list[list[str]]:
    """The cells of the document's table of answers that are not of the seed article."""
    table = DOC.split("Answers in addition to the seed:")[1].split("\n## ")[0].split("`tests/")[0]
    lines = [line for line in table.splitlines() if re.match(r"\| [a-z_]+ \| \w+\.yaml", line)]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def said_sources(topic: str) -> set[str]:
    """The tags of an answer's own pieces, without those of the seed."""
    tags = {tag for line in SCRIPT.topics[topic].pieces for tag in line.source}
    return {tag for tag in tags if tag != "talk" and not re.fullmatch(r"S[\d.]*", tag)}


CLAIMS = [(cells[2], cells[3], cells[4]) for cells in rows()] + [
    (topic, file, tags) for topic, file, tags in besides()
]


@pytest.mark.parametrize(("topic", "file", "tags"), CLAIMS, ids=[one[0] for one in CLAIMS])
def test_an_answer_has_the_sources_that_are_claimed(topic: str, file: str, tags: str) -> None:
    assert said_sources(topic) == claimed(tags)
    places = {line.where.rsplit(":", 1)[0] for line in SCRIPT.topics[topic].pieces}
    assert places == {str(PHRASES / "answers" / file)}


def test_every_answer_is_in_a_table() -> None:
    assert {topic for topic, _, _ in CLAIMS} == set(SCRIPT.topics)


def lines_of(tag: str) -> list[Line]:
    return [line for line in [*content(), *conversation()] if tag in line.source]


@pytest.mark.parametrize("tag", ABOUT)
def test_what_is_tagged_with_a_source_speaks_of_it(tag: str) -> None:
    lines = lines_of(tag)
    assert lines, f"nothing that is said has the source {tag}"
    for line in lines:
        assert re.search(ABOUT[tag], line.text, re.IGNORECASE), (line.where, line.text)


def test_the_doctor_answer_says_every_sign() -> None:
    said = " ".join(line.text for line in SCRIPT.topics["doctor"].pieces)
    for sign in (
        *("sesak napas", "dada sakit", "pingsan", "pucat", "separuh badan lemah", "pelo"),
        *("digigit ular", "racun", "rahang", "bengkak", "krek", "sepuluh menit", "luka kotor"),
        *("kebas", "sering", "waktu berjalan", "cuci darah", "hamil", "mata kabur"),
    ):
        assert sign in said, sign
