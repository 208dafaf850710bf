#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signed in without a KDC: when it is back there is a TGT, without a new
logon, where policy allows it."""
import time

from tests import tap
from tests.component.client_calls import Client
from tests.component.ctl import ctl, done
from tests.component.kdc import PASSWORDS, Kdc
from tests.component.offline import (CHEAP, NAME, check, driver, keytab_of,
                                     sign_in, store)
from tests.component.fixture import Credguard
from tests.component.place import await_true, uid_of

ALICE = uid_of('alice')
NO, FOR_KDC, REFUSED = 0, 1, 2


def guarded(policy='reacquire = yes'):
    """A Credguard with a verifier of alice, who has signed off, and no KDC."""
    return Credguard(kdc=KDC, config=f'[machine]\nkeytab = {KEYTAB}\n'
                     f'[kdc]\ntimeout_s = 2\nconnect_timeout_s = 1\n'
                     f'[offline]\n{CHEAP}[policy]\n{policy}\n')


def prepare(cg):
    sign_in(cg)
    assert store(cg) == 'ok'
    ctl(cg, 'alice', 'logoff', '--all')
    assert entries(cg) == 0
    KDC.stop()


def hold(cg, password=PASSWORDS['alice']):
    return driver(cg, 'hold', ALICE, password=password)


def entries(cg):
    with Client(cg) as root:
        return root.call('client_status').n_entries


def waiting(cg):
    with Client(cg) as root:
        return root.call('client_list_session', all=1).waiting


def failures():
    return (KDC.dir / 'kdc.log').read_text().count('PREAUTH_FAILED')


def klist(cg):
    return cg.run_as('alice', ['klist', '-s']).returncode == 0


class Back:
    """At its end the KDC runs."""

    def __enter__(self):
        pass

    def __exit__(self, *_):
        if not KDC.answers():
            KDC.start()


@tap.test
def when_the_kdc_is_back_there_is_a_tgt():
    with guarded() as cg, Back(), Client(cg) as root:
        prepare(cg)
        assert hold(cg) == 'held'
        session = root.open(ALICE, service=b'sshd')
        assert session.has_tgt == 0 and waiting(cg) == FOR_KDC
        told = ctl(cg, 'alice', 'list').stdout
        time.sleep(7)
        assert not klist(cg) and entries(cg) == 1
        KDC.start()
        await_true(lambda: klist(cg), 'a TGT', 45)
        assert waiting(cg) == NO and entries(cg) == 1
        assert f'audit: belated logon uid={ALICE} ' in cg.log()
        done(cg.run_as('alice', ['kvno', 'host/comp.test']), 0)
        with Client(cg, ALICE) as own:
            row = own.call('client_list')
            assert row.has_ntlm == 1 and row.reacquires + row.next_due > 1
        assert root.close(session.session) == 0
        assert entries(cg) == 0 and not klist(cg)
        assert 'they come by themselves when it is back' in told, told


@tap.test
def a_password_that_the_kdc_refuses_is_tried_once():
    with guarded() as cg, Back(), Client(cg) as root:
        prepare(cg)
        assert hold(cg) == 'held'
        root.open(ALICE)
        KDC.kadmin('cpw -pw Alice-9-Password alice')
        before = failures()
        KDC.start()
        try:
            await_true(lambda: waiting(cg) == REFUSED, 'a refusal', 45)
            time.sleep(20)
        finally:
            KDC.kadmin(f'cpw -pw {PASSWORDS["alice"]} alice')
        assert entries(cg) == 0 and not klist(cg)
        assert 'a logon is needed' in cg.log()
        assert failures() == before + 1
        told = ctl(cg, 'alice', 'list').stdout
        assert 'refused the' in told and 'credguardctl logon' in told, told


@tap.test
def a_wrong_password_is_not_held():
    with guarded() as cg, Back():
        prepare(cg)
        assert hold(cg, 'wrong') == 'denied'
        assert entries(cg) == 0


@tap.test
def without_leave_the_logon_is_good_and_nothing_is_held():
    with guarded('reacquire = no') as cg, Back(), Client(cg) as root:
        prepare(cg)
        assert hold(cg) == 'ok' == check(cg)
        root.open(ALICE)
        assert waiting(cg) == NO and entries(cg) == 0


@tap.test
def who_opens_no_session_or_signs_off_leaves_nothing():
    with guarded('reacquire = yes\nlogon_grace_s = 3') as cg, Back(), \
            Client(cg) as root:
        prepare(cg)
        assert hold(cg) == 'held' and entries(cg) == 1
        await_true(lambda: entries(cg) == 0, 'the end of the grace', 20)
        assert hold(cg) == 'held'
        session = root.open(ALICE).session
        assert root.close(session) == 0
        assert entries(cg) == 0
        assert hold(cg) == 'held'
        root.open(ALICE)
        ctl(cg, 'alice', 'logoff', '--all')
        assert entries(cg) == 0 and waiting(cg) == NO


@tap.test
def a_logon_takes_the_place_of_waiting():
    with guarded() as cg, Back(), Client(cg) as root:
        prepare(cg)
        assert hold(cg) == 'held'
        root.open(ALICE)
        KDC.start()
        root.logon(NAME, PASSWORDS['alice'], ALICE)
        assert waiting(cg) == NO and entries(cg) == 1


with Kdc() as KDC:
    KEYTAB = keytab_of(KDC)
    tap.main()
