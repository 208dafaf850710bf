# SPDX-License-Identifier: GPL-3.0-or-later
"""Listens on a lab host's wire to its KDCs, as a test's own KDC side: the
tickets pass there encrypted, and the domain's krbtgt key opens them."""
import pathlib
import struct
import subprocess
import time

from tests.lab import state

TOP = pathlib.Path(__file__).resolve().parents[2]
LAB = str(TOP / 'tests/lab/lab')
TICKET_KEY = str(TOP / 'build/tests/attack/ticket_key')
AS_REP, TGS_REP = 0x6b, 0x6d


class Wiretap:
    """with Wiretap('ws1') as tap: …; then tap.replies(AS_REP)."""

    def __init__(self, host, what='tcp port 88'):
        self.host, self.what, self.raw = host, what, b''

    def __enter__(self):
        self.child = subprocess.Popen(
            ['nsenter', f'--net=/proc/{state.keeper(self.host)}/ns/net',
             'tcpdump', '-i', 'eth0', '-U', '-w', '-', '--immediate-mode',
             self.what],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.child.stderr.readline()        # "listening on eth0, …"
        return self

    def __exit__(self, *_):
        time.sleep(0.3)                     # what is under way still comes
        self.child.terminate()
        self.raw = self.child.communicate()[0]

    def replies(self, tag):
        """Kerberos messages of this kind that the host received."""
        return [message for stream in streams(self.raw)
                for message in records(stream) if message[:1] == bytes([tag])]


def packets(raw):
    at = 24
    while at + 16 <= len(raw):
        _, _, length, _ = struct.unpack_from('<IIII', raw, at)
        yield raw[at + 16:at + 16 + length]
        at += 16 + length


def streams(raw):
    """The bytes that came from port 88, a stream each."""
    parts = {}
    for frame in packets(raw):
        if frame[12:14] != b'\x08\x00' or frame[23] != 6:
            continue
        start = 14 + (frame[14] & 15) * 4
        end = 14 + struct.unpack_from('>H', frame, 16)[0]
        sport, dport, seq = struct.unpack_from('>HHI', frame, start)
        data = frame[start + (frame[start + 12] >> 4) * 4:end]
        if sport == 88 and data:
            parts.setdefault((frame[26:34], dport), {})[seq] = data
    for segments in parts.values():
        yield b''.join(segments[seq] for seq in sorted(segments))


def records(stream):
    """RFC 4120 7.2.2: a length of four bytes before each message."""
    while len(stream) >= 4:
        length = int.from_bytes(stream[:4], 'big')
        yield stream[4:4 + length]
        stream = stream[4 + length:]


def open_ticket(reply, keytab):
    """{'key': hex, 'ticket': hex, 'server': name} of a reply's ticket."""
    done = subprocess.run([TICKET_KEY, keytab], input=reply,
                          capture_output=True, check=True)
    return dict(line.split(' ', 1)
                for line in done.stdout.decode().splitlines())


def krbtgt_keytab(path, dc='dc1', realm='EXAMPLE.TEST'):
    """The domain's own keys, as its controller has them."""
    inside = '/tmp/krbtgt.keytab'
    subprocess.run([LAB, 'on', dc, '--', 'samba-tool', 'domain',
                    'exportkeytab', inside, f'--principal=krbtgt/{realm}'],
                   check=True, capture_output=True)
    raw = subprocess.run([LAB, 'on', dc, '--', 'cat', inside], check=True,
                         capture_output=True).stdout
    pathlib.Path(path).write_bytes(raw)
    return str(path)
