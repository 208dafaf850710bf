# SPDX-License-Identifier: GPL-3.0-or-later
"""KCM of ws1's broker, spoken from here as any user: much in little time.

    with kcm.Kcm('alice') as link:
        link.store('1000:one', kcm.tgt(9000))
"""
import errno
import os
import socket
import struct

from tests.component import bad_clients as b
from tests.lab import guarding, kerbtest as k, labtest

QUOTA, QUOTA_TEXT = errno.EDQUOT, 'Disk quota exceeded'


class Kcm:
    def __init__(self, user):
        folder, name = os.path.split(labtest.path('ws1', guarding.SOCKET))
        before = os.getcwd()
        self.link = socket.socket(socket.AF_UNIX)
        self.link.settimeout(30)
        os.chdir(folder)    # no other way leads a user to it from here
        os.seteuid(k.uid(user))
        try:
            self.link.connect(name)
        finally:
            os.seteuid(0)
            os.chdir(before)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.link.close()

    def call(self, opcode, arguments=b''):
        """The status, 0 is success; None when it hung up."""
        reply = b.say(self.link, b.kcm(opcode, arguments))
        if b'' == reply:
            return None
        return struct.unpack('>i', reply[8:12])[0]

    def is_open(self):
        return self.call(b.GET_CRED_LIST, b'none\0') is not None

    def store(self, cache, credential):
        return self.call(b.STORE, cache.encode() + b'\0' + credential)

    def new(self, cache, credential):
        status = self.call(b.INITIALIZE, cache.encode() + b'\0' +
                           b.principal('alice', realm=b.REALM))
        return status or self.store(cache, credential)


def tgt(size):
    return b.credential(b.KRBTGT, ticket=b't' * size)


def service_ticket(size, host='comp.test'):
    server = b.principal('host', host, realm=b.REALM, kind=3)
    return b.credential(server, ticket=b't' * size)


def cache(name, user='alice'):
    return f'KCM:{k.uid(user)}:{name}'


def kinit(name, user='alice', around=()):
    """With the stock one, into a cache of that name; all that it says."""
    return k.run(*around, 'kinit', user, user=user, cache=cache(name, user),
                 input=labtest.password(user) + '\n').text
