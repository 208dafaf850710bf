# SPDX-License-Identifier: GPL-3.0-or-later
"""Copying the memory of a process, with every tool there is (thief.c)."""
import re
import subprocess

from tests.component.place import TOP

THIEF = TOP / 'build/tests/attack/thief'
REFUSED = re.compile(r'(\d+) of (\d+) (E\w+) (.*)')


def steal(way, pid):
    """(what came, {name of mapping: [(pages refused, pages, why)]})."""
    done = subprocess.run([THIEF, way, str(pid)], capture_output=True,
                          timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    refused = {}
    for line in done.stderr.decode().splitlines():
        bad, pages, why, name = REFUSED.fullmatch(line).groups()
        refused.setdefault(name, []).append((int(bad), int(pages), why))
    return done.stdout, refused
