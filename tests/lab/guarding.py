# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts and stops Credguard, as built in this tree, on a host."""
import os
import signal
import socket
import sys

from tests.lab import hosts, state

LAUNCH = 'build/credguard-launch'
SOCKET = '/run/.heim_org.h5l.kcm-socket'
LOG = '/var/log/credguard.log'
PIDFILE = '/run/lab/credguard.pid'
# The guardian becomes a child of the host's first process, like a service.
START = (f'setsid sh -c \'echo $$ >{PIDFILE}; exec {state.TREE}/{LAUNCH}\''
         f' </dev/null >>{LOG} 2>&1 &')


def process(host):
    """The guardian's number on HOST, None if it does not run."""
    try:
        pid = (state.STATE / host / PIDFILE.lstrip('/')).read_text().strip()
    except FileNotFoundError:
        return None
    return pid if pid and hosts.succeeds(host, 'kill', '-0', pid) else None


def is_guarded(host):
    return process(host) is not None


def answers(host):
    """Its socket is seen from here too, below the host's folders."""
    path = state.STATE / host / SOCKET.lstrip('/')
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(str(path)) == 0


def guard(host, must=True):
    """Without MUST a host that cannot be guarded is only told of."""
    try:
        start(host)
    except state.LabError as error:
        if must:
            raise
        print(f'lab: {host} is NOT guarded: {error}', file=sys.stderr)


def start(host):
    if not os.access(state.TOP / LAUNCH, os.X_OK):
        raise state.LabError(f'there is no {LAUNCH} (./waf build)')
    if is_guarded(host):
        return
    state.keeper(host)
    own = state.STATE / host / PIDFILE.lstrip('/')
    own.unlink(missing_ok=True)
    hosts.on(host, 'sh', '-c', START)
    hosts.await_true(host, 'credguard-launch',
                     lambda: own.exists() and
                     (answers(host) or not is_guarded(host)), LOG, limit_s=10)
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
