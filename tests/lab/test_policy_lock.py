#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""lock = yes on ws1, without a TPM and with one: what its administrator sees
when the policy becomes weaker, and the way back."""
import contextlib
import json

from tests.lab import (guarding, kerbtest as k, labtest, ruling, softtpm,
                       state)

CONFIG, CMDLINE = '/etc/credguard-lock.conf', '/run/lab/cmdline'
FILE = '[sealing]\nprotect = file\n'
STATE = '/var/lib/credguard'
WEAK = 'ntlm_without_target = yes\n'
WORD = 'credguard.policy=unlock'


@contextlib.contextmanager
def machine():
    """ws1 with a configuration and a state directory of the test's own."""
    with ruling.aside(STATE, f'{STATE}.kept'):
        try:
            yield
        finally:
            labtest.on('ws1', 'rm', '-f', CONFIG)


@contextlib.contextmanager
def rescue():
    """Booted with the word on the kernel's command line."""
    labtest.path('ws1', CMDLINE).write_text(f'ro quiet {WORD}\n')
    labtest.on('ws1', 'mount', '--bind', CMDLINE, '/proc/cmdline')
    try:
        yield
    finally:
        labtest.on('ws1', 'umount', '/proc/cmdline')


def starts(config):
    """What status says of the lock then."""
    labtest.unguard('ws1')
    labtest.path('ws1', CONFIG).write_text(config)
    labtest.guard('ws1', options=('--config', CONFIG))
    told = labtest.on('ws1', 'credguardctl', 'status', '--json').stdout
    return json.loads(told)['policy_lock']


def refused(config):
    """What its log says."""
    log = labtest.path('ws1', guarding.LOG)
    before = log.stat().st_size
    try:
        starts(config)
    except state.LabError:
        return log.read_bytes()[before:].decode()
    raise AssertionError('it has started')


def is_held(config, held_by):
    """Locked, refused when it is weaker, and unlocked again."""
    assert starts(f'{config}[policy]\n') == 'none'
    assert starts(f'{config}[policy]\nlock = yes\n') == held_by
    assert starts(f'{config}[policy]\nlock = yes\n') == held_by
    log = refused(f'{config}[policy]\nlock = yes\n{WEAK}')
    assert ('ntlm_without_target = yes in [policy] is weaker than no'
            in log), log
    assert f'boot once with {WORD}' in log, log
    assert 'lock = no' in refused(f'{config}[policy]\n{WEAK}')
    assert starts(f'{config}[policy]\nlock = yes\n') == held_by
    k.logon('alice')


def is_unlocked(config):
    with rescue():
        assert starts(f'{config}[policy]\n{WEAK}') == 'none'
    assert starts(f'{config}[policy]\n{WEAK}') == 'none'
    k.logon('alice')


@k.test
def a_weaker_policy_is_refused_until_the_rescue_boot():
    with machine():
        is_held(FILE, 'file')
        told = labtest.on('ws1', 'credguardctl', 'status').stdout
        assert 'yes, but root can undo it' in ' '.join(told.split()), told
        is_unlocked(FILE)


@k.test
def a_stronger_policy_takes_the_place_of_the_record():
    with machine():
        assert starts(f'{FILE}[policy]\nlock = yes\n') == 'file'
        assert starts(f'{FILE}[policy]\nlock = yes\nntlm = no\n') == 'file'
        for weaker in ('lock = yes\n', 'lock = yes\nntlm = no\n'
                       'verify_kdc = no\n', ''):
            log = refused(f'{FILE}[policy]\n{weaker}')
            assert 'the policy is locked: ' in log, log


@k.test
def with_a_tpm_the_record_cannot_be_deleted_either():
    with machine(), softtpm.running():
        is_held(softtpm.CONFIG, 'tpm')
        labtest.unguard('ws1')
        labtest.on('ws1', 'sh', '-c', f'rm -r {STATE}/*')
        log = refused(f'{softtpm.CONFIG}[policy]\n{WEAK}')
        assert 'what it was locked to is lost' in log and WORD in log, log
        is_unlocked(softtpm.CONFIG)


k.main()
