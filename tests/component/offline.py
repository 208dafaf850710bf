# SPDX-License-Identifier: GPL-3.0-or-later
"""Offline logon as a login program does it, with the real client library.

The runtime directory of an instance is laid over /run/credguard, which is
where the library looks, in a mount namespace of the program's own.
"""
import os
import subprocess
import time

from tests.component.client_calls import Client
from tests.component.fixture import Credguard
from tests.component.kdc import PASSWORDS
from tests.component.place import (TOP, await_true, is_alive, new_dir,
                                   uid_of)

SID, DOMAIN = 'S-1-5-21-1-2-3-1104', 'COMP'
NAME, PASSWORD = 'alice@COMP.TEST', PASSWORDS['alice']
DRIVER = TOP / 'build/tests/component/offline_driver'
LAID_OVER = '''mount --bind "$0" /mnt
mount -t tmpfs none /run
mkdir /run/credguard
mount --move /mnt /run/credguard
uid=$1
shift
exec setpriv --reuid "$uid" --regid "$uid" --clear-groups "$@"'''
# Cheap on purpose: what is tested is not how slow it is.
CHEAP = 'scrypt_log_n = 14\n'


def keytab_of(kdc):
    keytab = new_dir('keytab') / 'keytab'
    kdc.kadmin(f'ktadd -norandkey -k {keytab} host/comp.test')
    return keytab


def guarded(kdc, keytab, offline='', state=None):
    """A Credguard; state: the directory of another one, to go on from."""
    cg = Credguard(kdc=kdc, config=f'[machine]\nkeytab = {keytab}\n'
                                   f'[offline]\n{CHEAP}{offline}\n')
    if state is not None:
        cg.argv[cg.argv.index('--state-dir') + 1] = cg.state = state
    return cg


def driver(cg, *words, password=PASSWORD, user='root'):
    """What it says, one word."""
    uid = uid_of(user)
    done = subprocess.run(
        ['unshare', '--mount', 'sh', '-ec', LAID_OVER, cg.runtime,
         str(uid), DRIVER, *map(str, words)],
        input=password, text=True, capture_output=True, timeout=60,
        env=cg.env())
    return done.stdout.strip() or done.stderr


def sign_in(cg, name=NAME, password=PASSWORD, uid=None):
    with Client(cg) as root:
        rep = root.logon(name, password, uid or uid_of('alice'), verify=1)
        assert rep.verified == 1


def store(cg, user='alice', password=None, sid=SID):
    return driver(cg, 'store', uid_of(user), sid, DOMAIN,
                  f'{user}@COMP.TEST', password=password or PASSWORDS[user])


def check(cg, password=PASSWORD, user='alice', by='root', names=()):
    return driver(cg, 'check', uid_of(user), *names, password=password,
                  user=by)


def record(cg, uid=None):
    return cg.state / 'verifiers' / str(uid or uid_of('alice'))


def listed(cg, uid=0):
    """{uid: reply} as the user sees it."""
    found, at = {}, 0
    with Client(cg, uid) as client:
        while True:
            try:
                rep = client.call('client_list_offline', from_uid=at)
            except Exception as why:
                assert why.status == 'NOT_FOUND', why
                return found
            found[rep.uid], at = rep, rep.uid + 1


def shut_off(path):
    """Nobody reads it, root aside."""
    return os.stat(path).st_mode & 0o077 == 0


def now():
    return int(time.time())


def await_end(cg):
    pids = cg.pairs()[-1]
    await_true(lambda: not any(map(is_alive, pids)), 'end of the pair', 5)
