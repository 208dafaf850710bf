#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""The keys of [policy] about what a TGT is, on ws1 and with dc1's KDC: how
long it lives and can be renewed, and that AES-128 is not taken."""
import re

from tests.lab import kerbtest as k
from tests.lab.accounts import service
from tests.lab.events import new_events
from tests.lab.ruling import rules

MINUTE_S = 60
LONG = ('-l', '8h', '-r', '2d')
OLD = 'old/aes128.example.test'


def times():
    """(seconds to live, seconds to be renewed) of alice's TGT, as a list has
    them."""
    [cache] = k.caches()
    start = cache['start'] or 0
    return cache['expires'] - start, (cache['renew_until'] or start) - start


@k.test
def a_tgt_lives_and_is_renewed_no_longer_than_policy_says():
    with rules('[policy]\nticket_lifetime_minutes = 30\n'
               'renew_lifetime_minutes = 60\n'):
        for sign_in, more in ((k.logon, ()), (k.logon, LONG),
                              (k.kinit, LONG)):
            sign_in(more=more)
            life, renewed = times()
            assert life <= 30 * MINUTE_S, (sign_in, life)
            assert renewed <= 60 * MINUTE_S, (sign_in, renewed)
            k.good('kvno', k.CIFS)
            k.clean()
        k.kinit(more=('-l', '10m'))
        assert times()[0] <= 10 * MINUTE_S
        k.clean()
        k.logon(more=LONG)
        k.good('credguardctl', 'renew')
        assert times()[0] <= 30 * MINUTE_S


@k.test
def without_the_keys_it_is_as_the_domain_says():
    k.kinit(more=LONG)
    life, renewed = times()
    assert life > 7 * 60 * MINUTE_S and renewed > 40 * 60 * MINUTE_S


def enctypes_of(service):
    return re.search(r'Etype \(skey, tkt\): (.*)',
                     k.good('klist', '-e').split(service)[1]).group(1)


@k.test
def without_aes128_who_has_nothing_else_is_out_of_reach_and_that_is_told():
    with service('old', OLD, 8):
        k.logon()
        k.good('kvno', OLD)
        assert 'aes128' in enctypes_of(OLD)
        with rules('[policy]\nenctypes = aes256\n'):
            k.logon()
            k.good('kvno', k.CIFS)
            assert 'aes128' not in enctypes_of(k.CIFS)
            [event] = [e for e in new_events(lambda: k.run('kvno', OLD))
                       if e['event'] == 'service ticket']
            assert event['result'] == 'failed' and event['kdc_error'] == 14
            k.refused('kvno', OLD, says='encryption type')


k.main()
