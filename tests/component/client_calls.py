# SPDX-License-Identifier: GPL-3.0-or-later
"""The client protocol of the broker, spoken as any uid.

    with Client(cg, uid) as client:
        client.call('client_open_session', uid=1000, service=b'sshd')
"""
import os
import socket
import struct

from tests.component.vault_session import (CLIENT_OPS, Refused, pack,
                                           principal, run, unpack)

CALLER = 0xffffffff
REPLY_MAX = 256 << 10


class Client:
    """A connection that the kernel says is uid's."""

    def __init__(self, cg, uid=0):
        self.cg, self.id = cg, 0
        os.seteuid(uid)
        try:
            self.socket = cg.connect(socket.SOCK_SEQPACKET)
        finally:
            os.seteuid(0)
        self.socket.settimeout(40)
        self.call('client_hello', version=1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def call(self, op, **fields):
        self.id += 1
        number = CLIENT_OPS.index(op)
        head = struct.pack('<IIII', number, self.id, 0, 0)
        self.socket.send(pack(head, f'{op}_in', fields))
        reply = self.socket.recv(REPLY_MAX)
        assert struct.unpack('<II', reply[:8]) == (number, self.id)
        status, detail = struct.unpack('<II', reply[8:16])
        if status:
            raise Refused(op, status, detail)
        return unpack(reply, f'{op}_out')

    def seal(self, name, password, uid):
        key = (self.cg.runtime / 'vault.pub').read_text().strip()
        return bytes.fromhex(run('seal', key, uid, principal(name).hex(),
                                 data=password.encode()))

    def logon(self, name, password, uid, **fields):
        """Signs uid in, by name when it is not the caller."""
        return self.call('client_logon', uid=uid, client=principal(name),
                         sealed=self.seal(name, password, uid), **fields)

    def open(self, uid=CALLER, **fields):
        return self.call('client_open_session', uid=uid, **fields)

    def close(self, session):
        return self.call('client_close_session', session=session).n_left
