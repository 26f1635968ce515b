"""Questions and answers for comparing speed: plain English about many things, the same for the same seed.

A thing and what is done with it make an entry; its answer is a few sentences. Some 66 word pieces an entry and 11 a
question, much as in the FAQs that people write. The rewordings only move a question away from its entry: that is
enough for latency and for comparing rankers with each other, and says nothing about how good any of them is.
"""

import random
from dataclasses import dataclass


def _listed(text: str) -> list[str]:
    return [" ".join(part.split()) for part in text.split(";")]


_THINGS = _listed("""
espresso machine; garden hose; mountain bike; wedding dress; passport photo; electric kettle; leather sofa; rain
jacket; bread oven; dishwasher; gas boiler; solar panel; fishing rod; sewing machine; wooden deck; roof gutter; fish
tank; hearing aid; contact lens; baby stroller; car seat; snow tyre; bicycle chain; motor scooter; camping tent;
sleeping bag; air mattress; hiking boot; ski helmet; tennis racket; golf bag; swimming pool; hot tub; garden shed;
lawn mower; hedge trimmer; chain saw; power drill; paint brush; ladder; wallpaper; ceiling fan; smoke alarm; door
lock; mail box; window blind; shower head; bath tub; kitchen tap; water filter; coffee grinder; rice cooker; food
mixer; wine fridge; ice maker; microwave; vacuum cleaner; steam iron; tumble dryer; washing machine; laundry basket;
winter coat; silk scarf; wool sweater; running shoe; wrist watch; gold ring; reading lamp; desk chair; computer
screen; keyboard; printer; hard drive; mobile phone; phone charger; headphones; record player; piano; acoustic
guitar; violin bow; drum kit; camera lens; tripod; slide projector; photo album; picture frame; oil painting;
antique clock; bookshelf; library card; student loan; savings account; credit card; travel ticket; hotel room;
rental car; ferry booking; museum pass; concert seat; gym membership; dance class; pottery course; language exam;
driving licence; parking permit; house key; moving van; storage unit; birthday cake; vegetable box; cheese board;
olive tree; tomato plant; rose bush; compost bin; bird feeder; dog collar; cat flap; rabbit hutch; horse saddle;
chicken coop; bee hive; grape vine; bonsai tree; paper lantern; wood stove; chimney
""")
_ACTIONS = _listed("""
clean _ = wash _; repair _ = get _ mended; return _ = send _ back; replace _ = swap _ for a new one; store _ over
winter = put _ away until spring; move _ to a new address = take _ to another home; insure _ against theft = cover _
if stolen; rent _ for a weekend = borrow _ for two days; pay for _ = settle the bill for _; cancel an order of _ =
call off my purchase of _; test _ before use = try _ first; adjust _ to my size = make _ fit me; protect _ from rain
= keep _ dry outdoors; recycle _ = dispose of _; sell _ second hand = find a buyer for _; give _ away =
donate _; label _ = put a name tag on _; measure _ = find the dimensions of _; paint _ in another colour = recolour
_; register _ = sign up with _; photograph _ = take a good picture of _; wrap _ as a gift = pack _ for a present;
carry _ on a train = bring _ on the railway; lend _ to a friend = let a mate use _; choose _ for a child = pick _
for my kid; order _ by phone = buy _ with a call; upgrade _ = get better than _; warm _ up = heat _; inspect _ for
damage = check _ for faults; ship _ abroad = post _ to another country; claim a refund for _ = get money back for _;
extend the warranty of _ = lengthen the guarantee on _; report the loss of _ = tell you i lost _; compare prices of
_ = find a cheaper offer of _; book an inspection of _ = have someone look at _; keep children away from _ = childproof
_; hang _ on a wall = mount _ on plaster; maintain _ every year = service _ annually; fix a noise in _ = stop the
rattle of _; find a manual for _ = instructions for _
""")
_ASKS = ("How do I {act}?", "What is the way to {act}?", "Can I {act} myself?", "When should I {act}?")
_REASKS = ("how to {act}", "i want to {act}", "{act}, possible?", "can you {act}")
_PEOPLE = _listed("""
the workshop; our front desk; a trained engineer; your local branch; the seller; the caretaker; a volunteer; the
online form; our evening team; the regional office; any partner shop; the head gardener
""")
_TIMES = _listed("""
within two weeks; before the first frost; on weekday mornings; after ten days; by the end of the month; twice a
year; during the school holidays; between noon and four; on the day of delivery; every third Tuesday; in less than
an hour; once the invoice is paid
""")
_NEEDS = _listed("""
a soft cotton cloth; the original receipt; a signed letter; two spare screws; warm soapy water; a copy of the
contract; the serial number; a cardboard box; proof of address; a pair of gloves; a small deposit; the blue key; a
recent photograph; the plastic cover
""")
_COSTS = _listed("""
nothing; eleven euros; a tenth of the price; thirty pounds; the postage only; a flat fee of nine dollars; half an
hour of labour; whatever the spare parts cost; fifteen francs; the usual rate
""")
_RISKS = _listed("""
scratches the surface; ends the guarantee; leaves a stain; blocks the valve; takes twice as long; bends the frame;
confuses the register; lets moisture in; drains the battery; upsets the neighbours
""")
_SENTENCES = (
    "To {act}, ask {who} and bring {need}",
    "It costs {cost} and is done {when}",
    "Doing so without {need} often {risk}, so take your time",
    "Should {who} be away, leave {need} with {other} {when}",
    "Most people are finished {when} and pay {cost}",
    "Never hurry: a rushed attempt {risk} and then {who} has to start again with {need}",
    "Keep {need} ready, since {who} will want to see it {when}",
)


@dataclass(frozen=True)
class Faq:
    question: str
    answer: str
    reworded: str  # the question as a visitor may type it

    @property
    def text(self) -> str:
        return f"{self.question} {self.answer}"


def faqs(n: int, seed: int = 11) -> dict[str, Faq]:
    """`n` entries by id, in an order that mixes the topics. ValueError where there are not as many."""
    pairs = [(thing, action) for thing in _THINGS for action in _ACTIONS]
    if n > len(pairs):
        raise ValueError(f"{n} entries asked for; there are {len(pairs)}")
    chance = random.Random(seed)
    chance.shuffle(pairs)
    return {f"e{row:05}": _faq(chance, thing, *action.split(" = ")) for row, (thing, action) in enumerate(pairs[:n])}


def changed(entries: dict[str, Faq], ids: list[str], turn: int) -> tuple[dict[str, Faq], dict[str, str]]:
    """The entries with one more sentence in the answers of `ids`, another one each `turn`; and the sentences by id."""
    added = {
        name: f"Leaflet {turn + 2} says on page {500 + 7 * at}: {entries[name].reworded.partition(',')[0]}."
        for at, name in enumerate(ids)
    }
    edited = {
        name: Faq(entry.question, f"{entry.answer} {added[name]}", entry.reworded) if name in added else entry
        for name, entry in entries.items()
    }
    return edited, added


def _faq(chance: random.Random, thing: str, act: str, reworded: str) -> Faq:
    """`act` and `reworded` say with "_" where the thing goes."""

    def said(sentence: str) -> str:
        words = {
            "act": act.replace("_", f"the {thing}"),
            "who": chance.choice(_PEOPLE),
            "other": chance.choice(_PEOPLE),
            "need": chance.choice(_NEEDS),
            "when": chance.choice(_TIMES),
            "cost": chance.choice(_COSTS),
            "risk": chance.choice(_RISKS),
        }
        text = sentence.format(**words)
        return f"{text[0].upper()}{text[1:]}."

    kinds = (_SENTENCES[0], *chance.sample(_SENTENCES[1:], chance.choice((1, 1, 1, 2, 2, 2, 3, 4))))
    a = thing if thing == "headphones" else f"an {thing}" if thing[0] in "aeio" else f"a {thing}"
    question = chance.choice(_ASKS).format(act=act.replace("_", a))
    asked = chance.choice(_REASKS).format(act=reworded.replace("_", f"the {thing}"))
    return Faq(question, " ".join(said(kind) for kind in kinds), asked)
