# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts and stops Credguard, as built in this tree, on a host."""
import os
import shutil
import signal
import socket
import struct
import sys

from tests.lab import hosts, state

LAUNCH = 'credguard-launch'
NEEDED = (LAUNCH, 'credguardd', 'credguard-vault', 'pam_credguard.so')
# Copied there: the guardian trusts no folder that others than root may change,
# as a checkout's is, and a new build must not meet a running program.
BIN = '/run/lab/bin'
# Laid over Samba's own folder (keeper.py).
MODULES = '/run/lab/gensec'
MODULE = 'gensec_credguard.so'
SOCKET = '/run/.heim_org.h5l.kcm-socket'
# KCM 2.0, GET_DEFAULT_CACHE: anybody may ask, and the broker must answer.
QUESTION = struct.pack('>IBBH', 4, 2, 0, 20)
LOG = '/var/log/credguard.log'
PIDFILE = '/run/lab/credguard.pid'
# The guardian becomes a child of the host's first process, like a service.
START = (f'setsid sh -c \'echo $$ >{PIDFILE}; exec {BIN}/{LAUNCH} "$@"\' -'
         f' "$@" </dev/null >>{LOG} 2>&1 &')


def process(host):
    """The guardian's number on HOST, None if it does not run."""
    try:
        pid = (state.STATE / host / PIDFILE.lstrip('/')).read_text().strip()
    except FileNotFoundError:
        return None
    return pid if pid and hosts.succeeds(host, 'kill', '-0', pid) else None


def is_guarded(host):
    return process(host) is not None


def answers(host, at=SOCKET):
    """Its socket is seen from here too, below the host's folders."""
    path = state.STATE / host / at.lstrip('/')
    try:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(2)
            client.connect(str(path))
            client.sendall(QUESTION)
            return len(client.recv(4)) == 4
    except OSError:
        return False


def guard(host, must=True, options=(), at=SOCKET):
    """Without MUST a host that cannot be guarded is only told of. OPTIONS are
    credguard-launch's; AT is where it then listens."""
    try:
        start(host, options, at)
    except state.LabError as error:
        if must:
            raise
        print(f'lab: {host} is NOT guarded: {error}', file=sys.stderr)


def copy_programs(host):
    built = {path.name: path
             for path in (state.TOP / 'build').glob('*credguard*')
             if path.is_file() and os.access(path, os.X_OK)}
    for name in NEEDED:
        if name not in built:
            raise state.LabError(f'there is no build/{name} (./waf build)')
    target = state.STATE / host / BIN.lstrip('/')
    target.mkdir(mode=0o755, exist_ok=True)
    for name, path in built.items():
        (target / name).unlink(missing_ok=True)
        shutil.copy(path, target / name)
        (target / name).chmod(0o755)


def add_module(host):
    """Samba on HOST finds gensec_credguard.so, from its next start on."""
    built = state.TOP / 'build' / MODULE
    if not built.exists():
        raise state.LabError(f'there is no build/{MODULE} (./waf build)')
    target = state.STATE / host / MODULES.lstrip('/') / MODULE
    # Who has loaded the old one keeps it.
    target.unlink(missing_ok=True)
    shutil.copy(built, target)


def remove_module(host):
    path = state.STATE / host / MODULES.lstrip('/') / MODULE
    path.unlink(missing_ok=True)


def start(host, options, at):
    state.keeper(host)
    if is_guarded(host):
        return
    copy_programs(host)
    add_module(host)
    own = state.STATE / host / PIDFILE.lstrip('/')
    own.unlink(missing_ok=True)
    hosts.on(host, 'sh', '-c', START, '-', *options)
    hosts.await_true(host, 'credguard-launch',
                     lambda: own.exists() and own.stat().st_size and
                     (answers(host, at) or not is_guarded(host)), LOG,
                     limit_s=60)
    if not is_guarded(host):
        log = state.STATE / host / LOG.lstrip('/')
        raise state.LabError(f'{host}: credguard-launch has ended; its log is'
                             f' {log}\n{hosts.tail(log)}')


def unguard(host):
    pid = process(host)
    if pid is None:
        return
    for number in (signal.SIGTERM, signal.SIGKILL):
        hosts.succeeds(host, 'kill', f'-{number}', pid)
        try:
            hosts.await_true(host, 'the end of credguard-launch',
                             lambda: not is_guarded(host), LOG, limit_s=5)
            return
        except state.LabError:
            if number == signal.SIGKILL:
                raise
