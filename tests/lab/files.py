# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of one host: its own /etc, /var, /run, /tmp, /home and /root.

/etc is a copy of the machine's, without its people and its secrets, plus what
a member of the lab's domain has. The folders are made below STATE/HOST; the
keeper lays them over the machine's.
"""
import glob
import grp
import os
import shutil
import subprocess

from tests.lab import config, state

# Group and user of the product's processes; they own nothing and log in never.
SYSTEM_USERS = ('credguard', 'credguard-vault', 'credguard-winbind')
FOLDERS = {             # below /, with their modes
    'var/lib/samba/private': 0o700,
    'var/lib/samba/sysvol': 0o755,
    'var/lib/samba/winbindd_privileged': 0o750,     # of winbindd_priv, below
    'var/lib/credguard': 0o700,
    'var/cache/samba': 0o755,
    'var/log/samba': 0o755,
    'var/log/apache2': 0o755,
    'var/spool': 0o755,
    'var/tmp': 0o1777,
    'var/www': 0o755,
    'var/share': 0o1777,
    'run/lab': 0o755,
    'run/lock': 0o1777,
    'run/samba': 0o755,
    'run/sshd': 0o755,
    'run/user': 0o755,
    'tmp': 0o1777,
    'dev/shm': 0o1777,
    'home': 0o755,
    'root': 0o700,
}
DROPPED = ('gss', 'samba', 'krb5.keytab', 'krb5kdc', 'ssh', 'credguard',
           'apache2', 'krb5.conf.d', 'cron.d', 'ld.so.preload')


def prepare(host):
    root = state.STATE / host
    root.mkdir(mode=0o755)
    for path, mode in FOLDERS.items():
        (root / path).mkdir(parents=True, exist_ok=True)
        (root / path).chmod(mode)
    for path in glob.glob('/usr/lib/*/samba/gensec'):
        shutil.copytree(path, root / 'run/lab/gensec')
    os.chown(root / 'var/lib/samba/winbindd_privileged', 0,
             grp.getgrnam('winbindd_priv').gr_gid)
    copy_etc(root)
    add_accounts(root / 'etc')
    (root / 'var/run').symlink_to('/run')
    (root / 'var/lock').symlink_to('/run/lock')
    for path, text in config.texts(host).items():
        target = root / path.lstrip('/')
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.is_symlink():
            target.unlink()
        target.write_text(text)


def host_keys(names):
    """The keys of each sshd, known to all hosts: nobody has to trust them."""
    known = ''.join(known_host(name) for name in config.SSH_SERVERS)
    for host in names:
        (state.STATE / host / 'etc/ssh/ssh_known_hosts').write_text(known)


def known_host(host):
    key = state.STATE / host / 'etc/ssh/ssh_host_ed25519_key'
    subprocess.run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', host,
                    '-f', str(key)], check=True, stdout=subprocess.DEVNULL)
    alias = ('files', config.ALIAS) if host == 'fs1' else ()
    names = (host, f'{host}.example.test', *alias, state.HOSTS[host])
    return f'{",".join(names)} {key.with_suffix(".pub").read_text()}'


def copy_etc(root):
    subprocess.run(['cp', '-a', '/etc', str(root)], check=True)
    for name in DROPPED:
        path = root / 'etc' / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    shutil.copy('/etc/ssh/moduli', make(root / 'etc/ssh'))
    make(root / 'etc/samba')
    make(root / 'etc/credguard')


def make(path):
    path.mkdir(mode=0o755)
    return path


def is_person(line):
    number = line.split(':')[2]
    return number.isdigit() and 1000 <= int(number) < 60000


def rows(path):
    return path.read_text().splitlines() if path.exists() else []


def add_accounts(etc):
    """The machine's system accounts, and ours; nobody can log in by them."""
    users = [line for line in rows(etc / 'passwd') if not is_person(line)]
    groups = [line for line in rows(etc / 'group') if not is_person(line)]
    taken = {int(line.split(':')[2]) for line in users + groups}
    free = (number for number in range(499, 99, -1) if number not in taken)
    known = {line.split(':')[0] for line in users}
    for name in SYSTEM_USERS:
        if name not in known:
            number = next(free)
            users.append(f'{name}:x:{number}:{number}::/nonexistent'
                         ':/usr/sbin/nologin')
            groups.append(f'{name}:x:{number}:')
    names = [line.split(':')[0] for line in users]
    put(etc / 'passwd', users, 0o644)
    put(etc / 'group', groups, 0o644)
    put(etc / 'shadow', [f'{name}:*:19000:0:99999:7:::' for name in names],
        0o640)
    put(etc / 'gshadow', [f'{line.split(":")[0]}:*::{line.split(":")[3]}'
                          for line in groups], 0o640)
    for name in ('passwd-', 'group-', 'shadow-', 'gshadow-'):
        (etc / name).unlink(missing_ok=True)


def put(path, lines, mode):
    path.write_text('\n'.join(lines) + '\n')
    path.chmod(mode)
