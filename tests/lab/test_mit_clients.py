#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""Samba's own programs, built with MIT's Kerberos, on the guarded ws1: they
find the vault by themselves and use what is in it. Without a sign-in each of
them fails, so that none had a secret from elsewhere."""
import time

from tests.lab import kerbtest as k, labtest

KERBEROS = ('-N', '--use-kerberos=required')
DC = 'dc1.example.test'
RPC = f'ncacn_np:{DC}[krb5,%s]'


def smbclient(*words, server=k.FS1, command='ls', **options):
    return k.run('smbclient', f'//{server}/share', *KERBEROS, *words,
                 '-c', command, **options)


def signed_in():
    for sign_in in k.SIGN_IN:
        k.clean()
        sign_in()
        yield sign_in


def serves(path):
    """What a program that is not signed in cannot do, and then can."""
    k.clean()
    for words, answer in path:
        done = k.run(*words)
        assert done.returncode != 0 and answer not in done.text, (words, done)
    for _ in signed_in():
        for words, answer in path:
            done = k.run(*words)
            assert done.returncode == 0 and answer in done.text, (words, done)
        assert k.tickets()[0] == k.TGT and len(k.tickets()) > 1
        k.refused('kvno', k.TGT, says=k.DECOY_REFUSED)


@k.test
def these_programs_are_the_mit_built_ones():
    for host in ('ws1', 'ws2', 'fs1'):
        for name in ('smbclient', 'winbindd', 'net'):
            where = labtest.on(host, 'which', name).stdout.strip()
            out = labtest.on(host, 'ldd', where).stdout
            assert 'libkrb5.so.3' in out, (host, name, out)
            assert 'libkrb5-samba4' not in out, (host, name, out)
    out = labtest.on('dc1', 'sh', '-c', 'ldd $(which smbclient)').stdout
    assert 'libkrb5-samba4' in out, 'the DC is as the machine is'


@k.test
def smbclient_reads_and_writes_whatever_the_server_is_called():
    done = smbclient()
    assert done.returncode == 1, done
    for _ in signed_in():
        for server in ('fs1', k.FS1, 'files.example.test'):
            done = smbclient(server=server,
                             command='put /etc/hosts mine; ls; rm mine')
            assert done.returncode == 0 and 'mine' in done.stdout, done
        assert f'{k.CIFS}@{k.REALM}' in k.tickets()
        k.refused('kvno', k.TGT, says=k.DECOY_REFUSED)


@k.test
def smbclient_signs_and_encrypts():
    k.kinit()
    for level in ('sign', 'encrypt'):
        done = smbclient(f'--client-protection={level}')
        assert done.returncode == 0, done
    assert k.run('smbclient', f'//{k.FS1}/share', '-N', '--use-kerberos=off',
                 '-c', 'ls').returncode == 1, 'anybody may read the share'


@k.test
def rpcclient_binds_with_kerberos_alone():
    """No SPNEGO around it: with Heimdal nothing of ours can reach this."""
    serves([(('rpcclient', *KERBEROS, RPC % 'seal', '-c', 'lookupnames bob'),
             'bob S-1-5-21-'),
            (('rpcclient', *KERBEROS, RPC % 'sign', '-c', 'lsaquery'),
             'Domain Name: EXAMPLE')])


@k.test
def net_ads_and_net_rpc_ask_the_domain():
    serves([(('net', 'ads', 'search', '(sAMAccountName=bob)', 'cn',
              *KERBEROS), 'cn: bob'),
            (('net', 'rpc', 'user', '-S', DC, *KERBEROS), 'alice')])


@k.test
def the_user_is_who_the_server_says():
    for name in ('alice', 'bob'):
        k.kinit(name, user=name)
        done = smbclient(user=name, command='put /etc/hosts by; rm by; ls')
        assert done.returncode == 0, done
    for name in ('alice', 'bob'):
        smbclient(user=name, command=f'put /etc/hosts of-{name}')
        path = labtest.path('fs1', f'/var/share/of-{name}')
        assert path.stat().st_uid == k.uid(name), name
        path.unlink()


@k.test
def after_logoff_they_fail_again():
    k.logon()
    assert smbclient().returncode == 0
    k.good('credguardctl', 'logoff')
    assert smbclient().returncode == 1


@k.test
def they_need_no_module_and_without_it_have_no_ntlm():
    """With Heimdal it is the module that brings Kerberos, too."""
    k.logon()
    labtest.remove_module('ws1')
    try:
        assert smbclient().returncode == 0
        done = k.run('smbclient', f'//{k.FS1}/share', '-N',
                     '--use-kerberos=off', '-c', 'ls')
        assert done.returncode == 1, done
    finally:
        labtest.add_module('ws1')


@k.test
def without_a_broker_they_fail_at_once():
    k.logon()
    labtest.unguard('ws1')
    try:
        begun = time.monotonic()
        assert smbclient().returncode == 1
        assert time.monotonic() < begun + 10
    finally:
        labtest.guard('ws1')


k.main()
