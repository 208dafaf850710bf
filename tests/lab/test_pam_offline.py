#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""ws1 is cut off from dc1, and people sign in with the password that dc1 has
accepted before."""

from tests.lab import fronting, kerbtest as k, labtest, pamtest as p
from tests.lab.accounts import SECRET, bad_passwords, lockout_after, newcomer

WRONG = 'Not-the-word-7'
STEPS = ('authenticate', 'acct_mgmt', 'setcred', 'open_session',
         'close_session')
IN_PLACE = 'Domain Controller unreachable'


def sign_in(name, secret=SECRET):
    return p.pamtester('login', name, *STEPS, secret=secret)


def comes_back(name, secret=SECRET):
    def probe():
        ok, text = sign_in(name, secret)
        return ok and IN_PLACE not in text
    k.until(probe, 60, 'dc1 is seen again')
    winbindd_learns_names()


def winbindd_learns_names():
    """One look-up while dc1 was away, be it winbindd's own, and for minutes it
    asks dc1 for nobody: who is new is then unknown. (smbcontrol's "online"
    helps with "winbind offline logon" only.)"""
    if not fronting.has_domain():
        fronting.new_winbindd()


def signs_in(name, secret=SECRET):
    ok, text = sign_in(name, secret)
    assert ok, text


@k.test
def the_right_password_signs_in_and_a_wrong_one_does_not():
    with newcomer('laptop') as name, lockout_after(50):
        assert sign_in(name)[0]
        with labtest.cut_off('ws1'):
            ok, text = sign_in(name)
            assert ok and IN_PLACE in text and p.NOTE in text, text
            ok, text = sign_in(name, WRONG)
            assert not ok and IN_PLACE not in text, text
            assert sign_in(name)[0]
        comes_back(name)
        assert bad_passwords(name) == 0
    p.nothing_is_left()


@k.test
def who_has_never_signed_in_here_does_not():
    """With whoever is known to winbind, but not to the vault."""
    with newcomer('stranger') as name:
        labtest.on('ws1', 'getent', 'passwd', name)
        with labtest.cut_off('ws1'):
            ok, text = sign_in(name)
            assert not ok and 'No logon servers' in text, text
        comes_back(name)


@k.test
def it_works_after_a_restart_and_too_many_guesses_lock_it():
    with newcomer('laptop') as name:
        assert sign_in(name)[0]
        with labtest.cut_off('ws1'):
            labtest.unguard('ws1')
            labtest.guard('ws1')
            assert sign_in(name)[0]
            for _ in range(5):
                assert not sign_in(name, WRONG)[0]
            ok, text = sign_in(name)
            assert not ok and 'Too many wrong passwords' in text, text
            labtest.unguard('ws1')
            labtest.guard('ws1')
            assert not sign_in(name)[0]
        # With a domain controller it is no obstacle, and then it is gone.
        comes_back(name)
        with labtest.cut_off('ws1'):
            assert sign_in(name)[0]
        comes_back(name)


@k.test
def the_password_that_was_changed_is_the_one_that_counts():
    fresh = 'Another-word-7'
    with newcomer('laptop') as name:
        signs_in(name)
        terminal = k.Terminal('passwd', user=name)
        for question, word in (('Current password: ', SECRET),
                               ('New password: ', fresh),
                               ('Retype new password: ', fresh)):
            terminal.expect(question)
            terminal.type(word + '\n')
        assert terminal.end(20)[0] == 0
        signs_in(name, fresh)
        with labtest.cut_off('ws1'):
            assert not sign_in(name, SECRET)[0]
            signs_in(name, fresh)
        comes_back(name, fresh)


@k.test
def a_screen_locker_opens_without_a_domain_controller():
    secret = labtest.password('alice')
    with p.held():
        with labtest.cut_off('ws1'):
            assert p.pamtester('login', 'alice', 'authenticate', by='alice',
                               secret=secret)[0]
            assert not p.pamtester('login', 'alice', 'authenticate',
                                   by='alice', secret=WRONG)[0]
    p.nothing_is_left()


winbindd_learns_names()
try:
    k.main()
finally:
    winbindd_learns_names()
