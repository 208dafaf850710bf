# SPDX-License-Identifier: GPL-3.0-or-later
"""The first process of one host: lays out its files, then reaps children.

Runs as pid 1 of fresh mount, uts, ipc, net and pid namespaces, so its death
ends everything in the host. Started by hosts.py with two pipes: it tells its
outer process number and goes on only when that has been written down; if the
starter dies before, the pipe ends and so does this host.

    keeper.py STATE HOST TOP OVERLAY

OVERLAY is empty or a folder that lies over the host's /usr.
"""
import glob
import os
import signal
import socket
import sys

import kernel      # beside this file: all we share with the others

COVERED = ('/etc', '/var', '/tmp', '/home', '/root', '/dev/shm', '/run')


def bind_tree(root, top):
    """TOP at its own path, also below a folder that we cover, and at
    /run/lab/tree, which users of the host may enter whatever lies above."""
    places = [f'{root}/run/lab/tree']
    if top.startswith(tuple(f'{path}/' for path in COVERED)):
        places.append(root + top)
    for place in places:
        os.makedirs(place, exist_ok=True)
        kernel.mount(top, place, flags=kernel.MS_BIND)


def lay_out(state, host, top):
    root = f'{state}/{host}'
    own = os.open(state, os.O_PATH)
    for other in glob.glob('/run/credguard-lab-*'):
        if other != state and os.path.ismount(other):
            kernel.detach(other)
    bind_tree(root, top)
    # Samba's modules: what is installed, and what the tests add (files.py).
    for path in glob.glob('/usr/lib/*/samba/gensec'):
        kernel.mount(f'{root}/run/lab/gensec', path, flags=kernel.MS_BIND)
    for path in COVERED:
        kernel.mount(root + path, path, flags=kernel.MS_BIND | kernel.MS_REC)
    # The passwords of the lab lie there: not for the eyes of its hosts.
    kernel.detach(f'/proc/self/fd/{own}')
    os.close(own)
    os.chdir('/')


def reap_forever():
    null = os.open('/dev/null', os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    while True:
        signal.sigwait({signal.SIGCHLD})
        try:
            while os.waitpid(-1, os.WNOHANG)[0] != 0:
                pass
        except ChildProcessError:
            pass


def main():
    state, host, top, overlay = sys.argv[1:]
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    print(os.readlink('/proc/self'), flush=True)
    if sys.stdin.readline() != 'go\n':
        sys.exit('the starter is gone')
    socket.sethostname(host)
    if overlay:
        kernel.mount('overlay', '/usr', 'overlay',
                     kernel.MS_RDONLY | kernel.MS_NODEV,
                     f'lowerdir={overlay}/usr:/usr')
    if os.path.isdir(f'{state}/{host}'):
        lay_out(state, host, top)
    kernel.mount('proc', '/proc', 'proc',
                 kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC)
    with open('/proc/sys/net/ipv6/conf/default/disable_ipv6', 'w') as knob:
        knob.write('1')
    print('ready', flush=True)
    reap_forever()


if __name__ == '__main__':
    main()
