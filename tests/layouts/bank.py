"""The questions and answers that the layouts are written with, in a small part of Markdown."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from textwrap import dedent, indent
from typing import Literal

Kind = Literal["p", "ul", "ol", "code"]


@dataclass(frozen=True)
class Part:
    """A paragraph, a list or a piece of code; `items` are its one text, its items or its lines."""

    kind: Kind
    items: tuple[str, ...]


@dataclass(frozen=True)
class Pair:
    """A question, and its answer in parts. A text may hold links as [words](address)."""

    question: str
    parts: tuple[Part, ...]

    @property
    def has_code(self) -> bool:
        return any(part.kind == "code" for part in self.parts)

    @property
    def asks(self) -> bool:
        return self.question.endswith("?")

    @property
    def markdown(self) -> str:
        return "\n\n".join(map(_markdown, self.parts))


def _markdown(part: Part) -> str:
    if part.kind == "code":
        return "\n".join(["```", *part.items, "```"])
    marks = {"p": "", "ul": "- "}
    return "\n".join(marks.get(part.kind, f"{n}. ") + item for n, item in enumerate(part.items, 1))


def _part(text: str) -> Part:
    if text.startswith("    "):
        return Part("code", tuple(dedent(text).split("\n")))
    lines = text.split("\n")
    if all(line.startswith("- ") for line in lines):
        return Part("ul", tuple(line[2:] for line in lines))
    if all(re.match(r"\d\. ", line) for line in lines):
        return Part("ol", tuple(line[3:] for line in lines))
    return Part("p", (" ".join(lines),))


def _parts(answer: str) -> Iterator[Part]:
    for is_code, blocks in groupby(answer.split("\n\n"), lambda block: block.startswith("    ")):
        if is_code:  # which may hold blank lines
            yield _part("\n\n".join(blocks))
        else:
            yield from map(_part, blocks)


def _pairs(text: str) -> tuple[Pair, ...]:
    found = []
    for block in text.strip().removeprefix("# ").split("\n# "):
        question, _, answer = block.partition("\n")
        found.append(Pair(question, tuple(_parts(answer.strip("\n")))))
    return tuple(found)


BANK = _pairs("""\
# When does the climbing hall open?
At 9:30 from Monday to Friday, and at 8:00 on Saturdays and Sundays.

# What does a day ticket cost?
14 euros for adults, 9.50 euros for pupils and students.

Children under 6 climb at no charge.

# May I bring my own rope?
Yes, if it is not older than five years. We look at it when you come in.

Call us first.

# Which shoes do I need for the wall?
Any of these will do:

- climbing shoes
- light trainers with a thin sole
- no shoes at all, for children

# How do I book a course for beginners?
It takes three steps.

1. Choose a date in the [calendar](https://climb.example/calendar).
2. Fill in the form and send it.
3. Pay within a week, or the place is given to others.

# Is there a car park at the hall?
Yes, behind the building. It is small, so come by tram, e.g. with line 7, if you can.

# Can I cancel a course that I have paid for?
Up to 14 days before it begins. Ill on the day itself? Send us a note from your doctor, and you get a voucher.

# Do you lend out harnesses & helmets?
Yes, at no charge.

# What is the library card good for?
With it you may borrow 20 books, 5 films and 5 games at a time.

It is also your ticket to the reading room on the second floor.

# How long may I keep a book?
Four weeks.

# What happens if I bring a book back too late?
You pay 0.20 euros a day for each book. The sum is never higher than the price of the book.

# Can I renew my loans from home?
Yes, twice. Go to [your account](https://library.example/account), mark the titles and press "Renew".

# Who sees what I have borrowed?
Nobody but you. When a book is back, the record is deleted during the night.

# Does the website set a cookie?
One cookie keeps you signed in, and it is deleted when you close the browser. You need not accept any other.

# May I copy pages of a book?
For your own studies you may copy up to 15 % of it. All else is a matter of copyright, so ask the publisher.

# How do I reset my password?
Open the page "Forgotten?" and type your e-mail address. The mail comes within ten minutes.

Call us first.

# Which browsers are supported?
The last two versions of each of these:

- Firefox
- Chrome and Edge
- Safari

Others may work, but we do not test them.

# How do I install the program on Linux?
Unpack the archive and run the script:

    tar xf rowlog.tar.gz
    cd rowlog
    if [ -x install ]; then
        ./install --user
    fi

It needs no administrator.

# How do I read the log from a script?
Ask the server for it:

    import rowlog

    for line in rowlog.today():
        if line.late:
            print(line)

The newest line comes last.

# How do I stop the server?
Send it a signal:

    fi=$(cat rowlog.pid)
    kill "$fi"

# What does error 404 mean?
There is no page at this address. Most often a letter is missing.

# Is there a programming interface?
Yes. It is described in the [reference](https://dev.example/api/v2) and needs a key.

# Why is my invoice higher than the month before?
The first invoice covers only part of a month. Look at the line "Period": it says from which day on we counted.

# Which cards do you accept?
We accept the following:

- Visa
- Mastercard
- the cards of all banks of this country

Call us first.

# When is my card charged?
On the day on which the parcel leaves our store, not before.

# How much is the delivery?
Up to 2 kg it is 4.90 euros, beyond that 6.90 euros. From 50 euros on it is free.

# Do you deliver to islands?
Yes, but it takes two days more.

# Can I send something back?
Within 30 days, and this is how:

1. Print the label that lies in the box.
2. Pack the goods as they came.
3. Bring the parcel to any post office.

You get your money back within 5 working days.

# Where is my parcel?
You find the number of the parcel in our mail. Type it in at [the carrier's page](https://parcel.example/track).

# What if the box is damaged?
Do not open it, and take a picture.

Call us first.

# Do I need a deposit for a bicycle?
Yes: 50 euros, or your identity card.

# Are dogs allowed on the boats?
Small ones are, on a lead. For larger dogs there is no room on board, we are sorry to say.

# How do I tell the captain that I cannot swim?
Say so when you book. Everybody gets a life jacket anyway, so why be shy about it?

No one else will hear of it.

# Is the boat tour suitable for wheelchairs?
Yes, at no charge.

# What should I bring for the night walk?
- a torch
- warm clothes
- something to drink

# Wie lange dauert die Führung durch die Mühle?
Etwa 45 Minuten. Danach können Sie die Räume noch allein ansehen.

# Darf man im Museum fotografieren?
Ja, ohne Blitz und ohne Stativ. Für Aufnahmen zu Werbezwecken brauchen Sie eine Erlaubnis.

# Opening hours in winter
From November to March the hall opens one hour later.

# Trouble with the door code
Press the star, type the code again, and wait for the green light.

Call us first.

# Tell me about group rates
From 10 people on each pays 10 euros, and the leader of the group nothing.
""")


def indented(text: str, by: int | str) -> str:
    """`text` further to the right, blank lines left empty."""
    return indent(text, by if isinstance(by, str) else " " * by)
