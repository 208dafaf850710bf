#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""What [policy] protected_users does for a member of the domain's group
Protected Users, with a PAC that dc1 made."""
import contextlib

from tests.lab import kerbtest as k, labtest, ntlm, pamtest as p, ruling
from tests.lab.accounts import SECRET, newcomer, tool
from tests.lab.events import new_events

GROUP = 'Protected Users'
HOURS_4 = 4 * 3600
DENIED = 5
STEPS = ('authenticate', 'acct_mgmt', 'setcred', 'open_session',
         'close_session')


@contextlib.contextmanager
def member():
    with newcomer('guarded') as name:
        tool('group', 'addmembers', GROUP, name)
        labtest.on('ws1', 'getent', 'passwd', name)
        try:
            yield name
        finally:
            k.run('kdestroy', '-A', user=name)


def policy(mode):
    return ruling.rules(f'[policy]\nprotected_users = {mode}\n')


def sign_in(name):
    return k.logon(name, user=name, secret=SECRET)


def told(action, event='protected user'):
    return [found for found in new_events(action) if found['event'] == event]


def ntlm_status(name):
    return ntlm.ask(ntlm.negotiate(), ntlm.fresh(), user=name).status


def life(name):
    """Of the TGT, in seconds, and how long it can be renewed."""
    [cache] = k.caches(user=name)
    return cache['expires'] - cache['start'], cache['renew_until']


def has_verifier(name):
    rows = k.good('credguardctl', 'list', '--offline', '--json', user='root')
    return f'"{name}@' in rows


@k.test
def a_member_has_kerberos_for_four_hours_and_nothing_else():
    """dc1 gives no more by itself; test_vault_verify has one that does."""
    with member() as name:
        [event] = told(lambda: sign_in(name))
        assert (event['id'], event['mode']) == (5041, 'enforce'), event
        assert event['client'] == f'{name}@{k.REALM}', event
        seconds, renew_until = life(name)
        assert 0 < seconds <= HOURS_4 and not renew_until, renew_until
        k.good('kvno', k.CIFS, user=name)
        refused = told(lambda: ntlm_status(name), 'ntlm answer')
        assert [event['id'] for event in refused] == [4013], refused
        assert ntlm_status(name) == DENIED
        done = k.run('credguardctl', 'renew', user=name)
        assert done.returncode != 0, done.text


@k.test
def others_are_not_touched():
    assert not told(k.logon)
    assert life('alice')[0] > HOURS_4 and life('alice')[1]
    assert ntlm_status('alice') is None


@k.test
def a_member_has_no_verifier_nor_keeps_an_older_one():
    with newcomer('guarded') as name:
        assert p.pamtester('login', name, *STEPS, secret=SECRET)[0]
        assert has_verifier(name)
        tool('group', 'addmembers', GROUP, name)
        found = new_events(lambda: p.pamtester('login', name, *STEPS,
                                               secret=SECRET))
        assert not has_verifier(name)
        assert {'protected user', 'verifier forgotten'} <= {
            event['event'] for event in found}, found
        assert p.pamtester('login', name, *STEPS, secret=SECRET)[0]
        assert not has_verifier(name)


@k.test
def in_audit_mode_it_is_told_and_no_more():
    with policy('audit'), member() as name:
        [event] = told(lambda: sign_in(name))
        assert (event['id'], event['mode']) == (5041, 'audit'), event
        assert ntlm_status(name) is None


@k.test
def switched_off_nobody_looks():
    with policy('off'), member() as name:
        assert not told(lambda: sign_in(name))
        assert ntlm_status(name) is None


k.main()
