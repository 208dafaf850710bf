# SPDX-License-Identifier: GPL-3.0-or-later
"""The broker's end of the channel, spoken by a test (idl/credguard.idl)."""
import os
import struct
import time

MSG_MAX = 256 << 10
OPS = ('import_birth', 'hello', 'import_password', 'make_as_req',
       'absorb_as_rep', 'make_tgs_req', 'absorb_tgs_rep', 'import_ticket',
       'list_entry', 'list_usage', 'forget_entry', 'forget_uid',
       'make_ntlm_response', 'make_ntlm_authenticate',
       'import_machine_key', 'unseal_machine_key', 'make_kpasswd_req',
       'absorb_kpasswd_rep', 'make_verifier_salt', 'seal_verifier',
       'list_verifier', 'make_verifier_attempt',
       'check_verifier')
OP = {name: number for number, name in enumerate(OPS)}
REALM = 'EXAMPLE.TEST'
UID = 4321
UID_ALL = 0xffffffff
AES256 = 18             # aes256-cts-hmac-sha1-96 (RFC 3962)


def principal(*components, realm=REALM, kind=1):
    """As in a ccache file, version 4."""
    texts = b''.join(struct.pack('>I', len(text)) + text.encode()
                     for text in (realm, *components))
    return struct.pack('>II', kind, len(components)) + texts


ALICE = principal('alice')
KRBTGT = principal('krbtgt', REALM, kind=2)
SERVICE = principal('cifs', 'fs1.example.test', kind=2)


class Body:
    """Writes NDR: integers aligned from the start, arrays after a length."""

    def __init__(self):
        self.data = b''

    def number(self, value, size=4):
        self.data += bytes(-len(self.data) % size)
        self.data += value.to_bytes(size, 'little')
        return self

    def hyper(self, value):
        return self.number(value, 8)

    def array(self, value):
        self.number(len(value)).data += value
        return self


def der(tag, *parts):
    body = b''.join(parts)
    if len(body) < 128:
        return bytes([tag, len(body)]) + body
    size = (len(body).bit_length() + 7) // 8
    return (bytes([tag, 0x80 | size]) + len(body).to_bytes(size, 'big')
            + body)


def ticket(cipher):
    """A Ticket (RFC 4120 5.3) with CIPHER as its encrypted part."""
    def integer(value):
        return der(0x02, bytes([value]))

    def string(text):
        return der(0x1b, text.encode())

    name = der(0x30, der(0xa0, integer(2)), der(0xa1, der(
        0x30, string('krbtgt'), string(REALM))))
    sealed = der(0x30, der(0xa0, integer(AES256)), der(0xa2, der(
        0x04, cipher)))
    return der(0x61, der(0x30, der(0xa0, integer(5)),
                         der(0xa1, string(REALM)), der(0xa2, name),
                         der(0xa3, sealed)))


def import_birth():
    return (Body().number(1).number(300).number(256).number(65536)
            .number(1).number(0).number(0).array(b'').number(0).number(5)
            .number(900).number(0).number(16).number(8).number(1)
            .array(b'').number(0).array(b'').number(0).number(0)
            .array(b'').number(0).number(0).number(0).data)


def import_ticket(key, cipher, uid=UID):
    now = int(time.time())
    body = Body().number(uid).number(0x50e10000).number(AES256)
    for at in (now, now, now + 36000, now + 86400):
        body.hyper(at)
    return (body.array(ALICE).array(KRBTGT).array(key)
            .array(ticket(cipher)).data)


def import_password(sealed, uid=UID):
    return Body().number(uid).array(ALICE).array(sealed).number(0).data


def make_as_req(password, uid=UID):
    return (Body().number(uid).hyper(password).number(0).number(0)
            .number(0).number(0).data)


def make_tgs_req(tgt, server=SERVICE, uid=UID):
    return (Body().number(uid).number(0).hyper(tgt).array(server)
            .array(b'').data)


def forget_uid(uid=UID):
    return Body().number(uid).data


def list_entry(after=0, uid=UID):
    return Body().number(uid).hyper(after).data


def seal(password, public_key, uid=UID, client=ALICE):
    """idl/sealing.h."""
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import x25519
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF
    own = x25519.X25519PrivateKey.generate()
    raw = own.public_key().public_bytes(serialization.Encoding.Raw,
                                        serialization.PublicFormat.Raw)
    shared = own.exchange(
        x25519.X25519PublicKey.from_public_bytes(public_key))
    key = HKDF(hashes.SHA256(), 32, None,
               b'credguard password 2' + raw + public_key).derive(shared)
    nonce = os.urandom(12)
    return raw + nonce + AESGCM(key).encrypt(
        nonce, struct.pack('<Q', int(time.time())) + password,
        struct.pack('<I', uid) + client)


class Refused(Exception):
    """A reply with a status."""

    def __init__(self, op, status, detail):
        super().__init__(f'{op}: status {status}, detail {detail}')
        self.status, self.detail = status, detail


class Ended(Exception):
    """The vault closed the channel."""


class Channel:
    """One request, one reply."""

    def __init__(self, socket):
        self.socket, self.id = socket, 0
        socket.settimeout(10)

    def send(self, op, body):
        self.id += 1
        head = struct.pack('<IIII', OP[op], self.id, 0, 0)
        try:
            self.socket.send(head + body)
        except (BrokenPipeError, ConnectionResetError) as error:
            raise Ended(op) from error

    def receive(self, op):
        try:
            reply = self.socket.recv(MSG_MAX + 1)
        except ConnectionResetError as error:
            raise Ended(op) from error
        if not reply:
            raise Ended(op)
        number, name, status, detail = struct.unpack('<IIII', reply[:16])
        assert (number, name) == (OP[op], self.id), reply[:16].hex()
        if status != 0:
            raise Refused(op, status, detail)
        return reply[16:]

    def call(self, op, body):
        self.send(op, body)
        return self.receive(op)

    def hello(self):
        """(protection bits, Landlock ABI); idl/protection.h."""
        reply = self.call('hello', Body().number(1).data)
        return struct.unpack('<III', reply)[1:]

    def store(self, key, cipher):
        """The handle of a TGT that the vault now holds."""
        reply = self.call('import_ticket', import_ticket(key, cipher))
        kept, handle = struct.unpack('<I4xQ', reply[:16])
        assert kept == 1
        return handle

    def handle(self, op, body):
        """The handle that a reply begins with."""
        return struct.unpack('<Q', self.call(op, body)[:8])[0]
