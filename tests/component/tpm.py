# SPDX-License-Identifier: GPL-3.0-or-later
"""A TPM 2.0 in software, swtpm, on a socket of its own."""
import shutil
import signal
import subprocess

from tests.component.place import await_true, is_alive, new_dir


class Tpm:
    """with Tpm() as tpm: ... tpm.config is what [sealing] says then."""

    def __init__(self, pcrs='7'):
        self.dir = new_dir('tpm')
        self.socket = self.dir / 'sock'
        self.tcti = f'swtpm:path={self.socket}'
        self.config = f'[sealing]\ntcti = {self.tcti}\npcrs = {pcrs}\n'
        self.process = None

    def start(self):
        self.process = subprocess.Popen(
            ['swtpm', 'socket', '--tpm2', '--tpmstate', f'dir={self.dir}',
             '--server', f'type=unixio,path={self.socket}',
             '--ctrl', f'type=unixio,path={self.socket}.ctrl',
             # Each client closes its connection, and the next one comes.
             '--flags', 'not-need-init,startup-clear'],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        await_true(self.socket.exists, 'swtpm', 10)

    def stop(self):
        if self.process is not None and is_alive(self.process.pid):
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(10)
        self.process = None
        for name in ('sock', 'sock.ctrl'):
            (self.dir / name).unlink(missing_ok=True)

    def reboot(self):
        self.stop()
        self.start()

    def clear(self):
        """As the firmware's menu does."""
        self.tool('tpm2_clear', '-c', 'p')

    def extend(self, pcr):
        self.tool('tpm2_pcrextend', f'{pcr}:sha256={"ab" * 32}')

    def tool(self, *argv):
        subprocess.run([*argv, '-T', f'swtpm:path={self.socket}'], check=True,
                       capture_output=True, timeout=60)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.dir)


def copy_of(state):
    """With owners, as who copies a disk has it."""
    copy = new_dir('copy') / 'state'
    subprocess.run(['cp', '-a', state, copy], check=True)
    return copy


def bring_back(copy, state):
    shutil.rmtree(state)
    subprocess.run(['cp', '-a', copy, state], check=True)


def replace(source, target):
    if target.is_dir():
        shutil.rmtree(target)
    else:
        target.unlink(missing_ok=True)
    if source.exists():
        subprocess.run(['cp', '-a', source, target], check=True)
