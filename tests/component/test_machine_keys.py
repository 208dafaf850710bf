#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""The machine's keys: from the keytab, by the guardian, to the vault; and
again when the keytab changes."""
import os

from tests import tap
from tests.component.client_calls import Client
from tests.component.fixture import Credguard
from tests.component.kdc import PASSWORDS, Kdc
from tests.component.place import await_true, new_dir, uid_of
from tests.component.vault_session import Refused

NAME, PASSWORD = 'alice@COMP.TEST', PASSWORDS['alice']
HOST = 'host/comp.test'


def outcome(cg, **fields):
    """'verified', 'unverified', or why it was refused."""
    with Client(cg) as root:
        try:
            rep = root.logon(NAME, PASSWORD, ALICE, **fields)
        except Refused as why:
            return why.status
        assert (len(rep.pac) > 0) == (rep.verified == 1)
        return 'verified' if rep.verified else 'unverified'


def await_keys(cg, n, count=1):
    await_true(lambda: cg.log().count(f'machine keys n={n} result="success"')
               >= count, f'{n} keys', 5)


def configured(keytab, policy=''):
    return Credguard(kdc=KDC, config=f'[machine]\nkeytab = {keytab}\n'
                                     f'[policy]\n{policy}\n')


def new_keytab(*principals):
    keytab = new_dir('keytab') / 'keytab'
    if principals:
        KDC.kadmin(f'ktadd -norandkey -k {keytab} {" ".join(principals)}')
    return keytab


@tap.test
def a_logon_is_verified_with_the_keytab():
    with configured(new_keytab('HTTP/web.comp.test', HOST)) as cg:
        assert outcome(cg, verify=1) == 'verified'
        assert outcome(cg) == 'verified'


@tap.test
def without_a_keytab_who_insists_is_refused():
    keytab = new_keytab()
    with configured(keytab) as cg:
        assert outcome(cg, verify=1) == 'UNVERIFIED'
        assert outcome(cg) == 'unverified'
        line, = [line for line in cg.log().splitlines()
                 if 'did not prove' in line]
        assert f'logon uid={ALICE} ' in line, line
        KDC.kadmin(f'ktadd -norandkey -k {keytab} {HOST}')
        await_keys(cg, 2)
        assert outcome(cg, verify=1) == 'verified'
    with configured(new_keytab(), 'verify_kdc = no') as cg:
        assert outcome(cg, verify=1) == 'unverified'


@tap.test
def a_keytab_of_others_is_no_key_of_this_machine():
    with configured(new_keytab('HTTP/web.comp.test')) as cg:
        assert outcome(cg, verify=1) == 'UNVERIFIED'
        assert 'no AES key of host/NAME' in cg.log()


@tap.test
def a_key_that_is_not_the_domains_verifies_nobody():
    keytab = new_keytab(HOST)
    data = bytearray(keytab.read_bytes())
    data[-8] ^= 1       # in the last key, before its 4-byte version
    data[len(data) // 2 - 8] ^= 1
    keytab.write_bytes(data)
    with configured(keytab) as cg:
        assert outcome(cg, verify=1) == 'UNVERIFIED'
        assert outcome(cg) == 'UNVERIFIED'


@tap.test
def a_new_machine_password_needs_no_restart():
    keytab = new_keytab(HOST)
    with configured(keytab) as cg:
        assert outcome(cg, verify=1) == 'verified'
        KDC.kadmin(f'cpw -randkey {HOST}')
        # The KDC has it, the keytab not yet.
        assert outcome(cg, verify=1) == 'UNVERIFIED'
        KDC.kadmin(f'ktadd -norandkey -k {keytab} {HOST}')
        await_keys(cg, 4)
        assert outcome(cg, verify=1) == 'verified'
        # In the way of editors: a new file in the old one's place.
        KDC.kadmin(f'cpw -randkey {HOST}',
                   f'ktadd -norandkey -k {keytab}.new {HOST}')
        os.rename(f'{keytab}.new', keytab)
        await_keys(cg, 2)
        assert outcome(cg, verify=1) == 'verified'
        keytab.unlink()
        await_keys(cg, 0)
        assert outcome(cg, verify=1) == 'UNVERIFIED'
        assert len(cg.pairs()) == 1


@tap.test
def a_keytab_that_others_may_read_is_not_believed():
    keytab = new_keytab(HOST)
    keytab.chmod(0o644)
    with configured(keytab) as cg:
        assert 'others than root may read or change it' in cg.log()
        assert outcome(cg, verify=1) == 'UNVERIFIED'
        keytab.chmod(0o600)
        await_keys(cg, 2)
        assert outcome(cg, verify=1) == 'verified'


@tap.test
def what_is_no_keytab_does_no_harm():
    whole = new_keytab(HOST).read_bytes()
    keytab = new_keytab()
    with configured(keytab) as cg:
        for number, data in enumerate((
                b'', b'\x05\x01' + whole[2:], os.urandom(4096), whole[:-5],
                b'\x05\x02\x7f\xff\xff\xff', b'\x05\x02\x80\0\0\0')):
            keytab.write_bytes(data)
            keytab.chmod(0o600)
            await_keys(cg, 0, number + 1)
        keytab.write_bytes(whole)
        await_keys(cg, 2)
        assert outcome(cg, verify=1) == 'verified'
        assert len(cg.pairs()) == 1


ALICE = uid_of('alice')
with Kdc() as KDC:
    tap.main()
