# SPDX-License-Identifier: GPL-3.0-or-later
"""Operations of KCM, timed in rounds: each server has its turn in each, so
that what else the machine does falls on all of them."""
import collections
import contextlib
import statistics
import subprocess
import time

from tests.bench import servers
from tests.component.place import TOP, place, uid_of

SIZES = (10, 1000, 10000)
OPERATIONS = {
    'noop': 'NOOP',
    'get_principal': 'GET_PRINCIPAL',
    'retrieve': 'RETRIEVE, cached',
    'store': 'STORE',
    'uuid_list': 'GET_CRED_UUID_LIST',
    'by_uuid': 'GET_CRED_BY_UUID',
    'cred_list': 'GET_CRED_LIST',
    'new_cache': 'INITIALIZE, DESTROY',
}
BUDGET_US = 4000       # of one operation in one round


def client_program():
    return TOP / 'build/tests/bench/kcm_client'


class Samples:
    """Nanoseconds, by round."""

    def __init__(self):
        self.rounds = []

    def figures(self):
        every = sorted(ns for one in self.rounds for ns in one)
        return {
            'n': len(every),
            'median_us': statistics.median(every) / 1000,
            'p99_us': every[int(0.99 * (len(every) - 1))] / 1000,
            'round_medians_us': [statistics.median(one) / 1000
                                 for one in self.rounds],
        }


class Kcm:
    def __init__(self, fill_limit_s):
        self.fill_limit_s = fill_limit_s
        self.start = int(time.time())
        self.samples = collections.defaultdict(Samples)
        self.refused = {}       # (server, operation, size): status
        self.unfilled = {}      # (server, size): why
        self.fill_s = {}        # (server, size): seconds

    def client(self, server, size, budget_us, *words):
        uid = uid_of('alice')
        argv = [str(place().bin / 'tests/bench/kcm_client'),
                *(['--floor'] if server.is_floor else []),
                str(server.socket), f'{uid}:bench-{size}', str(size),
                str(self.start), str(budget_us), *words]
        done = subprocess.run(argv, text=True, capture_output=True, user=uid,
                              group=uid, extra_groups=[])
        if done.returncode != 0:
            raise RuntimeError(f'{server.name}: {done.stderr.strip()}')
        return [line.split() for line in done.stdout.splitlines()]

    def fill(self, server):
        for size in SIZES if not server.is_floor else ():
            (_, count, _, status, _, ns), = self.client(
                server, size, int(self.fill_limit_s * 1e6), 'fill')
            if int(count) == size:
                self.fill_s[server.name, size] = int(ns) / 1e9
                continue
            why = (f'{count} tickets in {self.fill_limit_s} s'
                   if status == '0' else
                   f'status {status} after {count} tickets')
            for more in SIZES[SIZES.index(size):]:
                self.unfilled[server.name, more] = f'{size}: {why}'
            return

    def turn(self, server, size):
        for name, *rest in self.client(server, size, BUDGET_US, *OPERATIONS):
            if rest[0] == 'status':
                self.refused[server.name, name, size] = int(rest[1])
                continue
            self.samples[server.name, name, size].rounds.append(
                [int(ns) for ns in rest])

    def result(self):
        rows = [{'server': server, 'operation': OPERATIONS[name],
                 'tickets': size, **samples.figures()}
                for (server, name, size), samples in self.samples.items()]
        return {
            'rows': rows,
            'refused': [{'server': server, 'operation': OPERATIONS[name],
                         'tickets': size, 'status': status}
                        for (server, name, size), status
                        in self.refused.items()],
            'fills': [{'server': server, 'tickets': size, 'seconds': seconds}
                      for (server, size), seconds in self.fill_s.items()],
            'unfilled': [{'server': server, 'tickets': size, 'why': why}
                         for (server, size), why in self.unfilled.items()],
        }


def measure(n_rounds, fill_limit_s):
    kcm = Kcm(fill_limit_s)
    with contextlib.ExitStack() as stack:
        found, missing = servers.all_of_them(stack)
        for server in found:
            kcm.fill(server)
        for _ in range(n_rounds):
            for size in SIZES:
                for server in found:
                    if (server.name, size) not in kcm.unfilled:
                        kcm.turn(server, size)
        return {'rounds': n_rounds, 'missing': missing,
                'versions': {s.name: s.version for s in found},
                **kcm.result()}
