#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""[broker] and [audit] of credguard.conf on ws1: each key, with another value
than its default, changes what users and the administrator see."""
import time

from tests.lab import kcm, kerbtest as k, labtest, ntlm, pamtest as p
from tests.lab.events import new_events
from tests.lab.ruling import rules as configured

MIB = 1048576
SERVICES = (k.CIFS, f'host/{k.FS1}', f'HTTP/{k.FS1}')
EVENTS = '/var/log/credguard-elsewhere'


@k.test
def connections_per_uid():
    """The one that was idle for the longest time makes room."""
    with configured('[broker]\nconnections_per_uid = 3\n'):
        held = [kcm.Kcm('alice') for _ in range(3)]
        assert all(link.is_open() for link in held)
        with kcm.Kcm('bob') as other:
            assert other.is_open()
        assert all(link.is_open() for link in held)
        k.run('klist')
        assert [link.is_open() for link in held] == [False, True, True]


@k.test
def caches_per_uid():
    with configured('[broker]\ncaches_per_uid = 2\n'):
        assert kcm.QUOTA_TEXT not in kcm.kinit('one') + kcm.kinit('two')
        assert kcm.QUOTA_TEXT in kcm.kinit('three')
        assert len(k.caches()) == 2
        assert kcm.QUOTA_TEXT not in kcm.kinit('one', 'bob')


@k.test
def tickets_per_cache():
    """What finds no place is got anew each time."""
    for number, kept in ((3, 3), (20, 4)):
        with configured(f'[broker]\ntickets_per_cache = {number}\n'):
            k.logon()
            k.good('kvno', *SERVICES)
            assert len(k.tickets()) == kept, k.tickets()


@k.test
def sessions_per_uid():
    """Who comes in after that does so without one, and an event tells it."""
    def sign_in():
        assert p.pamtester('login', 'alice', 'authenticate', 'open_session',
                           secret=labtest.password('alice'))[0]

    with configured('[broker]\nsessions_per_uid = 2\n'), p.held():
        assert results(sign_in, 'session opened') == {'allowed'}
        with p.held():
            assert results(sign_in, 'session opened') == {'failed'}


def results(action, name):
    return {event['result'] for event in new_events(action)
            if event['event'] == name}


def fill(user, name):
    """Until not even a small ticket has a place; their bytes."""
    total = 0
    with kcm.Kcm(user) as link:
        own = kcm.cache(name, user).removeprefix('KCM:')
        assert link.new(own, kcm.tgt(1000)) == 0
        for size in (50000, 5000, 500, 50):
            number = 0
            while link.store(own, kcm.service_ticket(
                    size, f'h{number}.s{size}.test')) == 0:
                total, number = total + size, number + 1
                assert total < 3 * MIB
    return total


@k.test
def bytes_per_uid():
    with configured(f'[broker]\nbytes_per_uid = {MIB}\n'):
        assert MIB / 2 < fill('alice', 'full') <= MIB
        assert kcm.QUOTA_TEXT in kcm.kinit('more')
        assert kcm.QUOTA_TEXT not in kcm.kinit('more', 'bob')


@k.test
def bytes_total():
    with configured(f'[broker]\nbytes_total = {MIB}\n'):
        assert MIB / 2 < fill('alice', 'full') <= MIB
        assert kcm.QUOTA_TEXT in kcm.kinit('more', 'bob')
        k.good('kdestroy', '-A')
        assert kcm.QUOTA_TEXT not in kcm.kinit('more', 'bob')


@k.test
def ntlm_per_minute():
    def answers(user):
        return ntlm.ask(ntlm.negotiate(), ntlm.fresh(),
                        user=user).status is None

    with configured('[broker]\nntlm_per_minute = 2\n'):
        for user in ('alice', 'bob'):
            k.logon(user, user=user)
        assert [answers('alice') for _ in range(3)] == [True, True, False]
        assert answers('bob')


@k.test
def file():
    labtest.on('ws1', 'install', '-d', '-o', 'credguard', EVENTS)
    elsewhere = labtest.path('ws1', f'{EVENTS}/audit.jsonl')
    with configured(f'[audit]\nfile = {EVENTS}/audit.jsonl\n'):
        assert not new_events(k.logon)
        assert '"logon"' in elsewhere.read_text()
    with configured('[audit]\nfile = none\n'):
        before = elsewhere.read_text()
        assert not new_events(k.logon)
        assert elsewhere.read_text() == before
    labtest.on('ws1', 'rm', '-r', EVENTS)


@k.test
def events_per_second():
    """Ten times as many at once; the others are counted."""
    thefts = 15 * [f'krbtgt/{k.REALM}']

    def told():
        k.run('kvno', *thefts)
        time.sleep(1.1)
        k.run('kvno', *thefts[:1])

    for config, is_little in (('', False),
                              ('[audit]\nevents_per_second = 1\n', True)):
        with configured(config):
            k.logon()
            found = new_events(told)
            counts = [event['count'] for event in found
                      if event['event'] == 'suppressed']
            assert bool(counts) == is_little, found
            assert len(found) - len(counts) + sum(counts) == 16, found


k.main()
