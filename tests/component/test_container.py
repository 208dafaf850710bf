#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""T18: user and pid namespaces between a client and the guard. The other way
round, a guard outside and clients inside, is in tests/lab/test_container.py.
"""
import socket
import subprocess
import sys

from tests import tap
from tests.component import bad_clients as bad
from tests.component.client_calls import Client
from tests.component.fixture import Credguard
from tests.component.kdc import Kdc
from tests.component.place import new_dir, place, uid_of
from tests.component.vault_session import Refused

HELLO = bad.client_messages()['client_logon'][0]
# A broker in a user namespace in which only its own uid has a name.
ALONE = """#!/usr/bin/python3 -B
import ctypes, os, sys
uid = os.getuid()
assert ctypes.CDLL(None).unshare(0x10000000) == 0
open('/proc/self/uid_map', 'w').write(f'{uid} {uid} 1')
os.execv(%r, sys.argv)
"""


def broker_alone():
    path = new_dir('alone') / 'credguardd'
    path.write_text(ALONE % str(place().bin / 'credguardd'))
    path.chmod(0o755)
    return path


def says(user, kind, message):
    """What the broker answers; b'' when it only closes."""
    try:
        with bad.as_user(user):
            peer = GUARD.connect(kind)
        with peer:
            return bad.say(peer, message)
    except (BrokenPipeError, ConnectionResetError):
        return b''


def refusals():
    return GUARD.log().count('user without a name uid=65534 ')


@tap.test
def a_broker_refuses_who_has_no_uid_where_it_runs():
    """To it root, alice and bob are all 65534: it must not take one for the
    other, nor serve 65534."""
    for user in ('alice', 'bob', 'root'):
        before = refusals()
        assert says(user, socket.SOCK_SEQPACKET, HELLO) == b''
        done = GUARD.run_as(user, ['kinit', 'alice'],
                            input=KDC.password('alice'))
        assert done.returncode != 0, done
        assert refusals() >= before + 2, GUARD.log()
    assert len(GUARD.pairs()) == 1


@tap.test
def a_guard_whose_root_is_not_the_machines_does_not_start():
    """It cannot have what its protection needs; nothing runs with less."""
    code, log = Credguard(prefix=['unshare', '--user', '--map-root-user']
                          ).run_to_end()
    assert code != 0 and 'Operation not permitted' in log, (code, log)


@tap.test
def a_number_of_another_pid_namespace_is_no_leader():
    """In a container it means another process, or one of the machine."""
    leader = subprocess.Popen(['sleep', '1000'])
    try:
        assert open_session(leader.pid, []) == 'opened'
        inside = ['unshare', '--pid', '--fork']
        assert open_session(leader.pid, inside) == 'DENIED'
        assert open_session(1, inside) == 'DENIED'
        # Its own process, by the kernel's word, may lead.
        assert open_session(0, inside) == 'opened'
    finally:
        leader.kill()
        leader.wait()


def open_session(leader, prefix):
    """By a process of its own."""
    argv = [*prefix, sys.executable, '-B', __file__, str(leader),
            str(CG.client_socket)]
    done = subprocess.run(argv, text=True, capture_output=True, timeout=30)
    assert done.returncode == 0, done
    return done.stdout.strip()


class Reach:
    """As much of a Credguard as Client needs."""

    def __init__(self, path):
        self.path = path

    def connect(self, kind):
        client = socket.socket(socket.AF_UNIX, kind)
        client.connect(self.path)
        return client


def act(leader, path):
    with Client(Reach(path)) as root:
        try:
            root.open(uid_of('alice'), leader=leader)
            print('opened')
        except Refused as why:
            print(why.status)


if __name__ == '__main__' and len(sys.argv) > 2:
    act(int(sys.argv[1]), sys.argv[2])
    sys.exit(0)

with Kdc() as KDC, Credguard(kdc=KDC) as CG, \
        Credguard(kdc=KDC, broker=broker_alone()) as GUARD:
    tap.main()
