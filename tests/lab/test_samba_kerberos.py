#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""Debian's own Samba programs with Kerberos tickets from the vault; no
password is given, no TGT is in a file."""
import json

from tests.lab import kerbtest as k, labtest, sambatest as s

KRB5 = (s.KERBEROS, '-N')
RAW = '[krb5,seal]'


@s.test
def smbclient_lists_puts_and_gets():
    s.put_and_get(s.KERBEROS)
    assert k.CIFS in ' '.join(k.tickets()), k.tickets()


@s.test
def smbclient_signs_and_encrypts_with_every_protocol():
    for protection in ('sign', 'encrypt'):
        for protocol in ('SMB3', 'SMB3_02'):
            s.put_and_get(s.KERBEROS, f'--client-protection={protection}',
                          '-m', protocol)
    s.put_and_get(s.KERBEROS, '--client-protection=sign', '-m', 'SMB2')


@s.test
def smbclient_takes_short_names():
    for name in ('//fs1/share', '//FS1/share', '//fs1.EXAMPLE.TEST/share'):
        s.good_smbclient(*KRB5, '-c', 'quit', share=name)


@s.test
def rpcclient_and_net_rpc_use_it():
    assert s.who(*KRB5) == 'alice'
    assert s.who(*KRB5, target=f'ncacn_np:{s.DC1}[spnego,seal]') == 'alice'
    assert s.who(*KRB5, target=f'ncacn_np:{s.DC1}[spnego,sign]') == 'alice'
    out = k.good('net', 'rpc', 'info', *KRB5, '-S', s.DC1)
    assert 'Num users' in out, out
    out = k.good('net', 'rpc', 'user', *KRB5, '-S', s.DC1)
    assert 'alice' in out.split(), out


@s.test
def rpcclient_binds_with_raw_kerberos():
    """No SPNEGO: only the cache type inside of Heimdal reaches these."""
    for transport in ('ncacn_ip_tcp', 'ncacn_np'):
        for protection in ('seal', 'sign'):
            done = k.run('rpcclient', *KRB5, f'{transport}:{s.DC1}'
                         f'[krb5,{protection}]', '-c', 'enumdomusers')
            assert 'user:[alice]' in done.text, done.text
    assert any(name.startswith('host/dc1') for name in k.tickets())


@s.test
def without_the_module_raw_kerberos_fails():
    with s.without_module():
        done = k.run('rpcclient', *KRB5, f'ncacn_ip_tcp:{s.DC1}{RAW}', '-c',
                     'enumdomusers')
        assert 'user:[alice]' not in done.text, done.text
        assert s.smbclient(*KRB5, '-c', 'ls').returncode != 0


@s.test
def ldbsearch_and_net_ads_use_it():
    for protection in ('sign', 'encrypt'):
        assert s.ldap_base(*KRB5, f'--client-protection={protection}')
    out = k.good('net', 'ads', 'user', *KRB5, '-S', s.DC1)
    assert 'alice' in out.split(), out


@s.test
def a_file_manager_works_also_with_threads():
    for n_threads in (1, 6):
        out = k.good(f'{s.PROGRAMS}/smb_files', f'smb://{s.FS1}/share',
                     str(n_threads), '3')
        assert out == 'failed 0 environment changed 0\n', out


@s.test
def threads_get_tickets_at_the_same_time_without_a_lock():
    out = k.good(f'{s.PROGRAMS}/cache_threads', f'cifs/{s.FS1}',
                 f'host/{s.FS1}', f'ldap/{s.DC1}', '8', '20')
    assert out == 'good 480\n', out


@s.test
def nothing_is_left_in_files_or_for_others():
    look = ('find / -xdev -newer /tmp/mark -user alice -type f '
            '-not -path "/proc/*"; find /tmp /run/user /var/tmp /dev/shm '
            '-user alice')
    labtest.on('ws1', 'touch', '/tmp/mark')
    s.put_and_get(s.KERBEROS)
    found = labtest.on('ws1', 'sh', '-c', look).stdout
    assert found.strip() == '', found
    assert s.smbclient(*KRB5, '-c', 'quit', user='bob').returncode != 0
    assert s.smbclient(*KRB5, '-c', 'quit', user='root').returncode != 0


@s.test
def who_names_a_cache_gets_that_cache():
    k.kinit('bob', cache='FILE:/tmp/of_bob')
    s.good_smbclient(*KRB5, '-c', 'quit', cache='FILE:/tmp/of_bob')
    k.kinit('bob', cache=f'KCM:{k.uid("alice")}:bob')
    assert s.who(*KRB5, target=s.DC1) == 'alice'
    done = k.run('rpcclient', *KRB5, s.DC1, '-c', 'getusername',
                 cache=f'KCM:{k.uid("alice")}:bob')
    assert 'Account Name: bob' in done.text, done.text
    k.good('rm', '/tmp/of_bob')


@s.test
def the_cache_is_read_only_for_samba():
    done = k.run('net', 'ads', 'kerberos', 'renew')
    assert done.returncode != 0, done
    assert [cache['principal'] for cache in k.caches()] == [
        f'alice@{k.REALM}']


@s.test
def status_says_that_the_module_loads():
    assert k.status()['samba']['state'] == 'loads'
    assert 'use the vault       yes' in k.good('credguardctl', 'status')
    with s.without_module():
        assert k.status()['samba']['state'] == 'absent'
        out = k.good('credguardctl', 'status')
        assert 'is not installed' in out, out


@s.test
def an_expired_logon_is_an_error_and_not_a_hang():
    """By kinit: a TGT of seconds cannot prove its KDC, for Samba's takes it
    for one of kpasswd."""
    k.clean()
    k.kinit(more=('-l', '6s'))
    k.until(lambda: not k.caches()[0]['valid'], 15, 'the end of the TGT')
    done = s.smbclient(*KRB5, '-c', 'quit', timeout=30)
    assert done.returncode == 1, done
    assert json.loads(k.good('credguardctl', 'list', '--json'))['caches']


s.main()
