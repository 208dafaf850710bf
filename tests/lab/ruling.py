# SPDX-License-Identifier: GPL-3.0-or-later
"""ws1 with a credguard.conf of the test's own."""
import contextlib

from tests.lab import guarding, labtest

CONFIG = '/etc/credguard-rules.conf'


@contextlib.contextmanager
def rules(text, at=guarding.SOCKET, options=()):
    labtest.path('ws1', CONFIG).write_text(text)
    labtest.unguard('ws1')
    try:
        labtest.guard('ws1', at=at,
                      options=('--config', CONFIG, *options))
        yield
    finally:
        labtest.unguard('ws1')
        labtest.path('ws1', CONFIG).unlink()
        labtest.guard('ws1')


@contextlib.contextmanager
def aside(path, to):
    """PATH lies at TO, and what comes in its place goes in the end."""
    labtest.unguard('ws1')
    labtest.on('ws1', 'mv', path, to)
    try:
        yield
    finally:
        labtest.unguard('ws1')
        labtest.on('ws1', 'rm', '-rf', path)
        labtest.on('ws1', 'mv', to, path)
        labtest.guard('ws1')


@contextlib.contextmanager
def system_users(*names):
    for name in names:
        labtest.on('ws1', 'useradd', '--system', name)
    try:
        yield
    finally:
        for name in names:
            labtest.on('ws1', 'userdel', name)
