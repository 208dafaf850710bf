# SPDX-License-Identifier: GPL-3.0-or-later
"""Running credguardctl, on its own, on a terminal, or against a broker of the
test that does only what the test says."""
import contextlib
import os
import pathlib
import pty
import select
import signal
import socket
import struct
import subprocess
import threading

from tests.component.place import new_dir, place, uid_of

HELLO, STATUS, LOGON = 0, 1, 2
PATIENCE_S = 15


def program():
    return place().bin / 'credguardctl'


def ctl(cg, user, *words, **kw):
    """A CompletedProcess."""
    return cg.run_as(user, [program(), '--runtime-dir', cg.runtime, *words],
                     **kw)


def done(result, code, *texts):
    """The result, which has this exit code and says the texts."""
    assert result.returncode == code, result
    for text in texts:
        assert text in result.stdout + result.stderr, (text, result)
    return result


class Terminal:
    """credguardctl as user on a terminal of its own."""

    def __init__(self, user, argv, env):
        uid = uid_of(user)
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.setgroups([])
            os.setresgid(uid, uid, uid)
            os.setresuid(uid, uid, uid)
            os.execve(argv[0], [str(word) for word in argv], env)
        self.seen, self.status = b'', None

    def read(self):
        ready, _, _ = select.select([self.master], [], [], PATIENCE_S)
        assert ready, f'nothing more after {self.seen!r}'
        try:
            data = os.read(self.master, 4096)
        except OSError:         # the other side is closed
            data = b''
        self.seen += data
        return data

    def await_text(self, text):
        while text.encode() not in self.seen:
            assert self.read(), (text, self.seen)

    def type(self, text):
        os.write(self.master, text.encode())

    def end(self):
        """What it showed; .status is as waitpid() has it."""
        while self.read():
            pass
        _, self.status = os.waitpid(self.pid, 0)
        os.close(self.master)
        return self.seen.decode()


class ScriptedBroker:
    """Answers hello; then at_request(op) runs, and nothing is answered."""

    def __init__(self, at_request=lambda op: None):
        self.runtime = new_dir('run')
        (self.runtime / 'vault.pub').write_text('09' + '00' * 31 + '\n')
        self.at_request = at_request
        self.reached, self.failure = threading.Event(), None
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.listener.bind(str(self.runtime / 'client.sock'))
        os.chmod(self.runtime / 'client.sock', 0o666)
        self.listener.listen(5)

    def __enter__(self):
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.close()

    def serve(self):
        with contextlib.suppress(OSError):
            while True:
                conn, _ = self.listener.accept()
                threading.Thread(target=self.converse, args=(conn,),
                                 daemon=True).start()

    def converse(self, conn):
        with conn:
            while message := conn.recv(262144):
                op, ident = struct.unpack_from('<II', message)
                if op == HELLO:
                    conn.send(struct.pack('<5I', op, ident, 0, 0, 1))
                else:
                    self.note(op)

    def note(self, op):
        try:
            self.at_request(op)
        except BaseException as error:
            self.failure = error
        self.reached.set()

    def env(self):
        return {'PATH': '/usr/bin:/bin', 'LC_ALL': 'C.UTF-8',
                'KRB5_CONFIG': '/dev/null', 'TERM': 'xterm'}

    def argv(self, *words):
        return [str(program()), '--runtime-dir', str(self.runtime), *words]

    def start(self, *words, **kw):
        return subprocess.Popen(self.argv(*words), env=self.env(), text=True,
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, **kw)


def memory_of(pid):
    """All that can be read, mapping by mapping."""
    with open(f'/proc/{pid}/mem', 'rb', buffering=0) as memory:
        for line in pathlib.Path(f'/proc/{pid}/maps').read_text().splitlines():
            begin, end = (int(x, 16) for x in line.split()[0].split('-'))
            with contextlib.suppress(OSError, OverflowError, ValueError):
                memory.seek(begin)
                yield memory.read(end - begin)


def copies_of(pid, secret):
    os.kill(pid, signal.SIGSTOP)
    try:
        return sum(data.count(secret) for data in memory_of(pid))
    finally:
        os.kill(pid, signal.SIGCONT)
