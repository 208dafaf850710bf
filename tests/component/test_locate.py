# SPDX-License-Identifier: GPL-3.0-or-later
"""credguard-locate: krb5.conf, DNS by RFC 2782, and what is no realm.

In a network and a mount namespace of its own, with a name server of its own.
"""
import collections
import os
import pathlib
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

from tests import tap

TOP = pathlib.Path(os.environ.get('CG_TOP', '.')).resolve()
LOCATE = TOP / 'build/credguard-locate'
A, SRV = 1, 33


def name(text):
    return b''.join(bytes([len(part)]) + part.encode()
                    for part in text.split('.') if part) + b'\0'


def srv(priority, weight, port, target):
    return struct.pack('>3H', priority, weight, port) + name(target)


class NameServer(threading.Thread):
    """Answers from RECORDS: (name, type) -> data; silent: not at all."""

    def __init__(self, records):
        super().__init__(daemon=True)
        self.records, self.silent, self.asked = records, False, []
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind(('127.0.0.1', 53))
        self.start()

    def run(self):
        while True:
            query, peer = self.sock.recvfrom(512)
            end = query.index(b'\0', 12) + 1
            question = query[12:end + 4]
            kind = struct.unpack('>H', query[end:end + 2])[0]
            self.asked.append((question[:-4], kind))
            if not self.silent:
                self.sock.sendto(self.answer(query, question, kind), peer)

    def answer(self, query, question, kind):
        found = self.records.get((question[:-4].lower(), kind), [])
        flags = 0x8580 if found else 0x8583
        body = b''.join(struct.pack('>3HIH', 0xc00c, kind, 1, 60, len(data))
                        + data for data in found)
        return (query[:2] + struct.pack('>5H', flags, 1, len(found), 0, 0)
                + question + body)


def locate(*args, conf='', **env):
    with tempfile.NamedTemporaryFile('w', suffix='.conf') as file:
        file.write(conf)
        file.flush()
        done = subprocess.run([LOCATE, *args], capture_output=True, text=True,
                              env={'KRB5_CONFIG': file.name, **env},
                              timeout=20)
    return done.returncode, done.stdout.splitlines()


def realm(value):
    return f'[realms]\n EXAMPLE.TEST = {{\n{value}\n }}\n'


@tap.test
def krb5_conf_comes_first_and_alone():
    DNS.asked.clear()
    conf = realm('  kdc = 192.0.2.1\n  kdc = 192.0.2.2:1088\n'
                 '  kdc = [2001:db8::1]:99\n  kdc = 2001:db8::2')
    assert locate('EXAMPLE.TEST', conf=conf) == (
        0, ['192.0.2.1 88', '192.0.2.2 1088', '2001:db8::1 99',
            '2001:db8::2 88'])
    assert not DNS.asked
    code, lines = locate('EXAMPLE.TEST', conf=realm('kdc = dc9.example.test'))
    assert lines == ['192.0.2.9 88'], lines


@tap.test
def a_kdc_proxy_is_no_kdc():
    conf = realm('  kdc = https://proxy.example.test/KdcProxy\n'
                 '  kdc = 192.0.2.3')
    assert locate('EXAMPLE.TEST', conf=conf) == (0, ['192.0.2.3 88'])


@tap.test
def hosts_that_are_given_are_taken_alone():
    conf = realm('kdc = 192.0.2.1')
    assert locate('EXAMPLE.TEST', 'dc9.example.test:1088', '192.0.2.7',
                  conf=conf) == (0, ['192.0.2.9 1088', '192.0.2.7 88'])
    assert locate('EXAMPLE.TEST', 'unknown.example.test') == (0, [])


@tap.test
def dns_is_asked_by_priority():
    assert locate('EXAMPLE.TEST') == (
        0, ['192.0.2.1 88', '192.0.2.2 1088', '192.0.2.9 88'])


@tap.test
def dns_of_a_realm_in_small_letters_is_the_same():
    assert len(locate('example.test')[1]) == 3


@tap.test
def weights_decide_among_equals():
    first = collections.Counter(locate('WEIGHTED.TEST')[1][0]
                                for _ in range(60))
    # 1 in 10 of the light one: 0 or more than 20 is next to impossible.
    assert 35 < first['192.0.2.2 88'] <= 60, first
    assert sorted(locate('WEIGHTED.TEST')[1]) == [
        '192.0.2.1 88', '192.0.2.2 88']


@tap.test
def a_dot_says_that_there_is_none():
    assert locate('NONE.TEST') == (0, [])


@tap.test
def no_search_domain_is_appended():
    DNS.asked.clear()
    assert locate('SHORT') == (0, [])
    asked = {question for question, kind in DNS.asked if kind == SRV}
    assert asked == {name('_kerberos._tcp.SHORT')}, asked


@tap.test
def a_silent_name_server_takes_little_time():
    DNS.silent = True
    begun = time.monotonic()
    assert locate('EXAMPLE.TEST') == (0, [])
    DNS.silent = False
    assert time.monotonic() - begun < 4.5


@tap.test
def what_is_no_realm_is_refused():
    for bad in ('', '-x', '--help', 'A B', 'A/B', 'A;B', 'ä', 'A\n',
                'A' * 256):
        assert locate(bad) == (2, []), bad
    assert locate() == (2, [])
    assert locate('A' * 255) == (0, [])


RECORDS = {
    (name('dc1.example.test'), A): [bytes([192, 0, 2, 1])],
    (name('dc2.example.test'), A): [bytes([192, 0, 2, 2])],
    (name('dc9.example.test'), A): [bytes([192, 0, 2, 9])],
    (name('_kerberos._tcp.example.test'), SRV): [
        srv(30, 0, 88, 'dc9.example.test'),
        srv(10, 5, 88, 'dc1.example.test'),
        srv(20, 5, 1088, 'dc2.example.test')],
    (name('_kerberos._tcp.weighted.test'), SRV): [
        srv(0, 10, 88, 'dc1.example.test'),
        srv(0, 90, 88, 'dc2.example.test')],
    (name('_kerberos._tcp.none.test'), SRV): [srv(0, 0, 0, '')],
}


def in_own_namespaces():
    if '--inside' not in sys.argv:
        os.execvp('unshare', ['unshare', '--net', '--mount', sys.executable,
                              '-B', __file__, '--inside', *sys.argv[1:]])
    sys.argv.remove('--inside')
    subprocess.run(['ip', 'link', 'set', 'lo', 'up'], check=True)
    for path, text in (('/etc/resolv.conf',
                        'nameserver 127.0.0.1\nsearch example.test\n'),
                       ('/etc/nsswitch.conf', 'hosts: dns\n')):
        with tempfile.NamedTemporaryFile('w') as file:
            file.write(text)
            file.flush()
            subprocess.run(['mount', '--bind', file.name,
                            os.path.realpath(path)], check=True)


in_own_namespaces()
DNS = NameServer(RECORDS)
tap.main()
