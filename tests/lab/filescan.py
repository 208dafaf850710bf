# SPDX-License-Identifier: GPL-3.0-or-later
"""Which files of a host have these bytes? All that it has of its own: /etc,
/var, /run, /tmp, /home, /root and /dev/shm, in every form of lab scan."""
import os
import stat

from tests.lab import labtest, scan

OURS = '/run/lab/'      # the programs that are tested, not what they wrote


def files(host):
    top = labtest.path(host, '/')
    for folder, _, names in os.walk(top):
        for name in names:
            path = os.path.join(folder, name)
            inside = '/' + os.path.relpath(path, top)
            if not inside.startswith(OURS):
                yield path, inside


def read(path):
    try:
        if stat.S_ISREG(os.lstat(path).st_mode):
            with open(path, 'rb') as file:
                return file.read()
    except FileNotFoundError:
        pass            # it was a temporary one
    return b''


def find(host, *patterns):
    """[(path on HOST, number of the pattern, form)]."""
    needles = scan.needles(patterns)
    found = []
    for path, inside in files(host):
        data = read(path)
        found += [(inside, number, form) for (number, form), text
                  in needles.items() if text in data]
    return found
