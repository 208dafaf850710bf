#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logon sessions as a login program opens them: root, for others."""
import subprocess

from tests import tap
from tests.component.client_calls import Client
from tests.component.fixture import Credguard
from tests.component.kdc import PASSWORDS, Kdc
from tests.component.place import await_true, uid_of
from tests.component.vault_session import Refused

NAME = 'alice@COMP.TEST'


def refused(function, *args, **fields):
    try:
        function(*args, **fields)
    except Refused as why:
        return why.status
    raise AssertionError('not refused')


def klist(user='alice'):
    return CG.run_as(user, ['klist', '-s']).returncode == 0


def entries():
    with Client(CG) as root:
        return root.call('client_status').n_entries


def sign_in(root, **fields):
    rep = root.logon(NAME, PASSWORDS['alice'], ALICE, **fields)
    assert rep.cache.decode() == f'KCM:{ALICE}', rep.cache
    return rep


@tap.test
def root_signs_a_user_in_and_closing_the_session_erases_everything():
    with Client(CG) as root:
        rep = sign_in(root)
        assert (rep.verified, rep.pac) == (0, b''), vars(rep)
        session = root.open(ALICE, service=b'sshd')
        assert session.has_tgt == 1 and session.endtime == rep.endtime
        assert session.cache.decode() == f'KCM:{ALICE}'
        assert klist()
        assert root.close(session.session) == 0
        assert not klist()
        assert root.call('client_status').n_entries == 0
    assert f'session opened uid={ALICE} ' in CG.log()
    assert f'session closed uid={ALICE} ' in CG.log()


@tap.test
def what_a_user_has_stays_until_the_last_session():
    with Client(CG) as root:
        sign_in(root)
        one, two = root.open(ALICE).session, root.open(ALICE).session
        assert root.close(one) == 1
        assert klist()
        assert refused(root.close, one) == 'NOT_FOUND'
        assert root.close(two) == 0
        assert not klist()


@tap.test
def a_session_without_credentials_is_told_so():
    with Client(CG) as root:
        session = root.open(ALICE)
        assert (session.has_tgt, session.endtime) == (0, 0)
        root.close(session.session)


@tap.test
def only_root_acts_for_others():
    with Client(CG, BOB) as bob:
        assert refused(bob.open, ALICE) == 'DENIED'
        assert refused(bob.logon, NAME, PASSWORDS['alice'],
                       ALICE) == 'DENIED'
    with Client(CG) as root, Client(CG, BOB) as bob:
        session = root.open(ALICE).session
        assert refused(bob.close, session) == 'NOT_FOUND'
        # A cache of another uid is out of reach, for root as well.
        assert refused(root.open, ALICE,
                       cache=f'KCM:{BOB}'.encode()) == 'DENIED'
        with Client(CG, ALICE) as alice:
            assert alice.close(session) == 0


@tap.test
def a_user_unlocks_the_screen_with_a_password():
    with Client(CG) as root, Client(CG, ALICE) as alice:
        session = root.open(ALICE).session
        alice.logon(NAME, PASSWORDS['alice'], ALICE)
        assert klist()
        assert refused(alice.logon, NAME, 'wrong', ALICE) == 'KRB5'
        assert klist()
        root.close(session)
        assert not klist()


@tap.test
def a_session_ends_with_its_leader():
    leader = subprocess.Popen(['sleep', '1000'])
    with Client(CG) as root:
        sign_in(root)
        root.open(ALICE, leader=leader.pid)
        assert klist()
        leader.kill()
        leader.wait()
        await_true(lambda: not klist(), 'the end of the session', 5)
        await_true(lambda: entries() == 0, 'an empty vault', 5)
        assert refused(root.open, ALICE, leader=leader.pid) == 'NOT_FOUND'
        assert refused(root.open, ALICE, leader=1 << 31) == 'INVALID'


ALICE, BOB = uid_of('alice'), uid_of('bob')
with Kdc() as KDC, Credguard(kdc=KDC) as CG:
    tap.main()
