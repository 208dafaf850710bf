# SPDX-License-Identifier: GPL-3.0-or-later
"""T17: kill -9 of vault, broker or guardian at any moment while a user works.

A client may be told that something failed; it may not hang, and the next
logon works. Seeds are printed, so that a failure can be had again.
"""
import os
import pathlib
import random
import signal
import subprocess
import threading
import time

from tests import tap
from tests.component.fixture import Credguard
from tests.component.kdc import Kdc
from tests.component.place import await_true, is_alive

ROUNDS = 8              # of each kind
LIMIT_S = 5             # longer is a hang


class Worker(threading.Thread):
    """Signs in, looks and asks for tickets without a pause."""

    def __init__(self, cg, kdc, user):
        super().__init__()
        self.cg, self.kdc, self.user = cg, kdc, user
        self.stop, self.done, self.hangs = threading.Event(), 0, []
        self.start()

    def run(self):
        ctl = ['credguardctl', '--runtime-dir', str(self.cg.runtime)]
        day = (['kinit', self.user], ['klist'], ['kvno', 'host/comp.test'],
               [*ctl, 'logon', '--password-fd', '0', self.user], ['klist'],
               ['kvno', 'HTTP/web.comp.test'], ['kdestroy'])
        while not self.stop.is_set():
            for argv in day:
                try:
                    self.cg.run_as(self.user, argv, timeout=LIMIT_S,
                                   input=self.kdc.password(self.user))
                    self.done += 1
                except subprocess.TimeoutExpired:
                    self.hangs.append(argv)

    def finish(self):
        self.stop.set()
        self.join()
        assert self.hangs == [], (self.user, LIMIT_S, self.hangs)
        assert self.done > 0


def signs_in(cg, kdc):
    """The next logon; at once or not long after the restart."""
    begun = time.monotonic()
    for argv in (['kinit', 'bob'], ['klist'], ['kvno', 'host/comp.test']):
        done = cg.run_as('bob', argv, input=kdc.password('bob'),
                         timeout=LIMIT_S)
        assert done.returncode == 0, (argv, done.stderr, cg.log())
    assert time.monotonic() - begun < LIMIT_S


def is_ours(path):
    """A process of the product, in the mount namespace of this test."""
    try:
        return ((path / 'comm').read_text().startswith('credguard')
                and is_alive(int(path.name))
                and os.readlink(path / 'ns/mnt')
                == os.readlink('/proc/self/ns/mnt'))
    except (FileNotFoundError, ProcessLookupError):
        return False


def leftovers():
    return [int(path.name) for path in pathlib.Path('/proc').iterdir()
            if path.name.isdigit() and is_ours(path)]


def killed(which, strike):
    """STRIKE(cg) kills and, where nobody else does, starts again."""
    with Kdc() as kdc:
        for round_number in range(ROUNDS):
            seed = random.randrange(1 << 32)
            print(f'# {which}, round {round_number}, seed {seed}', flush=True)
            delay_s = random.Random(seed).uniform(0, 0.6)
            with Credguard(kdc=kdc) as cg:
                worker = Worker(cg, kdc, 'alice')
                try:
                    time.sleep(delay_s)
                    strike(cg)
                    cg.await_new_pair(1, LIMIT_S)
                    signs_in(cg, kdc)
                    assert len(leftovers()) >= 2    # they can be seen
                finally:
                    worker.finish()
                pids = [pid for pair in cg.pairs() for pid in pair]
            assert not any(map(is_alive, pids)), pids
            await_true(lambda: not leftovers(), f'the end of {leftovers()}',
                       2)


@tap.test
def T17_after_the_vault_is_killed_the_next_logon_works():
    killed('vault', lambda cg: os.kill(cg.vault_pid, signal.SIGKILL))


@tap.test
def T17_after_the_broker_is_killed_the_next_logon_works():
    killed('broker', lambda cg: os.kill(cg.broker_pid, signal.SIGKILL))


@tap.test
def T17_after_the_guardian_is_killed_a_new_one_works_at_once():
    def strike(cg):
        pair = cg.pairs()[-1]
        cg.process.kill()
        cg.process.wait()
        await_true(lambda: not any(map(is_alive, pair)), 'end of both', 2)
        cg.launch()

    killed('guardian', strike)


@tap.test
def T17_credentials_of_a_killed_vault_are_gone_and_the_user_is_told():
    with Kdc() as kdc, Credguard(kdc=kdc) as cg:
        done = cg.run_as('alice', ['kinit', 'alice'],
                         input=kdc.password('alice'))
        assert done.returncode == 0, done.stderr
        os.kill(cg.vault_pid, signal.SIGKILL)
        cg.await_new_pair(1)
        done = cg.run_as('alice', ['klist'])
        assert done.returncode == 1 and 'cache' in done.stderr, done
        done = cg.run_as('alice', ['kvno', 'host/comp.test'])
        assert done.returncode != 0


tap.main()
