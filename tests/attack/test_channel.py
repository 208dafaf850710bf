#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""T16, T17a: what a taken-over broker can say to the running vault. A valid
request that fails gets a status; anything else ends the vault, and the
guardian says why and starts another."""
import os
import struct

from tests import tap
from tests.attack import wire
from tests.attack.guardian import Guardian

PROTO = ('credguard-vault ended: exit code 13: '
         'it got a malformed or out of phase message')
EOF_SEEN = 'credguard-vault ended: exit code 0: its channel was closed'


def message(op, body, number=7, status=0, detail=0):
    return struct.pack('<IIII', op, number, status, detail) + body


TICKET = message(wire.OP['import_ticket'],
                 wire.import_ticket(b'k' * 32, b't' * 40))
TGS = message(wire.OP['make_tgs_req'], wire.make_tgs_req(1))


def ends(data, end=PROTO, greet=True):
    """One datagram ends a vault of its own, unanswered."""
    with Guardian() as running:
        if greet:
            running.channel.hello()
        peer = running.channel.socket
        try:
            peer.send(data)
            answer = peer.recv(wire.MSG_MAX)
        except (BrokenPipeError, ConnectionResetError):
            answer = b''
        assert answer == b'', (data[:64], answer)
        running.await_log(end)
        running.await_log('a new pair in 100 ms')


def some_cuts(data):
    return sorted({1, 4, 15, 16, 17, 20, len(data) // 2, len(data) - 1})


@tap.test
def T16_a_message_cut_short_ends_the_vault():
    for data in (TICKET, TGS):
        for cut in some_cuts(data):
            ends(data[:cut])


@tap.test
def T16_one_byte_too_many_ends_the_vault():
    for data in (TICKET, TGS):
        ends(data + b'\0')


@tap.test
def T16_a_4_GiB_length_anywhere_ends_the_vault():
    at = 16 + 48            # client_len of import_ticket
    for data, place in ((TICKET, at), (TGS, 32), (TICKET, len(TICKET) - 4
                        - len(wire.ticket(b't' * 40)))):
        assert struct.unpack_from('<I', data, place)[0] < len(data)
        for length in (len(data), 1 << 31, (1 << 32) - 1):
            ends(data[:place] + struct.pack('<I', length) + data[place + 4:])


@tap.test
def T16_a_datagram_longer_than_the_largest_message_ends_the_vault():
    for size in (wire.MSG_MAX, wire.MSG_MAX + 1, 2 * wire.MSG_MAX):
        ends(TICKET + bytes(size - len(TICKET)))


@tap.test
def T16_an_empty_datagram_is_the_end_of_the_channel():
    ends(b'', EOF_SEEN)


@tap.test
def T17a_unknown_operations_and_replies_as_requests_end_the_vault():
    for op in (len(wire.OPS), 255, 1 << 31, (1 << 32) - 1):
        ends(message(op, b''))
    ends(message(wire.OP['list_usage'], bytes(4), status=1))
    ends(message(wire.OP['list_usage'], bytes(4), detail=1))


@tap.test
def T17a_nothing_but_hello_is_taken_before_hello():
    for op in wire.OPS:
        if op != 'hello':
            ends(message(wire.OP[op], bytes(4)), greet=False)


@tap.test
def T17a_a_second_hello_and_a_second_birth_pack_end_the_vault():
    ends(message(wire.OP['hello'], struct.pack('<I', 1)))
    ends(message(wire.OP['import_birth'], wire.import_birth()))


@tap.test
def T17a_valid_requests_that_cannot_be_done_get_a_status():
    with Guardian() as running:
        running.channel.hello()
        requests = {
            'make_tgs_req': wire.make_tgs_req(1),
            'make_as_req': wire.make_as_req(1),
            'list_entry': wire.list_entry(),
            'import_password': wire.import_password(os.urandom(100)),
            'import_ticket': wire.import_ticket(b'', b't'),
        }
        for op, body in requests.items():
            try:
                running.channel.call(op, body)
                raise AssertionError(f'{op} was done')
            except wire.Refused:
                continue
        running.channel.call('list_usage', bytes(4))


@tap.test
def T17a_a_handle_is_of_no_use_to_another_uid():
    with Guardian() as running:
        running.channel.hello()
        tgt = running.channel.store(os.urandom(32), os.urandom(64))
        for uid in (0, wire.UID + 1, wire.UID_ALL):
            try:
                running.channel.call('make_tgs_req',
                                     wire.make_tgs_req(tgt, uid=uid))
                raise AssertionError(f'uid {uid} used it')
            except wire.Refused as refused:
                assert refused.status == 4, refused
        running.channel.call('make_tgs_req', wire.make_tgs_req(tgt))


@tap.test
def T17a_a_password_sealed_for_one_uid_or_vault_opens_for_no_other():
    with Guardian() as running:
        running.channel.hello()
        key = running.public_key()
        sealed = wire.seal(b'a password', key)
        other_client = wire.seal(b'a password', key,
                                 client=wire.principal('bob'))
        other_key = wire.seal(b'a password', bytes([9]) + bytes(31))
        for body in (wire.import_password(sealed, uid=wire.UID + 1),
                     wire.import_password(other_client),
                     wire.import_password(other_key)):
            try:
                running.channel.call('import_password', body)
                raise AssertionError('it was opened')
            except wire.Refused as refused:
                assert refused.status == 8, refused
        running.channel.call('import_password', wire.import_password(sealed))


@tap.test
def T16_a_broker_that_never_reads_stops_only_its_own_vault():
    """The vault waits in write(2); the guardian can still end it."""
    with Guardian() as running:
        running.channel.hello()
        peer = running.channel.socket
        peer.settimeout(0.5)
        request = message(wire.OP['list_usage'], bytes(4))
        sent = 0
        try:
            while sent < 100_000:
                peer.send(request)
                sent += 1
        except TimeoutError:
            pass
        assert sent < 100_000
        pid = running.vault_pid
    assert not os.path.exists(f'/proc/{pid}')


tap.main()
