# SPDX-License-Identifier: GPL-3.0-or-later
"""How long a start takes, from exec of credguard-launch until a client has its
first answer, and what memory it has with one user signed in."""
import pathlib
import socket
import statistics
import subprocess
import time

from tests.bench.cold_kvno import sign_in
from tests.component.fixture import Credguard
from tests.component.kdc import Kdc
from tests.component.place import await_true

NOOP = bytes((0, 0, 0, 4, 2, 0, 0, 0))
LIMIT_S = 10


class Timed(Credguard):
    """Without the fork of this process in the time."""

    def launch(self):
        argv = [str(word) for word in self.argv]
        with open(self.log_file, 'wb') as log:
            self.begun = time.monotonic()
            self.process = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=self.env())

    def is_listening(self, client):
        try:
            client.connect(str(self.kcm_socket))
        except (FileNotFoundError, ConnectionRefusedError):
            return False
        return True

    def first_answer_s(self):
        self.launch()
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(LIMIT_S)
            while not self.is_listening(client):
                if time.monotonic() - self.begun > LIMIT_S:
                    raise RuntimeError(f'it does not start: {self.log()}')
                time.sleep(0.0005)
            client.sendall(NOOP)
            if not client.recv(64):
                raise RuntimeError(f'it does not answer: {self.log()}')
            return time.monotonic() - self.begun


def start_s():
    cg = Timed()
    try:
        passed = cg.first_answer_s()
        await_true(cg.pairs, 'the log of a start')
    finally:
        cg.stop()
    return passed


def resident_kib(pid):
    for line in pathlib.Path(f'/proc/{pid}/status').read_text().splitlines():
        if line.startswith('VmRSS:'):
            return int(line.split()[1])
    raise RuntimeError(f'no VmRSS of process {pid}')


def arena_kib(pid):
    """Resident memory of the mapping that the vault's heap and stack are in:
    memfd_secret's, of which the kernel tells the size only in pages that are
    mapped. None where there is no such mapping."""
    mine, total = False, None
    for line in pathlib.Path(f'/proc/{pid}/smaps').read_text().splitlines():
        words = line.split()
        if '-' in words[0]:
            mine = words[-1] == '(deleted)' and 'secretmem' in words[-2]
        elif mine and words[0] == 'Rss:':
            total = (total or 0) + int(words[1])
    return total


def memory():
    with Kdc() as kdc, Credguard(kdc=kdc) as cg:
        nobody = resident_kib(cg.vault_pid)
        sign_in(cg, kdc, 'KCM:')
        return {'vault_kib': resident_kib(cg.vault_pid),
                'vault_without_user_kib': nobody,
                'vault_arena_kib': arena_kib(cg.vault_pid),
                'broker_kib': resident_kib(cg.broker_pid),
                'launch_kib': resident_kib(cg.process.pid)}


def measure(n_starts):
    starts = [start_s() * 1000 for _ in range(n_starts)]
    return {'starts': n_starts, 'start_ms': statistics.median(starts),
            'slowest_start_ms': max(starts), **memory()}
