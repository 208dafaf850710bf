# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets that a test plants in a vault, and every form of them in memory."""
import math
import os

from tests.attack import wire

AUTHENTICATOR = 7       # key usages of RFC 4120 7.5.1
CHECKSUM = 6


def n_fold(data, size):
    """RFC 3961 5.1."""
    bits = ''.join(f'{byte:08b}' for byte in data)
    copies = math.lcm(len(data), size) // len(data)
    text = ''
    for turn in range(copies):
        right = 13 * turn % len(bits)
        text += bits[len(bits) - right:] + bits[:len(bits) - right]
    value = 0
    ones = (1 << 8 * size) - 1
    for at in range(0, len(text), 8 * size):
        value += int(text[at:at + 8 * size], 2)
    while value > ones:
        value = (value & ones) + (value >> 8 * size)
    return value.to_bytes(size, 'big')


def derive(key, usage, kind):
    """DK(key, usage | kind) for AES (RFC 3961 5.3, RFC 3962)."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms
    from cryptography.hazmat.primitives.ciphers import modes
    block = n_fold(usage.to_bytes(4, 'big') + bytes([kind]), 16)
    result = b''
    while len(result) < len(key):
        encryptor = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
        block = encryptor.update(block)
        result += block
    return result[:len(key)]


class Planted:
    """A TGT and a password in a vault, both in use: an exchange with a KDC
    is under way with each."""

    def __init__(self):
        self.tgt = None
        self.key, self.ticket = os.urandom(32), os.urandom(256)
        self.password = b'Pass-' + os.urandom(16).hex().encode()

    def plant(self, running):
        channel = running.channel
        channel.hello()
        self.tgt = channel.store(self.key, self.ticket)
        channel.call('make_tgs_req', wire.make_tgs_req(self.tgt))
        password = channel.handle('import_password', wire.import_password(
            wire.seal(self.password, running.public_key())))
        channel.call('make_as_req', wire.make_as_req(password))

    def whole(self):
        """Those that an ordinary memory surely shows."""
        return {'session key': self.key, 'ticket': self.ticket,
                'password': self.password}

    def parts(self):
        """{name: bytes}: eight bytes of anything are a find."""
        secrets = {**self.whole(),
                   'checksum key': derive(self.key, CHECKSUM, 0x99),
                   'encryption key': derive(self.key, AUTHENTICATOR, 0xaa),
                   'integrity key': derive(self.key, AUTHENTICATOR, 0x55)}
        return {f'{name} at {at}': text[at:at + 8]
                for name, text in secrets.items()
                for at in range(0, len(text) - 7, 8)}


def found(parts, data):
    return [name for name, part in parts.items() if part in data]
