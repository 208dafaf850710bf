# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts of the domain that tests make and remove; what dc1 counts."""
import contextlib
import re
import secrets

from tests.lab import labtest

SAM = '/var/lib/samba/private/sam.ldb'
SECRET = 'Pass-word-of-9'


def tool(*words):
    labtest.on('dc1', 'samba-tool', *words)


@contextlib.contextmanager
def account(name, *changes):
    """An account of the domain with the password SECRET; CHANGES are what
    samba-tool user then does with it."""
    tool('user', 'create', name, SECRET)
    try:
        for verb, *words in changes:
            tool('user', verb, name, *words)
        yield name
    finally:
        tool('user', 'delete', name)


def newcomer(name, *changes):
    """The same under a name that winbind has never seen: it remembers whose
    SID a name was, and pam_credguard refuses another's."""
    return account(f'{name}-{secrets.token_hex(3)}', *changes)


@contextlib.contextmanager
def service(name, spn, enctypes):
    """An account for SPN with those encryption types and no others, as
    msDS-SupportedEncryptionTypes has them ([MS-KILE] 2.2.7)."""
    with newcomer(name) as made:
        tool('spn', 'add', spn, made)
        modify(made, 'replace: msDS-SupportedEncryptionTypes\n'
                     f'msDS-SupportedEncryptionTypes: {enctypes}')
        yield


@contextlib.contextmanager
def lockout_after(number):
    policy = ('domain', 'passwordsettings', 'set')
    tool(*policy, f'--account-lockout-threshold={number}')
    try:
        yield
    finally:
        tool(*policy, '--account-lockout-threshold=0')


def bad_passwords(name):
    """As dc1 counts them."""
    out = labtest.on('dc1', 'ldbsearch', '-H', SAM,
                     f'(sAMAccountName={name})', 'badPwdCount').stdout
    found = re.search('^badPwdCount: (.*)$', out, re.M)
    return int(found.group(1)) if found else 0


def modify(name, lines):
    """LDIF after the dn of the account."""
    out = labtest.on('dc1', 'ldbsearch', '-H', SAM,
                     f'(sAMAccountName={name})', 'dn').stdout
    dn = re.search('^dn: (.*)$', out, re.M).group(1)
    labtest.on('dc1', 'ldbmodify', '-H', SAM,
               input=f'dn: {dn}\nchangetype: modify\n{lines}\n')
