#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""T1 for Samba's programs: while a session is open, signed in by NTLM or by
Kerberos, neither the password nor the NT hash nor anything else of the user's
is in a process that root can read. On the stock ws2 both are found."""
from tests import tap
from tests.lab import kerbtest as k, labtest, sambatest as s


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


k.main()
