#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""TGTs that are renewed without anybody asking for it."""
import json
import time

from tests import tap
from tests.component.ctl import ctl, done
from tests.component.fixture import Credguard
from tests.component.kdc import Kdc
from tests.component.place import await_true, uid_of

ALICE = uid_of('alice')
LIFE_S = 24


def logon(cg, *words):
    done(ctl(cg, 'alice', 'logon', '--password-fd', '0', '-l', f'{LIFE_S}s',
             *words, input=KDC.password('alice')), 0)


def expires(cg):
    shown = done(ctl(cg, 'alice', 'list', '--json'), 0).stdout
    return json.loads(shown)['caches'][0]['expires']


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
