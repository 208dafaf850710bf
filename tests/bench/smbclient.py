#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""smbclient -c quit on ws1 of a lab that is up and guarded: with the module,
and with a FILE cache that has the ticket. One after the other, on one CPU.

    CG_LAB=NAME tests/bench/smbclient.py [N]
"""
import pathlib
import statistics
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from tests.lab import kerbtest as k, labtest, sambatest as s

TARGET = 1.05
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
    return samples


def main():
    samples = measure(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
    medians = {name: statistics.median(every)
               for name, every in samples.items()}
    ratio = statistics.median(
        a / b for a, b in zip(samples['KCM'], samples['FILE']))
    word = 'reached' if ratio <= TARGET else 'NOT reached'
    print(f'smbclient -c quit, {len(samples["KCM"])} times each: '
          f'{medians["KCM"]:.1f} ms with the module, {medians["FILE"]:.1f} ms '
          f'with a FILE cache; ratio {ratio:.3f}  <= {TARGET} {word}')


if __name__ == '__main__':
    main()
