#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""Samba as Fedora, RHEL and SUSE build it: with MIT's Kerberos.

Debian builds it with the Heimdal that lies in Samba, but its source package
has a profile for MIT's. This builds that, of the version that is installed,
and keeps what it would install, a tree to be laid over /usr, in CACHE. The
machine's own Samba stays as it is; the packages that the build needs are
installed. Needs root, the network and a quarter of an hour, once.

    mit_samba.py        build it if it is not there, and print where it is
"""
import contextlib
import fcntl
import hashlib
import importlib.machinery
import importlib.util
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
CACHE = pathlib.Path('/var/cache/credguard')
PROFILE = 'pkg.samba.mitkrb5'
# What Debian's rules do up to the installed files; packages are not made of
# them. No debugging information, no man pages (what xsltproc is for), and none
# of Samba's own tests, a third of the work: waf posts what lies in the folder
# it was started from, and here what SKIPPED names is not in it. (The last one
# is a part of those tests that their name does not tell.)
SKIPPED = 'torture|fuzz|test|iremotewinspool'
RECIPE = f"""
export DEB_BUILD_PROFILES='{PROFILE} nodoc nocheck'
export DEB_BUILD_OPTIONS="nocheck nodoc terse noautodbgsym parallel=$JOBS"
export DEB_CFLAGS_APPEND=-g0 XSLTPROC=/bin/false
in='p.is_child_of(ln)'
named="re.search('{SKIPPED}', str(getattr(tg, 'name', '')), re.I)"
sed -i "s/if $in:/if $in and not $named:/" third_party/waf/waflib/Build.py
grep -q '{SKIPPED}' third_party/waf/waflib/Build.py
debian/rules bin/built.stamp
cd debian/tmp
if [ -d lib ]; then cp -a lib usr/ && rm -r lib; fi
rm -rf usr/include usr/share/doc
test -x usr/sbin/winbindd -a -x usr/sbin/smbd -a -x usr/bin/smbclient
"""
# As on a build machine: nothing of ours, and Debian's Python before others.
CLEAN = {'PATH': '/usr/bin:/bin:/usr/sbin:/sbin', 'LC_ALL': 'C.UTF-8',
         'HOME': '/nonexistent'}
STEP = re.compile(rb'^\[\s*(\d+)/(\d+)\]')
TELL_S = 60


class BuildError(Exception):
    """Says which step failed and which file tells why."""


def launcher():
    """./waf as a module: it knows Debian's sources and how to install."""
    loader = importlib.machinery.SourceFileLoader('launcher', str(TOP / 'waf'))
    module = importlib.util.module_from_spec(
        importlib.util.spec_from_loader('launcher', loader))
    loader.exec_module(module)
    return module


def place(version):
    """Where the tree of VERSION, made by this recipe, is kept."""
    mark = hashlib.sha256(RECIPE.encode()).hexdigest()[:12]
    return CACHE / f'samba-mit-{version.split(":")[-1]}-{mark}'


def tell(text):
    print(f'samba-mit: {text}', file=sys.stderr, flush=True)


@contextlib.contextmanager
def lock():
    """One build at a time; the kernel lets go when the holder dies."""
    CACHE.mkdir(mode=0o755, parents=True, exist_ok=True)
    with open(CACHE / 'samba-mit.lock', 'w') as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell('another build is running; waiting for it')
            fcntl.flock(held, fcntl.LOCK_EX)
        yield held


def get():
    """The tree; built when it is missing."""
    waf = launcher()
    version = waf.samba_version()
    target = place(version)
    if target.is_dir():
        return target
    with lock() as held:
        if not target.is_dir():     # the one we waited for has made it
            make(waf, version, target, held)
    return target


def make(waf, version, target, held):
    """All or nothing: a build that failed leaves its log, one that was killed
    a folder for the next one to remove, and neither TARGET."""
    for left in CACHE.glob('samba-mit-*.building'):
        shutil.rmtree(left)
    work = target.with_name(f'{target.name}.building')
    work.mkdir(mode=0o755)
    tell(f'building Samba {version} with MIT Kerberos, once, in {work}; '
         'about a quarter of an hour on two processors')
    try:
        source = unpack(waf, version, work)
        compile_it(source, target.with_name('samba-mit.log'), held)
        took = mebibytes(work)
        (source / 'debian/tmp').rename(target)
    finally:
        # A compiler that outlives us still writes; the next build removes it.
        shutil.rmtree(work, ignore_errors=True)
    tell(f'{target} has {mebibytes(target)} MiB; its build took '
         f'{took}')


def mebibytes(folder):
    """On the disk."""
    out = subprocess.run(['du', '-sm', str(folder)], text=True, check=True,
                         capture_output=True).stdout
    return int(out.split()[0])


def unpack(waf, version, work):
    waf.download_samba_source(version, work)
    dsc = next(work.glob('samba_*.dsc'))
    waf.apt_get('-P', f'{PROFILE},nodoc,nocheck', '--arch-only', 'build-dep',
                str(dsc))
    waf.run('dpkg-source', '--no-check', '-x', dsc.name, 'source', cwd=work,
            stdout=subprocess.DEVNULL)
    return work / 'source'


def compile_it(source, log, held):
    """The compiler keeps the lock, also when we are killed."""
    env = dict(CLEAN, JOBS=str(os.cpu_count()))
    begun = told = time.monotonic()
    with open(log, 'wb') as out:
        child = subprocess.Popen(
            ['/bin/sh', '-e', '-c', RECIPE], cwd=source, env=env,
            pass_fds=[held.fileno()], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for line in child.stdout:
            out.write(line)
            step = STEP.match(line)
            if step and int(step[2]) > 1 and time.monotonic() > told + TELL_S:
                told = time.monotonic()
                tell(f'step {int(step[1])} of {int(step[2])} after '
                     f'{(told - begun) / 60:.0f} min')
    if child.wait() != 0:
        end = log.read_text(errors='replace').splitlines()[-12:]
        raise BuildError('the MIT-built Samba does not build; the whole log '
                         f'is {log}, its end:\n' + '\n'.join(end))
    tell(f'built in {(time.monotonic() - begun) / 60:.0f} min')


if __name__ == '__main__':
    try:
        print(get())
    except BuildError as error:
        sys.exit(f'samba-mit: {error}')
