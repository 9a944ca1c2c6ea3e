"""Dangers in the words of two strangers who wrote before they had read a phrase of ours."""

import pytest

from assistant.core.listening_state import ListeningState
from assistant.nlu import quantities
from assistant.nlu.concepts import ConceptExtractor
from assistant.nlu.vocabulary import load_vocabulary
from tests.support.own_interpreter import KRAM

VOCABULARY = load_vocabulary()
EXTRACTOR = ConceptExtractor(VOCABULARY)
FOUND = {
    *VOCABULARY.synonyms.values(), *VOCABULARY.expressions.values(),
    *(one.meaning for one in VOCABULARY.contextual_synonyms.values()),
    quantities.LONG, quantities.SHORT, quantities.FEVER, quantities.SUGAR, quantities.OLD, "kah",
}  # fmt: skip
"""What is made of a word, an expression or a number, besides words that stand for themselves."""

TOLD = [
    ("saya udah minum obat sebotol", "poison"), ("obat tikus keminum", "poison"),
    ("nenek salah minum obat, kebanyakan", "poison"), ("ketelan pembersih lantai", "poison"),
    ("anak saya minum minyak tanah", "poison"), ("mulutnya berbusa", "faint"),
    ("ibu nggak sengaja minum obat tikus", "poison"), ("badannya kelojotan semua", "faint"),
    ("matanya mendelik, mulutnya berbusa", "faint"), ("dia kejang, mulutnya berbusa", "faint"),
    ("dia nggak mau bangun, digoyang-goyang juga diem", "faint"),
    ("bapak kencing manis, sekarang linglung", "confused"),
    ("dia bingung, nggak kenal saya", "confused"), ("kakek ngomongnya ngelantur", "stroke"),
    ("ngomongnya belepotan kayak orang mabuk", "stroke"),
    ("mata saya kabur sebelah mendadak", "stroke"), ("kepala mau pecah rasanya", "stroke"),
    ("saya hamil terus perdarahan", "birth"), ("ketuban saya kayaknya pecah", "birth"),
    ("ada darah di celana, saya hamil", "birth"), ("bayinya dari tadi nggak nendang", "birth"),
    ("keluar darah dari bawah", "birth"), ("ngeflek dari tadi sore", "birth"),
    ("kebas dari pinggang ke bawah", "saddle"),
    ("pipis nggak kerasa, daerah selangkangan baal", "saddle"),
    ("nggak bisa kencing dari pagi, kaki dua-duanya lemes", "saddle"),
    ("kaki saya kesayat kaca darahnya banyak", "bleeding"), ("darah muncrat", "bleeding"),
    ("darahnya ngucur nggak berhenti-berhenti", "bleeding"), ("BAB berdarah", "blood_stool"),
    ("berak saya hitam kayak aspal", "blood_stool"),
    ("kepala saya kebentur lantai pas turun dari kasur", "fall"),
    ("kepalaku kejeduk pintu, tapi nggak apa-apa", "fall"),
    ("tadi maghrib nenek kepleset di kamar mandi, kepalanya kejedot bak", "fall"),
    ("saya kepleset di kamar mandi, pinggul saya sakit sekali", "fall"),
    ("lidah dan bibir saya bengkak habis makan udang", "allergy"),
    ("muka saya bengkak gatal semua", "allergy"), ("barusan dipatok ular di sawah", "bite"),
    ("air seni cokelat habis lari jauh", "dark_urine"), ("urine saya gelap", "dark_urine"),
    ("suhunya tiga puluh sembilan", "fever"), ("leher kaku demam tinggi", "fever"),
    ("ngomongnya jadi belon nggak jelas", "stroke"), ("bicara saya menjadi pelan", "stroke"),
    ("gula saya empat puluh", "low_sugar"),
    ("jari kaki saya biru dan nggak ada rasanya", "cold_pale"),
    ("mataku yang sebelah mendadak gelap nggak kelihatan", "stroke"),
    ("sakit kepala hebat tiba tiba kayak disambar petir", "stroke"),
    ("nenek kok bingung nanya ini rumah siapa padahal tadi biasa aja", "confused"),
    ("saya muntah warnanya kayak bubuk kopi", "blood_cough"),
    ("obat darah tinggi saya keminum dobel dua kali lipat", "poison"),
    ("dari magrib sampai jam segini belum lepas kramnya", "too_long"),
    ("rahang kaku leher kaku nggak bisa nelan", "jaw"),
    ("ulu hati kayak ditusuk tembus ke punggung", "chest"),
    ("jantung gue dag dig dug nggak karuan", "chest"),
    ("nadinya di kaki nggak kerasa", "cold_pale"),
    ("ulu hati panas nyesek sampai ke lengan kiri", "chest"),
    ("sakit kepala paling hebat seumur hidup", "headache"),
    ("kulitnya mengkilap, kenceng, panas", "swollen"), ("bapak nggak gerak", "faint"),
    ("anak saya nggak gerak", "faint"), ("lidahnya nggak gerak", "stroke"),
    ("muntah muntah nggak masuk air", "vomit"), ("habis itu gelap semua", "faint"),
    ("luka di kaki saya bernanah bau, merahnya naik ke paha", "wound"),
    ("lututku bunyi keras terus nggak bisa dilurusin", "pop"), ("kaki saya patah", "broken"),
    ("belum, malah sekarang dada ikut sakit", "chest"),
    ("sudah, cuma sekarang kaki nggak bisa jinjit", "no_tiptoe"),
    ("wah jahitan operasi di kaki kebuka ini, netes darahnya ke sprei", "bleeding"),
    ("jantungku kok mlayu dewe, mak deg mak deg ora genah", "chest"),
    ("dari sore ini dada kok nyut-nyutan tembus punggung", "chest"),
    ("kok pusing ya, mual, dari tadi genset nyala di dapur", "fumes"),
    ("dua-duanya bengkak, kan lagi hamil delapan bulan", "swollen"),
    ("tadi di sawah kayak ada yang nyatek, ada titik dua di mata kaki", "bite"),
    ("diiket kenceng aja pake tali, terus disedot racune", "poison"),
    ("sikilku sing tengen abang anget, dipencet loro", "warm"),
    ("iya yang kiri gede, kenceng mengkilap lagi", "swollen"),
    ("sebelah panas macam disetrika, yang satu biasa saja", "warm"),
    ("nggak sama, yang bekas operasi dua minggu lalu itu melendung", "swollen"),
    ("sudah tapi kok muka sebelah kayak ketarik, ngiler", "stroke"),
    ("kaki kiri nggak mau nurut, kayak bukan kaki saya", "stroke"),
    ("muter semua, muntah-muntah ini, lihatnya dobel", "stroke"),
    ("nggak kuat, tadi nyoba berdiri langsung gelap semua", "faint"),
    ("kalo dipencet dekok lama baliknya", "swollen"),
    ("kaos kakinya nggak muat lagi di kaki yang satu", "swollen"),
    ("berdiri saja ndak kuat, dua kaki saya lemes dari jari naik ke lutut", "weak"),
    ("lah iya ya, yang kiri kok kayak bakpao gini", "swollen"),
    ("kata mantu saya ini udah kayak kaki gajah sebelah", "swollen"),
    ("yang kanan urat-uratnya keluar, keras kayak tali", "swollen"),
    ("iya kali, pas dipegang kok kayak abis disetrika yang kiri", "warm"),
    ("ada yang ngalir anget di kaki, ih darah, kebuka jaitannya", "bleeding"),
    ("berdarah nak, kesandung pinggir dipan, rembes terus handuknya sampai basah", "bleeding"),
    ("nggak kuat, dunia muter, ngomong juga lidah rasanya tebel", "stroke"),
    ("reda mah reda, ngan sirah muter jeung ningali jadi dua", "stroke"),
    ("keringetan dingin aing, mual, leungeun kenca nyeri", "chest"),
    ("bapaknya kok diem aja ya diajak ngomong, ngiler", "faint"),
    ("dia nggak jawab kak, dari tadi merem, dicubit juga diem", "faint"),
    ("nenek udah tidur tapi ngoroknya aneh, dibangunin nggak bisa", "faint"),
    ("buat apa reda nak, ibu sudah nggak pengin bangun lagi besok", "call"),
    ("au ah gelap, tapi sendal yang kiri dari kemaren nggak muat", "swollen"),
    ("kaos kakinya nyetak dalem yang sini", "swollen"),
    ("birunya udah dari isya sih, kirain kedinginan", "dark"),
    ("ulu hati mules nembus ke belikat, keringetan", "chest"),
    ("belum lah, mana ini ulu hati kayak diteken batu", "chest"),
    ("mules pet, mulesnya dateng tiap lima menit, baru tiga puluh minggu", "birth"),
]  # fmt: skip

OUT_OF_IDLE = [
    ("kejang seluruh badan, matanya mendelik", "faint"),
    ("sakit kepala paling hebat seumur hidup", "headache"),
    ("hamil tua pandangan kabur kepala pusing berat", "headache"),
    ("badan gemetar, lemas, keringat dingin, gula empat puluh", "low_sugar"),
    ("pipis saya warnanya kayak coca cola", "dark_urine"),
    ("barusan dipatok ular di sawah", "bite"), ("anak saya step", "faint"),
    ("varises saya pecah, sprei udah merah semua", "bleeding"),
    ("tulang keringku bengkok abis ketabrak motor", "broken"), ("pipis warna teh", "dark_urine"),
    ("gula saya tadi dicek empat puluh lima", "low_sugar"), ("gula saya drop", "low_sugar"),
    ("abis suntik insulin belum makan, badan gemeteran keringetan", "low_sugar"),
    ("rasanya pengen udahan aja, capek hidup", "call"),
    ("lidahku ngegedein, gatel sekujur badan", "allergy"),
    ("tenggorokan saya kayak nutup abis minum antibiotik", "allergy"),
    ("mau ngomong tapi kata-katanya nggak keluar, ibu saya begitu sekarang", "stroke"),
    ("kaki kena ubur-ubur tadi di pantai, sekarang susah napas", "breath"),
    ("jempol kaki bapak yang luka itu sudah item, baunya busuk", "wound"),
    ("lagi enak nonton tv tau-tau tangan kiri saya lemes", "stroke"),
    ("bekas tusukannya ngerembes terus, kasanya udah ganti tiga kali", "bleeding"),
    ("gue barusan nelen obat tidur sepuluh biji", "poison"),
    ("temen kos gue nggak bangun, di sampingnya bungkus obat kosong semua", "faint"),
    ("bau gas nyengat di rumah, saya sama anak-anak mual kliyengan semua", "fumes"),
    ("bapak kesetrum kabel pompa, jatuh, dipanggil nggak jawab", "faint"),
    ("cucu saya keselek bakso, mukanya biru, tolong", "choke"),
    ("mimisan udah sejam kagak brenti", "bleeding"),
    ("kesiram air termos satu paha, kulitnya langsung ngelotok", "burn"),
    ("gula darah mama tadi diukur cuma empat puluh lima", "low_sugar"),
    ("saya hamil tujuh bulan, dedek di perut dari pagi nggak gerak", "birth"),
    ("pulang-pulang kok mata kiri gelap nggak bisa lihat apa-apa", "stroke"),
    ("si akung nyeracau, nggak kenal sama anaknya sendiri", "confused"),
    ("kok bajunya basah ya, lah ini darah", "bleeding"),
    ("saya kelindes motor tadi, betisnya sobek, dibebet kain tembus terus", "bleeding"),
    ("kakek nggak mau bangun, udah digoyang-goyang, matanya putih doang", "faint"),
    ("mah mah bangun mah ya Allah mah kok diem aja", "faint"),
    ("tangan kiri gue kesemutan sampe rahang, keringetan dingin pula", "chest"),
    ("paling juga angin duduk, tangan kiri pegel sampe rahang", "chest"),
    ("bapak ngomongnya jadi lain, kayak orang kumur-kumur", "stroke"),
    ("obatnya tadi kayaknya keminum dua kali eh tiga kali, sekarang kepala muter", "poison"),
    ("kok BAB saya item kayak aspal ya, lemes banget", "blood_stool"),
    ("betis ini lho dok, gede sebelah, mengkilat, kenceng kayak ban dipompa", "swollen"),
    ("maaf lho nak, ibu kok rasanya seperti mau pergi", "call"),
    ("biar aja lah ibu nyusul bapak, obat tidurnya masih banyak kok", "call"),
    ("kringete adem segede jagung, lengen kiwa ki kemeng tekan untu", "chest"),
    ("nenek kepleset di kamar mandi, kakinya kayak panjang sebelah", "fall"),
    ("jempolnya abah yang kencing manis udah item, baunya kayak tikus mati", "wound"),
    ("dari mata kaki ada merah naik kayak api, terus saya menggigil", "fever"),
    ("kepalaku mbledos rasane, mak jedhar", "stroke"),
    ("mencret dari subuh, sekarang betis paha perut semua ngejepit", "vomit"),
    ("engap nih engap, baru ngambil aer ke dapur doang kayak abis dikejar", "breath"),
    ("oma nyanda manyao dari tadi, cuma mangorok, badang lemas", "faint"),
    ("pampers ibu nifas udah lima kali ganti, darahnya gumpal gumpal", "bleeding"),
    ("nyetir dari merak, betis kanan panas, celana jins sampe sempit sebelah", "swollen"),
    ("adek panas tinggi, lehernya kaku kayak kayu, nangis kalau kena lampu", "fever"),
    ("obat tidur udah saya kumpulin satu toples, tinggal diminum", "call"),
]  # fmt: skip

BESIDE_A_CRAMP = [
    ("kakiku kram dan jantungku debarannya nggak karuan loncat loncat", "chest"),
    ("nyonya kakinya kram terus barusan kejang kejang matanya ke atas", "faint"),
    ("kaki saya kram semua badan bentol bibir jontor habis makan udang", "allergy"),
    ("betis saya kram, terus kena pecahan kaca darahnya ngocor nggak mau mampet", "bleeding"),
    ("kaki kram mencret sepuluh kali", "vomit"),
    ("saya hamil, keluar flek, kaki kram", "birth"),
    ("kaki saya kram, kayaknya ketuban saya pecah", "birth"),
    ("kaki saya kram, gula saya empat puluh", "low_sugar"),
]  # fmt: skip

NO_ALARM = [
    "nanti kakak beliin", "iya nanti dibeliin", "beli", "hape gue jatoh", "gelasnya jatuh",
    "bukunya jatuh tunggu ya", "jangan lari-lari nanti jatuh", "nggak ada yang aneh",
    "ora ono sing aneh-aneh kok", "kompres anget apa dingin ya bagusnya", "napasnya gimana nih",
    "boleh sambil napas nggak", "boleh napas biasa?", "sakitnya kayak mau mati",
    "dada saya nggak sakit, napas juga lancar", "nggak ada riwayat jantung",
    "dulu saya pernah kena stroke, sekarang cuma kram", "udah ilang kesemutannya",
    "jempolnya ditarik ke arah mana sih, ke badan apa ke depan", "males, ngantuk",
    "mati lampu, kaki saya kram, mana gelap lagi", "pengin nguyuh tapi wedi tiba, peteng",
    "miring kiri terus kakinya didorong ke tembok", "hus, sana meong, jangan di kasur",
    "kucingmu iku lho, sikile belepotan lumpur",
    "mboten mbak, niki kados biasane", "mayan lah, tinggal pegel", "anak saya suka ngeluh",
]  # fmt: skip

ASKED = [
    "tetangga saya kemarin serangan jantung", "tetangga saya yang kena stroke minggu lalu",
    "di film semalem orangnya kena stroke serem banget", "teman saya minggu lalu pingsan",
    "tahun lalu kaki saya bengkak karena kecelakaan", "kaki saya kedinginan",
    "mboten usah mlaku, adem", "kiri kanan adem semua",
]  # fmt: skip

DENIED = [
    "nggak ada, nggak bengkak, nggak merah, nggak panas, sudah saya raba",
    "teu bareuh, teu panas, biasa wae", "nggak dingin, hangat biasa",
    "ora, ora abuh, ora abang, ora panas", "nggak ada yang abuh, nggak ada yang abang",
    "mulutnya nggak berbusa", "nggak keluar darah", "ketubannya nggak pecah",
    "lidah saya nggak bengkak", "nggak digigit ular",
]  # fmt: skip


def signs(text: str, state: ListeningState) -> tuple[list[str], bool]:
    """The signs that are told, and whether they are acted on without a question."""
    found = KRAM.interpret(text, state)
    if found.intent is None or found.intent.slots.get("negated") == "yes":
        return [], False
    told = [one for one in found.intent.slots.get("sign", "").split(",") if one]
    return told, bool(told) and found.accepted and "negated" not in found.intent.slots


@pytest.mark.parametrize(("text", "sign"), TOLD)
def test_a_danger_in_odd_words_is_acted_on_or_asked_about(text: str, sign: str) -> None:
    assert sign in signs(text, ListeningState.CONVERSATION)[0]


@pytest.mark.parametrize(("text", "sign"), OUT_OF_IDLE)
def test_it_is_asked_about_out_of_idle(text: str, sign: str) -> None:
    assert sign in signs(text, ListeningState.IDLE)[0]


@pytest.mark.parametrize(("text", "sign"), BESIDE_A_CRAMP)
def test_the_cramp_is_remembered_until_the_danger_is_clear(text: str, sign: str) -> None:
    assert sign in signs(text, ListeningState.IDLE)[0]
    found = KRAM.interpret(text, ListeningState.IDLE)
    assert found.intent is not None
    assert found.intent.slots["cramp"] == "yes"


@pytest.mark.parametrize("text", NO_ALARM)
def test_what_only_sounds_like_a_danger_begins_no_alarm(text: str) -> None:
    assert signs(text, ListeningState.CONVERSATION) == ([], False)


@pytest.mark.parametrize("text", ASKED)
def test_a_sign_of_others_or_of_the_past_is_asked_about_at_most(text: str) -> None:
    assert not signs(text, ListeningState.CONVERSATION)[1]


@pytest.mark.parametrize(
    "text",
    ["udah dari magrib kramnya nggak lepas-lepas padahal ini jam dua",
     "kaki kram, nggak bengkak nggak apa", "kaki ambo karam, sakik bana"],
)  # fmt: skip
def test_a_leg_with_a_cramp_is_a_call_whatever_else_is_said(text: str) -> None:
    found = KRAM.interpret(text, ListeningState.IDLE)
    assert found.intent is not None
    assert found.intent.name in ("cramp_now", "x_duration")


@pytest.mark.parametrize(
    "text",
    ["kenapa betis sering kram", "kemarin kaki saya kram", "kram kaki bisa dicegah pakai apa"],
)
def test_who_talks_about_cramps_does_not_call(text: str) -> None:
    found = KRAM.interpret(text, ListeningState.IDLE)
    assert found.intent is None or found.intent.name != "cramp_now" or not found.accepted


@pytest.mark.parametrize("text", DENIED)
def test_a_denied_word_is_not_spotted(text: str) -> None:
    assert signs(text, ListeningState.CONVERSATION) == ([], False)


@pytest.mark.parametrize(
    ("text", "situation"),
    [("gue dua minggu lalu abis operasi lutut sih", "clot_risk"),
     ("habis operasi lutut minggu lalu, betisnya nyeri terus", "clot_risk"),
     ("gue abis naik pesawat belasan jam", "clot_risk"),
     ("kaki kram habis naik pesawat belasan jam tadi siang", "clot_risk"),
     ("abis digips sebulan", "clot_risk"),
     ("wingi bar numpak pesawat seko Jeddah sangang jam", "clot_risk"),
     ("dulu tahun 2010 pernah kena bekuan darah di kaki", "had_clot"),
     ("saya kram, tapi sendirian di rumah", "alone"),
     ("suami saya kakinya ketarik", "carer"), ("pasien saya kram di betis kiri", "carer")],
)  # fmt: skip
def test_a_fact_in_odd_words_is_noted(text: str, situation: str) -> None:
    found = KRAM.interpret(text, ListeningState.ALL)
    assert found.intent is not None
    assert found.accepted or found.intent.name == "cramp_now"
    assert situation in found.intent.slots["situation"].split(",")


@pytest.mark.parametrize(
    ("text", "intent"),
    [("pijat betis dong", "ask"), ("pandu saya pijat betis", "ask"),
     ("udah cukup belum?", "time_left"), ("tiga puluh detik cukup?", "time_left"),
     ("udah tapi dikit", "better_partly"), ("nggak tau", "dont_know"),
     ("udahan aja deh, males", "stop"),
     ("udah mendingan tapi masih nyut nyutan dikit", "better_partly"),
     ("mboten wonten raose malih", "better"),
     ("betis kiri saya kram, eh bukan, kanan maksudnya", "cramp_now")],
)  # fmt: skip
def test_small_words_that_turned_the_meaning_around(text: str, intent: str) -> None:
    found = KRAM.interpret(text, ListeningState.CONVERSATION)
    assert found.intent is not None
    assert found.intent.name == intent
    if "maksudnya" in text:
        assert found.intent.slots["leg"] == "right"


@pytest.mark.parametrize("text", ["kayaknya sih enggak", "kurasa nggak", "rasanya nggak"])
def test_a_guess_is_no_denial(text: str) -> None:
    found = KRAM.interpret(text, ListeningState.CONVERSATION)
    assert found.intent is not None
    assert found.intent.name == "no"
    assert not found.accepted


@pytest.mark.parametrize("text", ["sepuluh hari lalu dia operasi usus buntu", "saya sendirian"])
def test_a_fact_alone_is_no_call(text: str) -> None:
    assert KRAM.interpret(text, ListeningState.IDLE).intent is None


ASKS = [
    ("kenapa sih kalau malam betis suka ketarik sendiri", "night"),
    ("pisang itu beneran manjur buat kram apa cuma kata orang", "banana"),
    ("minum magnesium ada gunanya nggak, anak saya beliin mahal-mahal", "magnesium"),
    ("biar nggak kumat nanti malam sebelum tidur mesti ngapain", "prevention"),
    ("kapan saya mesti periksa ke dokter soal kaki ini", "doctor"),
    ("obat kolesterol bisa bikin betis sering kram ga", "statin"),
    ("abis main bola enaknya minum apa biar kaki nggak ngunci", "prevent_fluid"),
    ("senam betis yang nempel tembok itu gimana caranya", "prevent_stretch"),
    ("kompres anget apa es yang bener", "ice"),
    ("balsem boleh dioles nggak kalau kram", "balm"),
    ("tanda-tanda darah beku di kaki itu kayak gimana sih", "clot_or_stroke"),
    ("pil kina zaman dulu katanya ampuh, masih boleh", "quinine"),
    ("sepatu ngaruh nggak buat orang yang berdiri seharian", "prevent_shoes"),
    ("kopi malam-malam bikin kram apa enggak", "coffee"),
    ("bu haji bilang saya kurang kalium makanya betis ketarik, bener enggak", "cause_minerals"),
    ("istri saya hamil tujuh bulan sering kram betis, wajar apa nggak", "cause_pregnancy"),
    ("kram tiap malam, musti bawa ke dokter ka seng", "doctor"),
    ("obat kolesterol yang saya minum bikin otot pegal, perlu saya stop kah", "statin"),
    ("kamu bisa nelponin anak saya nggak", "phoning"),
    ("suara saya direkam terus dikirim ke mana-mana nggak", "about"),
    ("magnesium yang di apotek itu perlu dibeli apa cuma gaya-gayaan", "magnesium"),
    ("abis cuci darah kok temen saya suka kram ya", "causes"),
]

NOT_ASKED_OF_US = [
    "harga pisang berapa", "es krim apa ini", "kapan kita makan", "tidur jam berapa nanti",
    "kereta terakhir berangkat pukul sepuluh", "kenapa sih kamu marah terus",
    "bantalnya taruh di mana", "dokternya siapa namanya",
]  # fmt: skip


@pytest.mark.parametrize(("text", "topic"), ASKS)
def test_a_question_in_odd_words_is_answered(text: str, topic: str) -> None:
    found = KRAM.interpret(text, ListeningState.IDLE)
    assert found.accepted
    assert found.intent is not None
    assert found.intent.slots["topic"] == topic


@pytest.mark.parametrize(
    "text",
    [
        *("kita pe betis talalu kancang, tolong kwa", "paha belakang ketarik pas lagi ngulet"),
        *("ngulet dikit langsung nyangkut betisnya", "betis saya kambuh, tolong dituntun ya"),
        "keseleo sih enggak, ketarik uratnya di betis pas tidur",
        *("tolong bapak, betisnya ngebatu", "betis kayak diperes tukang cuci", "uratnya naik"),
        *("ini si adek abis futsal kakinya kaku teriak-teriak", "betis malah jadi kayu"),
        *("sikilku kaku njepat ora iso ditekuk", "mbak yang di kotak, tolong dong kaki saya"),
        *("aduh aduh aduh batiah den mangajang", "tikusnya naik lagi ke betis", "kramnya dateng"),
        *("malem betis minta jatah, aduuh", "iki lain kramnya, nggak kayak biasanya"),
        *("mati aku, betisku ketarik lagi ini", "keno lagi aku, betis ni cak diperes wong"),
        *("jeng tolong, mbah kakung teriak-teriak kakinya ketarik", "kakiku digigit kram lagi"),
    ],
)
def test_a_leg_and_what_cramps_do_to_it_call(text: str) -> None:
    found = KRAM.interpret(text, ListeningState.IDLE)
    assert found.intent is not None
    assert found.intent.name in ("cramp_now", "cramp_night")


@pytest.mark.parametrize(
    "text",
    [
        *("waktu muda saya pernah kram di kolam renang", "kemarin malam kram tapi udah beres kok"),
        "semalem betisku kram, untung malem ini enggak",
    ],
)
def test_a_cramp_of_the_past_calls_nobody(text: str) -> None:
    assert KRAM.interpret(text, ListeningState.IDLE).intent is None
    for now in (
        "kaki saya kram, dulu pernah stroke",
        "untung ada kamu, kaki saya kram lagi",
    ):
        found = KRAM.interpret(now, ListeningState.IDLE)
        assert found.intent is not None
        assert found.intent.name == "cramp_now"


@pytest.mark.parametrize("text", NOT_ASKED_OF_US)
def test_a_question_among_people_is_not(text: str) -> None:
    found = KRAM.interpret(text, ListeningState.IDLE)
    assert found.intent is None or not found.accepted


def test_a_fact_is_told_even_in_a_question() -> None:
    found = KRAM.interpret("habis lahiran sesar sih, ngaruh nggak?", ListeningState.CONVERSATION)
    assert found.intent is not None
    assert found.intent.slots["situation"] == "clot_risk"


@pytest.mark.parametrize("rules", ["signs", "in_conversation", "answers", "situations", "calls"])
def test_no_rule_contains_another(rules: str) -> None:
    """ "Gelap bau" is enough: "telapak gelap bau" would never be looked at."""
    found = getattr(VOCABULARY, f"spotted_{rules}")
    for ways in found.values() if rules != "calls" else [found]:
        assert not [(one, other) for one in ways for other in ways if one < other]


@pytest.mark.parametrize(
    "rules", ["signs", "in_conversation", "answers", "situations", "questions", "calls"]
)
def test_every_rule_is_made_of_concepts_that_are_found(rules: str) -> None:
    """ "Hitam" is read as "gelap", so that a rule with "hitam" would never hold."""
    found = getattr(VOCABULARY, f"spotted_{rules}")
    for ways in found.values() if rules != "calls" else [found]:
        assert len(ways) == len(set(ways))
        for name in frozenset[str]().union(*ways):
            concept = name.removeprefix("!")
            stands_for_itself = "_" not in concept and {
                one.name for one in EXTRACTOR.sequence(concept)
            } == {concept}
            assert concept in FOUND or stands_for_itself, name
