#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""F5: credguardctl enable on ws1, of which the administrator had made the
worst: what a user types into a program is then used with AES and NTLMv2 only,
and the ticket cannot be forwarded; disable brings the worst back."""
import contextlib
import re

from tests.lab import kerbtest as k, labtest, sambatest as s

CACHE = 'FILE:/tmp/typed'
KRB5, SMB = '/etc/krb5.conf', '/etc/samba/smb.conf'
WEAK_KRB5 = """
	allow_weak_crypto = true
	default_tkt_enctypes = rc4-hmac
	default_tgs_enctypes = rc4-hmac
	permitted_enctypes = rc4-hmac aes256-cts-hmac-sha1-96
"""
WEAK_SMB = """
	client ntlmv2 auth = no
	client min protocol = NT1
	kerberos encryption types = legacy
"""


def change(path, after, text):
    """With TEXT behind the line AFTER; what it was."""
    file = labtest.path('ws1', path)
    before = file.read_text()
    file.write_text(before.replace(after, after + text, 1))
    return before


@contextlib.contextmanager
def weak():
    krb5 = change(KRB5, '[libdefaults]', WEAK_KRB5)
    smb = change(SMB, '[global]', WEAK_SMB)
    try:
        yield
    finally:
        labtest.path('ws1', KRB5).write_text(krb5)
        labtest.path('ws1', SMB).write_text(smb)


@contextlib.contextmanager
def enabled():
    before = [labtest.path('ws1', path).read_text() for path in (KRB5, SMB)]
    k.good('credguardctl', 'enable', user='root')
    try:
        yield
    finally:
        k.good('credguardctl', 'disable', user='root')
    assert before == [labtest.path('ws1', path).read_text()
                      for path in (KRB5, SMB)]


def typed_ticket():
    """Session key and flags of what a typed password brings."""
    k.kinit(cache=CACHE)
    out = k.good('klist', '-ef', cache=CACHE)
    k.good('rm', CACHE.removeprefix('FILE:'))
    flags = re.search('Flags: ([A-Za-z]+)', out).group(1)
    key = re.search(r'Etype \(skey, tkt\): (\S+),', out).group(1)
    return key, flags


def ntlm_works():
    secret = f'alice%{labtest.password("alice")}'
    done = s.smbclient(s.NTLM, '-U', secret, '-c', 'quit')
    assert done.returncode == 0 or 'NT_STATUS_' in done.text, done
    return done.returncode == 0


@s.test
def a_typed_password_gets_an_aes_ticket_that_is_not_forwardable():
    with weak():
        key, flags = typed_ticket()
        assert 'arcfour' in key and 'F' in flags, (key, flags)
        with enabled():
            key, flags = typed_ticket()
            assert key.startswith('aes256') and 'F' not in flags, (key, flags)
        assert 'arcfour' in typed_ticket()[0]


def service_key():
    """Of a TGT that a typed password brought into a file."""
    k.kinit(cache=CACHE)
    k.good('kvno', k.CIFS, cache=CACHE)
    out = k.good('klist', '-e', cache=CACHE)
    k.good('rm', CACHE.removeprefix('FILE:'))
    return re.search(fr'{k.CIFS}.*\n.*Etype \(skey, tkt\): (\S+),',
                     out).group(1)


@s.test
def its_service_tickets_have_aes_keys():
    with weak():
        assert 'arcfour' in service_key()
        with enabled():
            assert service_key().startswith('aes'), service_key()


@s.test
def a_typed_password_makes_no_ntlmv1_answer():
    """The server takes NTLMv2 only: who answers with less is refused."""
    with weak():
        assert not ntlm_works()
        with enabled():
            assert ntlm_works()
        assert not ntlm_works()


@s.test
def everything_goes_on_working():
    with enabled():
        k.clean()
        k.kinit()
        assert k.tickets() == [k.TGT]
        assert k.CIFS in k.good('kvno', k.CIFS)
        s.put_and_get(s.KERBEROS)
        secret = f'alice%{labtest.password("alice")}'
        s.good_smbclient(s.KERBEROS, '-U', secret, '-c', 'quit')


s.main()
