# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts and stops Credguard, as built in this tree, on a host."""
import os
import signal
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
    return is_guarded(host) and hosts.succeeds(host, 'test', '-S', SOCKET)


def guard(host, must=True):
    if not os.access(state.TOP / LAUNCH, os.X_OK):
        text = f'{host} is not guarded: there is no {LAUNCH} (./waf build)'
        if must:
            raise state.LabError(text)
        print(f'lab: {text}', file=sys.stderr)
        return
    if is_guarded(host):
        return
    hosts.on(host, 'sh', '-c', START)
    hosts.await_true(host, 'credguard-launch', lambda: answers(host), LOG,
                     limit_s=10)


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
