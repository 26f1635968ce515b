"""Vectors for FAQs that nobody wrote, spread as those of sentences are, and the words to go with them.

A few thousand questions of a few hundred words are encoded by the real model, once. The middle of an entry lies between
two of their vectors x: w x_i + (1 - w) x_j with w from 0.55 to 1. A text of the entry lies round it, moved along three
differences of others, 0.12 (x_a - x_b) each, and by noise of length 0.1 on all sides. So there are no gaps between
clusters as there are between the topics of a real FAQ: harder for an index that relies on clusters.
"""

import re
from pathlib import Path

import numpy as np

from chatbot.search.encoder import load_encoder

BASE = 4000  # questions that are really encoded
_VERBS = (
    "cancel open move pay return repair install clean order track insure renew print share book sell lend paint "
    "measure stop train cook heat store plant translate record study inherit adopt inspect weigh copy dissolve cut "
    "protect hide test count explain buy refuse replace restore carry charge freeze mix borrow split report review name"
)
_THINGS = (
    "a parcel,my passport,the kitchen sink,a rental car,my savings,a vegetable garden,the school bus,a wedding,a wolf,"
    "my old laptop,a court hearing,the swimming pool,a dental crown,a vaccination,a train ticket,the church hall,"
    "a phone contract,my tax form,a bicycle,the boiler,a library book,my knee,a guitar,the wine cellar,a volcano,"
    "a job interview,my insurance,a sailing boat,the newspaper,a concert,a driving licence,a solar panel,a vaccine,"
    "the moon,a treaty,an enzyme,sourdough,a violin string,the euro,a hurricane,a poem,the liver,a satellite,salt,"
    "a beehive,my neighbour's fence,an election,a chess opening,a diamond,the harbour,a password,an orchid,a bridge,"
    "a mortgage,the opera,a tattoo,cement,a tunnel,an allergy,a saddle,the archive,a printer,glass,a fossil,a lawyer,"
    "my grandmother,a kayak,an algorithm,a pension,wool,the stage,a telescope,rice,a refugee,an engine,a pillow,ink"
)
_WHEN = (
    "in winter,for a child,without a receipt,from abroad,after a divorce,at the weekend,on a small budget,by post,"
    "during pregnancy,in an emergency,with a discount,before the deadline,when it rains,for two people,in a flat,"
    "with one hand,in Japanese,under water,at high altitude,for the museum,after surgery,in the Middle Ages,by mistake,"
    "on a Mac,with diabetes,as a student,in zero gravity,for an insurance claim,next to a railway,in a power cut,"
    "at 200 degrees,in a small claims court,with a toddler,after the merger,by telephone,in the desert,for charity"
)
_ASK = (
    "How do I,May I,What does it cost to,Who helps me,When should I,Why can I not,Is it safe to,Where do I,"
    "What if I,How long does it take to,Need I a permit to,Which tool do I need to,What is the history of how people"
)
_NUMBER = re.compile(r"\bn(\d+)\b")


def base_vectors(file: Path) -> np.ndarray:
    """(BASE, d) float32 of the real model, kept in `file`."""
    if not file.is_file():
        parts = [listed.split(",") for listed in (_ASK, ",".join(_VERBS.split()), _THINGS, _WHEN)]
        rng = np.random.default_rng(3)
        questions = [" ".join(rng.choice(part) for part in parts) + "?" for _ in range(BASE)]
        np.save(file, load_encoder("default").encode_passages(questions))
    return np.asarray(np.load(file), np.float32)
