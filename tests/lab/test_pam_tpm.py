#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signing in without a domain controller on a machine with a TPM (one in
software, on ws1), before and after restarts, and with an old copy of what lies
on the disk."""
import contextlib
import json

from tests.lab import (fronting, kerbtest as k, labtest, pamtest as p,
                       softtpm)
from tests.lab.accounts import SECRET, newcomer

CONF, STATE = '/etc/credguard/credguard.conf', '/var/lib/credguard'
COPY = '/var/lib/copy'
STEPS = ('authenticate', 'acct_mgmt', 'setcred', 'open_session',
         'close_session')
WRONG = 'Not-the-word-7'


@contextlib.contextmanager
def tpm(more=''):
    """ws1 has one, and credguard there seals with it."""
    conf = labtest.path('ws1', CONF)
    before = conf.read_text() if conf.exists() else None
    with softtpm.running():
        try:
            conf.write_text(f'{before or ""}\n{softtpm.CONFIG}{more}')
            restart()
            yield
        finally:
            if before is None:
                conf.unlink()
            else:
                conf.write_text(before)
            # A machine that has sealed with a TPM does not go back by itself.
            restart(('rm', '-f', f'{STATE}/host.tpm'))
            labtest.on('ws1', 'rm', '-rf', COPY)


def restart(meanwhile=()):
    labtest.unguard('ws1')
    if meanwhile:
        labtest.on('ws1', *meanwhile)
    labtest.guard('ws1')


def sign_in(name, secret=SECRET):
    return p.pamtester('login', name, *STEPS, secret=secret)[0]


def told():
    done = labtest.on('ws1', '/run/lab/bin/credguardctl', 'status', '--json')
    return json.loads(done.stdout)['offline']


@k.test
def T12_it_works_across_restarts_and_an_old_copy_does_not():
    with newcomer('laptop') as name, tpm():
        assert (told()['sealing_key'], told()['rollback']) == ('tpm', 'tpm')
        assert sign_in(name)
        with labtest.cut_off('ws1'):
            assert sign_in(name)
            restart()
            assert sign_in(name)
            labtest.unguard('ws1')
            labtest.on('ws1', 'cp', '-a', STATE, COPY)
            labtest.guard('ws1')
            for _ in range(5):
                assert not sign_in(name, WRONG)
            assert not sign_in(name)        # locked
            restart(('sh', '-ec', f'rm -r {STATE}/*; '
                     f'cp -a {COPY}/. {STATE}'))
            assert 'is an old copy' in labtest.path('ws1', p.LOG).read_text()
            assert not sign_in(name)        # and nothing to guess at
        k.until(lambda: sign_in(name), 60, 'dc1 is seen again')
        with labtest.cut_off('ws1'):
            assert sign_in(name)            # a new verifier


@k.test
def T11_there_is_no_host_key_beside_a_tpm():
    with newcomer('laptop') as name, tpm():
        assert sign_in(name)
        found = labtest.on('ws1', 'ls', STATE).stdout.split()
        assert 'host.tpm' in found and 'host.key' not in found, found


@k.test
def T11_pcrs_another_system_does_not_get_the_key():
    """As far as a TPM sees that it is another one."""
    for more, may in (('', False), ('[sealing]\npcrs =\n', True)):
        with newcomer('laptop') as name, tpm(more):
            assert sign_in(name)
            restart(('tpm2_pcrextend', '-T', softtpm.TCTI,
                     f'7:sha256={"ab" * 32}'))
            with labtest.cut_off('ws1'):
                assert sign_in(name) == may, more
            k.until(lambda name=name: sign_in(name), 60, 'dc1 is seen again')


fronting.new_winbindd()
try:
    k.main()
finally:
    if not fronting.has_domain():
        fronting.new_winbindd()
