# SPDX-License-Identifier: GPL-3.0-or-later
"""Control groups on ws1, by which rules know programs."""
from tests.lab import labtest

GROUPS = '/run/groups'


class groups:
    """Of cgroup version 2, on ws1."""

    def __init__(self, name):
        self.names = (name, 'other')

    def __enter__(self):
        labtest.on('ws1', 'mkdir', '-p', GROUPS)
        labtest.on('ws1', 'mount', '-t', 'cgroup2', 'none', GROUPS)
        for name in self.names:
            labtest.on('ws1', 'mkdir', '-p', f'{GROUPS}/lab/{name}')
            labtest.on('ws1', 'chmod', '666',
                       f'{GROUPS}/lab/{name}/cgroup.procs')
        # A process goes only where the group above may be written to.
        labtest.on('ws1', 'chmod', '666', f'{GROUPS}/cgroup.procs',
                   f'{GROUPS}/lab/cgroup.procs')

    def __exit__(self, *_):
        for name in self.names:
            labtest.on('ws1', 'rmdir', f'{GROUPS}/lab/{name}')
        labtest.on('ws1', 'rmdir', f'{GROUPS}/lab')
        labtest.on('ws1', 'chmod', '644', f'{GROUPS}/cgroup.procs')
        labtest.on('ws1', 'umount', GROUPS)


def within(name):
    return ('sh', '-c', f'echo $$ > {GROUPS}/lab/{name}/cgroup.procs && '
            'exec "$@"', '-')
