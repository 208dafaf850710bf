#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logon sessions as a login program opens them: root, for others."""
import json
import os
import signal
import subprocess
import threading
import time

from tests import tap
from tests.component.client_calls import Client
from tests.component.ctl import ctl, done
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


def klist(user='alice', cg=None):
    return (cg or CG).run_as(user, ['klist', '-s']).returncode == 0


def entries(cg=None):
    with Client(cg or CG) as root:
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
def who_signs_in_while_the_last_session_ends_keeps_what_it_got():
    """Two logons of one uid: the first one's session ends between the
    second one's password and its session."""
    with Client(CG) as root:
        sign_in(root)
        one = root.open(ALICE).session
        sign_in(root)
        assert root.close(one) == 0
        assert klist(), 'the second logon lost its TGT'
        two = root.open(ALICE)
        assert two.has_tgt == 1
        assert root.close(two.session) == 0
        assert not klist() and entries() == 0


@tap.test
def who_signs_in_while_the_last_session_ends_is_not_refused():
    """The same, while the KDC has not answered the second one yet."""
    with Client(CG) as root, Client(CG) as other:
        sign_in(root)
        one = root.open(ALICE).session
        os.kill(KDC.process.pid, signal.SIGSTOP)
        logon = threading.Thread(target=lambda: ends.append(sign_in(other)))
        ends = []
        try:
            logon.start()
            time.sleep(0.5)
            assert root.close(one) == 0
        finally:
            os.kill(KDC.process.pid, signal.SIGCONT)
        logon.join()
        assert ends and klist()
        two = root.open(ALICE)
        assert two.has_tgt == 1
        assert root.close(two.session) == 0
        assert not klist() and entries() == 0


@tap.test
def a_failed_second_logon_keeps_nothing():
    with Client(CG) as root:
        sign_in(root)
        one = root.open(ALICE).session
        assert refused(root.logon, NAME, 'wrong', ALICE) == 'KRB5'
        assert root.close(one) == 0
        assert not klist() and entries() == 0


@tap.test
def a_second_logon_without_a_session_is_erased_in_the_end():
    with Credguard(kdc=KDC, config='[policy]\nlogon_grace_s = 3\n') as cg, \
            Client(cg) as root:
        sign_in(root)
        one = root.open(ALICE).session
        sign_in(root)
        assert root.close(one) == 0
        assert entries(cg) == 1
        await_true(lambda: entries(cg) == 0, 'the end of the grace', 10)


@tap.test
def a_logon_without_a_session_does_not_hold_up_an_end_for_long():
    """As of sudo or a screen locker that root runs."""
    with Client(CG) as root:
        sign_in(root)
        one = root.open(ALICE).session
        sign_in(root)
        assert root.close(one) == 0
        assert klist()
        await_true(lambda: entries() == 0, 'the end', 13)
        assert not klist()


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


@tap.test
def sessions_are_listed():
    with Client(CG) as root:
        done(ctl(CG, 'alice', 'list', '--sessions'), 0, 'no logon sessions')
        one = root.open(ALICE, service=b'sshd').session
        two = root.open(BOB, service=b'cron\x1b').session
        shown = done(ctl(CG, 'alice', 'list', '-s'), 0, 'SERVICE', 'sshd')
        assert 'cron' not in shown.stdout
        shown = json.loads(done(ctl(CG, 0, 'list', '--sessions', '--all',
                                    '--json'), 0).stdout)['sessions']
        assert [(s['session'], s['uid'], s['process']) for s in shown] == \
            [(one, ALICE, os.getpid()), (two, BOB, os.getpid())], shown
        assert shown[0]['service'] == 'sshd'
        assert '\x1b' not in shown[1]['service']
        assert abs(shown[0]['opened'] - time.time()) < 10
        done(ctl(CG, 'bob', 'list', '--sessions', '--all'), 1, 'only root')
        with Client(CG, BOB) as bob:
            assert refused(bob.call, 'client_list_session',
                           all=1) == 'DENIED'
        root.close(one)
        root.close(two)


@tap.test
def logoff_erases_and_the_session_stays():
    with Client(CG) as root:
        sign_in(root)
        session = root.open(ALICE).session
        done(ctl(CG, 'alice', 'logoff', '--all'), 0)
        assert not klist()
        assert root.close(session) == 0


@tap.test
def who_is_signed_in_and_gets_no_session_is_forgotten():
    with Credguard(kdc=KDC, config='[policy]\nlogon_grace_s = 1\n') as cg, \
            Client(cg) as root:
        sign_in(root)
        assert klist(cg=cg)
        await_true(lambda: not klist(cg=cg), 'the end of the grace', 5)
        await_true(lambda: entries(cg) == 0, 'an empty vault', 5)
        # Who has a session by then, or signed in again, keeps it.
        sign_in(root)
        session = root.open(ALICE).session
        time.sleep(1.5)
        assert klist(cg=cg)
        root.close(session)
        sign_in(root)
        with Client(cg, ALICE) as alice:
            alice.logon(NAME, PASSWORDS['alice'], ALICE)
        time.sleep(1.5)
        assert klist(cg=cg)


@tap.test
def with_linger_the_last_process_of_the_user_ends_it():
    with Credguard(kdc=KDC, config='[policy]\nlinger = yes\n') as cg, \
            Client(cg) as root:
        tmux = subprocess.Popen(['sleep', '1000'], user=ALICE)
        sign_in(root)
        assert root.close(root.open(ALICE).session) == 0
        time.sleep(6)
        assert klist(cg=cg)
        tmux.kill()
        tmux.wait()
        await_true(lambda: entries(cg) == 0, 'an empty vault', 8)
        assert not klist(cg=cg)
        # Back before the last process was gone: nothing is erased.
        tmux = subprocess.Popen(['sleep', '1000'], user=ALICE)
        sign_in(root)
        root.close(root.open(ALICE).session)
        root.open(ALICE)
        tmux.kill()
        tmux.wait()
        time.sleep(6)
        assert klist(cg=cg)


@tap.test
def five_thousand_sessions_are_held():
    with Credguard(kdc=KDC) as cg, Client(cg) as root:
        before = memory(cg.broker_pid)
        ids = [root.open(20000 + n, service=b'sshd').session
               for n in range(5000)]
        used = memory(cg.broker_pid) - before
        print(f'# {used / 5000:.0f} bytes of the broker for a session')
        assert used < 5000 * 2048, used
        took = []
        for _ in range(100):
            begun = time.monotonic()
            root.close(root.open(ALICE).session)
            took.append(time.monotonic() - begun)
        took.sort()
        print('# open and close among them: median '
              f'{took[50] * 1e6:.0f} us, worst {took[-1] * 1e6:.0f} us')
        for session in ids:
            assert root.close(session) == 0
        assert len(cg.pairs()) == 1


def memory(pid):
    for line in open(f'/proc/{pid}/status', encoding='ascii'):
        if line.startswith('VmRSS'):
            return int(line.split()[1]) << 10
    raise AssertionError(pid)


ALICE, BOB = uid_of('alice'), uid_of('bob')
with Kdc() as KDC, Credguard(kdc=KDC) as CG:
    tap.main()
