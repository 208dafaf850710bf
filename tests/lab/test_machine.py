#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""ws1's own key: the domain controller proves itself with it, says what the
user is, and may be told a new one at any time."""
import contextlib
import time

from tests.component.vault_session import Refused, text_of
from tests.lab import client, kerbtest as k, labtest

KEYTAB = '/etc/krb5.keytab'
NAME = f'alice@{k.REALM}'


def sign_in(**fields):
    with client.connect() as root:
        return root.logon(NAME, labtest.password('alice'),
                          client.uid_of('alice'), verify=1, **fields)


def refused():
    try:
        sign_in()
    except Refused as why:
        return why.status
    raise AssertionError('not refused')


def log():
    return labtest.path('ws1', '/var/log/credguard.log').read_text()


def handovers():
    return log().count('audit: machine keys n=')


@contextlib.contextmanager
def handed_over():
    """What is done to the keytab gets to the vault, without a restart."""
    before, pairs = handovers(), log().count('vault is pid')
    yield
    end = time.monotonic() + 10
    while handovers() == before:
        assert time.monotonic() < end, log()[-2000:]
        time.sleep(0.1)
    assert log().count('vault is pid') == pairs


def kvno():
    out = labtest.on('ws1', 'klist', '-k', KEYTAB).stdout
    return max(int(line.split()[0]) for line in out.splitlines()[3:])


@k.test
def the_domain_controller_proves_itself_and_names_the_groups():
    rep = sign_in()
    assert rep.verified == 1 and text_of(rep.client) == NAME
    # [MS-PAC] 2.3: a count, version 0, then the first buffer.
    assert rep.pac[4:8] == bytes(4) and len(rep.pac) > 400, len(rep.pac)
    sid = labtest.on('ws1', 'wbinfo', '-n', 'alice').stdout.split()[0]
    parts = [int(part).to_bytes(4, 'little') for part in sid.split('-')[3:-1]]
    assert b''.join(parts) in rep.pac, sid
    assert k.tickets() == [k.TGT]


@k.test
def a_changed_machine_password_needs_no_restart():
    old = kvno()
    with handed_over():
        labtest.on('ws1', 'net', 'ads', 'changetrustpw', '-P')
        if kvno() == old:
            labtest.on('ws1', 'net', 'ads', 'keytab', 'create', '-P')
    assert kvno() > old
    assert sign_in().verified == 1


@k.test
def a_domain_controller_that_does_not_know_the_machine_is_refused():
    path = labtest.path('ws1', KEYTAB)
    good = path.read_bytes()
    bad = bytearray(good)
    # Each AES key: its enctype, its length, then itself.
    for mark in (b'\0\x12\0\x20', b'\0\x11\0\x10'):
        at = 0
        while (at := bad.find(mark, at)) >= 0:
            bad[at + 4] ^= 1
            at += 4
    with handed_over():
        path.write_bytes(bad)
    try:
        assert refused() == 'UNVERIFIED'
        k.refused('credguardctl', 'logon', '--password-fd', '0', 'alice',
                  input=labtest.password('alice') + '\n',
                  says='did not prove that it knows this machine')
        line = [line for line in log().splitlines()
                if 'audit: logon' in line][-1]
        assert 'did not prove' in line, line
    finally:
        with handed_over():
            path.write_bytes(good)
    assert sign_in().verified == 1


k.main()
