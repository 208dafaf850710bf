#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""T1 for Samba's programs: while a session is open, signed in by NTLM or by
Kerberos, neither the password nor the NT hash nor anything else of the user's
is in a process that root can read. On the stock ws2 both are found. T13: to a
server that the domain trusts for delegation, smbclient there sends the TGT."""
import contextlib

from tests import tap
from tests.attack import wiretap
from tests.lab import kerbtest as k, labtest, sambatest as s

STOLEN = 'FILE:/tmp/krb5cc_T13'


def patterns():
    return labtest.password('alice').encode(), labtest.nt_hash('alice')


@tap.test
def T1_the_password_is_found_in_smbclient_on_the_stock_host():
    with s.session('ws2', '-U', f'alice%{labtest.password("alice")}', s.NTLM):
        report = labtest.scan('ws2', *patterns())
    names = {name for _, name, _, _ in labtest.hits(report)}
    assert 'smbclient' in names, names


@tap.test
def T1_no_process_of_the_guarded_host_has_the_nt_hash_or_the_password():
    labtest.guard('ws1')
    labtest.add_module('ws1')
    k.clean()
    k.logon()
    for mode in (s.NTLM, s.KERBEROS):
        with s.session('ws1', '-N', mode):
            report = labtest.scan('ws1', *patterns())
        assert not labtest.hits(report), labtest.hits(report)
        closed = {name for _, name, _ in labtest.unreadable(report)}
        assert closed == {'credguard-vault'}, closed


@contextlib.contextmanager
def trusted_for_delegation(account):
    """Its tickets then say ok-as-delegate, and Samba's client asks for no
    more (gse.c: GSS_C_DELEG_POLICY_FLAG)."""
    words = ('samba-tool', 'delegation', 'for-any-service', account)
    labtest.on('dc1', *words, 'on')
    try:
        yield
    finally:
        labtest.on('dc1', *words, 'off')


def forwarded_tgts(host, *words, cache=None):
    """How many TGTs the KDC made for smbclient on HOST to send away: a ticket
    names its server in clear."""
    with wiretap.Wiretap(host) as tapped:
        k.good('smbclient', s.SHARE, *words, '-c', 'ls', host=host,
               cache=cache)
    replies = tapped.replies(wiretap.TGS_REP)
    return sum(b'krbtgt' in reply for reply in replies)


@tap.test
def T13_smbclient_sends_no_tgt_to_a_server_that_is_trusted():
    with trusted_for_delegation('FS1$'):
        k.kinit(more=('-f',), host='ws2', cache=STOLEN)
        stock = forwarded_tgts('ws2', s.KERBEROS, cache=STOLEN)
        flags = k.good('klist', '-f', host='ws2', cache=STOLEN)
        labtest.guard('ws1')
        labtest.add_module('ws1')
        k.clean()
        k.logon()
        guarded = forwarded_tgts('ws1', s.KERBEROS, '-N')
        print(f'# TGTs made to be sent away: {stock} on ws2, {guarded} on ws1')
        assert f'{k.CIFS}@{k.REALM}' in flags and 'O' in flags, flags
        assert stock > 0 and guarded == 0


k.main()
