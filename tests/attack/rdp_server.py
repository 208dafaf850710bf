# SPDX-License-Identifier: GPL-3.0-or-later
"""The first half of an RDP server: TLS, and in it CredSSP ([MS-CSSP] 2.2.1)
with NTLM. It does nothing with the messages but hand them over, a line of
hexadecimal each: NEGOTIATE out, CHALLENGE in, AUTHENTICATE out.

    rdp_server.py PORT CERTIFICATE KEY
"""
import re
import socket
import ssl
import struct
import sys

HYBRID = 2      # TLS and CredSSP, [MS-RDPBCGR] 2.2.1.2.1


def der(tag, content):
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    octets = size.to_bytes((size.bit_length() + 7) // 8, 'big')
    return bytes([tag, 0x80 | len(octets)]) + octets + content


def ts_request(token):
    tokens = der(0x30, der(0x30, der(0xa0, der(0x04, token))))
    return der(0x30, der(0xa0, der(0x02, b'\6')) + der(0xa1, tokens))


def token_of(message, kind):
    """The NTLM message in a TSRequest: an OCTET STRING around it."""
    found = re.search(rb'\x04(?:([\x00-\x7f])|\x81(.)|\x82(..))'
                      rb'NTLMSSP\0' + bytes([kind]), message, re.S)
    if not found:
        return None
    size = int.from_bytes(next(part for part in found.groups()
                               if part is not None), 'big')
    at = message.index(b'NTLMSSP\0', found.start())
    return message[at:at + size]


def connection_confirm(client):
    size = struct.unpack('>H', client.recv(4)[2:])[0]
    client.recv(size - 4)
    confirm = b'\x0e\xd0\0\0\x12\x34\0' + struct.pack('<BBHI', 2, 0, 8,
                                                      HYBRID)
    client.sendall(struct.pack('>BBH', 3, 0, 4 + len(confirm)) + confirm)


def read_token(stream, kind):
    seen = b''
    while True:
        data = stream.recv(65536)
        seen += data
        token = token_of(seen, kind)
        if token is not None or not data:
            print(token.hex() if token else 'none', flush=True)
            return token


def main():
    port, certificate, key = sys.argv[1:]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with socket.create_server(('127.0.0.1', int(port))) as listener:
        listener.settimeout(30)
        print('ready', flush=True)
        client = listener.accept()[0]
    client.settimeout(30)
    connection_confirm(client)
    with context.wrap_socket(client, server_side=True) as stream:
        if read_token(stream, 1):
            challenge = bytes.fromhex(sys.stdin.readline())
            stream.sendall(ts_request(challenge))
            read_token(stream, 3)


main()
