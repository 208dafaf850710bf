# SPDX-License-Identifier: GPL-3.0-or-later
"""The systemd units that ship: what they leave open, as systemd judges, and
that they leave enough: no system call that the programs need is missing."""
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile

from tests import tap
from tests.component import pipe as p
from tests.component.fixture import Credguard
from tests.component.kdc import Kdc
from tests.component.place import await_true, new_dir
from tests.component.units import (TOP, UNITS, Fronted, Unit,
                                   allowed_calls, words_of)

# The guardian makes namespaces, a root and a user for the vault.
BOUNDS = {'credguard': 2.0, 'credguard-broker': 1.5, 'credguard-winbind': 1.5}
# strace -f -o FILE: "PID NAME(ARGUMENTS". A name of another ABI is in no list.
CALL = re.compile(r'^\d+ +(\w+)\(', re.M)


def analyze(*words):
    if shutil.which('systemd-analyze') is None:
        raise tap.Skip('no systemd-analyze')
    return subprocess.run(['systemd-analyze', *words], text=True,
                          capture_output=True)


def exposure(text, name):
    with tempfile.TemporaryDirectory() as path:
        unit = pathlib.Path(path) / f'{name}.service'
        unit.write_text(text)
        done = analyze('security', '--offline=true', str(unit))
    return float(re.search(r'exposure level for \S+: ([\d.]+)',
                           done.stdout).group(1))


@tap.test
def each_unit_is_as_closed_as_it_was_meant_to_be():
    for name, bound in BOUNDS.items():
        text = (TOP / f'config/{name}.service').read_text()
        level = exposure(text, name)
        print(f'# {name}: exposure {level}, at most {bound}')
        assert level <= bound, (name, level)
        without = text.replace('NoNewPrivileges=yes', '')
        assert exposure(without, name) > level, name


@tap.test
def systemd_understands_each_unit():
    with tempfile.TemporaryDirectory() as path:
        units = []
        for name in [*(f'{name}.service' for name in UNITS),
                     'credguard.socket']:
            text = (TOP / 'config' / name).read_text()
            units.append(pathlib.Path(path) / name)
            # Not installed here; what is verified is everything else.
            units[-1].write_text(re.sub(r'/usr/libexec/credguard/\S+',
                                        '/bin/true', text))
        done = analyze('verify', '--man=no', *map(str, units))
    wrong = [line for line in done.stderr.splitlines() if 'credguard' in line]
    assert not wrong, wrong


def traced(path):
    return ['strace', '-f', '-qq', '-e', 'signal=none', '-o', path]


def flags_of(calls, name):
    """All flags that name was called with, as strace writes them."""
    return set(re.findall(r'CLONE_NEW\w+', ' '.join(
        re.findall(rf'^\d+ +{name}\(.*', calls, re.M))))


@tap.test
def no_unit_is_denied_a_system_call_that_it_needs():
    logs = new_dir('traces')
    os.chmod(logs, 0o777)
    fronted = Fronted()
    with Kdc() as kdc:
        cg = Credguard(kdc=kdc, config=fronted.config, args=['--units'],
                       prefix=traced(logs / 'credguard'))
        unit = Unit(cg, 'broker', 'credguard', cg.place.bin / 'credguardd')
        unit.prefix = traced(logs / 'credguard-broker')
        front = Unit(cg, 'winbind', 'credguard-winbind',
                     cg.place.bin / 'credguard-winbind',
                     groups=['winbindd_priv'])
        front.prefix = traced(logs / 'credguard-winbind')
        cg.launch()
        try:
            unit.start()
            front.start()
            await_true(cg.pairs, 'the first pair', 30)
            assert fronted.ask() == p.OK
            for argv in (['kinit', 'alice'], ['kvno', 'host/comp.test'],
                         ['klist'], ['kdestroy']):
                done = cg.run_as('alice', argv, input=kdc.password('alice'))
                assert done.returncode == 0, (argv, done.stderr)
        finally:
            guardian = int(pathlib.Path(
                f'/proc/{cg.process.pid}/task/{cg.process.pid}/children'
            ).read_text())
            os.kill(guardian, signal.SIGTERM)
            cg.process.wait(10)
            unit.stop()
            front.stop()
            fronted.winbindd.close()
    for name in UNITS:
        calls = set(CALL.findall((logs / name).read_text()))
        assert len(calls) > 15, calls
        denied = calls - allowed_calls(name)
        assert not denied, (name, denied)
    made = (logs / 'credguard').read_text()
    # RestrictNamespaces= takes clone3 away, and all others from these.
    assert not CALL.findall(made).count('clone3')
    assert flags_of(made, 'clone') == {'CLONE_NEWPID', 'CLONE_NEWNS'}
    assert flags_of(made, 'unshare') == {'CLONE_NEWUSER'}
    assert words_of('credguard', 'RestrictNamespaces') == \
        [['user', 'pid', 'mnt']]


tap.main()
