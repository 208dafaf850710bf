# SPDX-License-Identifier: GPL-3.0-or-later
"""ct1: a container on the guarded ws1, with user, pid, mount, network, uts and
ipc namespaces of its own. It gets the guard's two sockets by bind mount, and
with its uid map alice, as uid 1000. bob has no uid there.
"""
import os
import pathlib
import shutil
import subprocess
import sys

from tests.lab import hosts, state

NAME, ON = 'ct1', 'ws1'
ROOT = f'/run/lab/{NAME}'
KCM, CLIENT = '/run/.heim_org.h5l.kcm-socket', '/run/credguard'
SHARED = (KCM, CLIENT, '/run/lab/tree', '/run/lab/bin')
FIRST, COUNT = 200000, 1000     # what its root and system users really are
INSIDE = 1000                   # what alice is there


def ids(host, name):
    """uid and gid."""
    words = hosts.on(host, 'getent', 'passwd', name).split(':')
    return int(words[2]), int(words[3])


def prepare():
    root = state.STATE / ON / ROOT.lstrip('/')
    if root.exists():
        shutil.rmtree(root)
    for path, mode in (('run/lab', 0o755), ('tmp', 0o1777), ('root', 0o755)):
        (root / path).mkdir(parents=True)
        (root / path).chmod(mode)
    shutil.copytree(state.STATE / ON / 'etc', root / 'etc', symlinks=True)
    (root / 'etc/krb5.keytab').unlink(missing_ok=True)
    etc = root / 'etc'
    add(etc / 'passwd', f'alice:x:{INSIDE}:{INSIDE}::/home/alice:/bin/bash')
    add(etc / 'group', f'users1000:x:{INSIDE}:')
    text = (etc / 'nsswitch.conf').read_text()
    (etc / 'nsswitch.conf').write_text(text.replace(' winbind', ''))


def add(path, line):
    with open(path, 'a') as out:
        out.write(f'{line}\n')


def write_maps(pid):
    """As the runtime of a container does; its own root could not."""
    for name, outside in zip(('uid', 'gid'), ids(ON, 'alice')):
        with open(f'/proc/{pid}/{name}_map', 'w') as out:
            out.write(f'0 {FIRST} {COUNT}\n{INSIDE} {outside} 1\n')


def expect(child, wanted):
    if child.stdout.readline() != f'{wanted}\n':
        raise state.LabError(f'{NAME}: {child.stderr.read().strip()}')


def only_child(pid):
    """By its number outside of all hosts."""
    return int(pathlib.Path(f'/proc/{pid}/task/{pid}/children').read_text())


def start():
    stop()
    prepare()
    child = subprocess.Popen(
        [sys.executable, '-B', str(hosts.HERE / 'container_keeper.py'), ROOT],
        env={**os.environ, 'PYTHONPATH': str(state.TOP)},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, start_new_session=True)
    expect(child, 'unshared')
    runtime = only_child(child.pid)
    write_maps(runtime)
    child.stdin.write('mapped\n')
    child.stdin.flush()
    expect(child, 'ready')
    pid = only_child(runtime)
    state.write(f'{NAME}.keeper', {'pid': pid, 'start': state.start_time(pid)})
    hosts.connect_one(NAME, state.CONTAINERS[NAME])
    return child


def stop():
    """Also of one that went with its host."""
    seen = state.read(f'{NAME}.keeper')
    if seen is None:
        return
    hosts.end(seen)
    hosts.await_end(NAME, seen)
    (state.STATE / f'{NAME}.keeper').unlink()
