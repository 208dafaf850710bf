# SPDX-License-Identifier: GPL-3.0-or-later
"""NTLMSSP as [MS-NLMP] has it, from the client's side, with Samba's server
side as the judge: ntlm_auth on a member, which has winbindd ask the DC."""
import base64
import hashlib
import hmac
import struct
import subprocess

from tests.lab import labtest

CLIENT = f'{labtest.BUILD}/tests/component/ntlm_client'
UNICODE, REQUEST_TARGET, SIGN, SEAL, NTLM = 1, 4, 0x10, 0x20, 0x200
ALWAYS_SIGN, EXTENDED, TARGET_INFO = 0x8000, 0x80000, 0x800000
VERSION, BITS_128, KEY_EXCH = 0x2000000, 0x20000000, 0x40000000
FLAGS = UNICODE | REQUEST_TARGET | NTLM | ALWAYS_SIGN | EXTENDED | \
    TARGET_INFO | BITS_128
MIC_AT = 72
SPN = 'cifs/fs1.example.test'


def negotiate(flags=FLAGS):
    return b'NTLMSSP\0' + struct.pack('<II', 1, flags) + bytes(16)


def rc4(key, data):
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms
    return Cipher(algorithms.ARC4(key), None).encryptor().update(data)


def mic(key, *messages):
    return hmac.new(key, b''.join(messages), hashlib.md5).digest()


class Answer:
    """What the vault gave; status is None when it is one."""

    def __init__(self, text):
        self.fields = {}
        self.status = None
        for line in text.splitlines():
            name, _, value = line.partition(' ')
            if name == 'refused':
                self.status = int(value.split()[0])
            else:
                self.fields[name] = value

    def __getattr__(self, name):
        return bytes.fromhex(self.fields[name])


def ask(negotiate_message, challenge, target=SPN, user='alice', bindings='',
        host='ws1'):
    done = labtest.on(host, CLIENT, 'response', negotiate_message.hex(),
                      challenge.hex(), target, *([bindings] if bindings
                                                 else []),
                      user=user, check=False)
    assert done.returncode in (0, 1), done.stderr
    return Answer(done.stdout)


def ask_whole(negotiate_message, challenge, user='alice', host='ws1'):
    done = labtest.on(host, CLIENT, 'authenticate', negotiate_message.hex(),
                      challenge.hex(), user=user, check=False)
    assert done.returncode in (0, 1), done.stderr
    return Answer(done.stdout)


def ticket(name, user='alice', host='ws1'):
    done = labtest.on(host, CLIENT, 'ticket', name, user=user, check=False)
    assert done.returncode in (0, 1), done.stderr
    return Answer(done.stdout)


def info_at(challenge):
    return struct.unpack_from('<I', challenge, 44)[0]


def pairs(challenge):
    """[(number, value)] without the end mark; the list is the last field."""
    found, at = [], info_at(challenge)
    while True:
        number, size = struct.unpack_from('<HH', challenge, at)
        if number == 0:
            return found
        found.append((number, challenge[at + 4:at + 4 + size]))
        at += 4 + size


def with_pairs(challenge, wanted):
    info = b''.join(struct.pack('<HH', number, len(value)) + value
                    for number, value in [*wanted, (0, b'')])
    return challenge[:40] + struct.pack('<HH', len(info), len(info)) \
        + challenge[44:info_at(challenge)] + info


def fresh(flags=FLAGS, host='fs1'):
    """A CHALLENGE of a server that waits for no answer to it."""
    with Server(host) as server:
        return server.challenge(negotiate(flags))


def authenticate(answer, sent, challenge, workstation='WS1'):
    """The AUTHENTICATE message around an answer, MIC and all."""
    flags = struct.unpack_from('<I', sent, 12)[0] & \
        struct.unpack_from('<I', challenge, 20)[0]
    payload, fields = b'', b''
    texts = [text.decode().encode('utf-16-le') for text in
             (answer.domain, answer.user, workstation.encode())]
    for part in (bytes(24), answer.response, *texts, b''):
        fields += struct.pack('<HHI', len(part), len(part),
                              MIC_AT + 16 + len(payload))
        payload += part
    head = b'NTLMSSP\0' + struct.pack('<I', 3) + fields \
        + struct.pack('<I', flags) + bytes(8)
    assert len(head) == MIC_AT
    whole = mic(answer.session_base_key, sent, challenge,
                head + bytes(16) + payload)
    return head + whole + payload


class Server:
    """Samba's: a member's winbindd and a DC decide."""

    def __init__(self, host='fs1'):
        self.process = labtest.start(
            host, 'ntlm_auth', '--helper-protocol=squid-2.5-ntlmssp',
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(20)

    def say(self, word, message):
        self.process.stdin.write(
            f'{word} {base64.b64encode(message).decode()}\n')
        self.process.stdin.flush()
        return self.process.stdout.readline().rstrip('\n')

    def challenge(self, negotiate_message):
        said = self.say('YR', negotiate_message)
        assert said.startswith('TT '), said
        return base64.b64decode(said[3:])

    def verdict(self, message):
        """'AF' and the user, or 'NA' and why not."""
        return self.say('KK', message)
