#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vault gets a TGT anew with what it kept of a logon, against a real KDC
(MIT), and only where policy allows it."""
from tests import tap
from tests.component.realms import Realm
from tests.component.vault_session import (UID, Refused, Vault, open_ticket,
                                           text_of)

ALICE, PASSWORD = 'alice@ONE.TEST', 'Alice-1-Password'
BOB = 'bob@ONE.TEST'
SERVICE = 'host/a.one.test@ONE.TEST'
CLIENT_REVOKED, PREAUTH_FAILED = 18, 24
ONE = Realm('ONE.TEST')


def prepare():
    ONE.add_user('alice', PASSWORD)
    ONE.add_user('bob', 'Bob-1-Password')
    ONE.add_user('saltier', 'Saltier-1-Password', '-e', 'aes128-cts:special')
    ONE.add_service('host/a.one.test')


def refused(function, *args, **fields):
    try:
        answer = function(*args, **fields)
    except Refused as why:
        return why.status, why.code
    raise AssertionError(f'not refused: {vars(answer)}')


def check_ticket(answer, realm, server, client=ALICE):
    _, key, owner = open_ticket(realm.keytab, answer.ticket)
    assert text_of(answer.server) == server, text_of(answer.server)
    assert owner == client and answer.session_key == key


def nothing_left(vault, n_entries):
    assert vault.usage().n_exchanges == 0
    assert len(vault.entries()) == n_entries


def timestamps(name):
    """How often a password, or its key, was tried."""
    return len(ONE.lines('AS_REQ', name)) - len(
        ONE.lines('AS_REQ', name, 'NEEDED_PREAUTH'))


@tap.test
def a_tgt_gets_a_successor_from_its_long_term_key():
    with Vault([ONE], reacquire=1) as vault:
        first = vault.logon(ALICE, PASSWORD, lifetime_s=600)
        assert first.has_long_term == 1
        before = timestamps(ALICE)
        fresh = vault.again(first.tgt, lifetime_s=7200)
        assert timestamps(ALICE) == before + 1
        assert fresh.tgt == first.tgt and fresh.has_long_term == 1
        assert fresh.has_ntlm == 1, 'the NT hash is lost'
        entry, = vault.entries()
        assert entry.endtime == fresh.endtime > first.endtime + 3600
        check_ticket(vault.ticket(first.tgt, SERVICE), ONE, SERVICE)
        assert vault.again(first.tgt).tgt == first.tgt
        nothing_left(vault, 1)


@tap.test
def it_works_with_another_salt_and_enctype():
    with Vault([ONE], reacquire=1) as vault:
        tgt = vault.logon('saltier@ONE.TEST', 'Saltier-1-Password')
        assert tgt.has_long_term == 1
        assert vault.again(tgt.tgt).tgt == tgt.tgt


@tap.test
def the_key_outlives_a_renewal():
    with Vault([ONE], reacquire=1) as vault:
        tgt = vault.logon(ALICE, PASSWORD, renewable_s=86400).tgt
        assert vault.ticket(tgt).kept == 1
        assert vault.again(tgt).tgt == tgt


@tap.test
def without_leave_nothing_is_kept():
    with Vault([ONE]) as vault:
        tgt = vault.logon(ALICE, PASSWORD)
        assert tgt.has_long_term == 0
        assert refused(vault.again, tgt.tgt) == ('NOT_FOUND', None)
        assert refused(vault.import_password, ALICE, PASSWORD, held=1) == \
            ('DENIED', None)


@tap.test
def a_password_that_changed_elsewhere_is_tried_once():
    with Vault([ONE], reacquire=1) as vault:
        tgt = vault.logon(BOB, 'Bob-1-Password').tgt
        ONE.kadmin('cpw -pw Bob-2-Password bob')
        before = len(ONE.lines(BOB, 'PREAUTH_FAILED'))
        assert refused(vault.again, tgt) == ('KRB5', PREAUTH_FAILED)
        for _ in range(3):
            assert refused(vault.again, tgt) == ('NOT_FOUND', None)
        assert len(ONE.lines(BOB, 'PREAUTH_FAILED')) == before + 1
        check_ticket(vault.ticket(tgt, SERVICE), ONE, SERVICE, BOB)
        nothing_left(vault, 1)


@tap.test
def an_account_that_was_locked_is_asked_for_once():
    ONE.add_user('locked', 'Locked-1-Password')
    with Vault([ONE], reacquire=1) as vault:
        tgt = vault.logon('locked@ONE.TEST', 'Locked-1-Password').tgt
        ONE.kadmin('modprinc -allow_tix locked')
        assert refused(vault.again, tgt) == ('KRB5', CLIENT_REVOKED)
        assert refused(vault.again, tgt) == ('NOT_FOUND', None)


@tap.test
def an_answer_that_never_came_costs_nothing():
    with Vault([ONE], reacquire=1) as vault:
        tgt = vault.logon(ALICE, PASSWORD).tgt
        step = vault.call('make_as_req', uid=UID, password=tgt, kept=1)
        assert refused(vault.again, tgt) == ('LIMIT', None)
        vault.call('forget_entry', uid=UID, handle=step.exchange)
        assert vault.again(tgt).tgt == tgt


@tap.test
def a_key_is_its_uids_alone_and_goes_with_the_tgt():
    with Vault([ONE], reacquire=1) as vault:
        tgt = vault.logon(ALICE, PASSWORD).tgt
        assert refused(vault.again, tgt, uid=UID + 1) == ('NOT_FOUND', None)
        step = vault.call('make_as_req', uid=UID, password=tgt, kept=1)
        vault.call('forget_entry', uid=UID, handle=tgt)
        reply = vault.carry(step)
        step2 = vault.call('absorb_as_rep', uid=UID, exchange=step.exchange,
                           reply=reply)
        assert refused(vault.call, 'absorb_as_rep', uid=UID,
                       exchange=step.exchange,
                       reply=vault.carry(step2)) == ('NOT_FOUND', None)
        nothing_left(vault, 0)


@tap.test
def a_changed_password_takes_the_key_along():
    ONE.add_user('changer', 'Changer-1-Password')
    with Vault([ONE], reacquire=1) as vault:
        tgt = vault.logon('changer@ONE.TEST', 'Changer-1-Password').tgt
        assert vault.change('changer@ONE.TEST', 'Changer-1-Password',
                            'Changer-2-Password')[0] == 0
        assert refused(vault.again, tgt) == ('NOT_FOUND', None)
        assert not ONE.lines('changer@ONE.TEST', 'PREAUTH_FAILED')


@tap.test
def a_held_password_waits_until_a_kdc_answers():
    with Vault([ONE], reacquire=1) as vault:
        held = vault.import_password(ALICE, PASSWORD, held=1)
        # Only with kept = 1: nothing else erases it by accident.
        assert refused(vault.call, 'make_as_req', uid=UID,
                       password=held) == ('NOT_FOUND', None)
        step = vault.call('make_as_req', uid=UID, password=held, kept=1)
        vault.call('forget_entry', uid=UID, handle=step.exchange)
        tgt = vault.again(held)
        assert tgt.tgt != held and tgt.has_ntlm == tgt.has_long_term == 1
        check_ticket(vault.ticket(tgt.tgt, SERVICE), ONE, SERVICE)
        assert refused(vault.again, held) == ('NOT_FOUND', None)
        assert vault.again(tgt.tgt).tgt == tgt.tgt
        nothing_left(vault, 1)


@tap.test
def a_held_password_that_is_wrong_by_now_is_tried_once():
    with Vault([ONE], reacquire=1) as vault:
        held = vault.import_password(ALICE, 'Alice-0-Password', held=1)
        before = len(ONE.lines(ALICE, 'PREAUTH_FAILED'))
        assert refused(vault.again, held) == ('KRB5', PREAUTH_FAILED)
        assert refused(vault.again, held) == ('NOT_FOUND', None)
        assert len(ONE.lines(ALICE, 'PREAUTH_FAILED')) == before + 1
        nothing_left(vault, 0)


with ONE:
    prepare()
    ONE.start_kadmind()
    tap.main()
