#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""[kdc] and [kdcs] of credguard.conf on ws1: each key, with another value than
its default, changes which KDC is asked, for what, and for how long."""
import contextlib
import time

from tests.lab import kerbtest as k, labtest, second_realm as second, state
from tests.lab.accounts import modify, newcomer, tool
from tests.lab.ruling import rules as configured

UNKNOWN = f'(KDC) of {second.REALM} can be reached'
SECOND = f'{state.HOSTS["fs1"]}:{second.PORT}'
NOBODY = '10.99.0.99'       # takes packets, and says nothing
FINDER = '/var/lib/find-kdcs'
LEGACY = 'old/legacy.example.test'
AES = 'replace: msDS-SupportedEncryptionTypes\n' \
    'msDS-SupportedEncryptionTypes: 24'


@contextlib.contextmanager
def second_that_nobody_names():
    with second.up():
        conf = labtest.path('ws1', '/etc/krb5.conf')
        conf.write_text(conf.read_text().replace(second.KNOWN, ''))
        yield


def logon():
    """To the second realm; all that is said."""
    return k.run('credguardctl', 'logon', '--password-fd', '0', second.ALICE,
                 input=second.SECRET + '\n').text


@k.test
def kdcs():
    with second_that_nobody_names():
        assert UNKNOWN in logon()
        with configured(f'[kdcs]\n{second.REALM} = {SECOND}\n'):
            assert 'signed in' in logon()


@k.test
def locate_program():
    """It is given the realm and prints the address and port of each."""
    path = labtest.path('ws1', FINDER)
    path.write_text(f'#!/bin/sh\ntest $1 = {second.REALM} && '
                    f'echo {SECOND.replace(":", " ")}\n')
    path.chmod(0o755)
    with second_that_nobody_names(), \
            configured(f'[kdc]\nlocate_program = {FINDER}\n'):
        assert 'signed in' in logon()
        assert f'(KDC) of {k.REALM} can be reached' in k.run(
            'credguardctl', 'logon', '--password-fd', '0', 'bob', user='bob',
            input=labtest.password('bob') + '\n').text
    path.unlink()


@contextlib.contextmanager
def silent_kdc():
    link = ('lladdr', '02:00:00:00:00:99', 'dev', 'eth0', 'nud', 'permanent')
    labtest.on('ws1', 'ip', 'neigh', 'replace', NOBODY, *link)
    try:
        yield f'[kdcs]\n{second.REALM} = {NOBODY}\n[kdc]\n'
    finally:
        labtest.on('ws1', 'ip', 'neigh', 'del', NOBODY, 'dev', 'eth0')


def seconds_until(words):
    begun = time.monotonic()
    said = logon()
    assert words in said, said
    return time.monotonic() - begun


@k.test
def connect_timeout_s():
    with silent_kdc() as config:
        with configured(config):
            assert seconds_until(UNKNOWN) >= 3
        with configured(f'{config}connect_timeout_s = 1\n'):
            assert 1 <= seconds_until(UNKNOWN) < 3


@k.test
def timeout_s():
    with silent_kdc() as config, configured(f'{config}timeout_s = 1\n'):
        assert 1 <= seconds_until('answered in time') < 3


@k.test
def shortname_domain():
    """Where libkrb5 is told to leave short names as they are."""
    conf = labtest.path('ws1', '/etc/krb5-short.conf')
    conf.write_text(labtest.path('ws1', '/etc/krb5.conf').read_text().replace(
        '[libdefaults]', '[libdefaults]\n\tqualify_shortname = ""'))
    with newcomer('legacy') as name:
        tool('spn', 'add', LEGACY, name)
        modify(name, AES)
        for line, may in (('', True), ('shortname_domain =\n', False),
                          ('shortname_domain = other.test\n', False)):
            with configured(f'[kdc]\n{line}'):
                k.logon()
                done = k.run('env', 'KRB5_CONFIG=/etc/krb5-short.conf',
                             'kvno', '-S', 'old', 'legacy')
                assert (done.returncode == 0) == may, (line, done.text)
    conf.unlink()


k.main()
