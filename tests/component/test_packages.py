#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tarball and the Debian packages: whole, the same each time, built where
there is no network, with nothing that lintian calls an error."""
import functools
import hashlib
import os
import pathlib
import re
import subprocess
import tarfile
import tempfile

from tests import tap

TOP = pathlib.Path(__file__).resolve().parents[2]
NAMES = {'credguard', 'credguard-doc', 'libpam-credguard', 'samba-credguard',
         'credguard-dbgsym', 'libpam-credguard-dbgsym',
         'samba-credguard-dbgsym'}


def waf(command):
    done = subprocess.run([str(TOP / 'waf'), command], cwd=TOP, text=True,
                          capture_output=True, timeout=900)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


@functools.cache
def tarball():
    waf('dist')
    return next((TOP / 'build').glob('credguard-*.tar.xz'))


@functools.cache
def packages():
    """{name: path of the .deb}"""
    waf('deb')
    return {path.name.split('_')[0]: path
            for path in (TOP / 'build/deb').glob('*.deb')}


def inside(name):
    """Paths of all files in a package."""
    out = subprocess.run(['dpkg-deb', '--fsys-tarfile', packages()[name]],
                         capture_output=True, check=True).stdout
    with tempfile.TemporaryFile() as file:
        file.write(out)
        file.seek(0)
        with tarfile.open(fileobj=file) as tar:
            return {member.name.lstrip('.'): member for member in tar
                    if member.isfile()}


@tap.test
def the_tarball_is_the_same_each_time():
    first = hashlib.sha256(tarball().read_bytes()).hexdigest()
    waf('dist')
    assert hashlib.sha256(tarball().read_bytes()).hexdigest() == first


@tap.test
def the_tarball_brings_waf_and_nothing_that_git_has_not():
    with tarfile.open(tarball()) as tar:
        names = {name.split('/', 1)[1] for name in tar.getnames()}
    tracked = set(subprocess.run(
        ['git', '-C', str(TOP), 'ls-files'], text=True, capture_output=True,
        check=True).stdout.splitlines())
    ours = {name for name in names if not name.startswith('bundled/')}
    assert ours == tracked, ours ^ tracked
    assert 'bundled/third_party/waf/waflib/Build.py' in names
    assert 'bundled/auth/gensec/gensec_internal.h' in names
    assert not any(name.startswith('bundled/') for name in tracked)


@tap.test
def every_package_is_built():
    assert set(packages()) == NAMES, set(packages()) ^ NAMES


@tap.test
def the_build_had_no_network():
    """dist.py says how it built; without root it could not."""
    assert os.geteuid() == 0
    assert '+ unshare --net dpkg-buildpackage' in waf('deb')


@tap.test
def programs_are_installed_where_the_units_start_them():
    found = inside('credguard')
    for path in (TOP / 'config').glob('*.service'):
        programs = re.findall(r'/usr/libexec/credguard/\S+',
                              path.read_text())
        assert programs, path
        for program in programs:
            assert found[program].mode & 0o777 == 0o755, program
        assert f'/lib/systemd/system/{path.name}' in found
    assert '/usr/bin/credguardctl' in found
    for name, member in found.items():
        assert (member.uid, member.gid) == (0, 0), name
        assert member.mode & 0o7022 == 0, f'{name}: {member.mode:o}'


@tap.test
def a_module_is_tied_to_what_loads_it():
    module = [name for name in inside('samba-credguard')
              if name.endswith('/samba/gensec/gensec_credguard.so')]
    assert len(module) == 1, module
    samba = subprocess.run(['dpkg-query', '-W', '-f', '${Version}',
                            'samba-libs'], text=True, capture_output=True,
                           check=True).stdout
    depends = subprocess.run(
        ['dpkg-deb', '-f', packages()['samba-credguard'], 'Depends'],
        text=True, capture_output=True, check=True).stdout
    assert f'samba-libs (= {samba})' in depends, depends
    assert any(name.endswith('/security/pam_credguard.so')
               for name in inside('libpam-credguard'))


@tap.test
def installing_starts_nothing():
    scripts = subprocess.run(
        ['dpkg-deb', '--ctrl-tarfile', packages()['credguard']],
        capture_output=True, check=True).stdout
    assert b'deb-systemd-helper' in scripts
    for word in (b'deb-systemd-invoke', b'systemctl enable',
                 b'systemctl start'):
        assert word not in scripts, word


@tap.test
def users_and_directories_come_from_what_systemd_reads():
    found = inside('credguard')
    for kind in ('sysusers', 'tmpfiles'):
        assert f'/usr/lib/{kind}.d/credguard.conf' in found
    script = subprocess.run(
        ['dpkg-deb', '--info', packages()['credguard'], 'postinst'],
        capture_output=True, check=True, text=True).stdout
    assert 'systemd-sysusers' in script and 'systemd-tmpfiles' in script
    for path in (TOP / 'config/apparmor').iterdir():
        assert f'/etc/apparmor.d/{path.name}' in found
        assert f'/etc/apparmor.d/{path.name}' in script


@tap.test
def lintian_finds_no_error():
    changes = next((TOP / 'build/deb').glob('*.changes'))
    done = subprocess.run(['lintian', '--fail-on', 'error',
                           '--allow-root', str(changes)],
                          text=True, capture_output=True, timeout=600)
    print('\n'.join('# ' + line for line in done.stdout.splitlines()))
    assert done.returncode == 0, done.stdout + done.stderr


tap.main()
