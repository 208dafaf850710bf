#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""[policy] reacquire on ws1: tickets without a new logon, when dc1 was away
at sign-in, and when a TGT can be renewed no more."""
import contextlib
import json

from tests.lab import fronting, kerbtest as k, labtest, pamtest as p
from tests.lab.accounts import SECRET, bad_passwords, newcomer, tool

SHARE = '//fs1.example.test/share'


@contextlib.contextmanager
def policy(text):
    path = labtest.path('ws1', fronting.CONF)
    before = path.read_text() if path.exists() else ''
    path.parent.mkdir(exist_ok=True)
    path.write_text(before + text)
    labtest.unguard('ws1')
    labtest.guard('ws1')
    try:
        yield
    finally:
        labtest.unguard('ws1')
        if before:
            path.write_text(before)
        else:
            path.unlink()
        labtest.guard('ws1')


def uid_of(name):
    return labtest.on('ws1', 'id', '-u', name).stdout.strip()


def has_tickets(user):
    return labtest.on('ws1', 'klist', '-s', user=user,
                      check=False).returncode == 0


def told(user):
    return ' '.join(labtest.on('ws1', 'credguardctl', 'list',
                               user=user).stdout.split())


def lines(word):
    return [line for line in p.audited() if word in line]


@k.test
def who_signed_in_without_dc1_has_tickets_when_it_is_back():
    with policy('[policy]\nreacquire = yes\n'):
        with p.held():
            pass                            # leaves a verifier
        p.nothing_is_left()
        with contextlib.ExitStack() as session:
            with labtest.cut_off('dc1'):    # ws1 has its address
                session.enter_context(p.held())
                assert not has_tickets('alice')
                assert 'come by themselves' in told('alice'), told('alice')
            k.until(lambda: has_tickets('alice'), 120, 'tickets')
            k.good('kvno', k.CIFS)
            listing = json.loads(labtest.on(
                'ws1', 'credguardctl', 'list', '--json',
                user='alice').stdout)['caches'][0]
            assert listing['ntlm'] and listing['renewable'], listing
            assert listing['next_renewal'] and not listing['ends'], listing
            for way in ('required', 'off'):
                labtest.on('ws1', 'smbclient', SHARE, '-N',
                           f'--use-kerberos={way}', '-c', 'ls', user='alice')
        p.nothing_is_left()
        assert bad_passwords('alice') == 0


@k.test
def a_password_that_was_changed_meanwhile_is_tried_once():
    with policy('[policy]\nreacquire = yes\n'), newcomer('laptop') as name:
        assert p.pamtester('login', name, 'authenticate', 'open_session',
                           'close_session', secret=SECRET)[0]
        before = len(lines('belated logon'))
        with contextlib.ExitStack() as session:
            with labtest.cut_off('dc1'):    # ws1 has its address
                session.enter_context(p.held(name, secret=SECRET))
                tool('user', 'setpassword', name, '--newpassword=Other-7-word')
            k.until(lambda: 'refused the password' in told(name), 120,
                    'a refusal')
            count = bad_passwords(name)
            assert count <= 1, count
            after = len(lines('belated logon'))
            assert after > before
            k.time.sleep(40)
            assert bad_passwords(name) == count
            assert len(lines('belated logon')) == after
    p.nothing_is_left()


def tries(name, since):
    return [line for line in p.audited(since)
            if f're-acquisition uid={uid_of(name)} ' in line]


def short(name, secret):
    """Samba makes none that is shorter, and such a one is not renewable."""
    labtest.on('ws1', 'credguardctl', 'logon', '--password-fd', '0', '-l',
               '4m', name, user=name, input=secret + '\n')


@k.test
def dc1_gives_a_successor_or_refuses_it_once():
    """The account of the second one is disabled meanwhile."""
    with policy('[policy]\nreacquire = yes\n'), \
            newcomer('laptop') as name, p.held(), \
            p.held(name, secret=SECRET):
        since = len(p.audited())
        short('alice', labtest.password('alice'))
        short(name, SECRET)
        tool('user', 'disable', name)
        k.until(lambda: tries('alice', since) and tries(name, since), 200,
                'two tries')
        for_alice = tries('alice', since)
        assert 'result="success"' in for_alice[0], for_alice
        k.good('kvno', k.CIFS)
        k.time.sleep(40)
        for who in ('alice', name):
            assert len(tries(who, since)) == 1, tries(who, since)
        assert 'sign in again by then: credguardctl logon' in told(name), \
            told(name)
        assert bad_passwords(name) == bad_passwords('alice') == 0


@k.test
def without_leave_the_user_is_told_what_to_do():
    with p.held():
        pass
    p.nothing_is_left()
    with labtest.cut_off('ws1'):
        ok, text = p.pamtester('login', 'alice', 'authenticate',
                               secret=labtest.password('alice'))
    assert ok and 'get tickets with: credguardctl logon' in text, text


try:
    k.main()
finally:
    # The old one believes for a while that dc1 is away.
    fronting.new_winbindd()
