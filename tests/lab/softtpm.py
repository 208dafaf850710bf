# SPDX-License-Identifier: GPL-3.0-or-later
"""A TPM in software on ws1."""
import contextlib
import subprocess

from tests.lab import kerbtest as k, labtest

DIRECTORY = '/run/lab/tpm'
TCTI = f'swtpm:path={DIRECTORY}/sock'
CONFIG = f'[sealing]\nprotect = tpm2\ntcti = {TCTI}\n'


@contextlib.contextmanager
def running():
    labtest.on('ws1', 'mkdir', '-p', DIRECTORY)
    process = labtest.start(
        'ws1', 'swtpm', 'socket', '--tpm2', '--tpmstate', f'dir={DIRECTORY}',
        '--server', f'type=unixio,path={DIRECTORY}/sock',
        '--ctrl', f'type=unixio,path={DIRECTORY}/sock.ctrl',
        '--flags', 'not-need-init,startup-clear',
        stderr=subprocess.DEVNULL)      # a line for each connection
    try:
        k.until(labtest.path('ws1', f'{DIRECTORY}/sock').exists, 20, 'swtpm')
        yield
    finally:
        process.terminate()
        process.wait(10)
        labtest.on('ws1', 'rm', '-rf', DIRECTORY)
