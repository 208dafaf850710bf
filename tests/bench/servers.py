# SPDX-License-Identifier: GPL-3.0-or-later
"""The daemons that are compared, each with its socket in a directory of its
own. They run on the CPU of who starts them."""
import contextlib
import os
import signal
import socket
import subprocess

from tests.bench import peers
from tests.component.fixture import Credguard
from tests.component.place import await_true, new_dir, place

# In a mount namespace of its own: $1 is the peer's root, $2 a directory for
# /run, which both have their sockets in. Heimdal's would write each request
# into a log file; that is not counted against it.
HEIMDAL = '''
mount -t overlay -o "lowerdir=$1/usr:/usr" overlay /usr
mount --bind "$2" /run
printf '[logging]\\n\\tkcm = 0-0/FILE:/dev/null\\n' >/run/krb5.conf
KRB5_CONFIG=/run/krb5.conf exec /usr/sbin/kcm
'''
# Its database is on a tmpfs: what a disk costs is not counted against it.
SSSD = '''
mount -t overlay -o "lowerdir=$1/usr:/usr" overlay /usr
mount --bind "$2" /run
mount -t tmpfs none /var/lib
mount -t tmpfs none /var/log
mkdir -p /var/lib/sss/db /var/lib/sss/secrets /var/lib/sss/pipes/private \\
	/var/lib/sss/mc /var/lib/sss/pubconf /var/log/sssd /run/up /run/work
mount -t tmpfs none /mnt
mkdir /mnt/up /mnt/work
mount -t overlay -o lowerdir=/etc,upperdir=/mnt/up,workdir=/mnt/work \\
	overlay /etc
mkdir -p /etc/sssd
cat >/etc/sssd/sssd.conf <<'END'
[kcm]
max_ccache_size = 1000000
responder_idle_timeout = 0
END
chmod 600 /etc/sssd/sssd.conf
/usr/sbin/sssd --genconf-section=kcm
exec /usr/libexec/sssd/sssd_kcm --uid 0 --gid 0 --logger=stderr
'''
SOCKET_IN_RUN = '.heim_org.h5l.kcm-socket'


class Server:
    def __init__(self, name, version, path, is_floor=False):
        self.name, self.version, self.socket = name, version, path
        self.is_floor = is_floor


def answers(path):
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(path))
        except OSError:
            return False
    return True


@contextlib.contextmanager
def running(argv, path, log):
    """Until the block ends; its own process group, for sssd_kcm kills its."""
    with open(log, 'wb') as errors:
        child = subprocess.Popen(argv, stdin=subprocess.DEVNULL,
                                 stdout=errors, stderr=errors,
                                 start_new_session=True)
    try:
        try:
            await_true(lambda: child.poll() is not None or answers(path),
                       'an answer', 10)
        except AssertionError:
            raise peers.Unavailable(f'{last_line(log)} (no answer in 10 s)')
        if child.poll() is not None:
            raise peers.Unavailable(f'it ended: {last_line(log)}')
        yield child
    finally:
        if child.poll() is None:
            os.kill(child.pid, signal.SIGTERM)
        try:
            child.wait(5)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def last_line(log):
    lines = log.read_text(errors='replace').strip().splitlines()
    return lines[-1] if lines else 'no message'


@contextlib.contextmanager
def peer(name, script):
    root, version = peers.get(name)
    directory = new_dir(name)
    log = directory.with_name(f'{directory.name}.log')
    argv = ['unshare', '--mount', '--propagation', 'private', 'sh', '-euc',
            script, name, str(root), str(directory)]
    with running(argv, directory / SOCKET_IN_RUN, log):
        yield Server(name, version, directory / SOCKET_IN_RUN)


@contextlib.contextmanager
def floor():
    directory = new_dir('floor')
    path = directory / 'socket'
    program = place().bin / 'tests/bench/kcm_floor'
    with running([str(program), str(path)], path, directory / 'log'):
        yield Server('floor', '', path, is_floor=True)


@contextlib.contextmanager
def credguard():
    with Credguard() as cg:
        yield Server('credguard', '', cg.kcm_socket)


def all_of_them(stack):
    """(servers that run until stack is closed, {name: why it is not there})"""
    found, missing = [stack.enter_context(credguard())], {}
    for name, script in (('heimdal', HEIMDAL), ('sssd', SSSD)):
        try:
            found.append(stack.enter_context(peer(name, script)))
        except peers.Unavailable as reason:
            missing[name] = str(reason)
    found.append(stack.enter_context(floor()))
    return found, missing
