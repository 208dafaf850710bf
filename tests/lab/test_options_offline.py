#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""[offline] of credguard.conf on ws1: each key, with another value than its
default, changes who can be signed in without a domain controller, how often
one may guess and what a guess costs. Days pass by a clock that is ahead."""
from tests.lab import client, guarding, kerbtest as k, labtest, state
from tests.lab.ruling import rules as configured
from tests.lab.verifying import check, clean, sign_in, store

AHEAD = ('env', f'LD_PRELOAD={labtest.BUILD}/tests/lab/libdays_ahead.so')
VAULT = ('--vault', f'{guarding.BIN}/credguard-vault-ahead')


def offline(lines='', options=()):
    return configured(f'[offline]\n{lines}', options=options)


def three_days_later(lines=''):
    """What comes of the right password."""
    with offline(lines, VAULT):
        return check('alice', around=AHEAD)


@k.test
def count():
    """How many users have a verifier."""
    for lines, stored, found in (
            ('', 'ok', ['ok', 'ok']),
            ('count = 1\n', 'ok', ['not found', 'ok']),
            ('count = 0\n', 'refused by policy', ['not found'] * 2)):
        with clean(), offline(lines):
            for name in state.USERS:
                assert store(name) == stored, lines
            assert [check(name) for name in state.USERS] == found, lines


def guesses(number):
    return [check('alice', f'wrong {i}') for i in range(number)]


@k.test
def max_failures():
    for lines, last in (('', 'ok'), ('max_failures = 2\n', 'locked')):
        with clean(), offline(lines):
            sign_in('alice')
            assert guesses(2) == ['denied', 'denied']
            assert check('alice') == last, lines


@k.test
def lockout_minutes():
    for more, last in (('', 'ok'), ('lockout_minutes = 10080\n', 'locked')):
        lines = f'max_failures = 1\n{more}'
        with clean():
            with offline(lines):
                sign_in('alice')
                assert guesses(1) == ['denied'] and check('alice') == 'locked'
            assert three_days_later(lines) == last, lines


@k.test
def max_age_days():
    with clean():
        with offline():
            sign_in('alice')
        assert three_days_later() == 'ok'
        assert three_days_later('max_age_days = 2\n') == 'expired'


@k.test
def scrypt_log_n_and_scrypt_r_and_scrypt_p():
    """Of verifiers that are made from then on."""
    for lines, cost in (('', (16, 8, 1)), (
            'scrypt_log_n = 14\nscrypt_r = 4\nscrypt_p = 2\n', (14, 4, 2))):
        with clean(), offline(lines):
            sign_in('alice')
            with client.connect() as root:
                told = root.call('client_make_offline_challenge',
                                 uid=client.uid_of('alice'))
            assert (told.log_n, told.r, told.p) == cost, lines
            assert check('alice') == 'ok'


k.main()
