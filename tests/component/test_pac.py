#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vault's reader of PACs against Samba's own writer: who is in the group,
for random users, with and without every field."""
import random
import subprocess

from samba.dcerpc import krb5pac, lsa, netlogon, samr, security
from samba.ndr import ndr_pack

from tests import tap

DRIVER = 'build/tests/component/pac_driver'
PROTECTED = 525
USERS = 400
LETTERS = 'aZ9 .\\-éß漢\U0001f600'


def text(rng):
    value = lsa.String()
    if rng.random() < 0.8:
        value.string = ''.join(rng.choice(LETTERS)
                               for _ in range(rng.randrange(40)))
    return value


def groups_of(rng, count):
    rids = [rng.randrange(1, 2000) for _ in range(count)]
    if rids and rng.random() < 0.5:
        rids[rng.randrange(len(rids))] = PROTECTED
    return rids


def array(rids):
    found = []
    for rid in rids:
        group = samr.RidWithAttribute()
        group.rid, group.attributes = rid, PROTECTED
        found.append(group)
    made = samr.RidWithAttributeArray()
    made.count, made.rids = len(found), found
    return made


def validation(rng, rids):
    info = krb5pac.PAC_LOGON_INFO()
    base = info.info3.base
    for name in ('account_name', 'full_name', 'logon_script', 'profile_path',
                 'home_directory', 'home_drive'):
        setattr(base, name, text(rng))
    for name in ('logon_server', 'logon_domain'):
        value = lsa.StringLarge()
        value.string = 'EXAMPLE'
        setattr(base, name, value)
    base.rid = rng.choice((PROTECTED, 1103))    # the user's own: no group
    base.primary_gid = 513
    base.groups = array(rids)
    if rng.random() < 0.8:
        base.domain_sid = security.dom_sid('S-1-5-21-1-2-3')
    if rng.random() < 0.5:
        sid = netlogon.netr_SidAttr()
        sid.sid = security.dom_sid(f'S-1-5-21-9-9-9-{PROTECTED}')
        info.info3.sids, info.info3.sidcount = [sid], 1
    return info


def pac(rng, rids):
    other = krb5pac.PAC_BUFFER()
    other.type = krb5pac.PAC_TYPE_LOGON_NAME
    other.info = krb5pac.PAC_LOGON_NAME()
    other.info.account_name = 'alice'
    logon = krb5pac.PAC_BUFFER()
    logon.type = krb5pac.PAC_TYPE_LOGON_INFO
    logon.info = krb5pac.PAC_LOGON_INFO_CTR()
    logon.info.info = validation(rng, rids)
    buffers = [other, logon] if rng.random() < 0.5 else [logon, other]
    data = krb5pac.PAC_DATA()
    data.num_buffers, data.version, data.buffers = 2, 0, buffers
    return ndr_pack(data)


def answers(lines):
    done = subprocess.run([DRIVER], input='\n'.join(lines) + '\n', text=True,
                          capture_output=True, check=True)
    return done.stdout.split()


@tap.test
def it_agrees_with_samba_on_random_users():
    rng = random.Random(525)
    lines, want = [], []
    for _ in range(USERS):
        rids = groups_of(rng, rng.randrange(30))
        lines.append(f'{PROTECTED} {pac(rng, rids).hex()}')
        want.append('yes' if PROTECTED in rids else 'no')
    assert answers(lines) == want
    assert {'yes', 'no'} == set(want)


@tap.test
def a_pac_without_the_users_part_names_no_groups():
    """MIT's KDC makes such. One that is cut is not of that kind."""
    data = krb5pac.PAC_DATA()
    data.num_buffers, data.version, data.buffers = 0, 0, []
    none = ndr_pack(data)
    cut = (1).to_bytes(4, 'little') + none[4:]
    assert answers([f'{PROTECTED} {none.hex()}',
                    f'{PROTECTED} {cut.hex()}']) == ['no', 'unreadable']


tap.main()
