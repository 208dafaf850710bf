#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes of passwords inside the vault, against MIT's kadmind."""
from tests import tap
from tests.component.realms import Realm
from tests.component.vault_session import (LOCALHOST, Refused, UID, Vault,
                                           principal)

ALICE, OLD, NEW = 'alice@ONE.TEST', 'Alice-1-Password', 'Alice-2-Password'
ONE = Realm('ONE.TEST')
KEY_EXP, PREAUTH_FAILED, C_UNKNOWN = 23, 24, 6
SOFT_ERROR = 4


def prepare():
    ONE.kadmin('addpol -minlength 8 strict')
    for name in ('alice', 'old', 'strict', 'left'):
        ONE.add_user(name, OLD)
    ONE.kadmin('modprinc -pwexpire yesterday old',
               'modprinc -policy strict strict')
    ONE.start_kadmind()


def refused(function, *args, **fields):
    try:
        answer = function(*args, **fields)
    except Refused as why:
        return why.status, why.code
    raise AssertionError(f'not refused: {answer}')


def nothing_left(vault):
    assert vault.usage().n_exchanges == 0 and vault.entries() == []


@tap.test
def a_password_is_changed():
    with Vault([ONE]) as vault:
        assert vault.change(ALICE, OLD, NEW)[0] == 0
        nothing_left(vault)
        assert refused(vault.logon, ALICE, OLD) == ('KRB5', PREAUTH_FAILED)
        assert vault.logon(ALICE, NEW).tgt


@tap.test
def an_expired_password_is_changed():
    with Vault([ONE]) as vault:
        assert refused(vault.logon, 'old@ONE.TEST', OLD) == ('KRB5', KEY_EXP)
        assert vault.change('old@ONE.TEST', OLD, NEW)[0] == 0
        assert vault.logon('old@ONE.TEST', NEW).tgt


@tap.test
def a_wrong_old_password_costs_one_failure():
    with Vault([ONE]) as vault:
        before = len(ONE.lines('PREAUTH_FAILED'))
        assert refused(vault.change, 'left@ONE.TEST', 'wrong', NEW) == \
            ('KRB5', PREAUTH_FAILED)
        assert len(ONE.lines('PREAUTH_FAILED')) == before + 1
        assert refused(vault.change, 'nobody@ONE.TEST', OLD, NEW) == \
            ('KRB5', C_UNKNOWN)
        nothing_left(vault)


@tap.test
def the_server_says_why_it_refuses():
    with Vault([ONE]) as vault:
        result, text = vault.change('strict@ONE.TEST', OLD, 'short')
        assert result == SOFT_ERROR and b'short' in text, (result, text)
        assert vault.logon('strict@ONE.TEST', OLD).tgt


@tap.test
def no_reply_contains_or_replays_a_password():
    with Vault([ONE]) as vault:
        vault.change('left@ONE.TEST', OLD, NEW)
        assert not any(word.encode() in reply for reply in vault.replies
                       for word in (OLD, NEW))
        # The old password's box serves for no second change.
        box = vault.seal('left@ONE.TEST', NEW)
        fields = {'uid': UID, 'client': principal('left@ONE.TEST'),
                  'sealed_old': box, 'sealed_new': box}
        assert refused(vault.call, 'make_kpasswd_req', **fields) == \
            ('DENIED', None)
        nothing_left(vault)


@tap.test
def a_server_that_lies_changes_nothing():
    """Every reply but the true one is refused, and ends the exchange."""
    with Vault([ONE]) as vault:
        good = bytearray(good_answer(vault))
        for number, change in enumerate((
                lambda r: r[:-1], lambda r: b'', lambda r: r[:5],
                lambda r: bytes(r[:2]) + b'\xff\x80' + r[4:],
                lambda r: r[:40] + bytes([r[40] ^ 1]) + r[41:],
                lambda r: r[:-3] + bytes([r[-3] ^ 1]) + r[-2:],
                lambda r: good)):
            status, _ = refused(answer_with, vault, change, f'u{number}')
            assert status == 'KRB5', (number, status)
            nothing_left(vault)
        for bad in (b'', bytes(3), bytes(15)):
            assert refused(vault.change, 'left@ONE.TEST', NEW, OLD,
                           local=bad) == ('INVALID', None)


def good_answer(vault):
    """The last reply of a good change: of another exchange, a replay."""
    ONE.add_user('replay', OLD)
    vault.change('replay@ONE.TEST', OLD, NEW)
    return vault.replies[-1]


def answer_with(vault, change, user):
    ONE.add_user(user, OLD)
    name = f'{user}@ONE.TEST'
    step = vault.call('make_kpasswd_req', uid=UID, client=principal(name),
                      sealed_old=vault.seal(name, OLD),
                      sealed_new=vault.seal(name, NEW))
    exchange, more = step.exchange, 1
    while more:
        port = ONE.kpasswd_port if more == 2 else None
        reply = ONE.exchange(step.request, port)
        if more == 2:
            reply = bytes(change(reply))
        step = vault.call('absorb_kpasswd_rep', uid=UID, local=LOCALHOST,
                          exchange=exchange, reply=reply)
        more = step.more
    return step.result


with ONE:
    prepare()
    tap.main()
