# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of Samba's own programs on ws1 share."""
import contextlib
import functools

from tests import tap
from tests.lab import kerbtest as k, labtest

FS1, DC1 = k.FS1, 'dc1.example.test'
SHARE = f'//{FS1}/share'
KERBEROS, NTLM = '--use-kerberos=required', '--use-kerberos=off'
BASE = 'DC=example,DC=test'
PROGRAMS = f'{labtest.TREE}/build/tests/lab'


def smbclient(*words, share=SHARE, **options):
    return k.run('smbclient', share, *words, **options)


def good_smbclient(*words, **options):
    done = smbclient(*words, **options)
    assert done.returncode == 0, (words, done.text)
    assert 'Anonymous login' not in done.text, (words, done.text)
    return done.text


def put_and_get(*words, **options):
    """What a user does with files; the text comes back as it was."""
    commands = ('put /etc/hostname samba-test; ls; get samba-test -;'
                ' del samba-test')
    text = good_smbclient('-N', *words, '-c', commands, **options)
    assert 'samba-test' in text and 'ws1' in text, text


def who(*words, target=DC1, user='alice', check=True):
    """The account that the DC sees in an RPC over SMB, or None."""
    done = k.run('rpcclient', *words, target, '-c', 'getusername', user=user)
    if 'Account Name: ' not in done.text:
        assert not check, (words, done.text)
        return None
    return done.text.split('Account Name: ')[1].split(',')[0]


def ldap_base(*words, **options):
    done = k.run('ldbsearch', '-H', f'ldap://{DC1}', '-b', BASE, '-s', 'base',
                 'dn', *words, **options)
    return done.returncode == 0 and f'dn: {BASE}' in done.text


@contextlib.contextmanager
def session(host, *words):
    """smbclient with its connection open."""
    terminal = k.Terminal('smbclient', SHARE, *words, host=host)
    try:
        terminal.expect('smb: \\>', 20)
        yield
    finally:
        terminal.child.kill()
        terminal.child.wait()


@contextlib.contextmanager
def without_module():
    labtest.remove_module('ws1')
    try:
        yield
    finally:
        labtest.add_module('ws1')


def test(function):
    """tap.test with ws1 guarded, the module there, and alice signed in by
    credguardctl; no password is given anywhere."""
    @functools.wraps(function)
    def wrapper():
        labtest.guard('ws1')
        labtest.add_module('ws1')
        k.clean()
        k.logon()
        function()
    return tap.test(wrapper)


main = k.main
