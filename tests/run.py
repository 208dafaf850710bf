#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the tests, group by group, and count.

A test program is tests/GROUP/test_*.py or build/tests/GROUP/test_*; it prints
TAP. The groups lab and attack share one lab, which is brought up before them
and taken down after. The group mit, which --full adds, is what a lab can show
whose members run an MIT-built Samba: tests/lab/test_mit_*.py, and of the
others those whose answer hangs on that Samba (tests/mit.txt). A skip counts
only when tests/skips.txt lists its reason. At the end stand the slowest.
"""
import argparse
import os
import pathlib
import re
import signal
import subprocess
import sys
import time

TOP = pathlib.Path(__file__).resolve().parent.parent
GROUPS = ('checks', 'unit', 'fuzz', 'component', 'lab', 'attack', 'mit')
FOLDER = {'checks': 'check'}
LABS = {'lab': 'stock', 'attack': 'stock', 'mit': 'mit'}
LAB = str(TOP / 'tests/lab/lab')
TIMEOUT_S = 1800        # of one test program; the slowest takes a third
N_SLOWEST = 10
RESULT = re.compile(r'^\s*(not )?ok\b[ \d]*-? ?(.*?)(?: # SKIP ?(.*))?$', re.I)


def programs(group):
    if group == 'mit':
        also = lines_of('tests/mit.txt')
        found = found_in('lab') + found_in('attack')
        unknown = set(also) - {path.name for path in found}
        if unknown:
            sys.exit(f'tests/mit.txt: no such test: {", ".join(unknown)}')
        # winbindd, when it sees a password, has it in its memory ever after:
        # those of its own come last.
        return sorted((path for path in found
                       if of_mit(path) or path.name in also), key=of_mit)
    return [path for path in found_in(group) if not of_mit(path)]


def of_mit(path):
    return path.name.startswith('test_mit_')


def found_in(group):
    folder = FOLDER.get(group, group)
    found = [p for p in (TOP / 'build/tests' / folder).glob('test_*')
             if os.access(p, os.X_OK) and p.is_file() and '.' not in p.name]
    found += (TOP / 'tests' / folder).glob('test_*.py')
    return sorted(found, key=lambda p: p.name)


def lines_of(name):
    """Without blank lines and comments."""
    lines = (TOP / name).read_text().splitlines()
    return [line.strip() for line in lines
            if line.strip() and not line.startswith('#')]


class Count:
    def __init__(self, allowed):
        self.passed, self.skipped, self.failures = 0, 0, []
        self.took_s = {}
        self.allowed = allowed

    def line(self, program, text):
        match = RESULT.match(text)
        if not match:
            return 0
        bad, name, reason = match.groups()
        if bad:
            self.failures.append(f'{program}: {name}')
        elif reason is None:
            self.passed += 1
        elif any(known in f'{name} {reason}' for known in self.allowed):
            self.skipped += 1
        else:
            self.failures.append(
                f'{program}: {name}: skip not in tests/skips.txt: {reason}')
        return 1


def default_signals():
    """Whoever starts the tests in the background ignores these for them."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def run_program(path, count, where=''):
    argv = [str(path)]
    if path.suffix == '.py':
        argv = ['/usr/bin/python3', '-B', str(path)]
    env = dict(os.environ, CMOCKA_MESSAGE_OUTPUT='TAP', PYTHONPATH=str(TOP),
               CG_TOP=str(TOP))
    name = f'{path.parent.name}/{path.name}{where}'
    print(f'# {name}', flush=True)
    begun, seen = time.monotonic(), 0
    child = subprocess.Popen(argv, cwd=TOP, env=env, text=True, bufsize=1,
                             errors='replace', stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                             start_new_session=True,
                             preexec_fn=default_signals)
    signal.signal(signal.SIGALRM,
                  lambda *_: os.killpg(child.pid, signal.SIGKILL))
    signal.alarm(TIMEOUT_S)
    for text in child.stdout:
        print(text, end='', flush=True)
        seen += count.line(name, text.rstrip('\n'))
    code = child.wait()
    signal.alarm(0)
    if seen == 0 or (code != 0 and not any(
            f.startswith(name) for f in count.failures)):
        count.failures.append(f'{name}: exit code {code}, {seen} results')
    count.took_s[name] = time.monotonic() - begun
    print(f'# {name}: {count.took_s[name]:.1f} s', flush=True)


class Lab:
    """The lab that the groups use, brought up when one needs it."""

    def __init__(self):
        self.samba = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.samba:
            subprocess.run([LAB, 'down'], check=False)

    def is_up(self, samba):
        if samba in (None, self.samba):
            return True
        self.samba = samba
        subprocess.run([LAB, 'down'], check=False)
        return subprocess.run([LAB, 'up', '--trust',
                               f'--samba={samba}']).returncode == 0


def tell_time(count, group_s):
    """Where the time went: a group's with its lab (and a build of Samba)."""
    for group, spent in group_s.items():
        print(f'# group {group}: {spent / 60:.1f} min')
    slowest = sorted(count.took_s.items(), key=lambda pair: -pair[1])
    for name, spent in slowest[:N_SLOWEST]:
        print(f'# {spent:6.1f} s {name}')


def run_groups(groups, count):
    group_s = {}
    with Lab() as lab:
        for group in groups:
            begun = time.monotonic()
            if not lab.is_up(LABS.get(group)):
                count.failures.append(f'{group}: the lab does not come up')
                continue
            for path in programs(group):
                run_program(path, count,
                            ' (MIT)' if group == 'mit' else '')
            group_s[group] = time.monotonic() - begun
    tell_time(count, group_s)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--only', default='')
    parser.add_argument('--full', action='store_true')
    options = parser.parse_args()
    only = [g for g in options.only.split(',') if g]
    unknown = [g for g in only if g not in GROUPS]
    if unknown:
        sys.exit(f'no such group: {", ".join(unknown)}; '
                 f'there are {", ".join(GROUPS)}')
    if os.geteuid() != 0:
        sys.exit('the tests make namespaces and start servers: run as root')
    count = Count(lines_of('tests/skips.txt'))
    run_groups([g for g in GROUPS if g in only or not only
                and (g != 'mit' or options.full)], count)
    for failure in count.failures:
        print(f'FAILED {failure}')
    print(f'{count.passed} passed, {len(count.failures)} failed, '
          f'{count.skipped} skipped')
    sys.exit(1 if count.failures or count.passed == 0 else 0)


main()
