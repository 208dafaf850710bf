#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""Operations of KCM that change a cache, as raw bytes, the harmless first: a
line "OPERATION STATUS" each. Runs inside a host.
Usage: kcm_writes.py CACHE REALM OPERATION..."""
import pathlib
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import kcm_thief as thief       # noqa: E402

INITIALIZE, DESTROY, REMOVE, MOVE, SET_DEFAULT, SET_OFFSET = (
    4, 5, 11, 17, 21, 23)


def main():
    name = sys.argv[1].encode() + b'\0'
    who = thief.principal(1, sys.argv[2], 'bob')
    bodies = {SET_DEFAULT: name, SET_OFFSET: name + struct.pack('>i', 0),
              REMOVE: name + struct.pack('>I', 0) + thief.match(who),
              MOVE: name + b'0:mine\0', INITIALIZE: name + who,
              DESTROY: name}
    for op in map(int, sys.argv[3:]) if sys.argv[3:] else bodies:
        print(op, thief.Kcm().call(op, bodies[op])[0])


main()
