# SPDX-License-Identifier: GPL-3.0-or-later
"""The first process of ct1, a container on ws1 with a user namespace of its
own. Started outside of all hosts by container.py, which writes the maps.

    container_keeper.py ROOT

ROOT, a folder of ws1, has what lies over ws1's folders in the container.
"""
import os
import signal
import socket
import sys

import keeper      # beside this file
from tests.lab import container, enter, kernel, state

COVERED = ('/etc', '/tmp', '/root', '/run')     # ROOT itself is below /run


def bind(source, target):
    if os.path.isdir(source):
        os.makedirs(target, exist_ok=True)
    else:
        open(target, 'w').close()
    kernel.mount(source, target, flags=kernel.MS_BIND)


def lay_out(root):
    """As ws1's root, who makes the container: it gets two sockets of the
    guard, and programs; nothing else of /run."""
    kernel.mount('none', '/', flags=kernel.MS_REC | kernel.MS_PRIVATE)
    for path in container.SHARED:
        bind(path, root + path)
    for path in COVERED:
        kernel.mount(root + path, path,
                     flags=kernel.MS_BIND | kernel.MS_REC)


def become_first():
    os.setgroups([])
    os.setresgid(0, 0, 0)
    os.setresuid(0, 0, 0)
    kernel.mount('proc', '/proc', 'proc',
                 kernel.MS_NOSUID | kernel.MS_NODEV | kernel.MS_NOEXEC)
    socket.sethostname(container.NAME)
    kernel.die_with_parent(signal.SIGKILL)
    print('ready', flush=True)
    keeper.reap_forever()


def main():
    root, = sys.argv[1:]
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    enter.join(state.keeper(container.ON))
    # The kernel makes a pid namespace only inside of the caller's own.
    fork_and_wait(lambda: be_runtime(root))


def fork_and_wait(child):
    if os.fork() == 0:
        try:
            child()
        finally:
            os._exit(1)
    os.wait()


def be_runtime(root):
    kernel.die_with_parent(signal.SIGKILL)
    kernel.leave(kernel.CLONE_NEWNS)
    lay_out(root)
    kernel.leave(kernel.CLONE_CONTAINER)
    print('unshared', flush=True)
    if sys.stdin.readline() != 'mapped\n':
        sys.exit('the starter is gone')
    fork_and_wait(become_first)


main()
