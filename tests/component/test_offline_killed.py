#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""T17: kill -9 of vault, broker or guardian while guesses are made, and a full
disk. A guess that was answered with no is counted, whatever dies when; nobody
is shut out; no file is torn. Seeds are printed."""
import os
import pathlib
import random
import signal
import subprocess
import threading
import time

from tests import tap
from tests.component import offline as o
from tests.component.kdc import Kdc
from tests.component.place import new_dir, uid_of
from tests.component.small_disk import SmallDisk

ROUNDS = 6              # of each kind
SOME = 'max_failures = 100\n'


class Guesser(threading.Thread):
    """Guesses wrong without a pause and counts the answers."""

    def __init__(self, cg):
        super().__init__()
        self.cg, self.stop, self.denied, self.said = cg, False, 0, set()
        self.start()

    def run(self):
        while not self.stop:
            word = o.check(self.cg, 'wrong')
            self.denied += word == 'denied'
            self.said.add(word)

    def finish(self):
        self.stop = True
        self.join()
        assert not {'ok', 'locked', 'expired'} & self.said, self.said
        return self.denied


def with_verifier(offline=SOME, **kw):
    return o.guarded(KDC, KEYTAB, offline, **kw)


def counted(cg):
    rep = o.listed(cg)[ALICE]
    assert rep.is_usable == 1, cg.log()
    return rep.n_failures


def killed(which, strike):
    for number in range(ROUNDS):
        seed = random.randrange(1 << 32)
        print(f'# {which}, round {number}, seed {seed}', flush=True)
        with with_verifier() as cg:
            o.sign_in(cg)
            assert o.store(cg) == 'ok'
            guesser = Guesser(cg)
            time.sleep(random.Random(seed).uniform(0.3, 0.9))
            strike(cg)
            cg.await_new_pair(1, 10)
            denied = guesser.finish()
            assert counted(cg) >= denied, (counted(cg), denied)
            assert o.check(cg) == 'ok', cg.log()
            assert counted(cg) == 0


@tap.test
def T17_a_killed_broker_gives_no_guess_and_shuts_nobody_out():
    killed('broker', lambda cg: os.kill(cg.broker_pid, signal.SIGKILL))


@tap.test
def T17_a_killed_vault_gives_no_guess_and_shuts_nobody_out():
    killed('vault', lambda cg: os.kill(cg.vault_pid, signal.SIGKILL))


@tap.test
def T17_a_killed_guardian_gives_no_guess_and_shuts_nobody_out():
    def strike(cg):
        cg.process.kill()
        cg.process.wait()
        o.await_end(cg)
        cg.launch()

    killed('guardian', strike)


def traced(cg, action):
    """What the broker does on the disk meanwhile, in order."""
    out = new_dir('strace') / 'out'
    tracer = subprocess.Popen(
        ['strace', '-qq', '-p', str(cg.broker_pid), '-o', str(out), '-e',
         'trace=pwrite64,fsync,renameat2,renameat,unlinkat,sendmsg,write,'
         'send,sendto'], stderr=subprocess.DEVNULL)
    time.sleep(0.7)
    action()
    tracer.terminate()
    tracer.wait()
    return [line.split('(')[0] for line in out.read_text().splitlines()
            if line[0].isalpha()]


@tap.test
def T17_the_failed_guess_is_on_the_disk_before_the_vault_compares():
    with with_verifier() as cg:
        o.sign_in(cg)
        assert o.store(cg) == 'ok'
        calls = traced(cg, lambda: o.check(cg, 'wrong'))
        write = calls.index('pwrite64')
        rest = calls[write:]
        assert rest[:4] == ['pwrite64', 'fsync', 'renameat2', 'fsync'], calls
        # To the vault before it, and after it: the two steps.
        assert any(c.startswith(('send', 'write')) for c in calls[:write])
        assert any(c.startswith(('send', 'write')) for c in rest[4:])


@tap.test
def T17_on_a_full_disk_guesses_still_count_and_right_ones_are_right():
    disk = SmallDisk()
    with with_verifier(state=disk.state) as cg:
        o.sign_in(cg)
        assert o.store(cg) == 'ok'
        disk.fill()
        assert o.check(cg, 'wrong') == 'denied'
        assert counted(cg) == 1
        assert o.check(cg) == 'ok' and counted(cg) == 0
        assert o.check(cg, 'wrong') == 'denied'
    with with_verifier(state=disk.state) as again:
        assert counted(again) == 1
        assert o.check(again) == 'ok'


@tap.test
def T17_where_a_new_verifier_does_not_fit_the_logon_works_without():
    disk = SmallDisk()
    with with_verifier(state=disk.state) as cg:
        o.sign_in(cg)
        assert o.store(cg) == 'ok'
        disk.fill()
        o.sign_in(cg, 'bob@COMP.TEST', o.PASSWORDS['bob'], BOB)
        assert o.store(cg, 'bob') == 'a system call failed'
        assert 'verifiers: cannot write: No space left' in cg.log()
        assert o.check(cg) == 'ok'
        disk.room()
        assert o.store(cg, 'bob') == 'ok'
        assert o.check(cg, o.PASSWORDS['bob'], 'bob') == 'ok'


@tap.test
def T17_without_room_for_a_host_key_everything_else_works():
    disk = SmallDisk('4k')
    disk.fill()
    with with_verifier(state=disk.state) as cg:
        o.sign_in(cg)
        assert o.store(cg) == 'refused by policy'
        assert 'host.key' in cg.log() or 'no offline logon' in cg.log()


@tap.test
def T11_no_file_holds_anything_to_guess_with():
    """Neither the password, nor its NT hash, nor winbind's MD5 over it, nor
    the proof that the client computes, in any form."""
    import hashlib
    with with_verifier() as cg:
        o.sign_in(cg)
        assert o.store(cg) == 'ok' and o.check(cg) == 'ok'
        with o.Client(cg, ALICE) as alice:
            told = alice.call('client_make_offline_challenge', uid=ALICE)
        proof = hashlib.scrypt(
            o.PASSWORD.encode(), n=1 << told.log_n, r=told.r, p=told.p,
            salt=told.salt + told.sid + b'\0' + told.domain, dklen=32)
        files = [path for path in pathlib.Path(cg.dir).rglob('*')
                 if path.is_file()]
        assert o.record(cg) in files and len(files) > 5, files
        for path in files:
            data = path.read_bytes()
            for secret in (o.PASSWORD.encode(), proof, nt_hash(o.PASSWORD),
                           o.PASSWORD.encode('utf-16-le')):
                assert secret not in data, path
                assert secret.hex().encode() not in data.lower(), path
        data = o.record(cg).read_bytes()
        assert told.sid not in data and told.salt not in data


def nt_hash(password):
    from samba.credentials import Credentials
    creds = Credentials()
    creds.set_password(password)
    return bytes(creds.get_nt_hash())


ALICE, BOB = uid_of('alice'), uid_of('bob')
with Kdc() as KDC:
    KEYTAB = o.keytab_of(KDC)
    tap.main()
