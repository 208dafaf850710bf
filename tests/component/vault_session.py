# SPDX-License-Identifier: GPL-3.0-or-later
"""The vault behind a socket, its operations as calls, and an errand boy to
the KDCs in place of the broker.

    with Vault([kdc, ...]) as vault:
        tgt = vault.logon('alice', 'password')
        ticket = vault.ticket(tgt, 'host/a@REALM')
"""
import pathlib
import socket
import struct
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / 'idl'))
import cgidl        # noqa: E402, the path must come first

CONTRACT = cgidl.load(str(TOP / 'idl/credguard.idl')).interfaces
STRUCTS = {s.name: s.members for i in CONTRACT for s in i.structs}
OPS, CLIENT_OPS = ([op.name for op in i.ops] for i in CONTRACT)
SIZES = {'uint32': 4, 'int32': 4, 'hyper': 8, 'handle': 8}
DRIVER = TOP / 'build/tests/component/vault_driver'
MSG_MAX = 256 << 10
SO_SNDBUFFORCE = 32             # asm-generic/socket.h
UID = 1000
STATUS = {number: name for number, name in enumerate(
    'OK PROTO NO_MEMORY LIMIT NOT_FOUND DENIED INVALID KRB5 CRYPTO UNAVAILABLE'
    ' TIMEOUT SYSTEM UNVERIFIED'.split())}
OFFLINE = {'offline_max_failures': 3, 'offline_lockout_s': 60,
           'scrypt_log_n': 14, 'scrypt_r': 8, 'scrypt_p': 1}
KRB5_BASE = -1765328384
LOCALHOST = bytes((127, 0, 0, 1))


class Refused(Exception):
    """status: as in idl/status.h, without CG_E_. code: the KDC's or
    libkrb5's, less the base of its table."""

    def __init__(self, op, status, detail):
        self.status = STATUS[status]
        self.code = struct.unpack('<i', struct.pack('<I', detail))[0] \
            - KRB5_BASE if detail else None
        super().__init__(f'{op}: {self.status}, {self.code}')


def principal(text, kind=1):
    """The wire form of host/fs1@REALM."""
    name, _, realm = text.rpartition('@')
    parts = [part.encode() for part in (realm, *name.split('/'))]
    return struct.pack('>II', kind, len(parts) - 1) + b''.join(
        struct.pack('>I', len(part)) + part for part in parts)


def text_of(wire):
    """The other way."""
    count, at, parts = struct.unpack('>I', wire[4:8])[0], 8, []
    for _ in range(count + 1):
        size = struct.unpack('>I', wire[at:at + 4])[0]
        parts.append(wire[at + 4:at + 4 + size].decode())
        at += 4 + size
    return '/'.join(parts[1:]) + '@' + parts[0]


def pack(message, name, fields):
    """NDR: aligned from the start of the datagram."""
    def number(value, size):
        nonlocal message
        message += bytes(-len(message) % size)
        message += value.to_bytes(size, 'little', signed=value < 0)

    unknown = fields.keys() - {m.name for m in STRUCTS[name]}
    assert not unknown, unknown
    for member in STRUCTS[name]:
        value = fields.get(member.name, b'' if member.kind == 'uint8' else 0)
        if member.kind == 'uint8':
            number(len(value), 4)
            message += value
        else:
            number(value, SIZES[member.kind])
    return message


def unpack(message, name):
    at, found = 16, {}

    def number(size, signed=False):
        nonlocal at
        at += -at % size
        at += size
        return int.from_bytes(message[at - size:at], 'little', signed=signed)

    for member in STRUCTS[name]:
        if member.kind == 'uint8':
            size = number(4)
            found[member.name] = message[at:at + size]
            at += size
        else:
            found[member.name] = number(SIZES[member.kind],
                                        member.kind == 'int32')
    assert at == len(message), (at, len(message))
    return type(name, (), found)


def run(*argv, data=b'', env=None):
    done = subprocess.run([str(DRIVER), *map(str, argv)], input=data, env=env,
                          capture_output=True, check=True)
    return done.stdout.decode().strip()


def open_ticket(keytab, ticket):
    """(enctype, session key, client) as the service's keytab has them."""
    enctype, key, client = run('open', keytab, data=ticket).split()
    return int(enctype), bytes.fromhex(key), client


class Vault:
    def __init__(self, realms=(), machine_keys=(), **birth):
        self.realms = {realm.name: realm for realm in realms}
        self.asked = []         # the realms that requests went to
        self.sent = []
        self.replies = []       # what their KDCs said
        # (server, kvno, enctype, key); verify_kdc=1 and the like
        self.machine_keys, self.birth = machine_keys, birth
        self.id, self.process, self.channel, self.key = 0, None, None, None

    def __enter__(self):
        self.channel, theirs = socket.socketpair(socket.AF_UNIX,
                                                 socket.SOCK_SEQPACKET)
        for end in (self.channel, theirs):
            end.setsockopt(socket.SOL_SOCKET, SO_SNDBUFFORCE, 2 * MSG_MAX)
        self.channel.settimeout(30)
        self.process = subprocess.Popen(
            ['bash', '-c', f'exec "$0" serve 3<&{theirs.fileno()}',
             str(DRIVER)], pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL)
        theirs.close()
        for server, kvno, enctype, key in self.machine_keys:
            self.call('import_machine_key', server=principal(server),
                      kvno=kvno, enctype=enctype, machine_key=key)
        self.key = self.call('import_birth', version=1, clock_skew_s=300,
                             max_entries_per_uid=64, max_entries=1000,
                             **{**OFFLINE, 'ntlm': 1, **self.birth}).public_key
        self.call('hello', version=1)
        return self

    def __exit__(self, *_):
        self.channel.close()
        assert self.process.wait(10) == 0, self.process.returncode

    def call(self, op, **fields):
        self.id += 1
        head = struct.pack('<IIII', OPS.index(op), self.id, 0, 0)
        self.channel.send(pack(head, f'{op}_in', fields))
        reply = self.channel.recv(MSG_MAX + 1)
        number, name, status, detail = struct.unpack('<IIII', reply[:16])
        assert (number, name) == (OPS.index(op), self.id)
        if status:
            raise Refused(op, status, detail)
        return unpack(reply, f'{op}_out')

    def carry(self, message):
        """The KDC's reply to what a make_ or absorb_ wants to be sent."""
        realm = message.realm.decode()
        self.asked.append(realm)
        self.sent.append(message.request)
        self.replies.append(self.realms[realm].exchange(message.request))
        return self.replies[-1]

    def import_password(self, name, password, uid=UID, held=0):
        client = principal(name)
        sealed = run('seal', self.key.hex(), uid, client.hex(),
                     data=password.encode())
        return self.call('import_password', uid=uid, client=client,
                         sealed=bytes.fromhex(sealed), held=held).handle

    def logon(self, name, password, uid=UID, lifetime_s=0, renewable_s=0,
              verify=0):
        """The reply that names the TGT."""
        step = self.call('make_as_req', uid=uid,
                         password=self.import_password(name, password, uid),
                         lifetime_s=lifetime_s, renewable_s=renewable_s,
                         verify=verify)
        exchange, more = step.exchange, 1
        while more:
            step = self.call('absorb_as_rep', uid=uid, exchange=exchange,
                             reply=self.carry(step))
            more = step.more
        return step

    def again(self, kept, uid=UID, **wish):
        """The same with what was kept: of a TGT, or a held password."""
        step = self.call('make_as_req', uid=uid, password=kept, kept=1,
                         **wish)
        exchange, more = step.exchange, 1
        while more:
            step = self.call('absorb_as_rep', uid=uid, exchange=exchange,
                             reply=self.carry(step))
            more = step.more
        return step

    def seal(self, name, password, uid=UID):
        return bytes.fromhex(run('seal', self.key.hex(), uid,
                                 principal(name).hex(),
                                 data=password.encode()))

    def change(self, name, old, new, uid=UID, local=LOCALHOST):
        """(result, text) of the server."""
        step = self.call('make_kpasswd_req', uid=uid, client=principal(name),
                         sealed_old=self.seal(name, old, uid),
                         sealed_new=self.seal(name, new, uid))
        exchange, more = step.exchange, 1
        while more:
            realm = self.realms[step.realm.decode()]
            port = realm.kpasswd_port if more == 2 else None
            self.replies.append(realm.exchange(step.request, port))
            step = self.call('absorb_kpasswd_rep', uid=uid, local=local,
                             exchange=exchange, reply=self.replies[-1])
            more = step.more
        return step.result, step.text

    def begin(self, tgt, server=None, uid=UID):
        return self.call('make_tgs_req', uid=uid, tgt=tgt,
                         renew=int(server is None),
                         server=principal(server) if server else b'')

    def absorb(self, exchange, reply, uid=UID):
        return self.call('absorb_tgs_rep', uid=uid, exchange=exchange,
                         reply=reply)

    def ticket(self, tgt, server=None, uid=UID):
        """server None: renew. The last reply of the exchange."""
        step = self.begin(tgt, server, uid)
        exchange, more = step.exchange, 1
        while more:
            step = self.absorb(exchange, self.carry(step), uid)
            more = step.more
        return step

    def usage(self):
        return self.call('list_usage')

    def entries(self, uid=UID):
        found, after = [], 0
        while True:
            try:
                found.append(self.call('list_entry', uid=uid, after=after))
            except Refused as why:
                assert why.status == 'NOT_FOUND'
                return found
            after = found[-1].handle
