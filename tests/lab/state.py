# SPDX-License-Identifier: GPL-3.0-or-later
"""Names, addresses and the state folder of one lab.

Everything a lab leaves on the machine is below STATE (a tmpfs of its own);
the rest lives in namespaces and dies with the keepers. CG_LAB gives another
name, so that two labs can be up at the same time.
"""
import json
import os
import pathlib
import re
import socket

NAME = os.environ.get('CG_LAB') or 'lab'
TOP = pathlib.Path(__file__).resolve().parent.parent.parent
STATE = pathlib.Path(f'/run/credguard-lab-{NAME}')
TREE = '/run/lab/tree'          # where every host sees TOP

LAN = 'lan'                     # the switch: a namespace with the bridge
HOSTS = {                       # only the domain's DCs answer DNS
    'dc1': '10.99.0.10',
    'dc2': '10.99.0.11',        # with --trust only
    'fs1': '10.99.0.20',
    'ws1': '10.99.0.31',
    'ws2': '10.99.0.32',
}
CONTAINERS = {'ct1': '10.99.0.41'}      # on ws1: container.py
DOMAIN = {'dc2': 'other.test'}  # the others are in example.test
USERS = ('alice', 'bob')
GUARDED = 'ws1'


class LabError(Exception):
    """Says what failed and which file tells why."""


def domain_of(host):
    return DOMAIN.get(host, 'example.test')


def dc_of(host):
    return 'dc2' if host == 'dc2' else 'dc1'


def check_name():
    if not re.fullmatch('[a-z0-9]{1,16}', NAME):
        raise LabError(f'CG_LAB={NAME}: use 1 to 16 of a-z and 0-9')
    if os.geteuid() != 0:
        raise LabError('the lab makes namespaces and reads memory: '
                       'run it as root')


def lock():
    """One up or down at a time; the kernel lets go when the holder dies."""
    held = socket.socket(socket.AF_UNIX)
    try:
        held.bind(f'\0credguard-lab-{NAME}')
    except OSError:
        raise LabError(f'another up or down of lab "{NAME}" is running')
    return held


def read(name):
    """The parsed JSON file NAME of the state folder; None without one."""
    try:
        return json.loads((STATE / name).read_text())
    except FileNotFoundError:
        return None


def write(name, value):
    """All or nothing, also for a reader that comes in between."""
    new = STATE / f'{name}.new'
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
              'w') as out:
        json.dump(value, out)
    new.rename(STATE / name)


def start_time(pid, proc='/proc'):
    """In clock ticks; tells a process from a later one with its number."""
    try:
        text = pathlib.Path(f'{proc}/{pid}/stat').read_text(errors='replace')
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = text[text.rindex(')') + 2:].split()
    return None if fields[0] in 'ZX' else int(fields[19])


def keeper(host):
    """The process number, seen from outside, of HOST's first process."""
    seen = read(f'{host}.keeper')
    if seen is None:
        if not STATE.exists():
            raise LabError(f'lab "{NAME}" is not up: tests/lab/lab up')
        names = ', '.join(hosts_there())
        raise LabError(f'no host {host} in this lab; there are {names}')
    if start_time(seen['pid']) != seen['start']:
        raise LabError(f'{host} has died; tests/lab/lab down, then up')
    return seen['pid']


def hosts_there():
    return [host for host in (LAN, *HOSTS, *CONTAINERS)
            if (STATE / f'{host}.keeper').exists()]
