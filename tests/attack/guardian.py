# SPDX-License-Identifier: GPL-3.0-or-later
"""A guardian and vault of a test's own; the test is the broker."""
import os
import re
import shutil
import socket
import time

from tests.attack import wire
from tests.component.fixture import Credguard
from tests.component.place import TOP, new_dir, place

BUILD = TOP / 'build'
LIMIT_S = 10


def stand_in():
    """The guardian runs only what nobody but root can change."""
    return shutil.copy(TOP / 'tests/attack/stand_in_broker.py',
                       new_dir('broker'))


class Guardian(Credguard):
    """with Guardian() as running: running.channel.call(...)

    VAULT: a program below build/. MORE: lines of credguard.conf.
    """

    def __init__(self, vault='credguard-vault', more='', **options):
        self.name = f'credguard-test-{os.getpid()}-{time.monotonic_ns()}'
        self.channel = None
        super().__init__(
            config=f'[broker]\ntest_socket = {self.name}\n{more}',
            vault=place().bin / vault, broker=stand_in(), **options)

    def __enter__(self):
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
            listener.bind('\0' + self.name)
            listener.listen(1)
            listener.settimeout(LIMIT_S)
            super().__enter__()
            try:
                self.control = listener.accept()[0]
                _, fds, _, _ = socket.recv_fds(self.control, 16, 1)
            except BaseException:
                self.stop()
                raise
        self.channel = wire.Channel(socket.socket(fileno=fds[0]))
        return self

    def __exit__(self, *error):
        self.hang_up()
        super().__exit__(*error)

    def hang_up(self):
        """The broker is gone."""
        if self.channel:
            self.channel.socket.close()
            self.control.close()
        self.channel = None

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
        return bytes.fromhex((self.runtime / 'vault.pub').read_text())
