#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run each fuzzer for a while; CG_FUZZ_SECONDS says how long.

What a fuzzer finds stays in build/fuzz. tests/fuzz/corpus/NAME may hold inputs
to begin with; those named *.hex are hexadecimal text.
"""
import os
import pathlib
import re
import subprocess

from tests import tap

TOP = pathlib.Path(os.environ.get('CG_TOP', '.')).resolve()
SECONDS = int(os.environ.get('CG_FUZZ_SECONDS', '15'))
FOUND = TOP / 'build/fuzz'


def corpus(name):
    """Where the fuzzer adds inputs, and where it only reads them."""
    grown, given = FOUND / name, TOP / 'tests/fuzz/corpus' / name
    grown.mkdir(parents=True, exist_ok=True)
    for path in given.glob('*.hex'):
        (grown / path.stem).write_bytes(bytes.fromhex(path.read_text()))
    return [grown, given] if given.is_dir() else [grown]


def fuzz(program):
    name = program.name.removeprefix('fuzz_')
    done = subprocess.run(
        [program, f'-max_total_time={SECONDS}', '-timeout=10',
         '-rss_limit_mb=1024', '-print_final_stats=1', '-verbosity=1',
         f'-artifact_prefix={FOUND}/{name}-', *corpus(name)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, errors='replace')
    for pattern in (r'INFO: Seed: \d+', r'stat::number_of_executed_units: .*'):
        for line in re.findall(pattern, done.stdout):
            print(f'# {program.name}: {line}')
    kept = re.findall(r'Test unit written to (\S+)', done.stdout)
    end = '\n'.join(done.stdout.splitlines()[-40:])
    assert done.returncode == 0, \
        f'the input is kept in {" ".join(kept)}\n{end}'


def add(program):
    def test():
        fuzz(program)
    test.__name__ = f'nothing crashes {program.name}'
    tap.test(test)


@tap.test
def every_fuzzer_is_built():
    written = {path.stem for path in (TOP / 'tests/fuzz').glob('fuzz_*.c')}
    built = {path.name for path in (TOP / 'build/tests/fuzz').glob('fuzz_*')}
    assert written and written <= built, written - built


for fuzzer in sorted((TOP / 'build/tests/fuzz').glob('fuzz_*')):
    add(fuzzer)
tap.main()
