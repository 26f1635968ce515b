"""The verb on the journal: journal info, journal export, journal purge."""

import argparse
import dataclasses

from chatbot.cli.printing import counted
from chatbot.cli.verbs.options import journal_file, print_json
from chatbot.cli.verbs.outputs import OUTPUT, require_one_output, write_output


def info(options: argparse.Namespace) -> int:
    from chatbot import verbs

    found = verbs.journal_info(journal_file(options))
    facts = found.contents
    first, last = (day and day.date().isoformat() for day in (facts.first, facts.last))
    if options.json:
        days = {"first": first, "last": last}
        print_json({"file": found.file, "bytes": found.bytes, **facts._asdict(), **days, "damaged": [*found.damaged]})
        return 0
    print(f"{found.file}: {found.bytes:,} bytes")
    print(f"days:             {first} to {last}" if first else "days:             none yet")
    print(f"replies counted:  {facts.counted}")
    print(f"replies kept:     {facts.replies}, {facts.questions} with the words of the question")
    print(f"picks:            {facts.picks}")
    print(f"verdicts:         {facts.feedback}")
    for name in found.damaged:
        print(f"{name}: was damaged and set aside; delete it when you have read from it what you need")
    return 0


def export(options: argparse.Namespace) -> int:
    from chatbot import verbs

    require_one_output({"": options.file}, options.json)
    data = verbs.journal_export(journal_file(options), table=options.file.suffix.lower() == ".csv")
    write_output(options.file, data)
    if options.file == OUTPUT:
        return 0
    if options.json:
        print_json({"file": str(options.file), "bytes": len(data)})
    else:
        print(f"{options.file}: written")
    return 0


def purge(options: argparse.Namespace) -> int:
    from chatbot import verbs

    done = verbs.journal_purge(journal_file(options), options.before, options.reply, options.all)
    if options.json:
        print_json(dataclasses.asdict(done))
    else:
        files = f" and {counted(done.files, 'damaged file')}" if done.files else ""
        print(f"{done.file}: {counted(done.rows, 'row')}{files} deleted for good")
    return 0
