#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""TGTs that are renewed without anybody asking for it."""
import json
import subprocess
import time

from tests import tap
from tests.component.ctl import ctl, done
from tests.component.fixture import Credguard
from tests.component.kdc import PASSWORDS, Kdc
from tests.component.place import await_true, uid_of

ALICE = uid_of('alice')
LIFE_S = 24


def logon(cg, *words):
    done(ctl(cg, 'alice', 'logon', '--password-fd', '0', '-l', f'{LIFE_S}s',
             *words, input=KDC.password('alice')), 0)


def cache(cg):
    shown = done(ctl(cg, 'alice', 'list', '--json'), 0).stdout
    return json.loads(shown)['caches'][0]


def expires(cg):
    return cache(cg)['expires']


@tap.test
def a_tgt_is_renewed_before_it_ends_again_and_again():
    with Credguard(kdc=KDC) as cg:
        logon(cg, '-r', '1h')
        first = expires(cg)
        begun = time.monotonic()
        await_true(lambda: expires(cg) > first, 'a renewal', LIFE_S)
        after = time.monotonic() - begun
        # Half its life at the earliest; it is looked at every 5 seconds.
        assert LIFE_S / 2 - 2 <= after <= LIFE_S * 3 / 4 + 7, after
        await_true(lambda: expires(cg) > first + LIFE_S, 'one more',
                   2 * LIFE_S)
        assert f'audit: renewal by itself uid={ALICE} ' in cg.log()
        done(cg.run_as('alice', ['kvno', 'host/comp.test']), 0)


@tap.test
def what_cannot_be_renewed_or_shall_not_be_is_left():
    with Credguard(kdc=KDC) as cg, Credguard(
            kdc=KDC, config='[policy]\nrenew = no\n') as other:
        logon(cg)
        logon(other, '-r', '1h')
        time.sleep(LIFE_S - 1)
        assert 'renewal' not in cg.log() + other.log()


def here(cg, user='alice'):
    """A process of the user: who is away gets no new TGT by itself."""
    return subprocess.Popen(['sleep', '600'], user=uid_of(user),
                            env=cg.env())


REACQUIRE = '[policy]\nreacquire = yes\n'


@tap.test
def what_cannot_be_renewed_is_got_anew_where_policy_allows_it():
    with Credguard(kdc=KDC, config=REACQUIRE) as cg:
        logon(cg)
        first = cache(cg)
        assert first['reacquires'] and not first['ends']
        assert not first['renewable'] and first['next_renewal']
        time.sleep(LIFE_S + 6)
        assert 'expired; there is a new one, by' in ' '.join(
            ctl(cg, 'alice', 'list').stdout.split())
        assert 're-acquisition' not in cg.log(), 'nobody is here'
        sleeper = here(cg)
        await_true(lambda: cache(cg)['valid'], 'a new TGT', 15)
        after = cache(cg)
        assert after['expires'] > first['expires'] and after['ntlm']
        assert f'audit: re-acquisition uid={ALICE} ' in cg.log()
        done(cg.run_as('alice', ['kvno', 'host/comp.test']), 0)
        sleeper.kill()
        sleeper.wait()
        done(ctl(cg, 'alice', 'logoff', '--all'), 0)
        status = json.loads(ctl(cg, 'root', 'status', '--json').stdout)
        assert status['vault']['entries'] == 0, status


@tap.test
def a_password_that_changed_elsewhere_is_tried_once_and_told():
    with Credguard(kdc=KDC, config=REACQUIRE) as cg:
        logon(cg)
        sleeper = here(cg)
        KDC.kadmin('cpw -pw Alice-9-Password alice')
        try:
            await_true(lambda: cache(cg)['ends'], 'a refusal', LIFE_S)
            time.sleep(LIFE_S)
        finally:
            sleeper.kill()
            sleeper.wait()
            KDC.kadmin(f'cpw -pw {PASSWORDS["alice"]} alice')
        assert cg.log().count('audit: re-acquisition') == 1, cg.log()
        assert 'a logon is needed' in cg.log()
        told = ctl(cg, 'alice', 'list').stdout
        assert 'credguardctl logon' in told, told


@tap.test
def a_kdc_that_is_away_is_asked_again():
    with Credguard(kdc=KDC, config='[kdc]\ntimeout_s = 1\n') as cg:
        ctl(cg, 'alice', 'logon', '--password-fd', '0', '-l', '80s', '-r',
            '1h', input=KDC.password('alice'))
        first = expires(cg)
        KDC.stop()
        await_true(lambda: 'renewal by itself' in cg.log(), 'a try', 75)
        assert expires(cg) == first
        assert cg.log().count('renewal by itself') == 1
        KDC.start()
        await_true(lambda: expires(cg) > first, 'a renewal', 45)


with Kdc() as KDC:
    tap.main()
