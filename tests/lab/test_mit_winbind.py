#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""winbindd, built with MIT's Kerberos, and pam_winbind on the guarded ws1:
with krb5_ccache_type=KCM they put the TGT of who signs in into the vault, and
leave the rest of its life to it."""
import re

from tests.lab import kerbtest as k, labtest

SERVICE = 'mit-login'
PAM = """auth required pam_winbind.so krb5_auth krb5_ccache_type=KCM
account required pam_winbind.so
session required pam_winbind.so
"""


def wbinfo(name, secret=None, kind='KCM'):
    """The cache is that of the user who runs it; winbindd becomes her."""
    secret = secret or labtest.password(name)
    return k.run('sh', '-c', 'read -r pair; exec wbinfo --krb5ccname="$1" '
                 '-K "$pair"', '-', kind, user=name,
                 input=f'{name}%{secret}\n')


def pam(*steps, name='alice', secret=None):
    secret = secret or labtest.password(name)
    return k.run('pamtester', SERVICE, name, *steps, user='root',
                 input=f'{secret}\n')


def entries():
    return k.status()['vault']['entries']


def is_in_the_vault(name='alice'):
    """The TGT, in the user's own default cache, and of use to programs."""
    assert k.collection(name) == [(f'{name}@{k.REALM}', f'KCM:{k.uid(name)}')]
    assert k.tickets(name)[0] == k.TGT
    k.good('kvno', k.CIFS, user=name)
    k.refused('kvno', k.TGT, user=name, says=k.DECOY_REFUSED)


def no_files():
    """No other cache was written: T5."""
    for place in '/tmp', '/var/tmp', '/run/user':
        assert not [path for path in labtest.path('ws1', place).rglob('*')
                    if 'krb5cc' in path.name], place


@k.test
def wbinfo_puts_the_tgt_into_the_vault():
    before = entries()
    for name in ('alice', 'bob'):
        done = wbinfo(name)
        assert done.returncode == 0, done
        assert 'succeeded' in done.text and 'KCM' in done.text, done
        is_in_the_vault(name)
    assert entries() == before + 2
    no_files()


@k.test
def a_wrong_password_puts_nothing_there():
    before = entries()
    assert wbinfo('alice', 'wrong').returncode != 0
    assert pam('authenticate', secret='wrong').returncode != 0
    assert k.collection() == [] and entries() == before


@k.test
def without_a_cache_type_nothing_is_kept():
    """What ws1's own PAM profile asks for."""
    before = entries()
    assert wbinfo('alice', kind='').returncode == 0
    assert k.collection() == [] and entries() == before
    no_files()


@k.test
def pam_winbind_puts_the_tgt_into_the_vault():
    before = entries()
    done = pam('authenticate', 'acct_mgmt', 'open_session')
    assert done.returncode == 0, done
    is_in_the_vault()
    assert entries() == before + 1
    k.good('kdestroy')
    assert k.collection() == [] and entries() == before
    no_files()


@k.test
def a_second_sign_in_replaces_the_first():
    wbinfo('alice')
    k.good('kvno', k.CIFS)
    before = entries()
    wbinfo('alice')
    assert entries() == before and k.tickets() == [k.TGT]
    is_in_the_vault()


@k.test
def renewals_are_the_vaults():
    """winbindd would destroy the cache when its own renewal is refused."""
    out = k.good('testparm', '-s', '--parameter-name',
                 'winbind refresh tickets', user='root')
    assert out.strip() == 'No', out
    wbinfo('alice')
    k.good('kvno', k.CIFS)
    was = times()
    k.good('sleep', '1.1')
    k.good('credguardctl', 'renew')
    assert times() > was and k.CIFS in ' '.join(k.tickets())
    is_in_the_vault()


def times():
    """Of the TGT: when it begins."""
    row = next(row for row in k.TICKET.findall(k.good('klist'))
               if row[2] == k.TGT)
    month, day, year, *clock = re.split('[/ :]', row[0])
    return year, month, day, clock


def prepare():
    labtest.path('ws1', f'/etc/pam.d/{SERVICE}').write_text(PAM)


prepare()
k.main()
