# SPDX-License-Identifier: GPL-3.0-or-later
"""Verifiers of passwords on ws1. The driver does what a login program does,
with the client library."""
import contextlib

from tests.component.vault_session import text_of
from tests.lab import client, kerbtest as k, labtest

DRIVER = f'{labtest.BUILD}/tests/component/offline_driver'


@contextlib.contextmanager
def clean():
    """No verifier before, none after."""
    try:
        forget('alice', 'bob')
        yield
    finally:
        forget('alice', 'bob')


def forget(*names):
    with client.connect() as root:
        for name in names:
            root.call('client_forget_offline', uid=client.uid_of(name))


def sid_of(name):
    return labtest.on('ws1', 'wbinfo', '-n', name).stdout.split()[0]


def driver(*words, password, around=()):
    return labtest.on('ws1', *around, DRIVER, *map(str, words),
                      input=password, check=False).stdout.strip()


def store(name):
    """A logon with dc1, and what comes of its verifier: 'ok'."""
    with client.connect() as root:
        rep = root.logon(f'{name}@{k.REALM}', labtest.password(name),
                         client.uid_of(name), verify=1)
    assert rep.verified == 1
    return driver('store', client.uid_of(name), sid_of(name), 'EXAMPLE',
                  text_of(rep.client), password=labtest.password(name))


def sign_in(name):
    said = store(name)
    assert said == 'ok', said


def check(name, password=None, around=()):
    return driver('check', client.uid_of(name), around=around,
                  password=password or labtest.password(name))
