# SPDX-License-Identifier: GPL-3.0-or-later
"""The pipe front as built in this tree, between clients and a winbindd that is
a stand-in: it speaks either version, and says what it was asked.

    with Pipe(version=33) as pipe:
        client = pipe.connect('alice')
        answer = ask(client, request(PING))
"""
import contextlib
import fcntl
import os
import pathlib
import signal
import socket
import struct
import subprocess
import threading

from tests.component.place import await_true, new_dir, place, uid_of

REQUEST, REPLY, DATA, TEXT = 2136, 4008, 320, 256
EXTRA_MAX = 128 * 1024
CMD, FLAGS, EXTRA_LEN = 4, 20, 2128
VERSION, GETPWNAM, PAM_AUTH, CHAUTHTOK, LOGOFF = 0, 1, 13, 15, 16
AUTH_CRAP = 14
LIST_USERS, PING, DOMAIN_INFO = 18, 32, 35
PRIV_PIPE_DIR = {32: 44, 33: 43}
NTLMAUTH = {32: 56, 33: 55}
SAVE = {32: 57, 33: 56}
ERROR, OK = 0, 2
CACHED_LOGIN = 0x4000


def request(cmd, data=b'', extra=b'', flags=0, length=REQUEST):
    out = bytearray(REQUEST)
    struct.pack_into('=II', out, 0, length, cmd)
    struct.pack_into('=I', out, FLAGS, flags)
    out[DATA:DATA + len(data)] = data
    struct.pack_into('=I', out, EXTRA_LEN, len(extra))
    return bytes(out) + extra


def reply(result=OK, data=b'', extra=b''):
    out = bytearray(REPLY)
    struct.pack_into('=II', out, 0, REPLY + len(extra), result)
    out[8:8 + len(data)] = data
    return bytes(out) + extra


def read(sock, count):
    """All of it; less when the other end closes."""
    got = bytearray()
    while len(got) < count:
        piece = sock.recv(min(count - len(got), 1 << 16))
        if not piece:
            break
        got += piece
    return bytes(got)


def read_reply(sock):
    head = read(sock, REPLY)
    if len(head) < REPLY:
        return head
    return head + read(sock, struct.unpack_from('=I', head)[0] - REPLY)


def ask(sock, message):
    sock.sendall(message)
    return read_reply(sock)


def result(answer):
    assert len(answer) >= REPLY, answer[:16]
    return struct.unpack_from('=I', answer, 4)[0]


def nt_status(answer):
    return answer[12:12 + TEXT].split(b'\0')[0].decode()


def text(value):
    return value.encode().ljust(TEXT, b'\0')


class Winbindd:
    """answers: {command: function of the whole request, gives the answer}"""

    def __init__(self, path, version):
        self.version, self.path = version, path
        self.seen, self.answers, self.open = [], {}, []
        self.socket = self.listen()
        threading.Thread(target=self.accept, daemon=True).start()

    def listen(self):
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(self.path))
        os.chmod(self.path, 0o777)
        listener.listen(64)
        return listener

    def accept(self):
        while True:
            try:
                client = self.socket.accept()[0]
            except OSError:
                return
            self.open.append(client)
            threading.Thread(target=self.serve, args=(client,),
                             daemon=True).start()

    def serve(self, client):
        try:
            while True:
                fixed = read(client, REQUEST)
                if len(fixed) < REQUEST:
                    break
                size, = struct.unpack_from('=I', fixed, EXTRA_LEN)
                whole = fixed + read(client, size)
                self.seen.append(whole)
                client.sendall(self.answer(whole))
        except OSError:
            pass
        self.open.remove(client)
        client.close()

    def answer(self, whole):
        cmd, = struct.unpack_from('=I', whole, CMD)
        if cmd in self.answers:
            return self.answers[cmd](whole)
        if cmd == VERSION:
            return reply(data=struct.pack('=I', self.version))
        return reply()

    def count(self, cmd):
        return sum(struct.unpack_from('=I', one, CMD)[0] == cmd
                   for one in self.seen)

    def close(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        for client in list(self.open):
            with contextlib.suppress(OSError):      # its thread was faster
                client.shutdown(socket.SHUT_RDWR)


class Pipe:
    def __init__(self, version=32, runtime=None):
        place()
        self.dir = new_dir('pipe')
        self.winbindd = Winbindd(self.dir / 'upstream', version)
        self.privileged = Winbindd(self.dir / 'upstream_priv', version)
        self.path, self.log = self.dir / 'pipe', self.dir / 'log'
        self.priv_dir = self.dir / 'priv'
        self.priv_dir.mkdir()
        self.runtime = runtime or self.dir / 'nothing'
        self.fds = [self.listen(self.path),
                    self.listen(self.priv_dir / 'pipe'),
                    os.memfd_create('book')]
        for _ in range(8):      # CG_START_SHELVES
            self.fds += self.shelf()
        self.process = None

    def listen(self, path):
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(path))
        os.chmod(path, 0o777)
        listener.listen(1024)
        return listener.detach()

    def shelf(self):
        ends = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ends[0].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 << 20)
        return [end.detach() for end in ends]

    def start(self):
        high = [os.dup(fd) for fd in self.fds]
        high = [self.move_up(fd) for fd in high]
        moves = ' '.join(f'{3 + n}<&{fd} {fd}<&-' for n, fd in enumerate(high))
        uid = uid_of('credguard-winbind')
        argv = ['bash', '-c', f'exec "$@" {moves}', 'bash',
                str(place().bin / 'credguard-winbind'),
                '--upstream', str(self.dir / 'upstream'),
                '--upstream-privileged', str(self.dir / 'upstream_priv'),
                '--privileged-dir', str(self.priv_dir),
                '--runtime-dir', str(self.runtime)]
        with open(self.log, 'ab') as log:
            self.process = subprocess.Popen(
                argv, pass_fds=high, stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, user=uid, group=uid, extra_groups=[])
        for fd in high:
            os.close(fd)

    @staticmethod
    def move_up(fd):
        up = fcntl.fcntl(fd, fcntl.F_DUPFD, 60)
        os.close(fd)
        return up

    def __enter__(self):
        self.start()
        return self

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def __exit__(self, *_):
        self.kill()
        for fd in self.fds:
            os.close(fd)
        for server in (self.winbindd, self.privileged):
            server.close()

    def connect(self, user=None, path=None, timeout=10):
        client = socket.socket(socket.AF_UNIX)
        client.settimeout(timeout)
        os.seteuid(uid_of(user) if user else 0)
        try:
            client.connect(str(path or self.path))
        finally:
            os.seteuid(0)
        return client

    def greeted(self, user=None):
        client = self.connect(user)
        assert result(ask(client, request(VERSION))) == OK
        return client

    def seen(self, count=1):
        """The last request that reached winbindd."""
        await_true(lambda: len(self.winbindd.seen) >= count, 'a request')
        return self.winbindd.seen[-1]

    def memory(self):
        """Of the front: every byte that can be read."""
        pid, found = self.process.pid, []
        with open(f'/proc/{pid}/mem', 'rb', 0) as mem:
            for line in pathlib.Path(f'/proc/{pid}/maps').open():
                words = line.split()
                begin, end = (int(w, 16) for w in words[0].split('-'))
                if not words[1].startswith('r') or '[v' in line:
                    continue
                try:
                    mem.seek(begin)
                    found.append(mem.read(end - begin))
                except OSError:
                    pass
        return b''.join(found)


def is_closed(sock):
    """By the other end, perhaps after winbindd's parting byte."""
    try:
        return read(sock, 2) in (b'', b'\0')
    except ConnectionResetError:
        return True
