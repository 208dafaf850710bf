#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""The winbind pipe front before a stand-in winbindd, in both versions: what
passes, what does not, and what happens when it is killed."""
import contextlib
import os
import secrets
import socket
import struct
import time

from tests import tap
from tests.component import pipe as p
from tests.component.place import await_true, uid_of

VERSIONS = (32, 33)
CUTS = (1, 3, 4, 5, 7, 8, 23, 320, 2127, 2128, 2131, 2132, 2135)
LATENCY_S = 0.5         # of one answer, on a machine that does other things


def lines(pipe):
    return pipe.log.read_text()


@tap.test
def every_byte_passes_both_ways():
    for version in VERSIONS:
        with p.Pipe(version) as pipe:
            client = pipe.greeted('alice')
            for size in (0, 1, 3000, 70000, p.EXTRA_MAX):
                extra = secrets.token_bytes(size)
                asked = bytearray(p.request(21, extra=extra))
                asked[8:p.EXTRA_LEN] = secrets.token_bytes(p.EXTRA_LEN - 8)
                answer = p.reply(data=secrets.token_bytes(4000), extra=extra)
                pipe.winbindd.answers[21] = lambda _: answer
                assert p.ask(client, bytes(asked)) == answer
                assert pipe.winbindd.seen[-1] == bytes(asked)
            assert len(pipe.winbindd.open) == 1


@tap.test
def a_request_in_pieces_arrives_whole():
    with p.Pipe() as pipe:
        client = pipe.greeted()
        for cut in CUTS:
            asked = p.request(21, secrets.token_bytes(1800), b'more')
            client.sendall(asked[:cut])
            time.sleep(0.01)
            assert p.ask(client, asked[cut:]) == p.reply()
            assert pipe.winbindd.seen[-1] == asked
        for byte in asked[:-1]:
            client.sendall(bytes([byte]))
        assert p.ask(client, asked[-1:]) == p.reply()
        assert pipe.winbindd.seen[-1] == asked


@tap.test
def a_login_is_not_kept():
    for version in VERSIONS:
        with p.Pipe(version) as pipe:
            client = pipe.greeted('alice')
            data = (p.text('alice') + p.text('a password') + b'S' * 1024 +
                    p.text('FILE'))
            for cmd in (p.PAM_AUTH, p.CHAUTHTOK):
                asked = p.request(cmd, data, flags=0xffffffff)
                assert p.result(p.ask(client, asked)) == p.OK
                got = pipe.winbindd.seen[-1]
                flags, = struct.unpack_from('=I', got, p.FLAGS)
                assert flags == 0xffffffff & ~p.CACHED_LOGIN
                kind = got[p.DATA + 1536:p.DATA + 1536 + p.TEXT]
                assert (kind == bytes(p.TEXT)) == (cmd == p.PAM_AUTH)
                assert got[p.DATA:p.DATA + 1536] == data[:1536]


@tap.test
def no_password_stays_in_its_memory():
    with p.Pipe() as pipe:
        client = pipe.greeted('alice')
        words = []
        for cut in (0, 700, 2135):
            words.append(secrets.token_hex(12).encode())
            asked = p.request(p.PAM_AUTH, p.text('alice') +
                              words[-1].ljust(p.TEXT, b'\0'))
            client.sendall(asked[:cut])
            time.sleep(0.02)
            assert p.result(p.ask(client, asked[cut:])) == p.OK
        words.append(secrets.token_hex(12).encode())
        data = (struct.pack('=I', uid_of('alice')) + p.text('alice') +
                words[-1].ljust(p.TEXT, b'\0'))
        assert p.result(p.ask(client, p.request(p.SAVE[32], data))) == p.ERROR
        memory = pipe.memory()
        assert b'credguard-winbind' in memory
        for word in words:
            assert word not in memory


@tap.test
def only_root_and_oneself_can_be_logged_off():
    alice = uid_of('alice')
    for version in VERSIONS:
        with p.Pipe(version) as pipe:
            def logoff(user, uid):
                data = p.text(user or 'root') + p.text('') + \
                    struct.pack('=I', uid)
                return p.ask(pipe.greeted(user), p.request(p.LOGOFF, data))

            assert p.result(logoff('alice', alice)) == p.OK
            assert p.result(logoff(None, alice)) == p.OK
            for user, uid in (('bob', alice), ('bob', 0), ('bob', 2**32 - 1),
                              (None, 2**32 - 1)):
                answer = logoff(user, uid)
                assert p.result(answer) == p.ERROR, (user, uid)
                assert p.nt_status(answer) == 'NT_STATUS_NO_SUCH_USER'
            assert pipe.winbindd.count(p.LOGOFF) == 0


@tap.test
def the_privileged_pipe_is_ours_and_leads_to_winbindds():
    for version in VERSIONS:
        with p.Pipe(version) as pipe:
            answer = p.ask(pipe.greeted(),
                           p.request(p.PRIV_PIPE_DIR[version]))
            assert answer[p.REPLY:] == str(pipe.priv_dir).encode() + b'\0'
            client = pipe.connect(path=pipe.priv_dir / 'pipe')
            assert p.result(p.ask(client, p.request(14))) == p.OK
            assert pipe.privileged.count(14) == 1
            # Nothing that the front answers goes round it there.
            p.ask(client, p.request(p.NTLMAUTH[version]))
            assert len(pipe.privileged.seen) == 1


@tap.test
def what_needs_the_vault_is_refused_without_one_and_never_passed_on():
    for version in VERSIONS:
        with p.Pipe(version) as pipe:
            uid = struct.pack('=I', uid_of('alice'))
            for cmd, data, extra in (
                    (p.SAVE[version], uid + p.text('alice') + p.text('w'),
                     b''),
                    (p.NTLMAUTH[version], uid + p.text('alice') +
                     struct.pack('=II', 3, 4), b'negchal')):
                client = pipe.greeted('alice')
                begun = time.monotonic()
                answer = p.ask(client, p.request(cmd, data, extra))
                assert p.result(answer) == p.ERROR
                assert p.nt_status(answer).startswith('NT_STATUS_')
                assert time.monotonic() - begun < 3
                assert p.result(p.ask(client, p.request(p.PING))) == p.OK
                assert pipe.winbindd.count(cmd) == 0


@tap.test
def another_number_than_ones_own_is_refused():
    with p.Pipe() as pipe:
        for user, uid in (('bob', 'alice'), (None, 'alice')):
            data = struct.pack('=I', uid_of(uid)) + p.text('alice')
            for cmd in (p.SAVE[32], p.NTLMAUTH[32]):
                answer = p.ask(pipe.greeted(user), p.request(
                    cmd, data + p.text('word')))
                assert p.nt_status(answer) == 'NT_STATUS_ACCESS_DENIED'


BAD = {
    'a wrong length': p.request(p.PING, length=2135),
    'no length': bytes(4096),
    'too much extra': p.request(p.PING)[:p.EXTRA_LEN] +
    struct.pack('=I', p.EXTRA_MAX + 1) + bytes(4),
    'noise': bytes(range(256)) * 20,
    'more than an own answer takes': p.request(56, extra=bytes(20000)),
}


@tap.test
def what_makes_no_sense_is_hung_up_and_does_not_arrive():
    with p.Pipe() as pipe:
        other = pipe.greeted('bob')
        before = len(pipe.winbindd.seen)
        for name, message in BAD.items():
            client = pipe.connect('alice')
            try:
                client.sendall(message)
            except (BrokenPipeError, ConnectionResetError):
                pass
            assert p.is_closed(client), name
        assert len(pipe.winbindd.seen) == before
        assert p.result(p.ask(other, p.request(p.PING))) == p.OK


@tap.test
def who_speaks_out_of_turn_is_hung_up():
    with p.Pipe() as pipe:
        client = pipe.greeted('alice')
        pipe.winbindd.answers[21] = lambda _: time.sleep(1) or p.reply()
        client.sendall(p.request(21))
        pipe.seen(2)
        client.sendall(p.request(p.PING))
        assert p.is_closed(client)
        assert pipe.winbindd.count(p.PING) == 0


@tap.test
def a_version_that_is_not_known_gets_name_look_ups_only():
    with p.Pipe(version=34) as pipe:
        client = pipe.greeted('alice')
        assert p.result(p.ask(client, p.request(p.GETPWNAM))) == p.OK
        for cmd in (p.PAM_AUTH, 44, 56, 57):
            client = pipe.greeted('alice')
            client.sendall(p.request(cmd))
            assert p.is_closed(client), cmd
            assert pipe.winbindd.count(cmd) == 0


@tap.test
def a_long_answer_waits_in_winbindd_until_it_is_wanted():
    with p.Pipe() as pipe:
        extra = secrets.token_bytes(8 << 20)
        pipe.winbindd.answers[p.LIST_USERS] = lambda _: p.reply(extra=extra)
        slow = pipe.greeted('alice')
        slow.sendall(p.request(p.LIST_USERS))
        pipe.seen(2)
        time.sleep(0.5)
        other = pipe.greeted('bob')
        begun = time.monotonic()
        for _ in range(50):
            assert p.result(p.ask(other, p.request(p.PING))) == p.OK
        assert time.monotonic() - begun < LATENCY_S
        status = open(f'/proc/{pipe.process.pid}/status').read()
        peak = int(status.split('VmHWM:')[1].split()[0])
        assert peak < 8192, peak
        assert p.read_reply(slow)[p.REPLY:] == extra


@tap.test
def winbindds_end_is_the_clients_and_it_can_come_again():
    with p.Pipe() as pipe:
        client = pipe.greeted('alice')
        for end in list(pipe.winbindd.open):
            with contextlib.suppress(OSError):
                end.send(b'\0')
                end.shutdown(socket.SHUT_RDWR)
        assert p.is_closed(client)
        assert p.result(p.ask(pipe.greeted('alice'),
                              p.request(p.PING))) == p.OK


@tap.test
def a_client_that_goes_ends_its_connection_to_winbindd():
    with p.Pipe() as pipe:
        idle, busy = pipe.greeted('alice'), pipe.greeted('alice')
        pipe.winbindd.answers[21] = lambda _: time.sleep(0.3) or p.reply()
        busy.sendall(p.request(21))
        pipe.seen(3)
        idle.close()
        busy.close()
        await_true(lambda: not pipe.winbindd.open, 'both ends')


@tap.test
def without_winbindd_a_client_is_told_at_once():
    with p.Pipe() as pipe:
        pipe.winbindd.path.unlink()
        client = pipe.connect('alice')
        begun = time.monotonic()
        client.sendall(p.request(p.VERSION))
        assert p.is_closed(client)
        assert time.monotonic() - begun < 1


@tap.test
def one_uid_cannot_take_the_places_of_others():
    with p.Pipe() as pipe:
        served = pipe.greeted('bob')
        crowd = []
        for _ in range(600):
            crowd.append(pipe.connect('alice'))
        time.sleep(0.3)
        count = len(os.listdir(f'/proc/{pipe.process.pid}/fd'))
        assert count < 200, count
        begun = time.monotonic()
        assert p.result(p.ask(served, p.request(p.PING))) == p.OK
        for user in ('bob', None):
            assert p.result(p.ask(pipe.greeted(user),
                                  p.request(p.PING))) == p.OK
        assert p.result(p.ask(crowd[-1], p.request(p.VERSION))) == p.OK
        assert time.monotonic() - begun < LATENCY_S
        # Who has not asked anything costs winbindd nothing.
        assert len(pipe.winbindd.open) < 10


@tap.test
def silent_and_slow_clients_keep_nobody_waiting():
    with p.Pipe() as pipe:
        halves = [pipe.connect('alice') for _ in range(60)]
        for client in halves:
            client.sendall(p.request(p.PING)[:1000])
        other = pipe.greeted('bob')
        begun = time.monotonic()
        for _ in range(50):
            assert p.result(p.ask(other, p.request(p.PING))) == p.OK
        assert time.monotonic() - begun < LATENCY_S


@tap.test
def a_killed_front_loses_nothing_that_is_under_way():
    for version in VERSIONS:
        with p.Pipe(version) as pipe:
            extra = secrets.token_bytes(1 << 20)
            pipe.winbindd.answers[21] = lambda _: time.sleep(0.4) or p.reply()
            pipe.winbindd.answers[p.LIST_USERS] = \
                lambda _: p.reply(extra=extra)
            idle, waiting, reading = (pipe.greeted('alice') for _ in range(3))
            unserved = pipe.greeted('alice')
            waiting.sendall(p.request(21))
            reading.sendall(p.request(p.LIST_USERS))
            pipe.seen(6)
            time.sleep(0.1)
            begun = p.read(reading, 5000)
            pipe.kill()
            unserved.sendall(p.request(p.PING))
            late = pipe.connect('bob')
            late.sendall(p.request(p.VERSION))
            pipe.start()
            assert p.read_reply(waiting) == p.reply()
            rest = p.read(reading, p.REPLY + len(extra) - 5000)
            assert begun + rest == p.reply(extra=extra)
            for client in (unserved, late):
                assert p.result(p.read_reply(client)) == p.OK
            assert p.result(p.ask(idle, p.request(p.PING))) == p.OK
            # The version is known without asking again.
            assert p.result(p.ask(idle, p.request(
                p.PRIV_PIPE_DIR[version]))) == p.OK
            assert 'goes on with 4 connections' in lines(pipe)


@tap.test
def killing_it_again_and_again_loses_no_question():
    with p.Pipe() as pipe:
        client = pipe.greeted('alice')
        for _ in range(40):
            asked = p.request(21, secrets.token_bytes(64))
            pipe.winbindd.answers[21] = lambda _: time.sleep(0.03) or p.reply()
            client.sendall(asked)
            time.sleep(secrets.randbelow(40) / 1000)
            pipe.kill()
            pipe.start()
            assert p.read_reply(client) == p.reply()
        assert pipe.winbindd.count(21) == 40


@tap.test
def what_is_closed_leaves_the_shelf():
    with p.Pipe() as pipe:
        for _ in range(400):
            pipe.greeted('alice').close()
        await_true(lambda: not pipe.winbindd.open, 'the last one')
        pipe.kill()
        pipe.start()
        client = pipe.greeted('alice')
        assert p.result(p.ask(client, p.request(p.PING))) == p.OK
        assert 'goes on with' not in lines(pipe)
        assert 'shelf' not in lines(pipe)


@tap.test
def it_has_no_right_and_leaves_no_core():
    with p.Pipe() as pipe:
        pipe.greeted()
        text = open(f'/proc/{pipe.process.pid}/status').read()
        status = dict(line.split(':\t', 1) for line in text.splitlines())
        assert status['NoNewPrivs'] == '1'
        assert int(status['CapEff'], 16) == int(status['CapPrm'], 16) == 0
        limits = open(f'/proc/{pipe.process.pid}/limits').read()
        core, = [row for row in limits.splitlines() if 'core file' in row]
        assert core.split()[4:6] == ['0', '0']
        # Undumpable: its files are root's.
        assert os.stat(f'/proc/{pipe.process.pid}/mem').st_uid == 0


tap.main()
