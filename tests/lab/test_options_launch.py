#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""[launch], [vault] and [machine] of credguard.conf on ws1: each key, with
another value than its default, changes what one sees."""
import contextlib
import subprocess

from tests.lab import (guarding, kcm, kerbtest as k, labtest, pamtest as p,
                       ruling, second_realm as second)
from tests.lab.accounts import SECRET, modify, newcomer
from tests.lab.ruling import aside, rules as configured, system_users

MOVED, MOVED_CONF = '/run/kcm-elsewhere', '/etc/krb5-elsewhere.conf'
NO_KCM = 'No KCM server found'
PROGRAMS = ('credguardd', 'credguard-vault')
STEPS = ('authenticate', 'open_session', 'close_session')


@k.test
def kcm_socket():
    """Where libkrb5 is told to look for it."""
    usual = labtest.path('ws1', '/etc/krb5.conf').read_text()
    labtest.path('ws1', MOVED_CONF).write_text(usual.replace(
        '[libdefaults]', f'[libdefaults]\n\tkcm_socket = {MOVED}'))
    there = ('env', f'KRB5_CONFIG={MOVED_CONF}')
    with configured(f'[launch]\nkcm_socket = {MOVED}\n', at=MOVED):
        assert NO_KCM in kcm.kinit('one')
        assert NO_KCM not in kcm.kinit('one', around=there)
        k.good(*there, 'kvno', k.CIFS, cache=kcm.cache('one'))
    labtest.path('ws1', MOVED_CONF).unlink()


def without_verifiers():
    """They are the old broker's, and nothing to a new one."""
    labtest.unguard('ws1')
    labtest.on('ws1', 'rm', '-rf', '/var/lib/credguard/verifiers')


def running_as():
    out = labtest.on('ws1', 'ps', '-eo', 'user:32,comm').stdout
    seen = [line.split() for line in out.splitlines()]
    return [user for name in PROGRAMS for user, comm in seen
            if comm == name[:15]]


@k.test
def broker_user_and_vault_user():
    assert running_as() == ['credguard', 'credguard-vault']
    names = ['guard-of-mine', 'vault-of-mine']
    with system_users(*names):
        without_verifiers()
        with configured('[launch]\nbroker_user = guard-of-mine\n'
                        'vault_user = vault-of-mine\n'):
            try:
                assert running_as() == names
                k.logon()
                k.good('kvno', k.CIFS)
            finally:
                without_verifiers()


@contextlib.contextmanager
def on_an_older_kernel(config):
    """Yields the guardian's output, once it has ended or answers."""
    labtest.path('ws1', ruling.CONFIG).write_text(config)
    labtest.unguard('ws1')
    child = labtest.start(
        'ws1', 'env', f'PYTHONPATH={labtest.TREE}', 'python3', '-B',
        f'{labtest.TREE}/tests/lab/without_memfd_secret.py',
        f'{guarding.BIN}/{guarding.LAUNCH}', '--config', ruling.CONFIG,
        text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        k.until(lambda: child.poll() is not None or guarding.answers('ws1'),
                30, 'a start')
        yield child
    finally:
        child.kill()
        child.wait()
        child.stdout.close()
        labtest.path('ws1', ruling.CONFIG).unlink()
        labtest.guard('ws1')


@k.test
def secret_memory():
    """mlock: root can read what is in it."""
    with on_an_older_kernel('') as child:
        assert 'memfd_secret' in child.stdout.read()
    assert k.status()['protection']['secret_memory']
    with on_an_older_kernel('[vault]\nsecret_memory = mlock\n'):
        assert not k.status()['protection']['secret_memory']
        assert k.status()['protection_level'] == 1
        k.logon()
        found = labtest.hits(labtest.scan('ws1', labtest.nt_hash('alice')))
        assert {row[1] for row in found} == {'credguard-vault'}, found


def fill():
    """How many TGTs find room, of 300 that do by default."""
    with kcm.Kcm('alice') as link:
        for number in range(300):
            status = link.new(f'{k.uid("alice")}:{number}', kcm.tgt(9000))
            if status != 0:
                assert status == kcm.QUOTA, status
                return number
    return 300


@k.test
def arena_mib():
    more = '[broker]\ncaches_per_uid = 1000\n[vault]\n' \
        'max_entries_per_uid = 1000\n'
    for size, enough in ((8, False), (16, True)):
        with configured(f'{more}arena_mib = {size}\n'):
            assert k.status()['vault']['memory'] == size << 20
            assert (fill() == 300) == enough
            assert (kcm.QUOTA_TEXT in kcm.kinit('one')) != enough
            k.good('kdestroy', '-A')
            assert kcm.QUOTA_TEXT not in kcm.kinit('one')


def second_logon():
    return k.run('credguardctl', 'logon', '--password-fd', '0', second.ALICE,
                 input=second.SECRET + '\n').text


@k.test
def clock_skew_s():
    with second.up('+10m', skew_s=900):
        assert 'clocks' in second_logon()
        with configured('[vault]\nclock_skew_s = 900\n'):
            assert 'signed in' in second_logon()
            k.good('kvno', second.SERVICES[0])
        with configured('[vault]\nclock_skew_s = 500\n'):
            assert 'clocks' in second_logon()
            assert not k.caches()


@k.test
def max_entries_per_uid_and_max_entries():
    with configured('[vault]\nmax_entries_per_uid = 2\nmax_entries = 3\n'):
        full = [kcm.QUOTA_TEXT in kcm.kinit(name, user)
                for user in ('alice', 'bob')
                for name in ('one', 'two', 'three')]
        assert full == [False, False, True, False, True, True], full


def signs_in(name='alice', secret=None):
    return p.pamtester('login', name, *STEPS,
                       secret=secret or labtest.password(name))[0]


@k.test
def keytab():
    with aside('/etc/krb5.keytab', '/etc/keys-of-ws1'):
        with configured(''):
            assert not signs_in()
        with configured('[machine]\nkeytab = /etc/keys-of-ws1\n'):
            assert signs_in()


@k.test
def netbios_name():
    """With which dc1 compares userWorkstations."""
    with newcomer('elsewhere') as name:
        modify(name, 'replace: userWorkstations\nuserWorkstations: PC7')
        assert not signs_in(name, SECRET)
        with configured('[machine]\nnetbios_name = PC7\n'):
            assert signs_in(name, SECRET)


k.main()
