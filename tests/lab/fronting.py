# SPDX-License-Identifier: GPL-3.0-or-later
"""ws1 with the winbind pipe front before its winbindd, and back again.

    fronting.on()           # winbindd moved, [winbind] front = yes
    fronting.off()
"""
import os
import pathlib
import signal

from tests.lab import config, guarding, hosts, state

HOST = state.GUARDED
CONF = '/etc/credguard/credguard.conf'
UPSTREAM = '/run/samba/winbindd-upstream'
MOVED = f'\twinbindd socket directory = {UPSTREAM}\n'
PROGRAM = 'credguard-winbind'
# Before a user and a command: winbindd's own pipe in the place of the front's.
AROUND = ('unshare', '--mount', 'sh', '-c',
          f'mount --bind {UPSTREAM} /run/samba/winbindd && '
          'u=$1 && shift && exec setpriv --reuid $u --clear-groups "$@"', '-')
NTLM = '[policy]\nntlm_without_target = yes\n'


def inside(path):
    return state.STATE / HOST / path.lstrip('/')


def stop_winbindd():
    pid = inside('/run/samba/winbindd.pid').read_text().strip()
    hosts.succeeds(HOST, 'kill', pid)
    hosts.await_true(HOST, 'the end of winbindd',
                     lambda: not hosts.succeeds(HOST, 'kill', '-0', pid),
                     '/var/log/samba/log.winbindd')


def start_winbindd(pipe):
    hosts.on(HOST, 'winbindd', '-D')
    hosts.await_true(HOST, 'winbindd', inside(f'{pipe}/pipe').exists,
                     '/var/log/samba/log.winbindd')


def new_winbindd():
    """Without what other tests left in the memory of the old one."""
    stop_winbindd()
    start_winbindd('/run/samba/winbindd')
    await_names()


def has_domain():
    """Whether winbindd asks dc1. Without, it still answers what it remembers,
    and whoever is new is unknown."""
    return hosts.succeeds(HOST, 'wbinfo', '--ping-dc')


def await_names():
    hosts.await_true(HOST, 'a name look-up',
                     lambda: hosts.succeeds(HOST, 'getent', 'passwd',
                                            *state.USERS) and has_domain(),
                     guarding.LOG)


def set_pam(stack):
    for name, text in stack.items():
        # Debian's profile, but for what it lets winbindd keep.
        inside(f'/etc/pam.d/{name}').write_text(
            text.replace(' \tkrb5_ccache_type=FILE cached_login', ''))


def on(policy='', smb='', front='yes'):
    """POLICY: more lines of credguard.conf; SMB: of smb.conf. What passes
    through the front is what is looked at: PAM asks winbindd, and smbclient
    does not find the module."""
    guarding.unguard(HOST)
    stop_winbindd()
    inside('/etc/samba/smb.conf').write_text(config.smb_conf(HOST) + MOVED
                                             + smb)
    inside(CONF).write_text(f'[winbind]\nfront = {front}\n{policy}')
    set_pam(config.PAM_STOCK)
    start_winbindd(UPSTREAM)
    guarding.guard(HOST)
    guarding.remove_module(HOST)
    await_names()


def off():
    guarding.unguard(HOST)
    stop_winbindd()
    inside('/etc/samba/smb.conf').write_text(config.smb_conf(HOST))
    inside(CONF).unlink(missing_ok=True)
    set_pam(config.PAM_GUARDED)
    start_winbindd('/run/samba/winbindd')
    guarding.guard(HOST)
    await_names()


def pid(name=PROGRAM):
    """Of the program as this machine numbers it; one there must be."""
    found = pids(name)
    assert len(found) == 1, found
    return found[0]


def pids(name=PROGRAM):
    """Of programs with that name in the host's process namespace."""
    namespace = pathlib.Path(
        f'/proc/{state.keeper(HOST)}/ns/pid_for_children').readlink()
    found = []
    for path in pathlib.Path('/proc').glob('[0-9]*'):
        try:
            if (path / 'comm').read_text().strip() == name[:15] and \
                    (path / 'ns/pid').readlink() == namespace:
                found.append(int(path.name))
        except OSError:
            pass
    return found


def kill(name=PROGRAM, number=signal.SIGKILL):
    os.kill(pid(name), number)
