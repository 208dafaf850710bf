#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""T17a: a taken-over broker, that is any code of its uid, against the vault.

Every way into the vault must end in EPERM or EACCES; each is tried in the
same run on a process of the broker's own uid, where it must be permitted.
"""
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

from tests import tap
from tests.attack import guardian
from tests.component.place import uid_of

INTRUDER = guardian.BUILD / 'tests/attack/intruder'
UID = uid_of('credguard')
DENIED = ('EPERM', 'EACCES')
# What fails even on an equal: a process may not enter the user namespace that
# it is in, and the kernel's own stack is for CAP_SYS_ADMIN only.
ODD = {'setns': 'EINVAL', '/proc/PID/stack': 'EACCES'}


def as_broker(*argv):
    return ['setpriv', f'--reuid={UID}', f'--regid={UID}', '--clear-groups',
            '--', *map(str, argv)]


class Tries:
    """{way: result} of both, made once."""

    def __init__(self):
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o755)         # a build tree may be private
            self.tool = shutil.copy(INTRUDER, folder)
            self.on_equal, self.equal_end = self.equal()
            with guardian.Guardian() as running:
                running.channel.hello()
                self.on_vault = self.intrude(running.vault_pid, 0)
                running.channel.call('list_usage', bytes(4))
                self.fds = os.listdir(f'/proc/{running.vault_pid}/fd')

    def equal(self):
        with subprocess.Popen(as_broker(self.tool), text=True,
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE
                              ) as target:
            address = target.stdout.readline().strip()
            return self.intrude(target.pid, address), target.wait(10)

    def intrude(self, pid, address):
        done = subprocess.run(as_broker(self.tool, pid, address), text=True,
                              capture_output=True, timeout=30)
        assert done.returncode == 0, done.stderr
        return dict(line.split() for line in done.stdout.splitlines())


TRIES = Tries()


def add(way):
    def test():
        permitted = TRIES.on_equal[way]
        assert permitted == ODD.get(way, 'ok'), f'on an equal: {permitted}'
        assert TRIES.on_vault[way] in DENIED, TRIES.on_vault[way]
    words = way.replace('+/proc/PID/', 'writing /proc/PID/')
    test.__name__ = f'T17a_{words}_of_the_vault_is_denied_to_the_broker'
    tap.test(test)


for name in TRIES.on_vault:
    if name != 'sigio':
        add(name)


@tap.test
def T17a_a_signal_by_way_of_SIGIO_does_not_reach_the_vault():
    assert TRIES.equal_end == -signal.SIGKILL, TRIES.equal_end
    assert TRIES.on_vault['sigio'] in ('ok', 'EPERM')
    assert TRIES.fds == ['3']       # it still lived when it was asked


@tap.test
def T17a_the_guardian_is_as_closed_to_the_broker_as_the_vault():
    with guardian.Guardian() as running, \
            tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        tool = shutil.copy(INTRUDER, folder)
        done = subprocess.run(as_broker(tool, running.process.pid, 0),
                              text=True, capture_output=True, timeout=30)
        results = dict(line.split() for line in done.stdout.splitlines())
        del results['sigio']
        assert set(results.values()) <= set(DENIED), results
        running.channel.hello()


@tap.test
def T17a_a_new_pair_gets_a_vault_with_another_key_and_no_entry():
    """The broker makes the vault die: what comes back knows nothing."""
    with guardian.Guardian() as first:
        first.channel.hello()
        first.channel.store(os.urandom(32), os.urandom(64))
        old, old_pid = first.public_key(), first.vault_pid
        first.hang_up()
        first.await_log('credguard-vault ended: exit code 0')
        match = first.await_log(rf'vault is pid (?!{old_pid}\b)(\d+)')
        assert first.public_key() != old
        assert not pathlib.Path(f'/proc/{old_pid}').exists()
        assert int(match.group(1)) != old_pid


tap.main()
