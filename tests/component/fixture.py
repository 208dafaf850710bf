# SPDX-License-Identifier: GPL-3.0-or-later
"""Credguard as built in this tree, and an MIT KDC, for component tests.

    from tests.component.fixture import Credguard
    from tests.component.kdc import Kdc

    with Kdc() as kdc, Credguard(kdc=kdc) as cg:
        cg.run_as('alice', ['kinit', 'alice'], input=kdc.password('alice'))
        os.kill(cg.vault_pid, signal.SIGKILL)

The test process then is in a mount namespace of its own (place.py).
"""
import fcntl
import os
import re
import signal
import socket
import subprocess

from tests.component.deny import install
from tests.component.kdc import krb5_conf
from tests.component.place import (await_true, is_alive, new_dir, place,
                                   run_as)


class Credguard:
    """A guarded instance. config: text of credguard.conf. vault, broker:
    programs instead of the real ones. deny: see Deny. args: more options.
    listeners: sockets to hand over the way systemd does. prefix: a command
    that runs it."""

    def __init__(self, config='', env=None, kdc=None, vault=None, broker=None,
                 args=(), deny=(), listeners=(), prefix=()):
        self.place = place()
        self.dir = new_dir('cg')
        self.runtime = self.dir / 'run'
        self.state = self.dir / 'state'
        self.kcm_socket = self.dir / 'kcm.socket'
        self.client_socket = self.runtime / 'client.sock'
        self.log_file = self.dir / 'log'
        self.config = self.dir / 'credguard.conf'
        self.krb5_conf = self.dir / 'krb5.conf'
        if 'keytab' not in config:      # this machine's is not for tests
            config += f'\n[machine]\nkeytab = {self.dir}/keytab\n'
        if '[sealing]' not in config:   # nor is its TPM
            config += '\n[sealing]\nprotect = file\n'
        self.config.write_text(config)
        self.krb5_conf.write_text(krb5_conf(kdc, self.kcm_socket))
        self.extra_env, self.deny, self.listeners = env or {}, deny, listeners
        self.argv = [
            *prefix, self.place.bin / 'credguard-launch',
            '--config', self.config, '--runtime-dir', self.runtime,
            '--kcm-socket', self.kcm_socket, '--state-dir', self.state,
            '--vault', vault or self.place.bin / 'credguard-vault',
            '--broker', broker or self.place.bin / 'credguardd', *args]
        self.process = None

    def __enter__(self):
        self.launch()
        await_true(lambda: self.process.poll() is not None or self.pairs(),
                   'the first pair', 15)
        if self.process.poll() is not None:
            raise AssertionError(f'credguard-launch ended: {self.log()}')
        return self

    def __exit__(self, *_):
        self.stop()

    def launch(self):
        """Does not wait; see run_to_end and __enter__."""
        argv = [str(word) for word in self.argv]
        fds = [fcntl.fcntl(listener, fcntl.F_DUPFD, 50)
               for listener in self.listeners]
        if fds:
            moves = ' '.join(f'{3 + n}<&{fd} {fd}<&-'
                             for n, fd in enumerate(fds))
            argv = ['bash', '-c', f'LISTEN_PID=$$ LISTEN_FDS={len(fds)} '
                    f'exec "$@" {moves}', 'bash', *argv]
        with open(self.log_file, 'ab') as log:
            self.process = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=self.env(**self.extra_env), pass_fds=fds,
                preexec_fn=lambda: self.deny and install(self.deny))
        for fd in fds:
            os.close(fd)

    def run_to_end(self, limit_s=15):
        """For a start that must fail: (exit code, log)."""
        self.launch()
        try:
            return self.process.wait(limit_s), self.log()
        finally:
            self.stop()

    def stop(self, how=signal.SIGTERM):
        """The exit code. All that it started is gone afterwards."""
        pids = [pid for pair in self.pairs() for pid in pair]
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            code = self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        await_true(lambda: not any(map(is_alive, pids)), 'end of the pair', 2)
        return code

    def log(self):
        return self.log_file.read_text(errors='replace')

    def pairs(self):
        """(vault, broker) of each pair so far."""
        found = re.findall(r'vault is pid (\d+), broker is pid (\d+)',
                           self.log())
        return [(int(vault), int(broker)) for vault, broker in found]

    @property
    def vault_pid(self):
        return self.pairs()[-1][0]

    @property
    def broker_pid(self):
        return self.pairs()[-1][1]

    def await_new_pair(self, count, limit_s=10):
        await_true(lambda: len(self.pairs()) > count, 'a new pair', limit_s)

    def env(self, **more):
        return {'PATH': f'{self.place.bin}:/usr/sbin:/usr/bin:/sbin:/bin',
                'KRB5_CONFIG': str(self.krb5_conf), 'KRB5CCNAME': 'KCM:',
                'LC_ALL': 'C.UTF-8', **more}

    def run_as(self, user, argv, env=None, **kw):
        """A CompletedProcess with text; user is a name or a number."""
        return run_as(user, argv, self.env(**(env or {})), **kw)

    def connect(self, kind=socket.SOCK_STREAM):
        path = (self.kcm_socket if kind == socket.SOCK_STREAM
                else self.client_socket)
        client = socket.socket(socket.AF_UNIX, kind)
        client.settimeout(10)
        client.connect(str(path))
        return client
