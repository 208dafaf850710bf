# SPDX-License-Identifier: GPL-3.0-or-later
"""What the guardian starts, and in which surroundings."""
import array
import errno
import fcntl
import os
import pathlib
import re
import socket
import stat

from tests import tap
from tests.component.launching import (descriptors, greeting, guarded,
                                       standin, status, words)
from tests.component.place import LIBC, uid_of

NS_GET_OWNER_UID = 0xb704
SYS_PIDFD_OPEN, SYS_PIDFD_GETFD = 434, 438
NAMESPACES = ('cgroup', 'ipc', 'mnt', 'net', 'pid', 'user', 'uts')


@tap.test
def both_sockets_are_open_to_everybody_and_lead_to_the_broker():
    with guarded() as cg:
        for path in (cg.kcm_socket, cg.client_socket):
            info = path.stat()
            assert stat.S_IMODE(info.st_mode) == 0o666 and info.st_uid == 0
        want = (cg.broker_pid, uid_of('credguard'))
        assert greeting(cg) == want
        assert greeting(cg, socket.SOCK_SEQPACKET) == want


@tap.test
def the_key_of_the_vault_is_published_for_everybody_to_read():
    with guarded() as cg:
        path = cg.runtime / 'vault.pub'
        info = path.stat()
        assert stat.S_IMODE(info.st_mode) == 0o644 and info.st_uid == 0
        assert re.fullmatch(r'[0-9a-f]{64}\n', path.read_text())
        assert stat.S_IMODE(cg.runtime.stat().st_mode) == 0o755


@tap.test
def the_vault_shares_no_namespace_with_anybody():
    with guarded() as cg:
        for name in NAMESPACES:
            links = {os.readlink(f'/proc/{pid}/ns/{name}') for pid in
                     (cg.vault_pid, cg.broker_pid, cg.process.pid)}
            assert len(links) == 2, (name, links)
        assert status(cg.vault_pid)['NSpid'].split()[-1] == '1'


@tap.test
def the_vault_owns_its_user_namespace():
    with guarded() as cg:
        with open(f'/proc/{cg.vault_pid}/ns/user') as handle:
            owner = array.array('I', [0])
            fcntl.ioctl(handle, NS_GET_OWNER_UID, owner)
        assert owner[0] == uid_of('credguard-vault')


@tap.test
def the_vault_has_an_empty_root_one_descriptor_and_no_environment():
    with guarded() as cg:
        pid = cg.vault_pid
        assert os.listdir(f'/proc/{pid}/root/') == []
        assert os.readlink(f'/proc/{pid}/cwd') == os.readlink(
            f'/proc/{pid}/root')
        assert descriptors(pid) == [3]
        assert words(pid, 'environ') == []
        assert words(pid, 'cmdline') == [
            'credguard-vault', '--arena-mib=64', '--memory=secret']


@tap.test
def around_the_root_lie_only_the_files_that_the_vault_needs():
    """Seen from a stand-in that was told to stay where it was put."""
    with guarded(vault=standin('vault_rooted')) as cg:
        root = f'/proc/{cg.vault_pid}/root'
        found = [os.path.relpath(os.path.join(where, name), root)
                 for where, _, names in os.walk(root) for name in names]
        assert 'credguard-vault' in found
        rest = [name for name in found if name != 'credguard-vault']
        assert rest and all(re.search(r'^(usr/)?lib.*/(lib|ld-)[^/]*$', name)
                            for name in rest), rest
        assert os.listdir(f'{root}/empty') == []
        mounts = pathlib.Path(f'/proc/{cg.vault_pid}/mountinfo').read_text()
        for line in mounts.splitlines():
            assert {'ro', 'nosuid', 'nodev'} <= set(
                line.split()[5].split(',')), line


@tap.test
def the_vault_runs_without_privileges_under_its_own_user():
    with guarded() as cg:
        seen = status(cg.vault_pid)
        uid = str(uid_of('credguard-vault'))
        assert set(seen['Uid'].split()) == {uid} and seen['Groups'] == ''
        for name in ('CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'):
            assert int(seen[name], 16) == 0, name
        limits = pathlib.Path(f'/proc/{cg.vault_pid}/limits').read_text()
        for name, value in (('core file size', 0), ('processes', 1),
                            ('open files', 8)):
            assert re.search(rf'Max {name} +{value} +{value} ', limits), name


@tap.test
def the_broker_runs_without_privileges_and_gets_only_its_descriptors():
    with guarded(env={'LD_DEBUG_OUTPUT': '/x', 'SECRET': 'x'}) as cg:
        pid = cg.broker_pid
        seen = status(pid)
        uid = str(uid_of('credguard'))
        assert set(seen['Uid'].split()) == {uid} and seen['Groups'] == ''
        assert int(seen['CapEff'], 16) == 0 and seen['NoNewPrivs'] == '1'
        assert descriptors(pid) == [0, 1, 2, 3, 4, 5, 6, 7]
        assert os.readlink(f'/proc/{pid}/fd/0') == '/dev/null'
        assert os.readlink(f'/proc/{pid}/fd/7') == \
            str(cg.state / 'verifiers')
        assert {word.split('=')[0] for word in words(pid, 'environ')} == {
            'PATH', 'CG_LISTEN', 'KRB5_CONFIG'}
        assert words(pid, 'cmdline') == ['credguardd', '--config',
                                         str(cg.config)]


LOOK_INTO = """
import ctypes, os, sys, time
libc = ctypes.CDLL(None, use_errno=True)
buffer = ctypes.create_string_buffer(64)
iov = (ctypes.c_void_p * 2)(ctypes.addressof(buffer), 64)
attr = (ctypes.c_uint32 * 32)(1, 128)       # a software clock
attr[10] = 0x60                             # of user code only

def call(number, *args):
    rc = libc.syscall(ctypes.c_long(number), *[
        ctypes.c_long(arg) if isinstance(arg, int) else arg for arg in args])
    if rc < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return rc

def look_into(pid):
    proc = f'/proc/{pid}/'
    for name, attempt in (
            ('process_vm_readv', lambda: call(310, pid, iov, 1, iov, 1, 0)),
            ('pidfd_getfd', lambda: call(438, os.pidfd_open(pid), 0, 0)),
            ('perf_event_open', lambda: call(298, attr, pid, -1, -1, 0)),
            ('mem', lambda: open(proc + 'mem')),
            ('maps', lambda: open(proc + 'maps').read(1)),
            ('auxv', lambda: open(proc + 'auxv', 'rb').read(1)),
            ('environ', lambda: open(proc + 'environ')),
            ('fd', lambda: os.listdir(proc + 'fd')),
            ('root', lambda: os.listdir(proc + 'root')),
            ('ptrace', lambda: call(101, 0x4206, pid, 0, 0))):
        try:
            attempt()
            print(name, 0)
        except OSError as error:
            print(name, error.errno)

pid = int(sys.argv[1]) or os.fork()
if pid == 0:
    time.sleep(60)
look_into(pid)
if sys.argv[1] == '0':
    os.kill(pid, 9)
"""


def look_into(cg, pid):
    done = cg.run_as('credguard', ['/usr/bin/python3', '-c', LOOK_INTO, pid],
                     check=True, timeout=20)
    return dict(line.split() for line in done.stdout.splitlines())


@tap.test
def the_brokers_user_may_not_look_into_the_vault():
    """And may look into a process of its own, by the same means."""
    with guarded() as cg:
        own, vault = look_into(cg, 0), look_into(cg, cg.vault_pid)
        assert set(own.values()) == {'0'}, own
        assert set(vault.values()) <= {str(errno.EPERM), str(errno.EACCES)}, \
            vault


@tap.test
def the_largest_message_fits_into_the_channel():
    with guarded() as cg:
        libc = LIBC
        pidfd = libc.syscall(SYS_PIDFD_OPEN, cg.broker_pid, 0)
        copy = libc.syscall(SYS_PIDFD_GETFD, pidfd, 3, 0)
        assert pidfd >= 0 and copy >= 0
        os.close(pidfd)
        with socket.socket(fileno=copy) as channel:
            # net.core.wmem_max of a kernel that nobody has tuned
            channel.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 212992)
            assert channel.send(bytes(256 << 10)) == 256 << 10


tap.main()
