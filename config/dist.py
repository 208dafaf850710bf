#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the source tarball, and Debian packages from it.

    dist.py VERSION          build/credguard-VERSION.tar.xz
    dist.py VERSION --deb    and build/deb/*.deb, built without a network

The tarball is what git has, and under bundled/ what no Debian package brings:
waf and headers of Samba's, from the source package of the Samba
that is installed. The same commit and the same Samba make the same bytes.
"""
import io
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile

TOP = pathlib.Path(__file__).resolve().parents[1]
BUNDLE = ('third_party/waf', 'auth/gensec/gensec.h',
          'auth/gensec/gensec_internal.h', 'lib/util/data_blob.h',
          'libcli/util/ntstatus.h',
          'third_party/heimdal/lib/krb5/krb5.h')


def fail(text):
    sys.exit(f'dist: {text}')


def git(*argv):
    done = subprocess.run(['git', '-C', str(TOP), *argv], text=True,
                          capture_output=True)
    if done.returncode != 0:
        fail(f'this needs a git checkout: {done.stderr.strip()}')
    return done.stdout


def bundled(source):
    """{name in the tarball: path} of what comes from Samba's source."""
    found = {}
    for name in BUNDLE:
        path = source / name
        files = [path] if path.is_file() else sorted(
            p for p in path.rglob('*')
            if p.is_file() and '__pycache__' not in p.parts)
        if not files:
            fail(f'{path} is not there')
        found.update({f'bundled/{p.relative_to(source)}': p for p in files})
    return found


def add(tar, name, path, mtime):
    data = path.read_bytes()
    info = tarfile.TarInfo(name)
    info.size, info.mtime = len(data), mtime
    info.mode = 0o755 if os.access(path, os.X_OK) else 0o644
    tar.addfile(info, io.BytesIO(data))


def make_tarball(version, source):
    name = f'credguard-{version}'
    target = TOP / 'build' / f'{name}.tar.xz'
    target.parent.mkdir(exist_ok=True)
    files = {path: TOP / path for path in git('ls-files').splitlines()}
    files.update(bundled(source))
    mtime = int(git('log', '-1', '--format=%ct'))
    part = target.with_suffix('.part')
    with tarfile.open(part, 'w:xz') as tar:
        for inside, path in sorted(files.items()):
            add(tar, f'{name}/{inside}', path, mtime)
    part.rename(target)
    print(f'{target.relative_to(TOP)}: {len(files)} files')
    return target


def run(argv, **options):
    print('+', ' '.join(argv), flush=True)
    if subprocess.run(argv, **options).returncode != 0:
        fail(f'{argv[0]} failed; the reason is above')


def make_packages(version, tarball):
    """In a network namespace of its own, when root may make one."""
    target = TOP / 'build' / 'deb'
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    shutil.copy(tarball, target / f'credguard_{version}.orig.tar.xz')
    run(['tar', '-xf', str(tarball), '-C', str(target)])
    alone = ['unshare', '--net'] if os.geteuid() == 0 else []
    env = {**os.environ, 'PATH': '/usr/sbin:/usr/bin:/sbin:/bin',
           'LC_ALL': 'C.UTF-8'}
    run([*alone, 'dpkg-buildpackage', '-us', '-uc', '-rfakeroot'],
        cwd=target / f'credguard-{version}', env=env)
    for path in sorted(target.glob('*.deb')):
        print(path.relative_to(TOP))


def main():
    version, *more = sys.argv[1:]
    tarball = make_tarball(version,
                           pathlib.Path(os.environ['CG_SAMBA_SOURCE']))
    if more == ['--deb']:
        make_packages(version, tarball)


main()
