#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""T11, T12 with a real domain: dc1 is cut off, and who was signed in before
signs in without it; the state is put back, whatever happens."""
import contextlib
import hashlib

from tests.component.vault_session import Refused
from tests.lab import client, guarding, kerbtest as k, labtest
from tests.lab.verifying import check, clean, sid_of, sign_in

VERIFIERS = '/var/lib/credguard/verifiers'
LOCKS_AFTER = 5         # the default


def signs_in():
    """False: no DC answers."""
    try:
        sign_in('alice')
    except Refused as why:
        assert why.status in ('UNAVAILABLE', 'KRB5'), why
        return False
    return True


def restart():
    guarding.unguard('ws1')
    guarding.guard('ws1')


@k.test
def without_a_dc_the_right_password_is_right():
    with clean():
        assert check('alice') == 'not found'
        sign_in('alice')
        with labtest.cut_off('dc1'):
            assert not signs_in()
            assert check('alice') == 'ok'
            assert check('alice', 'wrong') == 'denied'
            assert check('bob') == 'not found'
            restart()
            assert check('alice') == 'ok'


@k.test
def without_a_dc_wrong_ones_lock_across_a_restart():
    with clean():
        sign_in('alice')
        sign_in('bob')
        with labtest.cut_off('dc1'):
            for number in range(LOCKS_AFTER):
                assert check('alice', f'wrong {number}') == 'denied'
                restart()
            assert check('alice') == 'locked'
            restart()
            assert check('alice') == 'locked'
            assert check('bob') == 'ok'
        # Back again: who signs in with the DC is not locked any more.
        k.until(signs_in, 15, 'a logon')
        assert check('alice') == 'ok'


@contextlib.contextmanager
def password_put_back(name):
    try:
        yield
    finally:
        labtest.on('dc1', 'samba-tool', 'user', 'setpassword', name,
                   f'--newpassword={labtest.password(name)}')


@k.test
def a_changed_password_ends_the_verifier_of_the_old_one():
    old = labtest.password('alice')
    with clean(), password_put_back('alice'):
        sign_in('alice')
        k.refused('credguardctl', 'passwd', '--password-fd', '0', 'alice',
                  input=f'{old}\nXy-3\n', says='refused')
        assert check('alice') == 'ok'
        k.good('credguardctl', 'passwd', '--password-fd', '0', 'alice',
               input=f'{old}\n{old}-new\n')
        assert check('alice') == 'not found'


@k.test
def T11_nothing_in_a_file_can_be_guessed_at():
    with clean():
        sign_in('alice')
        assert check('alice') == 'ok'
        password, uid = labtest.password('alice'), client.uid_of('alice')
        with client.connect() as root:
            told = root.call('client_make_offline_challenge', uid=uid)
        proof = hashlib.scrypt(
            password.encode(), n=1 << told.log_n, r=told.r, p=told.p,
            salt=told.salt + told.sid + b'\0' + told.domain, dklen=32,
            maxmem=1 << 28)
        secrets = [password.encode(), password.encode('utf-16-le'), proof,
                   labtest.nt_hash('alice')]
        seen = 0
        for folder in ('/var', '/run', '/tmp'):
            for path in labtest.path('ws1', folder).rglob('*'):
                if path.is_file() and not path.is_symlink():
                    data = path.read_bytes()
                    seen += 1
                    assert not any(s in data or s.hex().encode() in data
                                   for s in secrets), path
        assert seen > 20, seen
        report = labtest.scan('ws1', *secrets)
        assert not labtest.hits(report), labtest.hits(report)


@k.test
def T12_the_record_says_nothing_without_the_key():
    with clean():
        sign_in('alice')
        uid = client.uid_of('alice')
        record = labtest.path('ws1', f'{VERIFIERS}/{uid}').read_bytes()
        for word in ('alice', 'EXAMPLE', sid_of('alice'),
                     sid_of('alice').rsplit('-', 1)[0]):
            assert word.encode() not in record, word
        key = labtest.path('ws1', '/var/lib/credguard/host.key')
        assert key.stat().st_mode & 0o7777 == 0o600
        # Another machine's key.
        good = key.read_bytes()
        guarding.unguard('ws1')
        try:
            key.write_bytes(bytes(32))
            guarding.guard('ws1')
            assert check('alice') == 'could not be decrypted'
        finally:
            guarding.unguard('ws1')
            key.write_bytes(good)
            guarding.guard('ws1')
        assert check('alice') == 'ok'


k.main()
