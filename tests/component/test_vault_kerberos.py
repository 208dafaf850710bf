#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vault against a real KDC (MIT): what it asks for is understood, and
only service tickets leave."""
import time

from tests import tap
from tests.component.realms import Realm
from tests.component.vault_session import (Refused, Vault, open_ticket,
                                           principal, text_of)

ALICE, PASSWORD = 'alice@ONE.TEST', 'Alice-1-Password'
TGT, SERVICE = 'krbtgt/ONE.TEST@ONE.TEST', 'host/a.one.test@ONE.TEST'
AWAY = 'host/b.two.test@TWO.TEST'
C_PRINCIPAL_UNKNOWN, CLIENT_REVOKED, KEY_EXP = 6, 18, 23
S_PRINCIPAL_UNKNOWN, ETYPE_NOSUPP, PREAUTH_FAILED = 7, 14, 24
TKT_EXPIRED = 32
TWO = Realm('TWO.TEST', {'one.test': 'ONE.TEST'})
ONE = Realm('ONE.TEST', {'two.test': 'TWO.TEST'})


def prepare():
    ONE.add_user('alice', PASSWORD)
    ONE.add_user('bob', 'Bob-1-Password')
    ONE.add_user('old', 'Old-1-Password', '-pwexpire', 'yesterday')
    ONE.add_user('gone', 'Gone-1-Password', '-allow_tix')
    ONE.add_service('host/a.one.test')
    ONE.add_service('HTTP/a.one.test', '-e', 'aes128-cts:normal')
    ONE.add_service('host/weak.one.test', '-e', 'rc4-hmac:normal')
    # As a KDC of AD does it; MIT's would give an AES session key.
    ONE.kadmin('setstr host/weak.one.test session_enctypes rc4-hmac')
    TWO.add_service('host/b.two.test')
    TWO.add_service('HTTP/b.two.test')
    ONE.trust(TWO)


def refused(function, *args, **fields):
    """(status, code) of a call that must be refused."""
    try:
        answer = function(*args, **fields)
    except Refused as why:
        return why.status, why.code
    raise AssertionError(f'not refused: {vars(answer)}')


def check_ticket(answer, realm, server, client=ALICE):
    """The session key and the ticket fit each other and the service."""
    enctype, key, owner = open_ticket(realm.keytab, answer.ticket)
    assert (answer.more, answer.kept) == (0, 0)
    assert text_of(answer.server) == server, text_of(answer.server)
    assert text_of(answer.client) == client == owner
    assert (answer.enctype, answer.session_key) == (enctype, key)


def nothing_left(vault, answer_count):
    """No exchange is open, and no reply held a krbtgt ticket."""
    assert vault.usage().n_exchanges == 0
    assert len(vault.entries()) == answer_count


@tap.test
def a_password_becomes_a_tgt():
    with Vault([ONE]) as vault:
        now = time.time()
        tgt = vault.logon(ALICE, PASSWORD, lifetime_s=3600,
                          renewable_s=86400)
        entry, = vault.entries()
        assert entry.handle == tgt.tgt and entry.kind == 2
        assert text_of(entry.client) == ALICE
        assert text_of(entry.server) == TGT
        assert abs(entry.endtime - now - 3600) < 10
        assert abs(entry.renew_till - now - 86400) < 10
        # forwardable, proxiable: bits 1 and 3 of RFC 4120 5.3
        assert entry.ticket_flags & 0x50000000 == 0, hex(entry.ticket_flags)


@tap.test
def a_logon_costs_one_encrypted_timestamp():
    before = len(ONE.lines('AS_REQ', 'bob@ONE.TEST'))
    with Vault([ONE]) as vault:
        vault.logon('bob@ONE.TEST', 'Bob-1-Password')
    lines = ONE.lines('AS_REQ', 'bob@ONE.TEST')[before:]
    assert len(lines) == 2, lines
    assert 'NEEDED_PREAUTH' in lines[0] and 'ISSUE' in lines[1], lines


@tap.test
def the_workstation_is_told_and_does_no_harm():
    """MIT's KDC keeps the address in its tickets."""
    with Vault([ONE], workstation=b'WS1') as vault:
        tgt = vault.logon(ALICE, PASSWORD, renewable_s=86400).tgt
        assert b'WS1' + b' ' * 13 in vault.sent[-1], vault.sent[-1]
        check_ticket(vault.ticket(tgt, SERVICE), ONE, SERVICE)
        assert vault.ticket(tgt).kept == 1


@tap.test
def a_wrong_password_is_said_so_and_costs_one_failure():
    before = len(ONE.lines('bob@ONE.TEST', 'PREAUTH_FAILED'))
    with Vault([ONE]) as vault:
        assert refused(vault.logon, 'bob@ONE.TEST', 'wrong') == \
            ('KRB5', PREAUTH_FAILED)
        nothing_left(vault, 0)
    lines = ONE.lines('bob@ONE.TEST', 'PREAUTH_FAILED')[before:]
    assert len(lines) == 1, lines


@tap.test
def why_a_logon_fails_is_told_apart():
    with Vault([ONE]) as vault:
        for name, password, code in (
                ('old', 'Old-1-Password', KEY_EXP),
                ('gone', 'Gone-1-Password', CLIENT_REVOKED),
                ('nobody', 'x', C_PRINCIPAL_UNKNOWN)):
            got = refused(vault.logon, f'{name}@ONE.TEST', password)
            assert got == ('KRB5', code), (name, got)
        nothing_left(vault, 0)


@tap.test
def a_service_ticket_leaves_and_the_service_can_open_it():
    with Vault([ONE]) as vault:
        tgt = vault.logon(ALICE, PASSWORD).tgt
        for server in (SERVICE, 'HTTP/a.one.test@ONE.TEST'):
            check_ticket(vault.ticket(tgt, server), ONE, server)
        nothing_left(vault, 1)


@tap.test
def without_a_realm_that_of_the_tgt_is_asked():
    with Vault([ONE]) as vault:
        tgt = vault.logon(ALICE, PASSWORD).tgt
        check_ticket(vault.ticket(tgt, 'host/a.one.test@'), ONE, SERVICE)


@tap.test
def a_tgt_lives_and_is_renewed_no_longer_than_policy_says():
    with Vault([ONE], ticket_lifetime_s=600, renew_lifetime_s=1200) as vault:
        for lifetime in (0, 60, 36000):
            tgt = vault.logon(ALICE, PASSWORD, lifetime_s=lifetime,
                              renewable_s=86400)
            assert tgt.endtime == tgt.authtime + (lifetime or 600) \
                if lifetime < 600 else tgt.endtime <= tgt.authtime + 600
            assert tgt.renew_till <= tgt.authtime + 1200, vars(tgt)
            ticket = vault.ticket(tgt.tgt, SERVICE)
            assert ticket.endtime <= tgt.endtime, vars(ticket)
    with Vault([ONE]) as vault:
        tgt = vault.logon(ALICE, PASSWORD, renewable_s=86400)
        assert tgt.endtime > tgt.authtime + 30000, vars(tgt)
        assert tgt.renew_till > tgt.authtime + 80000, vars(tgt)


@tap.test
def without_aes128_a_service_that_has_nothing_else_is_out_of_reach():
    with Vault([ONE], aes256_only=1) as vault:
        tgt = vault.logon(ALICE, PASSWORD).tgt
        check_ticket(vault.ticket(tgt, SERVICE), ONE, SERVICE)
        assert refused(vault.ticket, tgt, 'HTTP/a.one.test@ONE.TEST') == \
            ('KRB5', ETYPE_NOSUPP)
    with Vault([ONE]) as vault:
        tgt = vault.logon(ALICE, PASSWORD).tgt
        vault.ticket(tgt, 'HTTP/a.one.test@ONE.TEST')


@tap.test
def a_ticket_granting_ticket_does_not_leave_under_any_name():
    with Vault([ONE, TWO]) as vault:
        tgt = vault.logon(ALICE, PASSWORD).tgt
        entries = len(vault.entries())
        for name in (TGT, 'krbtgt/TWO.TEST@ONE.TEST', 'krbtgt/ONE.TEST@',
                     'kadmin/changepw@ONE.TEST', 'kadmin/admin@ONE.TEST'):
            got = refused(vault.ticket, tgt, name)
            assert got[0] in ('DENIED', 'KRB5'), (name, got)
            assert vault.usage().n_exchanges == 0
        assert refused(vault.ticket, tgt, TGT) == ('DENIED', None)
        assert refused(vault.ticket, tgt, 'krbtgt/TWO.TEST@ONE.TEST') == \
            ('DENIED', None)
        for name in ('KRBTGT/ONE.TEST@ONE.TEST', 'Krbtgt/ONE.TEST@ONE.TEST',
                     'krbtgt/one.test@ONE.TEST', 'krbtgt@ONE.TEST',
                     'alice@ONE.TEST'):
            assert refused(vault.ticket, tgt, name)[0] in \
                ('DENIED', 'KRB5'), name
        assert len(vault.entries()) == entries


@tap.test
def an_unknown_service_is_the_errand_of_the_kdc_to_say():
    with Vault([ONE]) as vault:
        tgt = vault.logon(ALICE, PASSWORD).tgt
        assert refused(vault.ticket, tgt, 'host/none.one.test@ONE.TEST') == \
            ('KRB5', S_PRINCIPAL_UNKNOWN)


@tap.test
def a_service_that_has_only_rc4_is_refused():
    with Vault([ONE]) as vault:
        tgt = vault.logon(ALICE, PASSWORD).tgt
        assert refused(vault.ticket, tgt, 'host/weak.one.test@ONE.TEST') == \
            ('KRB5', ETYPE_NOSUPP)


@tap.test
def a_renewed_tgt_lives_on_under_its_handle():
    with Vault([ONE]) as vault:
        first = vault.logon(ALICE, PASSWORD, lifetime_s=600,
                            renewable_s=86400)
        time.sleep(2)
        renewed = vault.ticket(first.tgt)
        assert renewed.kept == 1
        assert renewed.endtime > first.endtime
        assert renewed.session_key == b'' and renewed.ticket == b''
        entry, = vault.entries()
        assert (entry.handle, entry.endtime) == (first.tgt, renewed.endtime)
        check_ticket(vault.ticket(first.tgt, SERVICE), ONE, SERVICE)


@tap.test
def a_tgt_that_is_not_renewable_is_not_renewed():
    """A short one: of one that is longer than it may be, the KDC makes a
    renewable one (RENEWABLE-OK, RFC 4120 5.4.1)."""
    with Vault([ONE]) as vault:
        tgt = vault.logon(ALICE, PASSWORD, lifetime_s=600).tgt
        assert refused(vault.ticket, tgt)[0] == 'KRB5'
        check_ticket(vault.ticket(tgt, SERVICE), ONE, SERVICE)


@tap.test
def an_expired_tgt_is_not_sent():
    with Vault([ONE]) as vault:
        tgt = vault.logon(ALICE, PASSWORD, lifetime_s=1).tgt
        time.sleep(2)
        before = len(vault.asked)
        assert refused(vault.ticket, tgt, SERVICE) == ('KRB5', TKT_EXPIRED)
        assert len(vault.asked) == before


@tap.test
def an_altered_reply_is_refused_or_changes_nothing_that_is_told():
    with Vault([ONE]) as vault:
        tgt = vault.logon(ALICE, PASSWORD).tgt
        vault.ticket(tgt, SERVICE)
        size, n_refused = len(vault.replies[-1]), 0
        for at in range(0, size, 3):
            step = vault.begin(tgt, SERVICE)
            reply = bytearray(vault.carry(step))
            reply[at % len(reply)] ^= 1 << at % 8
            try:
                answer = vault.absorb(step.exchange, bytes(reply))
            except Refused as why:
                assert why.status in ('KRB5', 'DENIED')
                n_refused += 1
                continue
            # What is not encrypted to us: the ticket itself.
            assert text_of(answer.server) == SERVICE
            assert text_of(answer.client) == ALICE
        assert n_refused > size / 3 / 3
        nothing_left(vault, 1)


@tap.test
def the_reply_of_another_exchange_is_refused():
    with Vault([ONE]) as vault:
        tgt = vault.logon(ALICE, PASSWORD).tgt
        first, second = (vault.begin(tgt, SERVICE) for _ in range(2))
        reply = vault.carry(first)
        assert refused(vault.absorb, second.exchange, reply)[0] == 'KRB5'
        check_ticket(vault.absorb(first.exchange, reply), ONE, SERVICE)
        assert refused(vault.absorb, first.exchange, reply) == \
            ('NOT_FOUND', None)


@tap.test
def an_old_reply_is_refused():
    with Vault([ONE]) as vault:
        tgt = vault.logon(ALICE, PASSWORD).tgt
        vault.ticket(tgt, SERVICE)
        step = vault.begin(tgt, SERVICE)
        assert refused(vault.absorb, step.exchange, vault.replies[-1])[0] == \
            'KRB5'


@tap.test
def a_service_of_another_realm_is_reached_and_the_way_remembered():
    with Vault([ONE, TWO]) as vault:
        tgt = vault.logon(ALICE, PASSWORD).tgt
        vault.asked.clear()
        check_ticket(vault.ticket(tgt, AWAY), TWO, AWAY)
        assert vault.asked == ['ONE.TEST', 'TWO.TEST'], vault.asked
        way = vault.entries()[1]
        assert text_of(way.server) == 'krbtgt/TWO.TEST@ONE.TEST'
        vault.asked.clear()
        other = 'HTTP/b.two.test@TWO.TEST'
        check_ticket(vault.ticket(tgt, other), TWO, other)
        assert vault.asked == ['TWO.TEST'], vault.asked
        nothing_left(vault, 2)


@tap.test
def the_kdc_refers_to_the_realm_of_a_host():
    with Vault([ONE, TWO]) as vault:
        tgt = vault.logon(ALICE, PASSWORD).tgt
        vault.asked.clear()
        step = vault.call(
            'make_tgs_req', uid=1000, tgt=tgt,
            server=principal('host/b.two.test@ONE.TEST', kind=3))
        exchange, more = step.exchange, 1
        while more:
            step = vault.absorb(exchange, vault.carry(step))
            more = step.more
        check_ticket(step, TWO, AWAY)
        assert vault.asked == ['ONE.TEST', 'TWO.TEST'], vault.asked
        nothing_left(vault, 2)


@tap.test
def the_tgt_of_a_referral_does_not_leave():
    with Vault([ONE, TWO]) as vault:
        tgt = vault.logon(ALICE, PASSWORD).tgt
        for name in ('krbtgt/TWO.TEST@TWO.TEST', 'krbtgt/ONE.TEST@TWO.TEST',
                     'kadmin/changepw@TWO.TEST'):
            got = refused(vault.ticket, tgt, name)
            assert got[0] in ('DENIED', 'KRB5'), (name, got)
        assert vault.usage().n_exchanges == 0


@tap.test
def two_users_do_not_share_anything():
    with Vault([ONE]) as vault:
        tgt = vault.logon(ALICE, PASSWORD, uid=1000).tgt
        other = vault.logon('bob@ONE.TEST', 'Bob-1-Password', uid=1001).tgt
        assert refused(vault.ticket, tgt, SERVICE, uid=1001) == \
            ('NOT_FOUND', None)
        check_ticket(vault.ticket(other, SERVICE, uid=1001), ONE, SERVICE,
                     'bob@ONE.TEST')
        assert vault.call('forget_uid', uid=1000).n_forgotten == 1
        assert refused(vault.ticket, tgt, SERVICE) == ('NOT_FOUND', None)
        check_ticket(vault.ticket(other, SERVICE, uid=1001), ONE, SERVICE,
                     'bob@ONE.TEST')


with TWO, ONE:
    prepare()
    tap.main()
