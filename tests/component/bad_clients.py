# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients of both sockets that do not keep to the protocol."""
import contextlib
import os
import re
import socket
import struct
import time

from tests.attack.wire import principal
from tests.component.kdc import REALM
from tests.component.place import uid_of

LIMIT_S = 2             # a peer that hears nothing for longer is a failure
(NOOP, RESOLVE, GEN_NEW, INITIALIZE, STORE, RETRIEVE, GET_PRINCIPAL,
 GET_CRED_UUID_LIST, GET_CRED_LIST, REPLACE) = (
    0, 2, 3, 4, 6, 7, 8, 9, 13001, 13002)
UID_ALL = 0xffffffff     # the caller
CLIENT_HELLO, CLIENT_STATUS, CLIENT_LOGON, CLIENT_LIST = 0, 1, 2, 3


@contextlib.contextmanager
def as_user(user):
    """Connections made here are that user's."""
    os.seteuid(uid_of(user))
    try:
        yield
    finally:
        os.seteuid(0)


def kcm(opcode, arguments=b''):
    body = struct.pack('>HH', 0x0200, opcode) + arguments
    return struct.pack('>I', len(body)) + body


def counted(data):
    return struct.pack('>I', len(data)) + data


def credential(server, key=b'k' * 32, ticket=b't' * 100):
    """As in a ccache file, version 4."""
    now = int(time.time())
    return (principal('alice', realm=REALM) + server
            + struct.pack('>H', 18) + counted(key)
            + struct.pack('>IIIIBI', now, now, now + 3600, now + 7200, 0,
                          0x50e10000)
            + struct.pack('>II', 0, 0) + counted(ticket) + counted(b''))


def pattern(server):
    """What RETRIEVE looks for: in the header, client (1) and server (2)."""
    return (struct.pack('>I', 3) + principal('alice', realm=REALM) + server
            + bytes(4 * 4 + 1 + 4))


KRBTGT = principal('krbtgt', REALM, realm=REALM, kind=2)
SERVICE = principal('host', 'comp.test', realm=REALM, kind=3)


def kcm_messages(cache):
    """{name: message}: each of them is valid."""
    name = cache.encode() + b'\0'
    return {
        'GET_PRINCIPAL': kcm(GET_PRINCIPAL, name),
        'INITIALIZE': kcm(INITIALIZE, name + principal('alice', realm=REALM)),
        'STORE of a TGT': kcm(STORE, name + credential(KRBTGT)),
        'STORE of a service ticket': kcm(STORE, name + credential(SERVICE)),
        'RETRIEVE': kcm(RETRIEVE, name + struct.pack('>I', 0)
                        + pattern(SERVICE)),
        'REPLACE': kcm(REPLACE, name + struct.pack('>I', 0)
                       + principal('alice', realm=REALM)
                       + struct.pack('>I', 2) + counted(credential(KRBTGT))
                       + counted(credential(SERVICE))),
    }


def client(opcode, body=b'', number=1, status=0):
    return struct.pack('<IIII', opcode, number, status, 0) + body


def client_messages():
    hello = client(CLIENT_HELLO, struct.pack('<I', 1))
    name = principal('alice', realm=REALM)
    logon = struct.pack('<IIIII', UID_ALL, 0, 0, 0, len(name)) + name
    logon += bytes(-len(logon) % 4)
    logon += struct.pack('<I', 100) + b's' * 100 + struct.pack('<I', 0)
    return {'client_hello': (b'', hello),
            'client_status': (hello, client(CLIENT_STATUS,
                                            struct.pack('<I', 0))),
            'client_logon': (hello, client(CLIENT_LOGON, logon))}


def connect(cg, user, kind=socket.SOCK_STREAM):
    with as_user(user):
        peer = cg.connect(kind)
    peer.settimeout(LIMIT_S)
    return peer


def say(peer, data):
    """What comes back: b'' when the other side hung up."""
    try:
        peer.sendall(data)
    except (BrokenPipeError, ConnectionResetError):
        return b''
    return hear(peer)


def hear(peer):
    try:
        return peer.recv(1 << 16)
    except ConnectionResetError:
        return b''


def kcm_status(reply):
    """None for a hang-up."""
    return struct.unpack('>i', reply[8:12])[0] if len(reply) >= 12 else None


def memory_kib(pid):
    with open(f'/proc/{pid}/status') as status:
        return int(re.search(r'VmRSS:\s+(\d+)', status.read()).group(1))
