# SPDX-License-Identifier: GPL-3.0-or-later
"""What the answers of older protocols would be, to recognise one."""
import hashlib
import re
import struct


def des(key7, block):
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, \
        modes
    bits = int.from_bytes(key7, 'big')
    key = bytes((bits >> (49 - 7 * i) & 0x7f) << 1 for i in range(8))
    # Single DES: three times the same.
    cipher = Cipher(algorithms.TripleDES(key * 3), modes.ECB()).encryptor()
    return cipher.update(block)


def des_answer(nt_hash, challenge):
    """DESL, [MS-NLMP] 6: of NTLMv1, and with other challenges of NTLM2
    session and MS-CHAPv2."""
    keys = (nt_hash + bytes(5))[:21]
    return b''.join(des(keys[i:i + 7], challenge) for i in (0, 7, 14))


def des_answers(nt_hash, server_challenge, client_challenge):
    """Of NTLMv1, and with session security."""
    both = hashlib.md5(server_challenge + client_challenge).digest()[:8]
    return (des_answer(nt_hash, server_challenge),
            des_answer(nt_hash, both))


class Authenticate:
    """The fields of an AUTHENTICATE message."""

    def __init__(self, message):
        self.lm, self.nt, self.domain, self.user = (
            self.field(message, at) for at in (12, 20, 28, 36))

    @staticmethod
    def field(message, at):
        size, _, offset = struct.unpack_from('<HHI', message, at)
        return message[offset:offset + size]


def in_stream(raw):
    """Every AUTHENTICATE in captured packets, each in one of them."""
    return [Authenticate(raw[found.start():]) for found in
            re.finditer(rb'NTLMSSP\0\x03\0\0\0', raw)]


def digest(user, password, header):
    """The response= that HEADER would have with this password."""
    value = dict(re.findall(r'(\w+)="?([^",]*)"?', header))

    def md5(text):
        return hashlib.md5(text.encode()).hexdigest()
    return md5(':'.join((
        md5(f'{user}:{value["realm"]}:{password}'), value['nonce'],
        value['nc'], value['cnonce'], value['qop'],
        md5(f'GET:{value["uri"]}'))))
