"""Verbs for one index on many servers: pack, pull."""

import argparse
import dataclasses

from chatbot.cli.printing import counted
from chatbot.cli.verbs.options import print_json, server_settings
from chatbot.core.errors import UsageError


def pack(options: argparse.Namespace) -> int:
    from chatbot import verbs

    if options.new_key:
        if options.key or options.without_encoder:
            raise UsageError("--new-key makes a pair of keys and packs nothing; leave out the other options")
        public = verbs.new_key(options.new_key)
        if options.json:
            print_json({"public_key": public})
        else:
            print(f"{options.new_key}: the secret key, without a password; keep it to yourself")
            print(f"{options.new_key}.pub: the public key, for pull and serve: {public}")
        return 0
    packed = verbs.pack(server_settings(options).index, options.out, options.key, not options.without_encoder)
    if options.json:
        print_json(dataclasses.asdict(packed))
    else:
        what = f"{packed.build_id} {f'with encoder {packed.encoder}' if packed.encoder else 'without encoder'}"
        how = (
            f"{counted(packed.files, 'file')}, {packed.bytes / 1e6:.1f} MB, {'' if packed.is_signed else 'not '}signed"
        )
        print(f"{options.out}: {what}: {how}" if packed.is_new else f"{options.out}: holds {packed.build_id} already")
    return 0


def pull(options: argparse.Namespace) -> int:
    from chatbot import verbs

    where = server_settings(options)
    if not (options.source or where.follow):
        raise UsageError("name the archive, or set CHATBOT_FOLLOW: an address, a file, or a folder that holds one")
    pulled = verbs.pull(options.source or where.follow, where.index, where.follow_key)
    if options.json:
        print_json(dataclasses.asdict(pulled))
    elif pulled.is_unchanged:
        print(f"the archive is unchanged; {pulled.before} is published")
    else:
        how = f"{pulled.bytes / 1e6:.1f} MB installed" if pulled.is_new else "was here already"
        instead = f" instead of {pulled.before}" if pulled.before not in (None, pulled.build_id) else ""
        print(f"{pulled.build_id}: {how}; it is published{instead}")
    return 0
