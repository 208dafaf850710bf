# SPDX-License-Identifier: GPL-3.0-or-later
"""credguardd as a process: what it wants before it serves, how it ends."""
import contextlib
import os
import pathlib
import re
import resource
import signal
import socket
import struct
import subprocess
import tempfile
import time

from tests import tap
from tests.component.place import place

TOP = pathlib.Path(os.environ.get('CG_TOP', '.')).resolve()
BROKER = TOP / 'build/credguardd'
NOBODY = 65534
HELLO, LIST_USAGE = 1, 9


class Place:
    """A channel and two listening sockets, as the guardian would have."""

    def __init__(self):
        self.dir = tempfile.TemporaryDirectory()
        os.chmod(self.dir.name, 0o755)
        self.vault, self.channel = socket.socketpair(
            socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.kcm = self.listening('kcm', socket.SOCK_STREAM)
        self.client = self.listening('client', socket.SOCK_SEQPACKET)
        self.vault.settimeout(15)
        self.process = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for sock in (self.vault, self.channel, self.kcm, self.client):
            sock.close()
        self.dir.cleanup()

    def listening(self, name, kind):
        sock = socket.socket(socket.AF_UNIX, kind)
        sock.bind(f'{self.dir.name}/{name}')
        sock.listen(64)
        return sock

    def file(self, text):
        path = pathlib.Path(self.dir.name) / 'credguard.conf'
        path.write_text(text)
        return path

    def start(self, *args, fds=None, listen='kcm=4,client=5', user=None,
              root=True):
        fds = fds or (self.channel, self.kcm, self.client)
        high = [os.dup2(sock.fileno(), 100 + i, inheritable=True)
                for i, sock in enumerate(fds)]
        moves = ' '.join(f'{3 + i}<&{fd} {fd}<&-'
                         for i, fd in enumerate(high))
        env = {'CG_LISTEN': listen} if listen is not None else {}
        argv = [str(BROKER), *(['--allow-root'] if root else []),
                *map(str, args)]
        self.process = subprocess.Popen(
            ['bash', '-c', f'exec "$@" {moves}', 'bash', *argv], env=env,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, pass_fds=high, user=user,
            group=user, extra_groups=[] if user else None)
        for fd in high:
            os.close(fd)
        self.channel.close()
        return self

    def hello(self, version=1):
        request = self.vault.recv(1 << 18)
        assert struct.unpack('<5I', request) == (HELLO, 1, 0, 0, 1), request
        self.vault.send(struct.pack('<7I', HELLO, 1, 0, 0, version, 0x3ff, 7))
        return self

    def await_ready(self):
        """There is no guardian here that made the folder of events."""
        line = self.process.stderr.readline()
        while 'audit: started' in line or 'audit.jsonl cannot be' in line:
            line = self.process.stderr.readline()
        assert line == 'credguardd: ready\n', line
        return self

    def connect(self, sock):
        client = socket.socket(socket.AF_UNIX, sock.type)
        client.settimeout(5)
        client.connect(sock.getsockname())
        return client

    def end(self, limit_s=5):
        """(exit code, what it said)."""
        _, said = self.process.communicate(timeout=limit_s)
        assert said.count('\n') <= 20, said
        return self.process.returncode, said


def ask(client, *words):
    client.send(struct.pack(f'<{len(words)}I', *words))
    return client.recv(8192)


@tap.test
def help_and_version_are_printed():
    for option, text in (('--help', '--config FILE'),
                         ('--version', 'credguardd 0')):
        done = subprocess.run([BROKER, option], capture_output=True,
                              text=True)
        assert done.returncode == 0 and text in done.stdout, done
    done = subprocess.run([BROKER, '--nonsense'], capture_output=True)
    assert done.returncode == 2, done
    done = subprocess.run([BROKER, 'nonsense'], capture_output=True)
    assert done.returncode == 2 and b'not an option' in done.stderr, done


@tap.test
def root_is_refused():
    with Place() as place:
        code, said = place.start(root=False).end()
        assert code == 1 and 'refuses to run as root' in said, said


@tap.test
def a_wrong_configuration_is_named():
    with Place() as place:
        path = place.file('[broker]\ncaches_per_user = 5\n')
        code, said = place.start('--config', path).end()
        assert code == 1, said
        assert f'{path}:2: there is no key "caches_per_user"' in said, said
        assert 'caches_per_uid' in said
    with Place() as place:
        code, said = place.start('--config', '/nonexistent/x').end()
        assert code == 1 and '/nonexistent/x: No such file' in said, said


@tap.test
def wrong_descriptors_are_refused():
    for listen in (None, '', 'kcm', 'kcm=4,', 'kcm=5,client=4', 'x=4',
                   'kcm=4,kcm=4', 'kcm=99', 'client=3', 'kcm=4x', 'kcm=-1',
                   'kcm=4' + ',client=5' * 99):
        with Place() as place:
            code, said = place.start(listen=listen).end()
            assert code == 1 and 'CG_LISTEN' in said, (listen, said)
    with Place() as place:
        fds = place.kcm, place.kcm, place.client
        code, said = place.start(fds=fds).end()
        assert code == 1 and 'not the channel to the vault' in said, said


@tap.test
def it_serves_after_the_vault_has_answered():
    with Place() as place:
        place.start()
        client = place.connect(place.client)
        client.send(struct.pack('<5I', 0, 7, 0, 0, 1))
        client.settimeout(0.3)
        with contextlib.suppress(TimeoutError):
            raise AssertionError(client.recv(100))
        client.settimeout(5)
        place.hello().await_ready()
        assert struct.unpack('<5I', client.recv(100)) == (0, 7, 0, 0, 1)


@tap.test
def it_is_undumpable_and_keeps_descriptors_to_itself():
    with Place() as place:
        place.start(user=NOBODY, root=False).hello().await_ready()
        proc = pathlib.Path(f'/proc/{place.process.pid}')
        status = (proc / 'status').read_text()
        assert f'Uid:\t{NOBODY}\t{NOBODY}' in status
        assert 'NoNewPrivs:\t1' in status
        # The kernel gives these files of undumpable processes to root.
        assert (proc / 'environ').stat().st_uid == 0
        assert 'Max core file size        0 ' in (proc / 'limits').read_text()
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        files = re.search(r'Max open files +(\d+) +(\d+)',
                          (proc / 'limits').read_text())
        assert files.groups() == (str(hard), str(hard)), files
        for info in (proc / 'fdinfo').iterdir():
            flags = int(info.read_text().split('flags:')[1].split()[0], 8)
            what = os.readlink(proc / 'fd' / info.name)
            assert (int(info.name) < 3 or flags & os.O_CLOEXEC
                    or what == 'anon_inode:[eventfd]'), what    # tevent's


@tap.test
def a_lost_vault_ends_it():
    with Place() as place:
        place.start().hello().await_ready()
        client = place.connect(place.client)
        assert len(ask(client, 0, 1, 0, 0, 1)) == 20
        place.vault.close()
        code, said = place.end()
        assert code == 1 and 'the vault is lost: it closed' in said, said
        assert client.recv(100) == b''


@tap.test
def a_vault_that_talks_nonsense_ends_it():
    for words in ((LIST_USAGE, 2, 0, 0), (0, 0, 0, 0), (99, 99, 99, 99)):
        with Place() as place:
            place.start().hello().await_ready()
            place.vault.send(struct.pack('<4I', *words))
            code, said = place.end()
            assert code == 1 and 'malformed or unexpected' in said, said


@tap.test
def a_vault_of_another_version_ends_it():
    with Place() as place:
        code, said = place.start().hello(version=2).end()
        assert code == 1 and 'speaks version 2, we 1' in said, said


@tap.test
def a_vault_that_does_not_answer_ends_it_after_10_seconds():
    with Place() as place:
        begun = time.monotonic()
        code, said = place.start().end(limit_s=15)
        assert code == 1 and 'does not answer' in said, said
        assert 9 < time.monotonic() - begun < 12


@tap.test
def a_hung_vault_does_not_hang_others():
    with Place() as place:
        place.start().hello().await_ready()
        waits = place.connect(place.client)
        assert len(ask(waits, 0, 1, 0, 0, 1)) == 20
        waits.send(struct.pack('<5I', 1, 2, 0, 0, 0))       # status
        assert place.vault.recv(100)[0] == LIST_USAGE
        other = place.connect(place.client)
        begun = time.monotonic()
        assert len(ask(other, 0, 1, 0, 0, 1)) == 20
        reply = ask(other, 3, 2, 0, 0, 0, 0, 0)             # list
        assert struct.unpack('<4I', reply) == (3, 2, 4, 0), reply
        assert time.monotonic() - begun < 0.5


@tap.test
def a_signal_ends_it_in_order():
    for number in (signal.SIGTERM, signal.SIGINT):
        with Place() as place:
            place.start().hello().await_ready()
            client = place.connect(place.client)
            assert len(ask(client, 0, 1, 0, 0, 1)) == 20
            place.process.send_signal(number)
            assert place.end() == (0, '')


@tap.test
def a_file_without_our_sections_means_the_defaults():
    with Place() as place:
        path = place.file('[vault]\narena_mib = 64\n[launch]\nx = y\n')
        place.start('--config', path).hello().await_ready()


place()         # no file of this machine is written to
tap.main()
