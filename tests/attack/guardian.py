# SPDX-License-Identifier: GPL-3.0-or-later
"""A guardian and vault of a test's own, with a stand-in for the broker.

Everything lies in a private mount namespace: copies of the programs on a
tmpfs at /mnt (root's, so that the guardian trusts them), the two users if the
machine does not have them. Nothing of it is left when the guardian ends.
"""
import os
import pathlib
import pwd
import re
import shlex
import signal
import socket
import subprocess
import tempfile
import time

from tests.attack import wire

TOP = pathlib.Path(__file__).resolve().parents[2]
BUILD = TOP / 'build'
USERS = {'credguard': 64998, 'credguard-vault': 64999}
LAYOUT = '''set -e
mount -t tmpfs -o mode=0755 credguard-test /mnt
mkdir /mnt/bin
cp {programs} /mnt/bin/
cat >/mnt/credguard.conf
for name in passwd group; do
    cp /etc/$name /mnt/$name
done
{accounts}
for name in passwd group; do
    mount --bind /mnt/$name /etc/$name
done
cd /
exec {wrap} /mnt/bin/credguard-launch --config /mnt/credguard.conf \
    --runtime-dir /mnt/run --kcm-socket /mnt/kcm.sock \
    --vault /mnt/bin/{vault} --broker /mnt/bin/stand_in_broker.py {options}
'''
PAIR = re.compile(r'vault is pid (\d+), broker is pid (\d+)')
LIMIT_S = 10


def uid_of(user):
    try:
        return pwd.getpwnam(user).pw_uid
    except KeyError:
        return USERS[user]


def accounts():
    lines = []
    for user, number in USERS.items():
        if uid_of(user) == number:
            lines += [f'echo {user}:x:{number}:{number}::/:/bin/false '
                      '>>/mnt/passwd',
                      f'echo {user}:x:{number}: >>/mnt/group']
    return '\n'.join(lines)


class Refusal(Exception):
    """The guardian ended by itself; the text is what it said."""

    def __init__(self, code, log):
        super().__init__(f'exit code {code}\n{log}')
        self.code, self.log = code, log


class Guardian:
    """with Guardian() as guardian: guardian.channel.call(...)

    VAULT: a program of build/, or a path. WRAP: a command that execs its
    arguments (deny_call). CONFIG: sections of credguard.conf.
    """

    def __init__(self, vault='credguard-vault', wrap=(), config='',
                 options=()):
        self.vault = BUILD / vault
        self.wrap, self.config, self.options = wrap, config, options
        self.log_file = tempfile.TemporaryFile('w+')
        self.child = self.channel = self.vault_pid = self.broker_pid = None

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self.channel:
            self.channel.socket.close()
        if self.child and self.child.poll() is None:
            self.child.send_signal(signal.SIGTERM)
            try:
                self.child.wait(LIMIT_S)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()
        self.log_file.close()

    def start(self):
        name = f'credguard-test-{os.getpid()}-{id(self):x}'
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
            listener.bind('\0' + name)
            listener.listen(1)
            listener.settimeout(0.1)
            self.launch(f'{self.config}\n[broker]\ntest_socket = {name}\n')
            self.meet(listener)

    def launch(self, config):
        programs = [BUILD / 'credguard-launch', self.vault,
                    TOP / 'tests/attack/stand_in_broker.py']
        script = LAYOUT.format(
            programs=shlex.join(map(str, programs)), accounts=accounts(),
            wrap=shlex.join(map(str, self.wrap)), vault=self.vault.name,
            options=shlex.join(self.options))
        self.child = subprocess.Popen(
            ['unshare', '--mount', '--propagation', 'private', '--', 'sh',
             '-c', script], stdin=subprocess.PIPE, stdout=self.log_file,
            stderr=self.log_file, text=True)
        self.child.stdin.write(config)
        self.child.stdin.close()

    def meet(self, listener):
        """The channel from the stand-in; or the guardian's last words."""
        end = time.monotonic() + LIMIT_S
        while time.monotonic() < end:
            if self.child.poll() is not None:
                raise Refusal(self.child.returncode, self.log())
            try:
                self.control = listener.accept()[0]
                break
            except TimeoutError:
                continue
        else:
            raise AssertionError(f'no pair in {LIMIT_S} s: {self.log()}')
        self.control.settimeout(LIMIT_S)
        _, fds, _, _ = socket.recv_fds(self.control, 16, 1)
        self.channel = wire.Channel(socket.socket(fileno=fds[0]))
        self.await_log(PAIR)
        self.vault_pid, self.broker_pid = map(
            int, PAIR.findall(self.log())[-1])

    def log(self):
        # pread: the position belongs to the guardian, which appends.
        return os.pread(self.log_file.fileno(), 1 << 20, 0).decode()

    def await_log(self, pattern):
        """The first match of PATTERN in what the guardian says."""
        end = time.monotonic() + LIMIT_S
        while time.monotonic() < end:
            match = re.search(pattern, self.log())
            if match:
                return match
            time.sleep(0.01)
        raise AssertionError(f'{pattern} is not in the log: {self.log()}')

    def public_key(self):
        """What the guardian published of this vault."""
        path = f'/proc/{self.child.pid}/root/mnt/run/vault.pub'
        return bytes.fromhex(pathlib.Path(path).read_text())
