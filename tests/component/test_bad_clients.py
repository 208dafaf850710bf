# SPDX-License-Identifier: GPL-3.0-or-later
"""T16: malformed, oversized, slow and silent clients on both sockets. Each is
answered with an error or hung up on; others are served on, the memory comes
back, and the vault never ends by anything that a client sends."""
import os
import random
import resource
import socket
import struct
import time

from tests import tap
from tests.component import bad_clients as bad
from tests.component.fixture import Credguard
from tests.component.kdc import Kdc
from tests.component.place import await_true, is_alive

MUTATIONS = 3000
CONNECTIONS = 10_000
SLACK_KIB = 16 << 10    # what malloc keeps of a flood

KDC = Kdc().__enter__()
CG = Credguard(kdc=KDC).__enter__()


def klist_of_bob():
    """How long it took, in seconds."""
    begun = time.monotonic()
    done = CG.run_as('bob', ['klist'], timeout=10)
    assert done.returncode == 0, done.stderr
    return time.monotonic() - begun


def is_unharmed():
    """The first pair still lives and serves."""
    assert CG.pairs() == [PAIR], CG.log()[-2000:]
    assert all(map(is_alive, PAIR))
    assert klist_of_bob() < 1


def a_cache_of_alice():
    done = CG.run_as('alice', ['kinit', 'alice'], input=KDC.password('alice'))
    assert done.returncode == 0, done.stderr
    with bad.connect(CG, 'alice') as peer:
        return bad.say(peer, bad.kcm(20))[12:-1].decode()


for who in ('alice', 'bob'):
    CG.run_as(who, ['kinit', who], input=KDC.password(who))
PAIR = CG.pairs()[-1]
CACHE = a_cache_of_alice()


@tap.test
def T16_the_messages_that_the_tests_spoil_are_valid():
    for name, message in bad.kcm_messages(CACHE).items():
        if name in ('INITIALIZE', 'REPLACE'):
            continue            # would take the cache away
        with bad.connect(CG, 'alice') as peer:
            status = bad.kcm_status(bad.say(peer, message))
            assert status == 0, (name, status)
    is_unharmed()


@tap.test
def T16_a_KCM_request_that_stops_at_any_byte_waits_and_then_is_dropped():
    """The length promises more than comes: the client goes away."""
    for message in bad.kcm_messages(CACHE).values():
        for cut in range(len(message)):
            with bad.connect(CG, 'alice') as peer:
                peer.sendall(message[:cut])
                peer.shutdown(socket.SHUT_WR)
                assert bad.hear(peer) == b'', cut
    is_unharmed()


@tap.test
def T16_a_KCM_request_cut_at_any_byte_is_an_error_not_a_success():
    """The length tells of the cut message, which is complete as such."""
    for name, message in bad.kcm_messages(CACHE).items():
        for cut in range(4, len(message)):
            body = message[4:cut]
            with bad.connect(CG, 'alice') as peer:
                reply = bad.say(peer, bad.counted(body))
                assert bad.kcm_status(reply) != 0, (name, cut, reply)
    is_unharmed()


@tap.test
def T16_one_byte_too_many_in_a_KCM_request_is_an_error():
    for name, message in bad.kcm_messages(CACHE).items():
        with bad.connect(CG, 'alice') as peer:
            reply = bad.say(peer, bad.counted(message[4:] + b'\0'))
            assert bad.kcm_status(reply) != 0, name
    is_unharmed()


@tap.test
def T16_lengths_up_to_4_GiB_are_refused_at_once():
    before = bad.memory_kib(CG.broker_pid)
    for length in (0, 1, 3, (10 << 20) + 1, 1 << 24, 1 << 31, (1 << 32) - 1):
        with bad.connect(CG, 'alice') as peer:
            reply = bad.say(peer, struct.pack('>I', length) + b'\2\0\0\0')
            assert bad.kcm_status(reply) != 0, (length, reply)
    assert bad.memory_kib(CG.broker_pid) < before + 2048
    is_unharmed()


@tap.test
def T16_4_GiB_lengths_inside_a_KCM_request_are_errors():
    huge = b'\xff\xff\xff\xff'
    for name, message in bad.kcm_messages(CACHE).items():
        body = message[4:]
        for at in range(4, len(body) - 3):
            spoilt = body[:at] + huge + body[at + 4:]
            with bad.connect(CG, 'alice') as peer:
                reply = bad.say(peer, bad.counted(spoilt))
                assert len(reply) < 1 << 16, (name, at)
    is_unharmed()


@tap.test
def T16_random_changes_to_KCM_requests_do_no_harm():
    seed = random.randrange(1 << 32)
    print(f'# seed {seed}')
    rng = random.Random(seed)
    messages = list(bad.kcm_messages(CACHE).values())
    for _ in range(MUTATIONS):
        body = bytearray(rng.choice(messages)[4:])
        for _ in range(rng.choice((1, 1, 2, 8))):
            body[rng.randrange(len(body))] = rng.randrange(256)
        with bad.connect(CG, 'alice') as peer:
            bad.say(peer, bad.counted(bytes(body)))
    is_unharmed()


@tap.test
def T16_every_KCM_operation_without_and_with_rubbish_arguments_is_answered():
    rng = random.Random(1)
    for opcode in [*range(40), *range(12990, 13010), 0xffff]:
        for size in (0, 1, 7, 64, 1000):
            with bad.connect(CG, 'alice') as peer:
                reply = bad.say(peer, bad.kcm(opcode, rng.randbytes(size)))
                assert reply == b'' or len(reply) >= 12, (opcode, size)
    is_unharmed()


def spoilt(message):
    """Every cut, and what is too much."""
    yield from (message[:cut] for cut in range(1, len(message)))
    yield message + b'\0'
    yield message + bytes(1 << 17)
    for at in range(0, len(message) - 3, 4):
        yield message[:at] + b'\xff\xff\xff\xff' + message[at + 4:]


@tap.test
def T16_every_spoilt_message_on_the_client_socket_ends_the_connection():
    for name, (before, message) in bad.client_messages().items():
        for part in spoilt(message):
            with bad.connect(CG, 'alice', socket.SOCK_SEQPACKET) as peer:
                if before:
                    assert bad.say(peer, before)[8:12] == bytes(4)
                reply = bad.say(peer, part)
                assert reply == b'' or reply[8:12] != bytes(4) or (
                    # A changed number is no error where any is legal.
                    len(part) == len(message) and len(reply) >= 16), (
                        name, part[:200], reply)
    is_unharmed()


@tap.test
def T16_the_client_socket_wants_hello_first_and_once():
    messages = bad.client_messages()
    hello, status = messages['client_status']
    for words in ([status], [hello, hello]):
        with bad.connect(CG, 'alice', socket.SOCK_SEQPACKET) as peer:
            assert [bad.say(peer, word) for word in words][-1] == b''
    is_unharmed()


@tap.test
def T16_descriptors_sent_to_either_socket_do_not_stay():
    def count():
        return len(os.listdir(f'/proc/{CG.broker_pid}/fd'))

    before = count()
    rows = [(socket.SOL_SOCKET, socket.SCM_RIGHTS,
             struct.pack('<10i', *([0] * 10)))]
    hello = bad.client_messages()['client_hello'][1]
    for kind, message in ((socket.SOCK_STREAM, bad.kcm(bad.NOOP)),
                          (socket.SOCK_SEQPACKET, hello)):
        for _ in range(50):
            with bad.connect(CG, 'alice', kind) as peer:
                peer.sendmsg([message], rows)
                bad.hear(peer)
    await_true(lambda: count() <= before, f'{before} descriptors again', 2)
    is_unharmed()


def flood(part):
    """CONNECTIONS of alice that said PART and then nothing; all are kept."""
    peers, slowest = [], 0
    for number in range(CONNECTIONS):
        peer = bad.connect(CG, 'alice')
        try:
            peer.sendall(part)
        except (BrokenPipeError, ConnectionResetError):
            pass
        peers.append(peer)
        if number % 1000 == 999:
            slowest = max(slowest, klist_of_bob())
    return peers, slowest


@tap.test
def T16_10000_half_open_connections_of_one_uid_do_not_slow_another():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    assert hard > CONNECTIONS + 100, hard
    before = bad.memory_kib(CG.broker_pid)
    for part in (b'', b'\0\0', struct.pack('>I', 10 << 20) + b'\2\0'):
        peers, slowest = flood(part)
        fds = len(os.listdir(f'/proc/{CG.broker_pid}/fd'))
        print(f'# {part[:6]!r}: bob waited {slowest:.3f} s at most, the '
              f'broker has {fds} descriptors')
        for peer in peers:
            peer.close()
        assert slowest < 1
        assert fds < 600        # two for each of 256 connections
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    memory_is_back(before)
    a_cache_of_alice()
    is_unharmed()


def memory_is_back(before, limit_s=5):
    def grown():
        return bad.memory_kib(CG.broker_pid) - before

    took_s = await_true(lambda: grown() < SLACK_KIB,
                        'the memory to come back', limit_s)
    print(f'# the broker had {before} KiB, and {took_s:.1f} s after it has '
          f'{grown()} KiB more')


def never_reads(message):
    """Sends MESSAGE again and again until nobody takes it."""
    peer = bad.connect(CG, 'alice')
    peer.settimeout(0.02)
    try:
        while True:
            peer.sendall(message * 100)
    except (TimeoutError, BrokenPipeError, ConnectionResetError):
        return peer


def store_much():
    """So that a whole cache is more than a socket takes."""
    CG.run_as('alice', ['kinit', 'alice'], input=KDC.password('alice'))
    with bad.connect(CG, 'alice') as peer:
        for number in range(20):
            service = bad.principal('host', f'h{number}.comp.test',
                                    realm=bad.REALM, kind=3)
            reply = bad.say(peer, bad.kcm(bad.STORE, CACHE.encode() + b'\0'
                            + bad.credential(service, ticket=b't' * 100_000)))
            assert bad.kcm_status(reply) == 0, number


@tap.test
def T16_clients_that_never_read_hold_up_nobody_and_no_memory():
    store_much()
    before = bad.memory_kib(CG.broker_pid)
    message = bad.kcm(bad.GET_CRED_LIST, CACHE.encode() + b'\0')
    peers = [never_reads(message) for _ in range(200)]
    assert klist_of_bob() < 1
    grown = bad.memory_kib(CG.broker_pid) - before
    print(f'# 200 of them take {grown} KiB')
    assert grown < (64 << 10) + SLACK_KIB, grown    # bytes_per_uid
    for peer in peers:
        peer.close()
    # A peer that leaves while it is written to is missed after 30 s.
    memory_is_back(before, 40)
    is_unharmed()


@tap.test
def T16_clients_that_hang_up_before_their_answer_do_no_harm():
    status = bad.client_messages()['client_status'][1]
    logon = bad.client_messages()['client_logon'][1]
    listing = bad.client(bad.CLIENT_LIST, struct.pack('<QI', 0, 0))
    hello = bad.client_messages()['client_hello'][1]
    for message in (status, logon, listing):
        for _ in range(200):
            with bad.connect(CG, 'alice', socket.SOCK_SEQPACKET) as peer:
                bad.say(peer, hello)
                peer.send(message)
    for message in bad.kcm_messages(CACHE).values():
        for _ in range(50):
            with bad.connect(CG, 'alice') as peer:
                peer.sendall(message)
    is_unharmed()


@tap.test
def T16_a_client_that_sends_one_byte_at_a_time_is_served():
    message = bad.kcm(bad.GET_PRINCIPAL, CACHE.encode() + b'\0')
    with bad.connect(CG, 'alice') as peer:
        for at in range(len(message)):
            peer.send(message[at:at + 1])
            time.sleep(0.002)
        assert bad.kcm_status(bad.hear(peer)) == 0
    is_unharmed()


@tap.test
def T16_one_uid_that_takes_all_its_quota_leaves_the_others_theirs():
    """Caches and tickets until the broker says no."""
    before = bad.memory_kib(CG.broker_pid)
    refused = None
    with bad.connect(CG, 'alice') as peer:
        for number in range(10_000):
            name = f'{CACHE.split(":")[0]}:{number}'.encode() + b'\0'
            reply = bad.say(peer, bad.kcm(
                bad.INITIALIZE, name + bad.principal('alice')))
            if bad.kcm_status(reply) != 0:
                refused = number
                break
    print(f'# cache {refused} was refused')
    assert refused is not None
    assert bad.memory_kib(CG.broker_pid) < before + SLACK_KIB
    is_unharmed()


@tap.test
def T16_a_user_who_stores_TGTs_without_end_is_refused_and_others_are_not():
    message = bad.kcm(bad.STORE, CACHE.encode() + b'\0' + bad.credential(
        bad.KRBTGT, ticket=b't' * 100_000))
    with bad.connect(CG, 'alice') as peer:
        for _ in range(1000):
            bad.say(peer, message)
    done = CG.run_as('bob', ['kinit', 'bob'], input=KDC.password('bob'))
    assert done.returncode == 0, done.stderr
    is_unharmed()


try:
    tap.main()
finally:
    CG.__exit__()
    KDC.__exit__()
