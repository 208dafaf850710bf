# SPDX-License-Identifier: GPL-3.0-or-later
"""smbclient -c quit on ws1 of the lab: with the module, and with a FILE cache
that has the ticket. One after the other, on one CPU."""
import statistics

from tests.lab import kerbtest as k, labtest, sambatest as s

# Runs inside of the host, as alice: argument 1 is how often.
INSIDE = """
import os, sys, time
os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
argv = ['/usr/bin/smbclient', '%s', '-N', '--use-kerberos=required',
        '-c', 'quit']
null = os.open('/dev/null', os.O_RDWR)
for number in range(int(sys.argv[1]) + 3):
    for name in ('KCM:', 'FILE:/tmp/bench_cache')[::1 if number %% 2 else -1]:
        begun = time.monotonic_ns()
        pid = os.posix_spawn(argv[0], argv, dict(os.environ, KRB5CCNAME=name),
                             file_actions=[(os.POSIX_SPAWN_DUP2, null, 1)])
        status = os.waitpid(pid, 0)[1]
        passed = time.monotonic_ns() - begun
        if status != 0:
            sys.exit(f'{name}: {status}')
        if number >= 3:
            print(name.split(':')[0], passed)
""" % s.SHARE


def measure(n):
    labtest.guard('ws1')
    labtest.add_module('ws1')
    k.clean()
    k.logon()
    k.kinit(cache='FILE:/tmp/bench_cache')
    out = k.good('/usr/bin/python3', '-c', INSIDE, str(n), timeout=600)
    samples = {'KCM': [], 'FILE': []}
    for line in out.splitlines():
        name, passed = line.split()
        samples[name].append(int(passed) / 1e6)
    k.good('rm', '/tmp/bench_cache')
    return {
        'module_ms': round(statistics.median(samples['KCM']), 1),
        'file_ms': round(statistics.median(samples['FILE']), 1),
        'ratio': round(statistics.median(
            a / b for a, b in zip(samples['KCM'], samples['FILE'])), 3),
        'n': len(samples['KCM']),
    }


def lines(result):
    yield (f'smbclient -c quit, median of {result["n"]}: '
           f'{result["module_ms"]} ms with the module, '
           f'{result["file_ms"]} ms with a FILE cache: '
           f'{result["ratio"]} times')
