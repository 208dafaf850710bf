#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""Samba's programs when there is no module, no broker, no vault, no answer or
no logon: an error or Samba's own prompt after a time that is stated, never a
hang, never something weaker. And a module that was built for another Samba."""
import contextlib
import time

from tests.lab import kerbtest as k, labtest, sambatest as s

PATIENCE_S = 5          # one question that gets no answer
KDC_S = 30              # a broker that waits for a KDC
MODULE = labtest.guarding.MODULE
MODES = (s.KERBEROS, s.NTLM, '--use-kerberos=desired')


def pid_of(name):
    return labtest.on('ws1', 'pgrep', '-o', '-x', name).stdout.strip()


def command_s(mode, expect=''):
    """How long smbclient takes to say no, as it measures itself: names of
    users may take winbind its time."""
    script = (f'date +%s.%N; smbclient {s.SHARE} -N {mode} -c ls 2>&1;'
              ' echo code $?; date +%s.%N')
    out = k.good('sh', '-c', script, timeout=120)
    lines = out.splitlines()
    assert 'code 0' not in lines, out
    assert expect in out, out
    assert 'blocks available' not in out, out
    return float(lines[-1]) - float(lines[0])


def all_refused(limit_s):
    for mode in MODES:
        took = command_s(mode)
        print(f'# {mode}: {took:.1f} s')
        assert took < limit_s, (mode, took)


@contextlib.contextmanager
def stopped(name):
    pid = pid_of(name)
    labtest.on('ws1', 'kill', '-STOP', pid)
    try:
        yield
    finally:
        labtest.on('ws1', 'kill', '-CONT', pid)


@s.test
def without_the_module_it_is_as_it_was():
    with s.without_module():
        all_refused(5)


@s.test
def with_no_broker_it_fails_at_once():
    labtest.unguard('ws1')
    all_refused(5)


@s.test
def with_a_broker_that_does_not_answer_it_fails_after_its_patience():
    with stopped('credguardd'):
        for mode in MODES:
            took = command_s(mode)
            print(f'# {mode}: {took:.1f} s')
            assert PATIENCE_S - 1 < took < PATIENCE_S + 6, (mode, took)
    s.good_smbclient('-N', '-c', 'quit')


@s.test
def a_dead_vault_is_an_error_and_a_new_logon_mends_it():
    labtest.on('ws1', 'kill', '-KILL', pid_of('credguard-vault'))
    all_refused(KDC_S)
    k.until(lambda: k.run('credguardctl', 'status').returncode == 0, 20,
            'a new vault')
    k.logon()
    for mode in MODES:
        s.good_smbclient('-N', mode, '-c', 'quit')


@s.test
def without_a_logon_the_prompt_comes_and_a_password_works():
    k.clean()
    all_refused(5)
    terminal = k.Terminal('smbclient', s.SHARE, '-c', 'ls')
    terminal.expect('Password for [EXAMPLE\\alice]:')
    terminal.type(labtest.password('alice') + '\n')
    code, text = terminal.end(30)
    assert code == 0 and 'blocks available' in text, text


def replace_module(data):
    target = labtest.path('ws1', labtest.guarding.MODULES) / MODULE
    target.unlink(missing_ok=True)
    target.write_bytes(data)


def refused_with(data, reason):
    replace_module(data)
    samba = k.status()['samba']
    assert samba['state'] == 'refused' and reason in samba['reason'], samba
    assert 'does not load' in k.good('credguardctl', 'status')
    all_refused(5)


@s.test
def under_another_version_of_samba_the_loader_refuses_the_module():
    """The symbols of Samba's private libraries carry its version."""
    data = (labtest.state.TOP / 'build' / MODULE).read_bytes()
    other = data.replace(b'SAMBA_4.17.12_DEBIAN', b'SAMBA_4.18.99_DEBIAN')
    assert other != data, 'a Samba of another version than this test knows'
    refused_with(other, 'SAMBA_4.1')


@s.test
def with_other_structures_the_module_refuses_itself():
    for name in ('version', 'sizes'):
        built = labtest.state.TOP / f'build/tests/lab/module_other_{name}.so'
        refused_with(built.read_bytes(), 'not loaded')
        done = k.run('smbclient', s.SHARE, '-N', '-c', 'quit')
        assert 'credguard: built for GENSEC' in done.text, done.text


s.main()
