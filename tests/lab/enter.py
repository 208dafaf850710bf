# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a command inside a host of the lab.

The parent stays outside the host's process namespace, only the command is in:
its argv is the one thing of ours that a scan of the host can see.
"""
import os
import signal
import sys

from tests.lab import kernel, state

SPACES = ('user', 'net', 'uts', 'ipc', 'pid', 'mnt')
PATH = (f'{state.TREE}/build:/usr/local/sbin:/usr/local/bin:'
        '/usr/sbin:/usr/bin:/sbin:/bin')
KEPT = ('TERM', 'LANG', 'COLORTERM')


def is_own(pid, space):
    path = f'ns/{space}'
    return os.path.samefile(f'/proc/{pid}/{path}', f'/proc/self/{path}')


def join(pid):
    """Only a container has a user namespace of its own; one's own cannot be
    entered again."""
    spaces = [space for space in SPACES if not is_own(pid, space)]
    fds = [os.open(f'/proc/{pid}/ns/{space}', os.O_RDONLY)
           for space in spaces]
    for fd, space in zip(fds, spaces):
        kernel.enter(fd, f'the {space} namespace')
        os.close(fd)


def become(user):
    """All of USER's groups, and nothing of our environment."""
    import pwd      # not at the top: the names are those of the host
    try:
        entry = pwd.getpwnam(user)
    except KeyError:
        raise state.LabError(f'no user {user} on this host')
    os.initgroups(entry.pw_name, entry.pw_gid)
    os.setresgid(entry.pw_gid, entry.pw_gid, entry.pw_gid)
    os.setresuid(entry.pw_uid, entry.pw_uid, entry.pw_uid)
    try:
        os.chdir(entry.pw_dir)
    except OSError:
        os.chdir('/')
    env = {name: os.environ[name] for name in KEPT if name in os.environ}
    env.update(HOME=entry.pw_dir, USER=user, LOGNAME=user, PATH=PATH,
               SHELL=entry.pw_shell)
    return env


def command(user, argv):
    """The child: becomes USER, dies with its parent, becomes ARGV."""
    try:
        os.chdir('/')
        env = become(user)
        kernel.die_with_parent(signal.SIGKILL)
        os.execvpe(argv[0], argv, env)
    except FileNotFoundError:
        sys.stderr.write(f'lab on: {argv[0]}: not found\n')
        return 127
    except (OSError, state.LabError) as error:
        sys.stderr.write(f'lab on: {argv[0]}: {error}\n')
    return 126


def run(host, user, argv):
    """The exit code of ARGV; 128 + N if signal N ended it."""
    join(state.keeper(host))
    child = os.fork()
    if child == 0:
        os._exit(command(user, argv))
    for number in (signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, signal.SIG_IGN)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return code if code >= 0 else 128 - code
