# SPDX-License-Identifier: GPL-3.0-or-later
"""strace watches the vault through a user's day, against a real KDC: what it
calls is what it may call, and the list has nothing that it never needs."""
import os
import re
import signal
import subprocess

from tests import tap
from tests.component.fixture import Credguard
from tests.component.kdc import Kdc
from tests.component.place import TOP, await_true, new_dir

GOLDEN = TOP / 'tests/check/golden/vault.syscalls'
# Why each that strace may not see is on the list all the same.
UNSEEN = {
    'gettimeofday': 'answered by the vDSO where the clock allows it',
    'clock_gettime': 'answered by the vDSO where the clock allows it',
    'futex': 'pthread_once(), when something is used for the first time',
}
CALL = re.compile(r'^(?:\d+ +)?(\w+)\((.*)', re.M)


def allowed():
    lines = GOLDEN.read_text().splitlines()
    return {line.split()[1]: line.split()[2:] for line in lines
            if line and not line.startswith('#')}


def a_day(cg, kdc):
    """Everything that a user does; each command must succeed."""
    ctl = ['credguardctl', '--runtime-dir', cg.runtime]
    for argv in (
            ['kinit', 'alice'], ['klist'], ['klist', '-A'],
            ['kvno', 'host/comp.test'], ['kvno', 'HTTP/web.comp.test'],
            ['kdestroy'], [*ctl, 'logon', '--password-fd', '0', 'alice'],
            ['kvno', 'host/comp.test'], [*ctl, 'list'], [*ctl, 'renew'],
            [*ctl, 'status'], [*ctl, 'logoff']):
        done = cg.run_as('alice', argv, input=kdc.password('alice'))
        assert done.returncode == 0, (argv, done.stdout, done.stderr)
    for argv in (['kinit', 'alice'],
                 [*ctl, 'logon', '--password-fd', '0', 'alice']):
        done = cg.run_as('alice', argv, input='a wrong password\n')
        assert done.returncode != 0, argv


def trace():
    """The lines of strace, from the first request to the end."""
    out = new_dir('strace') / 'out'
    with Kdc() as kdc, Credguard(kdc=kdc) as cg:
        tracer = subprocess.Popen(
            ['strace', '-f', '-q', '-o', out, '-p', str(cg.vault_pid)],
            stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
        await_true(lambda: out.exists() and 'read(3' in out.read_text(),
                   'strace to attach', 10)
        a_day(cg, kdc)
        # It sees the end of the channel: the guardian, stopped, cannot kill.
        cg.process.send_signal(signal.SIGSTOP)
        os.kill(cg.broker_pid, signal.SIGKILL)
        try:
            tracer.wait(10)
        finally:
            cg.process.send_signal(signal.SIGCONT)
    return out.read_text()


TRACE = trace()


@tap.test
def the_vault_used_only_calls_of_the_golden_list():
    used = {name for name, _ in CALL.findall(TRACE)}
    assert used, TRACE
    print(f'# used: {" ".join(sorted(used))}')
    assert used <= set(allowed()), used - set(allowed())
    assert '+++ exited with 0 +++' in TRACE, TRACE[-300:]


@tap.test
def the_vault_read_and_wrote_nothing_but_the_channel():
    for name, arguments in CALL.findall(TRACE):
        if name in ('read', 'write'):
            assert arguments.startswith('3, '), (name, arguments)


@tap.test
def what_is_allowed_but_was_not_used_has_a_reason():
    unused = set(allowed()) - {name for name, _ in CALL.findall(TRACE)}
    for name in sorted(unused):
        print(f'# allowed but unused: {name}: {UNSEEN.get(name)}')
    assert unused <= set(UNSEEN), unused - set(UNSEEN)


tap.main()
