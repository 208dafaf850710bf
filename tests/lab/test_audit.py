#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""Events on ws1, with a real domain controller: what a thief tries is told,
and no secret is in what is told."""
import subprocess

from tests.lab import kerbtest as k, labtest
from tests.lab.events import new_events, one

EVENTS = '/var/log/credguard/audit.jsonl'
JOURNAL = f'{labtest.TREE}/tests/lab/journal.py'


@k.test
def a_day_of_alice_is_told():
    def day():
        k.logon()
        k.good('kvno', k.CIFS)
        k.good('credguardctl', 'renew')
        k.good('credguardctl', 'logoff')
    found = new_events(day)
    for name, number in (('logon', 5001), ('service ticket', 5004),
                         ('renewal', 5003), ('logoff', 5002)):
        event = one(found, name)
        assert event['id'] == number and event['result'] == 'allowed', event
        assert event['uid'] == k.uid('alice'), event
    assert one(found, 'service ticket')['server'].startswith('cifs/fs1')
    assert one(found, 'logon')['client'] == f'alice@{k.REALM}'


@k.test
def what_a_thief_tries_is_4014():
    k.logon()
    found = new_events(lambda: k.run('kvno', f'krbtgt/{k.REALM}'))
    assert {e['id'] for e in found} == {4014}, found
    assert {e['result'] for e in found} == {'refused'}, found
    shown = labtest.on('ws1', 'credguardctl', 'audit').stdout
    assert 'refused' in shown.splitlines()[-1], shown


@k.test
def a_wrong_password_has_the_number_of_the_kdc():
    found = new_events(lambda: k.run(
        'credguardctl', 'logon', '--password-fd', '0', 'alice',
        input='not it\n'))
    assert one(found, 'logon')['kdc_error'] == 24, found


@k.test
def users_do_not_read_it():
    done = k.run('credguardctl', 'audit')
    assert done.returncode == 1 and 'adm' in done.text, done


@k.test
def no_password_is_in_any_event():
    k.logon()
    text = labtest.on('ws1', 'cat', EVENTS, '/var/log/credguard.log').stdout
    assert 'logon' in text
    for name in ('alice', 'bob'):
        assert labtest.password(name) not in text


@k.test
def where_there_is_a_journal_it_gets_the_fields():
    listener = labtest.start('ws1', 'python3', '-B', JOURNAL, text=True,
                             stdout=subprocess.PIPE)
    try:
        assert listener.stdout.readline() == 'listening\n'
        before = labtest.on('ws1', 'cat', '/var/log/credguard.log').stdout
        k.logon()
        fields = []
        while 'CREDGUARD_MODE=enforce\n' not in fields:
            fields.append(listener.stdout.readline())
        for field in ('CREDGUARD_EVENT_ID=5001', 'CREDGUARD_RESULT=allowed',
                      f'CREDGUARD_UID={k.uid("alice")}',
                      f'CREDGUARD_CLIENT=alice@{k.REALM}'):
            assert f'{field}\n' in fields, (field, fields)
        # Not twice: the journal has the service's log as well.
        assert labtest.on('ws1', 'cat', '/var/log/credguard.log').stdout == \
            before
    finally:
        labtest.on('ws1', 'rm', '-f', '/run/systemd/journal/socket')
        listener.kill()
        listener.wait()


k.main()
