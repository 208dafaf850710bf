#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""T18: whom the broker believes when a descriptor comes along with a request.
The pipe front, and nobody else, may ask for who is connected to it; a front
that was taken over gets no further than that."""
import array
import contextlib
import os
import socket
import struct

from tests import tap
from tests.component import bad_clients as bad
from tests.component import pipe as p
from tests.component.fixture import Credguard
from tests.component.kdc import Kdc
from tests.component.place import await_true, new_dir, uid_of

FRONT = 'credguard-winbind'
HELLO, LOGON = bad.client_messages()['client_logon']
STATUS = bad.client_messages()['client_status'][1]

KDC = Kdc().__enter__()
DIR = new_dir('attached')
WINBINDD = p.Winbindd(DIR / 'upstream', 32)
CG = Credguard(kdc=KDC, config=f"""[winbind]
front = yes
pipe = {DIR}/winbindd/pipe
upstream = {WINBINDD.path}
upstream_privileged = {WINBINDD.path}
""").__enter__()


@contextlib.contextmanager
def accepted_from(user):
    """What a server has after USER connected to it."""
    path = new_dir('server') / 'pipe'
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        os.chmod(path, 0o777)
        server.listen(1)
        with bad.as_user(user):
            client = socket.socket(socket.AF_UNIX)
            client.connect(str(path))
        with client, server.accept()[0] as accepted:
            yield accepted, client, server


def send(user, message, *attached):
    """The answer; b'' when the broker hung up."""
    with bad.connect(CG, user, socket.SOCK_SEQPACKET) as peer:
        assert len(bad.say(peer, HELLO)) > 16
        fds = array.array('i', [one.fileno() for one in attached])
        more = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)] if fds else []
        peer.sendmsg([message], more)
        try:
            return peer.recv(8192)
        except ConnectionResetError:
            return b''


def status_of(answer):
    return struct.unpack_from('<I', answer, 8)[0]


def audited(user):
    """How many logons were tried in the name of USER."""
    return CG.log().count(f'logon uid={uid_of(user)} ')


@tap.test
def the_front_asks_for_who_is_connected_to_it():
    with accepted_from('alice') as (accepted, _, _):
        before = audited('alice')
        # Refused by the vault, for the box is noise; but as alice's.
        assert status_of(send(FRONT, LOGON, accepted)) != 0
        assert audited('alice') == before + 1


@tap.test
def without_a_descriptor_the_front_is_nobody_but_itself():
    before = audited('alice')
    assert status_of(send(FRONT, LOGON)) != 0
    assert audited('alice') == before
    assert audited(FRONT) >= 1


@tap.test
def nobody_else_may_attach_anything():
    with accepted_from('bob') as (accepted, client, _):
        for user in ('alice', 'bob'):
            for one in (accepted, client):
                before = audited('alice'), audited('bob')
                assert send(user, LOGON, one) == b''
                assert (audited('alice'), audited('bob')) == before
        with contextlib.suppress(KeyError):
            assert send('credguard', LOGON, accepted) == b''


@tap.test
def root_may_not_attach_anything_either():
    with accepted_from('bob') as (accepted, _, _):
        with CG.connect(socket.SOCK_SEQPACKET) as peer:
            assert len(bad.say(peer, HELLO)) > 16
            peer.sendmsg([LOGON], [(socket.SOL_SOCKET, socket.SCM_RIGHTS,
                                    array.array('i', [accepted.fileno()]))])
            assert peer.recv(8192) == b''


@tap.test
def a_taken_over_front_cannot_turn_a_connection_round():
    """To a service of the victim anybody can connect; its SO_PEERCRED is the
    victim's as well."""
    path = new_dir('service') / 'socket'
    with bad.as_user('alice'), socket.socket(socket.AF_UNIX) as service:
        os.seteuid(0)
        service.bind(str(path))
        os.chmod(path, 0o777)
        os.seteuid(uid_of('alice'))
        service.listen(1)
        os.seteuid(0)
        os.seteuid(uid_of(FRONT))
        with socket.socket(socket.AF_UNIX) as mine:
            mine.connect(str(path))
            uid = struct.unpack('3i', mine.getsockopt(
                socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[1]
            assert uid == uid_of('alice')       # so the attempt is real
            os.seteuid(0)
            before = audited('alice')
            assert send(FRONT, LOGON, mine) == b''
            assert audited('alice') == before


@tap.test
def what_is_no_accepted_stream_socket_is_hung_up():
    ends = socket.socketpair(socket.AF_UNIX)
    with accepted_from('alice') as (accepted, _, server), \
            socket.socket() as tcp, open('/dev/null') as null:
        for one in (server, *ends, tcp, null):
            assert send(FRONT, LOGON, one) == b'', one
        assert send(FRONT, LOGON, accepted, accepted) == b''
        assert send(FRONT, LOGON, *[accepted] * 20) == b''


@tap.test
def only_two_questions_may_be_asked_for_others():
    with accepted_from('alice') as (accepted, _, _):
        assert send(FRONT, STATUS, accepted) == b''
        assert send(FRONT, STATUS) != b''
        assert send(FRONT, HELLO, accepted) == b''
        assert send(FRONT, LOGON[:-3], accepted) == b''


@tap.test
def descriptors_do_not_pile_up_in_the_broker():
    def count():
        return len(os.listdir(f'/proc/{CG.broker_pid}/fd'))

    with accepted_from('alice') as (accepted, client, server):
        send(FRONT, LOGON, accepted)
        before = count()
        for _ in range(50):
            for one in (accepted, client, server):
                send(FRONT, LOGON, one)
            send(FRONT, LOGON, accepted, client)
            send('alice', LOGON, accepted)
        await_true(lambda: count() <= before, 'the broker to close them')


@tap.test
def a_password_goes_through_the_front_to_the_vault():
    with bad.as_user('alice'):
        client = socket.socket(socket.AF_UNIX)
        client.connect(f'{DIR}/winbindd/pipe')
    client.settimeout(20)
    with client:
        assert p.result(p.ask(client, p.request(p.VERSION))) == p.OK
        for word, want in (('wrong', p.ERROR),
                           (KDC.password('alice').strip(), p.OK)):
            data = (struct.pack('=I', uid_of('alice')) + p.text('alice') +
                    p.text(word))
            assert p.result(p.ask(client, p.request(p.SAVE[32],
                                                    data))) == want
    assert WINBINDD.count(p.SAVE[32]) == 0
    done = CG.run_as('alice', ['klist'])
    assert 'krbtgt/' in done.stdout, done


try:
    tap.main()
finally:
    CG.__exit__()
    KDC.__exit__()
    WINBINDD.close()
