#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab with the MIT-built Samba: what it leaves alone, and how that Samba
is built. Uses a second lab beside the one that is up."""
import os
import pathlib
import subprocess
import sys
import tempfile
import time

os.environ['CG_LAB'] = 'mitlife'

from tests import tap                                   # noqa: E402
from tests.lab import labtest, mit_samba, state         # noqa: E402

LAB = str(state.TOP / 'tests/lab/lab')
BUILDER = str(state.TOP / 'tests/lab/mit_samba.py')
PACKAGES = ('samba', 'samba-libs', 'winbind', 'smbclient', 'libsmbclient',
            'libwbclient0', 'libldb2', 'libpam-winbind', 'libnss-winbind',
            'python3-samba', 'libkrb5-3')


def lab(*words):
    return subprocess.run([LAB, *words], text=True, capture_output=True,
                          stdin=subprocess.DEVNULL)


def mounts():
    return [line.split()[1] for line in
            pathlib.Path('/proc/self/mounts').read_text().splitlines()
            if line.split()[0] == 'overlay' or state.NAME in line]


@tap.test
def it_comes_up_serves_and_goes_without_a_trace():
    before = mounts()
    done = lab('up', '--samba=mit')
    assert done.returncode == 0, done
    assert 'up, mit Samba' in lab('status').stdout
    assert lab('up', '--samba=mit').stdout.endswith('is up already\n')
    assert 'another Samba' in lab('up').stderr
    out = labtest.on('ws2', 'cat', '/proc/mounts').stdout
    assert '/usr overlay ro' in out, out
    assert '/usr overlay' not in labtest.on('dc1', 'cat',
                                            '/proc/mounts').stdout
    assert labtest.on('ws2', 'touch', '/usr/bin/mine',
                      check=False).returncode != 0
    assert lab('down').returncode == 0 and mounts() == before
    assert not state.STATE.exists()


@tap.test
def the_machines_own_samba_is_as_debian_made_it():
    done = subprocess.run(['dpkg', '--verify', *PACKAGES], text=True,
                          capture_output=True)
    assert (done.returncode, done.stdout) == (0, ''), done


@tap.test
def every_program_and_library_of_the_members_samba_is_mit_built():
    """One that stayed Debian's would be loaded with libraries it was not made
    for."""
    tree = mit_samba.get() / 'usr'
    stale = []
    for name in PACKAGES[:-1]:
        listed = subprocess.run(['dpkg', '-L', name], text=True, check=True,
                                capture_output=True).stdout.split('\n')
        for path in map(pathlib.Path, listed):
            if is_program(path) and not in_tree(tree, path):
                stale.append(str(path))
    assert not stale, stale


def is_program(path):
    return path.is_file() and not path.is_symlink() \
        and path.open('rb').read(4) == b'\x7fELF' \
        and 'heimdal' not in path.name and '-samba4.so' not in path.name


def in_tree(tree, path):
    words = path.parts[2:] if path.parts[1] == 'usr' else path.parts[1:]
    return tree.joinpath(*words).exists()


@tap.test
def a_build_that_fails_says_why_and_leaves_no_tree():
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / 'source'
        (source / 'debian').mkdir(parents=True)
        waf = source / 'third_party/waf/waflib/Build.py'
        waf.parent.mkdir(parents=True)
        waf.write_text('if p.is_child_of(ln):\n')
        rules = source / 'debian/rules'
        rules.write_text('#!/bin/sh\necho "$DEB_BUILD_PROFILES"\n'
                         'echo the reason; exit 2\n')
        rules.chmod(0o755)
        log = pathlib.Path(folder) / 'log'
        try:
            with open(log.with_suffix('.lock'), 'w') as held:
                mit_samba.compile_it(source, log, held)
        except mit_samba.BuildError as error:
            assert str(log) in str(error) and 'the reason' in str(error)
            assert mit_samba.PROFILE in log.read_text()
            assert mit_samba.SKIPPED in waf.read_text()
            return
    raise AssertionError('no error')


@tap.test
def a_download_that_fails_is_told_and_leaves_no_tree():
    """The real apt-get, with a proxy that nobody is."""
    with tempfile.TemporaryDirectory() as folder:
        words = ('import pathlib; from tests.lab import mit_samba as m;'
                 f'm.CACHE = pathlib.Path("{folder}"); m.get()')
        env = dict(os.environ, http_proxy='http://127.0.0.1:9')
        done = subprocess.run([sys.executable, '-B', '-c', words], text=True,
                              capture_output=True, env=env)
        assert done.returncode == 1, done
        assert 'waf: "apt-get' in done.stderr, done.stderr
        assert '127.0.0.1:9' in done.stderr, done.stderr
        assert os.listdir(folder) == ['samba-mit.lock'], os.listdir(folder)


@tap.test
def of_two_builds_at_once_the_second_waits_for_the_first():
    with tempfile.TemporaryDirectory() as folder:
        words = (f'import pathlib; from tests.lab import mit_samba as m;'
                 f'm.CACHE = pathlib.Path("{folder}");'
                 f'm.make = lambda waf, version, target, held: target.mkdir();'
                 f'print(m.get())')
        mit_samba.CACHE, was = pathlib.Path(folder), mit_samba.CACHE
        try:
            with mit_samba.lock():
                child = subprocess.Popen(
                    [sys.executable, '-B', '-c', words], text=True,
                    stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                assert 'waiting' in child.stderr.readline()
                time.sleep(0.2)
                assert child.poll() is None
            assert folder in child.communicate()[0]
            assert child.returncode == 0
        finally:
            mit_samba.CACHE = was


@tap.test
def the_builder_says_where_the_tree_is():
    out = subprocess.run([BUILDER], text=True, check=True,
                         capture_output=True).stdout.strip()
    assert out == str(mit_samba.get()) and os.path.isdir(f'{out}/usr/sbin')


try:
    tap.main()
finally:
    subprocess.run([LAB, 'down'], check=False)
