# SPDX-License-Identifier: GPL-3.0-or-later
"""The guardian's sockets and its runtime directory."""
import os
import socket
import subprocess

from tests import tap
from tests.component.launching import descriptors, fails, greeting, guarded
from tests.component.place import await_true, new_dir, uid_of


@tap.test
def a_stale_socket_is_replaced():
    cg = guarded()
    with socket.socket(socket.AF_UNIX) as old:
        old.bind(str(cg.kcm_socket))
    with cg:
        assert greeting(cg)[0] == cg.broker_pid


@tap.test
def a_socket_on_which_somebody_listens_is_left_alone():
    cg = guarded()
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(cg.kcm_socket))
        other.listen(1)
        code, log = cg.run_to_end()
        assert code == 1
        assert (f'another credguardd or sssd-kcm listens on {cg.kcm_socket}'
                in log), log
        assert cg.kcm_socket.exists() and not cg.client_socket.exists()


@tap.test
def a_file_in_the_place_of_a_socket_is_left_alone():
    cg = guarded()
    cg.kcm_socket.write_text('precious')
    code, log = cg.run_to_end()
    assert code == 1 and 'is not a socket' in log, log
    assert cg.kcm_socket.read_text() == 'precious'


@tap.test
def a_second_guardian_is_refused():
    with guarded() as cg:
        done = subprocess.run(cg.argv, env=cg.env(), text=True,
                              capture_output=True, timeout=10)
        assert done.returncode == 1 and 'listens on' in done.stderr
        assert greeting(cg)[0] == cg.broker_pid


@tap.test
def a_linked_runtime_directory_is_refused():
    cg = guarded()
    cg.runtime.symlink_to(new_dir('elsewhere'))
    code, log = cg.run_to_end()
    assert code == 1 and 'symbolic links are refused' in log, log


@tap.test
def a_runtime_directory_that_others_can_change_is_refused():
    for owner, mode in ((uid_of('credguard'), 0o755), (0, 0o777),
                        (0, 0o775)):
        cg = guarded()
        cg.runtime.mkdir()
        cg.runtime.chmod(mode)
        os.chown(cg.runtime, owner, 0)
        code, log = cg.run_to_end()
        assert code == 1 and 'only root may be able to write' in log, log


@tap.test
def paths_too_long_for_a_socket_are_refused():
    fails('the path of a socket may have 107 characters',
          args=['--kcm-socket', '/run/' + 'x' * 110])


def listener(kind):
    sock = socket.socket(socket.AF_UNIX, kind)
    sock.bind('')
    sock.listen(8)
    return sock


@tap.test
def sockets_of_systemd_are_used_whatever_their_order():
    kcm, client = (listener(kind) for kind in (socket.SOCK_STREAM,
                                               socket.SOCK_SEQPACKET))
    for both in ((kcm, client), (client, kcm)):
        with guarded(listeners=both) as cg:
            assert not cg.kcm_socket.exists()
            for sock in both:
                with socket.socket(socket.AF_UNIX, sock.type) as caller:
                    caller.connect(sock.getsockname())
                    assert int(caller.recv(64).split()[0]) == cg.broker_pid
            await_true(lambda: descriptors(cg.broker_pid) == list(range(8)),
                       'descriptors of the broker')


@tap.test
def other_sockets_of_systemd_are_refused():
    stream = socket.SOCK_STREAM
    closed = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    for sockets in ([listener(stream)], [listener(stream), listener(stream)],
                    [listener(stream), closed]):
        fails('wanted from systemd', listeners=sockets)


@tap.test
def systemd_is_told_once_the_vault_is_born():
    for name in ('@credguard-test-notify', None):
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
            path = name or str(new_dir('notify') / 'socket')
            notify.bind(path.replace('@', '\0', 1) if name else path)
            notify.settimeout(5)
            with guarded(env={'NOTIFY_SOCKET': path}):
                assert notify.recv(64) == b'READY=1'


tap.main()
