#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of credguard.conf on ws1: each key of a rule changes what stock
programs get, and the event names the rule. Without rules they get all of it
(every other test of the lab)."""
import json

from tests.lab import kerbtest as k, labtest, ruling, sambatest as s
from tests.lab.cgroups import groups, within
from tests.lab.events import new_events

DC = 'dc1.example.test'
NOT_FS1 = f'[rule no-fs1]\ntarget = */{k.FS1}\nallow = no\n'


def ticket(target=k.CIFS, user='alice', around=()):
    return k.run(*around, 'kvno', target, user=user).returncode == 0


def answers(target, user='alice'):
    """By NTLM, without a password."""
    return s.who('--use-kerberos=off', '-N', target=target, user=user,
                 check=False) is not None


def signed_in(*names):
    for name in names or ('alice',):
        k.logon(name, user=name)


def refusals(action, rule):
    return [e for e in new_events(action)
            if e['rule'] == rule and e['result'] == 'refused']


def explained(user, program, target, protocol):
    out = labtest.on('ws1', 'credguardctl', 'policy', 'explain', '--json',
                     '--file', ruling.CONFIG, f'{user}@{k.REALM}', program,
                     target, protocol).stdout
    return json.loads(out)


@k.test
def target():
    with ruling.rules(NOT_FS1):
        signed_in()
        [event] = refusals(ticket, 'no-fs1')
        assert event['server'] == f'{k.CIFS}@{k.REALM}', event
        assert not ticket() and not ticket(f'host/{k.FS1}')
        assert ticket(f'cifs/{DC}') and answers(DC)
        [event] = refusals(lambda: answers(k.FS1), 'no-fs1')
        assert event['protocol'] == 'ntlm', event
        assert not answers(k.FS1)
        assert not s.smbclient('-N', '-c', 'ls').returncode == 0


@k.test
def protocol():
    with ruling.rules(f'{NOT_FS1}protocol = ntlm\n'):
        signed_in()
        assert ticket() and not answers(k.FS1) and answers(DC)
    with ruling.rules(f'{NOT_FS1}protocol = kerberos\n'):
        signed_in()
        assert not ticket() and answers(k.FS1)


@k.test
def user():
    with ruling.rules(f'{NOT_FS1}user = bob\n'):
        signed_in('alice', 'bob')
        assert ticket() and not ticket(user='bob')
        assert answers(k.FS1) and not answers(k.FS1, user='bob')
        assert ticket(f'cifs/{DC}', user='bob')


@k.test
def mode():
    with ruling.rules(f'{NOT_FS1}mode = audit\n'):
        signed_in()
        assert ticket()
        [event] = refusals(ticket, 'no-fs1')
        assert event['mode'] == 'audit', event
        assert answers(k.FS1)
    with ruling.rules(f'{NOT_FS1}mode = off\n'):
        signed_in()
        assert ticket() and not refusals(ticket, 'no-fs1')


@k.test
def channel_binding():
    """Nothing of SMB is bound to a channel."""
    with ruling.rules('[rule bound]\nallow = yes\nprotocol = ntlm\n'
                      'channel_binding = require\n'):
        signed_in()
        assert refusals(lambda: answers(k.FS1), 'bound')
        assert not answers(k.FS1) and not answers(DC) and ticket()


@k.test
def the_first_rule_decides():
    yes = f'[rule cifs]\ntarget = {k.CIFS}\nallow = yes\n'
    for text, may in ((yes + NOT_FS1, True), (NOT_FS1 + yes, False)):
        with ruling.rules(text):
            signed_in()
            assert ticket() == may and not ticket(f'host/{k.FS1}')


@k.test
def program():
    """By its cgroup, of whatever program of the same user it is."""
    text = f'[rule backup]\ntarget = {k.CIFS}\nprogram = cgroup:/*/backup\n' \
           f'allow = yes\n{NOT_FS1}'
    with ruling.rules(text), groups('backup'):
        signed_in()
        inside, outside = within('backup'), within('other')
        assert ticket(around=inside) and not ticket(around=outside)
        # What the one has fetched the other does not get of the cache.
        assert k.CIFS in k.good(*inside, 'klist')
        assert k.CIFS not in k.good(*outside, 'klist')
        assert not ticket(around=outside) and ticket(around=inside)


@k.test
def explain_says_what_happens():
    with ruling.rules(f'{NOT_FS1}user = bob\n'):
        signed_in('alice', 'bob')
        for name in ('alice', 'bob'):
            for service in (k.CIFS, f'cifs/{DC}'):
                told = explained(name, '-', service, 'kerberos')
                may = told['verdict'] == 'allow'
                assert ticket(service, user=name) == may, told


k.main()
