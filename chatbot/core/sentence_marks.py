"""Where sentences end, what marks a question and an item of a list, in the scripts and languages of the world."""

import re

from chatbot.core.scripts import UNSPACED

# Full stops of Chinese and Japanese, Hindi and related scripts, Armenian, Amharic, Urdu, Burmese, Khmer, Mongolian and
# Tibetan.
FULL_STOPS = "\u3002\uff0e\uff61\u0964\u0965\u0589\u1362\u06d4\u104b\u17d4\u17d5\u1803\u1809\u0f0d\u0f0e"
QUESTION_MARKS = "?\uff1f\u061f\u2047\u2048\u2049\u1367\ua60f"
# The end of a line that is not wrapped.
LINE_END = re.compile(rf"[.!?:;{FULL_STOPS}\uff1f\uff01\u061f][\"')\u201d\u2019\u00bb\u300d\u300f\uff09\u3011]*$")
_QUOTES = "\"'\u2019\u201d\u00bb\u203a)\\]}\u300d\u300f\uff09\u3011\u300b\u3009\uff3d"  # that close; for a class
_OPENING = "\"'\u2018\u201c\u00ab(\\[\u300c\u300e\uff08\u3010\u300a\u3008"
_HARD = f"{FULL_STOPS}\uff01\uff1f\u061f\u2047-\u2049\u1367"  # marks that need no blank behind them

# Where a quotation closes behind a hard mark, the sentence may go on: 「行く？」と聞いた。
# Neither does one end within a number, as in １．５. Chinese and Japanese are typed with marks of ASCII, too.
SENTENCE_END = re.compile(
    rf"[.!?\u2026]+[\"'\u2019\u201d)\]*_]*(?=\s)"
    rf"|[!?]+(?=[{UNSPACED}])|(?<=[{UNSPACED}])[.](?=[{UNSPACED}])"
    rf"|(?<=[\u0370-\u03ff\u1f00-\u1fff])[;\u037e][\"'\u2019\u201d\u00bb)]*(?=\s)"
    rf"|(?:(?<!\d)|(?!\uff0e\d))[{_HARD}][{_HARD}!?]*(?![{_HARD}!?])"
    rf"[*_]*(?:[{_QUOTES}]+[*_]*(?=\s|$|[{_OPENING}])|(?![{_QUOTES}*_]))"
    rf"|[\u3002\uff0e][{_QUOTES}]+(?![\u3068\u3063{_QUOTES}])"
    r"|\n+"
)

# A full stop after these does not end a sentence. They are no words of another language that might end one.
_ABBREVIATIONS = {
    "en": "e.g i.e etc vs cf al no nr fig approx dr mr mrs ms prof st jr sr inc ltd dept est min max hrs tel",
    "de": "bzw usw ca vgl evtl ggf inkl exkl zzgl str bspw sog abschn tgl wg z.b d.h u.a o.ä u.ä s.o i.d.r mio"
    " mrd jh geb gest zzt u.u mögl telef",
    "es": "sra srta dra uds pág págs núm avda p.ej aprox máx mín ee.uu teléf",
    "fr": "mme mlle mlles p.ex c.-à-d c.à.d boul tél qqch",
    "it": "sig sig.ra dott dott.ssa ecc pag p.es",
    "pt": "pág p.ex núm",
    "nl": "bijv d.w.z dhr mevr o.a t.a.v i.v.m blz m.b.t t.o.v enz i.p.v a.u.b",
    "pl": "np tzn itd itp ul godz tys mgr inż m.in tj",
    "ru": "т.е т.д т.п ул кв тел стр рис см напр им дом просп пл т.к т.н",
    "tr": "bkz örn mah sok apt sn",
    "sv": "t.ex bl.a osv f.eks m.m",
    "cs": "např atd apod tzv tj",
    "hi": "डॉ श्री रु",
}
ABBREVIATIONS = frozenset(" ".join(_ABBREVIATIONS.values()).split())
# With a blank in them, or units that may end a sentence: these do where a capital follows.
_PARTED = (
    "z b|d h|u a|i d r|s o|s u|u u|o ä|u ä|n chr|v chr|p ej|p ex|p es|c à d|ee uu|d w z|o a|m in|n e|p n e|t ex"
    "|bl a|т е|т д|т п|т к|т н|н э|до н э"
)
# German counts with a full stop: "am 3. Mai", "der 1. Stock".
_COUNTED = (
    r"(?:im|vom|zum|zur|der|dem|des|das|den|ab|seit|bis|jede[nrs]?) \d{1,2}[.](?=\s)"
    r"|am \d{1,2}[.](?= (?:jan|feb|mär|apr|mai|ju[nl]|aug|sep|okt|nov|dez))"
)
PARTED_ABBREVIATION = re.compile(
    rf"(?<![\w.])(?:(?:{'|'.join(parts.replace(' ', '[.] ?') for parts in _PARTED.split('|'))})[.]|{_COUNTED})", re.I
)
UNITS_CUT_SHORT = frozenset("г руб коп мин ч сек тыс млн млрд д к шт в гг godz zł".split())

# Those of Word are among them.
_BULLETS = "*\u2022\u2013\u00b7\u25aa\u25cf\u25e6\u2023\u2043\u25cb\u25a0\uf0b7\u30fb\u25c6\u25c7\u25b6\u25ba\u2713-"
_HAN_NUMBER = "[\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d\u5341]{1,3}"
_CIRCLED = "[\u2460-\u249b\u24b6-\u24ff\u2776-\u2793\u3220-\u3243\u3280-\u32b0]"
_ARABIC_DIGIT = "[\u0660-\u0669\u06f0-\u06f9]"
LIST_MARK = re.compile(
    rf"[ \t]*(?:(?:[{_BULLETS}]|o(?=\t)|\(?\d{{1,3}}[.)]|\(?[^\W\d_][.)]|{_ARABIC_DIGIT}{{1,3}}[-\u2013])[ \t]+"
    # Where no blank is written, a mark need not have one behind it.
    rf"|(?:[\uff08(]{_HAN_NUMBER}[\uff09)]|[\uff08(]\d{{1,3}}[\uff09)]|{_CIRCLED}|{_HAN_NUMBER}[\u3001\uff0e.]|\d{{1,3}}[\u3001\uff0e\uff09]"
    rf"|\d{{1,3}}[.)](?=[{UNSPACED}])|[\u30a2-\u30f3\uff21-\uff3a\uff41-\uff5aA-Za-z][\uff0e\uff09]|[\u30fb\u25cf\u25cb\u25a0\u25c6\u25c7\u25b6\u2022](?=\w))"
    r"(?!\d)[ \t\u3000]*)"
)

# Chinese, Japanese, Korean and Thai need no question mark. Headings end in some of the same letters.
ASKING_END = re.compile(
    r"(?:か。|(?:です|ます|でしょう|ました|でした|ません|ましょう|だろう|べき|できる|[うくすつぬむるぐぶたいな]の)か"
    r"|吗|嗎|(?<![这那多要這])[么麼]|(?:什么|怎么|如何|哪|谁|几|多少|什麼|怎麼|誰|幾|何)[^\s。，,]{0,12}呢|那[^\s。，,]{1,8}呢"
    r"|[습입합됩십갑줍]니까|나요|까요|인가요|은가요|는가요"
    r"|(?:ไหม|มั้ย|หรือไม่|หรือเปล่า|หรือยัง|อย่างไร|ยังไง|เท่าไร|เท่าไหร่|ที่ไหน|เมื่อไร|เมื่อไหร่|อะไร|ใคร|กี่โมง|ได้ไหม)"
    r"(?:บ้าง)?(?:คะ|ครับ|ค่ะ)?)$"
)
