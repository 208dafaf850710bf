# SPDX-License-Identifier: GPL-3.0-or-later
"""The winbind pipe front in the lab. An NTLM answer from the vault through it
beside one of stock winbindd's cached credentials, and what passing through
costs a name look-up: the same client program, round against round."""
import contextlib
import os
import pathlib
import statistics
import subprocess
import sys

from tests.lab import fronting, hosts, labtest, state

CLIENT = f'{labtest.BUILD}/tests/bench/ntlm_client'
RATE = '[broker]\nntlm_per_minute = 60000\n'
USER = 'alice'


@contextlib.contextmanager
def lab():
    """The one that is up; else one for as long as it is needed."""
    was = state.read('status')
    if was is not None and was['phase'] == 'up':
        yield
        return
    program = str(state.TOP / 'tests/lab/lab')
    subprocess.run([program, 'up'], check=True, stdout=sys.stderr)
    try:
        yield
    finally:
        subprocess.run([program, 'down'], check=False)


def parents():
    found = {}
    for path in pathlib.Path('/proc').glob('[0-9]*/stat'):
        try:
            row = path.read_text()
        except OSError:
            continue
        found[int(path.parent.name)] = int(
            row.rpartition(')')[2].split()[1])
    return found


def pin(host, cpu):
    """All processes of HOST run on one CPU, as their client does."""
    of, family = parents(), {state.keeper(host)}
    while True:
        more = {pid for pid, parent in of.items() if parent in family}
        if more <= family:
            break
        family |= more
    for pid in family:
        with contextlib.suppress(ProcessLookupError):
            os.sched_setaffinity(pid, {cpu})


def times(host, *argv, user=USER):
    out = labtest.on(host, *argv, user=user).stdout
    return [float(line) for line in out.split()]


def median_of(samples):
    return round(statistics.median(samples), 1)


def compare(n_rounds, count, one, other):
    """one, other: functions of a count. Medians, and the median ratio."""
    samples, ratios = ([], []), []
    for _ in range(n_rounds):
        a, b = one(count), other(count)
        samples[0].extend(a)
        samples[1].extend(b)
        ratios.append(statistics.median(a) / statistics.median(b))
    return {'front_us': median_of(samples[0]),
            'stock_us': median_of(samples[1]),
            'ratio': round(statistics.median(ratios), 3),
            'n': len(samples[0])}


def save(host):
    labtest.on(host, 'wbinfo', '--ccache-save',
               f'{USER}%{labtest.password(USER)}', user=USER)


def measure(n_rounds, count=200):
    with lab():
        fronting.on(fronting.NTLM + RATE)
        try:
            for host in ('ws1', 'ws2'):
                save(host)
                pin(host, min(os.sched_getaffinity(0)))
            return {
                'ntlm': compare(
                    n_rounds, count,
                    lambda n: times('ws1', CLIENT, 'ntlm', str(n), USER),
                    lambda n: times('ws2', CLIENT, 'ntlm', str(n), USER)),
                'look_up': compare(
                    n_rounds, count,
                    lambda n: times('ws1', CLIENT, 'user', str(n), USER),
                    lambda n: times('ws1', *fronting.AROUND, USER, CLIENT,
                                    'user', str(n), USER, user='root')),
            }
        finally:
            hosts.succeeds('ws1', 'credguardctl', 'logoff', '--all')
            fronting.off()


def lines(result):
    ntlm, look_up = result['ntlm'], result['look_up']
    yield 'The winbind pipe front: medians in microseconds, same client'
    yield (f'  NTLM answer        {ntlm["front_us"]:>8} from the vault, '
           f'{ntlm["stock_us"]} from winbindd\'s cache: {ntlm["ratio"]} times')
    yield (f'  look-up of a user  {look_up["front_us"]:>8} through the front, '
           f'{look_up["stock_us"]} without: {look_up["ratio"]} times')
