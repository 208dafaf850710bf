#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vault's system call filter: what it is, and what it does."""
import os
import pathlib
import re
import socket
import struct
import subprocess

from tests import tap
from tests.attack import bpf, guardian
from tests.component.place import uid_of

TOOLS = guardian.BUILD / 'tests/attack'
GOLDEN = guardian.TOP / 'tests/check/golden/vault.syscalls'
KILLED = 'credguard-vault ended: killed by its system call filter'
# The reason for the whole sandbox; outside each of them must really work.
NAMED = ('open', 'openat', 'socket', 'execve', 'ptrace', 'fork', 'clone',
         'mount', 'mmap_exec', 'mprotect_exec', 'kill', 'io_uring_setup')


def tool(name, *argv):
    done = subprocess.run([TOOLS / name, *map(str, argv)], text=True,
                          capture_output=True, timeout=30)
    assert done.returncode == 0, f'{name}: {done.returncode} {done.stderr}'
    return done.stdout


def golden():
    """{"NUMBER NAME[ argN=VALUE]"} without the names."""
    lines = GOLDEN.read_text().splitlines()
    rows = [line.split() for line in lines if line and line[0] != '#']
    return {' '.join([row[0], *row[2:]]) for row in rows}


def filters(pid):
    """The filters of a process, as the kernel holds them."""
    texts = tool('read_filter', pid).split('--\n')[:-1]
    return [[tuple(map(int, line.split())) for line in text.splitlines()]
            for text in texts]


def running_filter():
    with guardian.Guardian() as running:
        running.channel.hello()
        found = filters(running.vault_pid)
    assert len(found) == 1, f'{len(found)} filters'
    return found[0]


FILTER = running_filter()


@tap.test
def the_filter_of_the_running_vault_equals_the_golden_list():
    found = {f'{number}{rule}'
             for number, rule in bpf.allowed_calls(FILTER).items()}
    assert found == golden(), (
        f'only in the kernel: {sorted(found - golden())}, '
        f'only in {GOLDEN.name}: {sorted(golden() - found)}')
    assert len(found) <= 12


@tap.test
def every_other_call_ends_the_process_and_not_just_the_thread():
    for number in bpf.numbers(FILTER):
        for args in bpf.argument_lists(FILTER, number):
            verdict = bpf.run(FILTER, number, args=args)
            assert verdict in (bpf.ALLOW, bpf.KILL_PROCESS), (
                f'call {number}: {verdict:#x}')


@tap.test
def no_call_of_another_architecture_is_allowed():
    for number in bpf.numbers(FILTER):
        for arch in (bpf.I386, 0, bpf.X86_64 ^ 1, 0xc00000b7):
            for args in ((0,) * 6, (3, 129, 0, 0, 0, 0)):
                verdict = bpf.run(FILTER, number, arch, args)
                assert verdict == bpf.KILL_PROCESS, (number, arch)


@tap.test
def no_call_of_the_x32_table_is_allowed():
    assert max(bpf.allowed_calls(FILTER)) < 0x40000000


def status_of(pid):
    text = pathlib.Path(f'/proc/{pid}/status').read_text()
    return dict(re.findall(r'^(\w+):[ \t]*(.*?) *$', text, re.M))


@tap.test
def the_running_vault_has_no_privilege_no_file_and_no_environment():
    with guardian.Guardian() as running:
        running.channel.hello()
        pid = running.vault_pid
        status, own = status_of(pid), pathlib.Path(f'/proc/{pid}')
        assert (status['NoNewPrivs'], status['Seccomp']) == ('1', '2')
        assert status['Threads'] == '1' and status['Groups'] == ''
        for kind in ('Inh', 'Prm', 'Eff', 'Bnd', 'Amb'):
            assert int(status[f'Cap{kind}'], 16) == 0, kind
        uid = str(uid_of('credguard-vault'))
        assert status['Uid'].split() == [uid] * 4
        fds = [path.name for path in (own / 'fd').iterdir()]
        assert fds == ['3'], fds
        assert (own / 'root').resolve().name == 'empty'
        assert list((own / 'root/.').iterdir()) == []
        assert (own / 'environ').read_bytes().strip(b'\0') == b''
        for space in ('user', 'pid', 'mnt', 'net', 'ipc', 'uts', 'cgroup'):
            assert (own / 'ns' / space).readlink() != pathlib.Path(
                f'/proc/self/ns/{space}').readlink(), space
        limits = (own / 'limits').read_text()
        assert re.search(r'Max core file size\s+0\s+0 ', limits)
        assert re.search(r'Max processes\s+1\s+1 ', limits)


@tap.test
def descriptors_sent_over_the_channel_do_not_arrive():
    with guardian.Guardian() as running:
        running.channel.hello()
        head = struct.pack('<IIIIQ', 9, 1, 0, 0, 0)[:20]
        running.channel.socket.sendmsg([head], [(
            socket.SOL_SOCKET, socket.SCM_RIGHTS,
            struct.pack('<3i', 0, 1, 2))])
        running.channel.socket.recv(1000)
        assert os.listdir(f'/proc/{running.vault_pid}/fd') == ['3']


def attempt(number):
    """Whether the vault survived this row of cg_tries, and its end."""
    with guardian.Guardian(vault='tests/attack/vault_tries') as running:
        running.channel.hello()
        running.channel.socket.send(bytes([number]))
        answer = running.channel.socket.recv(16)
        end = running.await_log('credguard-vault ended: .*').group()
        return answer == b'\1', end


def outside(number):
    """What the same call gives an ordinary process."""
    return subprocess.run(
        ['unshare', '--mount', '--propagation', 'private', '--',
         TOOLS / 'tries_outside', str(number)], text=True,
        capture_output=True, timeout=30, stdin=subprocess.DEVNULL)


def add_forbidden(number, name):
    def test():
        control = outside(number)
        assert control.returncode == 0, f'outside: {control.returncode}'
        result = control.stdout.strip()
        assert result != 'ENOSYS' or name == 'x32_call', result
        if name in NAMED:
            assert result in ('ok', ''), f'outside: {result}'
        survived, end = attempt(number)
        assert not survived and end == KILLED, end
    test.__name__ = f'{name}_ends_the_vault_by_SIGSYS'
    tap.test(test)


def add_allowed(number, name):
    def test():
        survived, end = attempt(number)
        assert survived and 'exit code 0' in end, end
    test.__name__ = f'{name}_is_allowed'
    tap.test(test)


for line in tool('tries_outside').splitlines():
    row, call, kind = line.split()
    (add_allowed if kind == 'allowed' else add_forbidden)(int(row), call)

tap.main()
