#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""T15 against real KDCs (MIT): the domain's own, one of a trusted realm, and
one that knows the user's password but not this machine."""
from tests import tap
from tests.component.keytabs import keys_of
from tests.component.realms import Realm
from tests.component.vault_session import Refused, Vault, text_of

NAME, ALICE, PASSWORD = 'ONE.TEST', 'alice@ONE.TEST', 'Alice-1-Password'
MACHINE = 'host/ws.one.test@ONE.TEST'
BOB = ('bob@TWO.TEST', 'Bob-2-Password')
TRUE = Realm(NAME, {'two.test': 'TWO.TEST'})
FALSE = Realm(NAME)
TWO = Realm('TWO.TEST', {'one.test': NAME})
S_PRINCIPAL_UNKNOWN = 7


def prepare():
    for realm in (TRUE, FALSE):
        realm.add_user('alice', PASSWORD)
        realm.add_service('host/ws.one.test')
    TWO.add_user('bob', BOB[1])
    TRUE.trust(TWO)


def machine_keys():
    found = keys_of(TRUE.keytab, MACHINE)
    assert {enctype for _, _, enctype, _ in found} == {17, 18}, found
    return found


def refused(vault, *args, **fields):
    try:
        vault.logon(*args, **fields)
    except Refused as why:
        assert vault.usage().n_exchanges == 0
        assert vault.entries() == []
        return why.status, why.code
    raise AssertionError('not refused')


@tap.test
def the_domains_kdc_proves_itself_and_tells_of_the_user():
    with Vault([TRUE], machine_keys(), verify_kdc=1) as vault:
        done = vault.logon(ALICE, PASSWORD, verify=1)
        assert done.verified == 1 and text_of(done.client) == ALICE
        # MIT's KDC signs a PAC since 1.20: version 0, little endian.
        assert done.pac[4:8] == bytes(4) and len(done.pac) > 100
        assert vault.usage().n_exchanges == 0
        entry, = vault.entries()
        assert (entry.handle, entry.kind) == (done.tgt, 2)


@tap.test
def a_successor_is_verified_as_the_first_one_was():
    with Vault([TRUE], machine_keys(), verify_kdc=1, reacquire=1) as vault:
        tgt = vault.logon(ALICE, PASSWORD, verify=1).tgt
        done = vault.again(tgt)
        assert (done.tgt, done.verified) == (tgt, 1) and done.pac
        vault.realms = {NAME: FALSE}
        try:
            vault.again(tgt)
        except Refused as why:
            assert why.status == 'UNVERIFIED', why
        else:
            raise AssertionError('a false KDC was believed')
        entry, = vault.entries()
        assert entry.endtime == done.endtime
        vault.realms = {NAME: TRUE}
        assert vault.again(tgt).verified == 1
        assert vault.usage().n_exchanges == 0


@tap.test
def a_false_kdc_with_the_right_password_signs_nobody_in():
    with Vault([FALSE], machine_keys(), verify_kdc=1) as vault:
        for verify in (0, 1):
            assert refused(vault, ALICE, PASSWORD, verify=verify) == \
                ('UNVERIFIED', None)
        FALSE.kadmin('delprinc -force host/ws.one.test')
        assert refused(vault, ALICE, PASSWORD, verify=1) == \
            ('KRB5', S_PRINCIPAL_UNKNOWN)


@tap.test
def a_wrong_password_still_costs_one_failure_only():
    with Vault([TRUE], machine_keys(), verify_kdc=1) as vault:
        before = len(TRUE.lines('PREAUTH_FAILED'))
        assert refused(vault, ALICE, 'wrong', verify=1) == ('KRB5', 24)
        assert len(TRUE.lines('PREAUTH_FAILED')) == before + 1


@tap.test
def a_user_of_a_trusted_realm_is_verified_by_both():
    with Vault([TRUE, TWO], machine_keys(), verify_kdc=1) as vault:
        done = vault.logon(*BOB, verify=1)
        assert done.verified == 1
        assert vault.asked[-1] == NAME and 'TWO.TEST' in vault.asked


@tap.test
def without_a_machine_key_the_kdc_sees_no_password():
    with Vault([TRUE], verify_kdc=1) as vault:
        before = len(TRUE.lines('AS_REQ'))
        assert refused(vault, ALICE, PASSWORD, verify=1) == \
            ('UNVERIFIED', None)
        assert len(TRUE.lines('AS_REQ')) == before
        assert vault.logon(ALICE, PASSWORD).verified == 0


with TRUE, FALSE, TWO:
    prepare()
    tap.main()
