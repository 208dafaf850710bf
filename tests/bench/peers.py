# SPDX-License-Identifier: GPL-3.0-or-later
"""Other KCM daemons, unpacked beside the system: installing them would start
services that take our socket. Nothing is downloaded twice."""
import os
import pathlib
import shutil
import subprocess

PACKAGES = {'heimdal': 'heimdal-kcm', 'sssd': 'sssd-kcm'}


class Unavailable(Exception):
    """Why there is no such peer here, in a sentence."""


def kept_in():
    home = os.environ.get('XDG_CACHE_HOME')
    return (pathlib.Path(home) / 'credguard' if home
            else pathlib.Path('/var/cache/credguard'))


def output(*argv, **kw):
    try:
        done = subprocess.run(argv, text=True, capture_output=True,
                              env=dict(os.environ, LC_ALL='C'), **kw)
    except OSError as error:
        raise Unavailable(f'"{argv[0]}" cannot be run: {error.strerror}')
    if done.returncode != 0:
        lines = (done.stderr.strip() or 'no message').splitlines()
        raise Unavailable(f'"{" ".join(argv[:2])}" failed: {lines[-1]}')
    return done.stdout


def candidate(package):
    for line in output('apt-cache', 'policy', package).splitlines():
        word, _, version = line.strip().partition(': ')
        if word == 'Candidate' and version != '(none)':
            return version
    return None


def wanted_version(package):
    version = candidate(package)
    if version is None:
        output('apt-get', 'update', '-qq')
        version = candidate(package)
    if version is None:
        raise Unavailable(f'no package {package} in the sources of apt')
    return version


def closure(package):
    """It and what it needs that is not installed."""
    plan = output('apt-get', 'install', '--simulate',
                  '--no-install-recommends', package)
    names = [line.split()[1] for line in plan.splitlines()
             if line.startswith('Inst ')]
    return sorted({package, *names})


def unpack(package, target):
    work = target.with_name(target.name + '.new')
    shutil.rmtree(work, ignore_errors=True)
    (work / 'debs').mkdir(parents=True)
    output('apt-get', 'download', '-qq', '-o', 'APT::Sandbox::User=root',
           *closure(package), cwd=work / 'debs')
    for deb in sorted((work / 'debs').glob('*.deb')):
        output('dpkg-deb', '-x', str(deb), str(work))
    shutil.rmtree(work / 'debs')
    # Debian has /lib in /usr; old packages do not know.
    if (work / 'lib').is_dir():
        shutil.copytree(work / 'lib', work / 'usr/lib', symlinks=True,
                        dirs_exist_ok=True)
    work.rename(target)


def get(name):
    """(root directory, version) of the peer."""
    package = PACKAGES[name]
    version = wanted_version(package)
    target = kept_in() / f'peers-{package}-{version.replace(":", "_")}'
    if not target.is_dir():
        print(f'Getting {package} {version} into {target.parent}',
              flush=True)
        unpack(package, target)
    return target, version
