#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""Both compilers build everything without a warning, and the unit tests hold
under the address and undefined-behaviour sanitizers. In a copy of the tree,
so that the build that is tested stays as it is."""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

from tests import tap
from tests.check import sources

BUILT = re.compile(r"^'build' finished successfully", re.M)
SANITIZER = re.compile(r'^==\d+==ERROR: .*|^.*runtime error: .*'
                       r'|^SUMMARY: .*', re.M)


def copy_to(folder):
    for path in sources.files():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(sources.TOP / path, target)
    # waf and pidl, which the launcher would download again
    (folder / 'build').mkdir()
    (folder / 'build/tools').symlink_to(sources.BUILD / 'tools')


def build(folder, *options):
    done = subprocess.run(
        ['./waf', 'configure', *options, '--werror', 'build'], cwd=folder,
        text=True, errors='replace', stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode == 0 and BUILT.search(done.stdout):
        return
    wrong = [line for line in done.stdout.splitlines()
             if re.search(r'(error|warning|Error): |undefined', line)]
    raise AssertionError('\n'.join(['', *wrong[:40]] or
                                   done.stdout.splitlines()[-20:]))


def in_a_copy(action):
    with tempfile.TemporaryDirectory(prefix='credguard-check.') as name:
        copy_to(pathlib.Path(name))
        action(pathlib.Path(name))


@tap.test
def gcc_builds_everything_without_a_warning():
    in_a_copy(lambda folder: build(folder, '--cc=gcc'))


@tap.test
def clang_builds_everything_without_a_warning():
    in_a_copy(lambda folder: build(folder, '--cc=clang'))


def run_sanitized(program, folder):
    """What is wrong with it, in words, or None."""
    done = subprocess.run(
        [program], cwd=folder, text=True, errors='replace', timeout=300,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=dict(os.environ, CG_TOP=str(folder), CMOCKA_MESSAGE_OUTPUT='TAP',
                 UBSAN_OPTIONS='print_stacktrace=1'))
    bad = [line for line in done.stdout.splitlines()
           if line.startswith('not ok')]
    if done.returncode == 0 and not bad:
        return None
    said = SANITIZER.findall(done.stdout)
    return f'{program.name}: exit code {done.returncode}, {bad + said}'


def build_and_run_sanitized(folder):
    build(folder, '--sanitize')
    programs = [path for path in
                sorted((folder / 'build/tests/unit').glob('test_*'))
                if path.is_file() and '.' not in path.name]
    assert len(programs) > 10, programs
    wrong = [run_sanitized(program, folder) for program in programs]
    print(f'# {len(programs)} programs')
    sources.fail_with([line for line in wrong if line])


@tap.test
def the_unit_tests_hold_under_the_sanitizers():
    in_a_copy(build_and_run_sanitized)


tap.main()
