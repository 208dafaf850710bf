#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""README's recipe: a whole test domain in a container of systemd-nspawn, which
is made of this machine's own files and forgets all that is written to it."""
import contextlib
import json
import subprocess
import tempfile

from tests import tap
from tests.lab import kernel, state

# What the vault uses, and nspawn forbids.
CALLS = ('memfd_secret landlock_create_ruleset landlock_add_rule '
         'landlock_restrict_self')
INSIDE = """set -e
cd "$1"
CG_LAB=inner
export CG_LAB
tests/lab/lab up >&2
tests/lab/lab on ws1 --as alice -- kinit alice <<END >&2
$(tests/lab/lab users | awk '$1 == "alice" { print $2 }')
END
tests/lab/lab on ws1 --as alice -- smbclient //fs1.example.test/share \\
	--use-kerberos=required -N -c ls >&2
tests/lab/lab on ws1 -- credguardctl status --json
"""


@contextlib.contextmanager
def machine():
    with tempfile.TemporaryDirectory(dir='/run') as path:
        kernel.mount('/', path, flags=kernel.MS_BIND)
        try:
            yield path
        finally:
            kernel.detach(path)


@tap.test
def a_whole_domain_runs_in_a_container():
    with machine() as path:
        done = subprocess.run(
            ['systemd-nspawn', '-q', '--register=no', '--keep-unit', '-D',
             path, '--volatile=overlay', '--private-network',
             '--capability=all', f'--system-call-filter={CALLS}',
             f'--bind={state.TOP}', 'sh', '-c', INSIDE, '-', state.TOP],
            stdin=subprocess.DEVNULL, text=True, capture_output=True,
            timeout=400)
    assert done.returncode == 0, done
    # Both outputs of what runs in it come as one.
    status = json.loads(done.stdout[done.stdout.index('{\n'):])
    assert status['protection_level'] == 2, status
    assert all(status['protection'][name] for name in (
        'secret_memory', 'seccomp', 'landlock', 'empty_root')), status


tap.main()
