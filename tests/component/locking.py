# SPDX-License-Identifier: GPL-3.0-or-later
"""A machine whose policy is locked, and starts that it refuses."""
import contextlib
import subprocess

from tests.component.launching import guarded
from tests.component.place import new_dir

LOCK = '[sealing]\nprotect = file\n[policy]\nlock = yes\n'
WORD = 'credguard.policy=unlock'


def machine(config):
    """One that keeps its state between starts, as a machine does."""
    cg = guarded()
    give(cg, config)
    return cg


def give(cg, config):
    cg.config.write_text(f'{config}\n[machine]\nkeytab = {cg.dir}/keytab\n')


def starts(cg, config, *texts):
    give(cg, config)
    cg.log_file.unlink(missing_ok=True)
    with cg:
        assert cg.vault_pid
    log = cg.log()
    for text in texts:
        assert text in log, log
    return log


def refuses(cg, config, *texts):
    give(cg, config)
    cg.log_file.unlink(missing_ok=True)
    code, log = cg.run_to_end(10)
    log = log.splitlines()
    assert code == 1, log
    for text in (*texts, WORD):
        assert any(text in line for line in log), (text, log)
    assert not cg.kcm_socket.exists() and not cg.runtime.exists()


@contextlib.contextmanager
def command_line(text):
    """The kernel was booted with it."""
    fake = new_dir('proc') / 'cmdline'
    fake.write_text(f'{text}\n')
    subprocess.run(['mount', '--bind', fake, '/proc/cmdline'], check=True)
    try:
        yield
    finally:
        subprocess.run(['umount', '/proc/cmdline'], check=True)
