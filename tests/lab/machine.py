# SPDX-License-Identifier: GPL-3.0-or-later
"""A machine of Debian's own packages, not of this one's files: a root made by
debootstrap, with namespaces and a cable to the lab's switch.

The root is kept in /var/cache/credguard, outside the tree, and made again when
it is missing; whatever the machine writes goes to memory."""
import hashlib
import os
import pathlib
import shutil
import stat
import subprocess

from tests.lab import config, hosts, labtest, state

CACHE = pathlib.Path('/var/cache/credguard')
MIRROR = 'http://deb.debian.org/debian'
SOURCES = pathlib.Path('/etc/apt/sources.list.d/debian.sources')
NAME, ADDRESS = 'pkg1', '10.99.0.77'
# What a domain member has, and what our packages depend on: the machine has
# no way to the mirror afterwards.
PACKAGES = """bsdutils krb5-config krb5-user libinih1 libjansson4
libnss-winbind libpam-runtime libpam-winbind libtalloc2 libtevent0
libtss2-esys-3.0.2-0 libtss2-mu0 libtss2-rc0 libtss2-tctildr0 libwbclient0
login logrotate pamtester procps samba-common-bin samba-libs smbclient systemd
winbind""".split()
# Runs as the machine's first process; outside it nothing is mounted.
FIRST = """set -e
mount --make-rprivate /
mount -t tmpfs machine "$2"
mkdir "$2/upper" "$2/work" "$2/root"
mount -t overlay -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work" \\
    overlay "$2/root"
mount -t proc proc "$2/root/proc"
mount --rbind /dev "$2/root/dev"
mount -t tmpfs run "$2/root/run"
mount -t tmpfs tmp "$2/root/tmp"
mkdir "$2/root/run/debs"
mount --bind "$3" "$2/root/run/debs"
hostname "$4"
cd "$2/root"
# Not chroot: within one nobody makes a user namespace, as the vault does.
pivot_root . .
umount -l .
cd /
echo ready
# As a first process has to, a shell takes in whoever lost its parent.
exec /bin/sh -c 'while :; do sleep 3600 & wait $!; done'
"""


def run(*argv, **kw):
    done = subprocess.run([str(word) for word in argv], text=True,
                          capture_output=True, **kw)
    if done.returncode != 0:
        raise state.LabError(f'{argv[:4]}: {done.stdout[-3000:]}'
                             f'{done.stderr[-3000:]}')
    return done.stdout


def samba_version():
    return run('dpkg-query', '-W', '-f', '${Version}', 'samba-libs')


def base():
    """The root of a machine that has never seen us."""
    mark = hashlib.sha256(' '.join(
        [MIRROR, samba_version(), *PACKAGES]).encode()).hexdigest()[:16]
    path = CACHE / f'root-{mark}'
    if path.exists():
        return path
    CACHE.mkdir(exist_ok=True)
    for old in CACHE.glob('root-*'):
        shutil.rmtree(old)
    new = CACHE / 'new'
    shutil.rmtree(new, ignore_errors=True)
    run('debootstrap', '--variant=minbase', 'bookworm', new, MIRROR)
    (new / 'etc/apt/sources.list').unlink()
    shutil.copy(SOURCES, new / 'etc/apt/sources.list.d')
    shutil.copy('/etc/resolv.conf', new / 'etc/resolv.conf')
    policy = new / 'usr/sbin/policy-rc.d'
    policy.write_text('#!/bin/sh\nexit 101\n')
    policy.chmod(0o755)
    for words in (['update'], ['install', '-y', '--no-install-recommends',
                               *PACKAGES], ['clean']):
        run('chroot', new, 'env', 'DEBIAN_FRONTEND=noninteractive', 'LC_ALL=C',
            'PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'apt-get', '-q', *words)
    new.rename(path)
    return path


class Machine:
    """In the lab's network until stop()."""

    def __init__(self, debs):
        self.debs, self.children = debs, []

    def __enter__(self):
        root = base()
        self.dir = state.STATE / NAME
        self.dir.mkdir()
        self.first = subprocess.Popen(
            ['unshare', '--mount', '--uts', '--ipc', '--net', '--pid',
             '--fork', '--kill-child', '--', 'sh', '-c', FIRST, 'machine',
             str(root), str(self.dir), str(self.debs), NAME], text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        assert self.first.stdout.readline() == 'ready\n'
        me = self.first.pid
        self.pid = int(pathlib.Path(
            f'/proc/{me}/task/{me}/children').read_text())
        self.cable()
        return self

    def cable(self):
        hosts.ip_batch(state.LAN, [
            f'link add {NAME} type veth peer name eth0 netns {self.pid}',
            f'link set {NAME} master {state.LAN} up'])
        run('nsenter', '-t', self.pid, '-n', 'ip', '-batch', '-', input='\n'.
            join(['link set lo up', 'link set eth0 up',
                  f'addr add {ADDRESS}/24 dev eth0']))

    def __exit__(self, *_):
        for child in self.children:
            child.kill()
        self.first.kill()
        self.first.wait()
        for child in self.children:
            child.wait()
        self.dir.rmdir()

    def argv(self, words):
        return ['nsenter', '-t', str(self.pid), '-m', '-u', '-i', '-n', '-p',
                '-r', '-w', '--', 'env', '-i', 'LC_ALL=C.UTF-8',
                'PATH=/usr/sbin:/usr/bin:/sbin:/bin',
                'DEBIAN_FRONTEND=noninteractive', 'TERM=dumb',
                *map(str, words)]

    def on(self, *words, user=None, check=True, input=None):
        if user is not None:
            words = ('setpriv', f'--reuid={user}', f'--regid={user}',
                     '--clear-groups', '--', *words)
        done = subprocess.run(self.argv(words), text=True, input=input or '',
                              capture_output=True, errors='replace',
                              timeout=120)
        if check and done.returncode != 0:
            raise AssertionError(f'{words}: {done.returncode}\n'
                                 f'{done.stdout}{done.stderr}')
        return done

    def start(self, *words, log='/var/log/by-hand.log'):
        child = subprocess.Popen(self.argv(
            ['sh', '-c', f'exec "$@" >>{log} 2>&1', 'sh', *words]),
            stdin=subprocess.DEVNULL)
        self.children.append(child)
        return child

    def write(self, path, text):
        self.on('sh', '-c', f'mkdir -p $(dirname {path}); cat >{path}',
                input=text)

    def join(self):
        """As an administrator does on a machine just installed."""
        self.write('/etc/resolv.conf', 'search example.test\nnameserver '
                   f'{state.HOSTS["dc1"]}\n')
        self.write('/etc/hosts', f'127.0.0.1 localhost\n{ADDRESS} '
                   f'{NAME}.example.test {NAME}\n')
        self.write('/etc/samba/smb.conf', config.SMB_MEMBER.format(
            offline='no', refresh='no'))
        self.write('/etc/krb5.conf', config.KRB5.format(
            realm='EXAMPLE.TEST', cache=''))
        self.write('/etc/nsswitch.conf', config.NSSWITCH)
        self.on('net', 'ads', 'join', '--no-dns-updates', '-U',
                f'administrator%{labtest.password("administrator")}')
        self.on('net', 'ads', 'keytab', 'create', '-P')

    def listing(self):
        """{path: what it is and a hash of what is in it}, of the disk."""
        top = f'/proc/{self.pid}/root'
        device = os.stat(f'{top}/usr').st_dev
        found = {}
        for folder, names, files in os.walk(top):
            names[:] = [name for name in names if os.lstat(
                f'{folder}/{name}').st_dev == device]
            for name in [*names, *files]:
                path = f'{folder}/{name}'
                found[path.removeprefix(top)] = describe(path)
        return found


def describe(path):
    seen = os.lstat(path)
    what = (oct(seen.st_mode), seen.st_uid, seen.st_gid)
    if stat.S_ISLNK(seen.st_mode):
        return (*what, os.readlink(path))
    if stat.S_ISREG(seen.st_mode):
        return (*what, hashlib.sha256(pathlib.Path(path).read_bytes()
                                      ).hexdigest())
    return what


def built_debs(waf):
    """Folder with the packages of this tree; built when one is older."""
    folder = state.TOP / 'build/deb'
    debs = list(folder.glob('*.deb'))
    tracked = run('git', '-C', state.TOP, 'ls-files', '-z').split('\0')
    newest = max(os.stat(state.TOP / name).st_mtime for name in tracked
                 if name and (state.TOP / name).exists())
    if not debs or min(deb.stat().st_mtime for deb in debs) < newest:
        run(waf, 'deb', cwd=state.TOP)
    return folder
