#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""dc1 cannot be reached, or answers no more: whoever needs it is told soon,
and nobody else waits. What is changed here is put back, whatever happens."""
import contextlib
import os
import signal
import subprocess
import time

from tests.lab import kerbtest as k, labtest, second_realm as second

GONE = 'Cannot contact any KDC'
SOON_S = 15
AT_ONCE_S = 2.5         # two processors for all that runs beside
NEW = ('host/fs1.example.test', 'HTTP/fs1.example.test',
       'ldap/dc1.example.test', 'cifs/dc1.example.test')


@contextlib.contextmanager
def stopped():
    """Its KDC takes connections (the kernel does) and never answers."""
    pids = labtest.on('dc1', 'sh', '-c', "ss -Hltnp 'sport = :88' |"
                      ' grep -o pid=[0-9]* | cut -d= -f2 | sort -u'
                      ).stdout.split()
    assert pids
    labtest.on('dc1', 'kill', '-STOP', *pids)
    try:
        yield
    finally:
        labtest.on('dc1', 'kill', '-CONT', *pids)


def timed(function, *words, **options):
    begun = time.monotonic()
    function(*words, **options)
    return time.monotonic() - begun


def start_kvno(name, user='alice'):
    return labtest.start('ws1', 'kvno', name, user=user, text=True,
                         stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT)


def works_again():
    """Within 10 s of the end of the outage, for everybody."""
    k.until(lambda: k.run('kvno', NEW[0]).returncode == 0, 10, 'kvno')
    k.until(lambda: k.run('ssh', k.FS1, 'true').returncode == 0, 10, 'ssh')
    k.logon('bob', user='bob')


@k.test
def without_a_dc_new_tickets_fail_soon_and_old_ones_work():
    k.kinit()
    k.good('kvno', k.CIFS, 'HTTP/fs1.example.test')
    with labtest.cut_off('dc1'):
        assert timed(k.refused, 'kvno', NEW[0], says=GONE) < SOON_S
        assert timed(k.good, 'kvno', k.CIFS) < AT_ONCE_S
        assert timed(k.good, 'klist') < AT_ONCE_S
        assert timed(k.good, 'credguardctl', 'list') < AT_ONCE_S
        done = k.run('curl', '-s', '--negotiate', '-u', ':',
                     '--resolve', 'fs1.example.test:80:10.99.0.20',
                     'http://fs1.example.test/')
        assert 'You are alice' in done.stdout, done
        assert timed(k.refused, 'credguardctl', 'logon', '--password-fd', '0',
                     'alice', input='any\n',
                     says=f'(KDC) of {k.REALM} can be reached') < SOON_S
        assert timed(k.refused, 'credguardctl', 'renew',
                     says='can be reached') < SOON_S
        k.good('kvno', k.CIFS)
    works_again()
    assert 'renewed' in k.good('credguardctl', 'renew')


@k.test
def while_one_waits_for_a_dc_nobody_else_does():
    with second.up():
        k.kinit()
        k.kinit('bob', user='bob')
        k.good('kvno', k.CIFS, user='bob')
        k.logon(second.ALICE, user='bob', secret=second.SECRET)
        k.good('kswitch', '-p', 'bob', user='bob')
        elsewhere = {'user': 'bob', 'cache':
                     dict(k.collection('bob'))[second.ALICE]}
        with stopped():
            waiting = [start_kvno(NEW[i % len(NEW)]) for i in range(20)]
            time.sleep(0.5)
            for name in second.SERVICES:
                assert timed(k.good, 'kvno', name, **elsewhere) < AT_ONCE_S
            assert timed(k.good, 'kvno', k.CIFS, user='bob') < AT_ONCE_S
            assert timed(k.good, 'klist', '-A', user='bob') < AT_ONCE_S
            assert timed(k.good, 'credguardctl', 'status') < AT_ONCE_S
            assert timed(k.logon, second.ALICE, user='bob',
                         secret=second.SECRET) < AT_ONCE_S
            begun = time.monotonic()
            for child in waiting:
                out = child.communicate(timeout=30)[0]
                assert child.returncode == 1 and GONE in out, out
            assert time.monotonic() - begun < SOON_S
        works_again()
    assert k.status()['vault']['exchanges'] == 0


@k.test
def ctrl_c_while_a_dc_does_not_answer_ends_at_once():
    with stopped():
        terminal = k.Terminal('credguardctl', 'logon', 'alice')
        terminal.expect('Password for alice')
        terminal.type(labtest.password('alice') + '\n')
        time.sleep(0.5)
        os.write(terminal.master, b'\x03')
        begun = time.monotonic()
        code, text = terminal.end()
        assert code == 130 and time.monotonic() - begun < AT_ONCE_S, text
        child = start_kvno(NEW[0])
        child.send_signal(signal.SIGTERM)
        child.wait()
    k.until(lambda: k.status()['vault']['exchanges'] == 0, 15,
            'the end of what was under way')
    assert k.caches() == [] and k.status()['vault']['entries'] == 0
    k.kinit()
    works_again()


k.main()
