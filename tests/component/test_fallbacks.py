# SPDX-License-Identifier: GPL-3.0-or-later
"""Older kernels: each missing piece has a stated fall-back, which `status`
names, or a refusal that tells what to do. The piece is denied by a filter."""
import errno
import json
import re

from tests import tap
from tests.component.deny import Deny
from tests.component.fixture import Credguard
from tests.component.kdc import Kdc

PR_SET_SECCOMP, PR_SET_MDWE, SO_PEERPIDFD = 22, 65, 77
NO_SECRET_MEMORY = [Deny('memfd_secret', errno.ENOSYS)]
NO_MDWE = [Deny('prctl', errno.EINVAL, argument=0, value=PR_SET_MDWE)]
NO_PEERPIDFD = [Deny('getsockopt', errno.ENOPROTOOPT, argument=2,
                     value=SO_PEERPIDFD)]
NO_LANDLOCK = [Deny('landlock_create_ruleset', errno.ENOSYS)]
LANDLOCK_OFF = [Deny('landlock_create_ruleset', errno.EOPNOTSUPP)]
MLOCK = '[vault]\nsecret_memory = mlock\n'


def status(cg, *options):
    done = cg.run_as('alice', ['credguardctl', '--runtime-dir', cg.runtime,
                               'status', *options])
    assert done.returncode == 0, done.stderr
    return done.stdout


def signs_in_and_gets_a_ticket(cg, kdc):
    for argv in (['kinit', 'alice'], ['klist'], ['kvno', 'host/comp.test']):
        done = cg.run_as('alice', argv, input=kdc.password('alice'))
        assert done.returncode == 0, (argv, done.stderr)


def works_and_tells(deny, missing, text, config='', level=2):
    """The keys of `status --json` that are false, and what the text says."""
    with Kdc() as kdc, Credguard(kdc=kdc, deny=deny, config=config) as cg:
        signs_in_and_gets_a_ticket(cg, kdc)
        report = json.loads(status(cg, '--json'))
        protection = report['protection']
        del protection['locked_memory']
        assert {key for key, on in protection.items() if not on} == missing
        assert report['protection_level'] == level, report
        said = re.sub(r'\s+', ' ', status(cg))
        for words in [text] if isinstance(text, str) else text:
            assert words in said, said
        assert f'Protection level {level} of 4' in said


def refuses(deny, *texts, config=''):
    cg = Credguard(deny=deny, config=config)
    code, log = cg.run_to_end()
    assert code == 1, (code, log)
    for text in texts:
        assert text in log, log
    assert not cg.kcm_socket.exists() and not cg.runtime.exists()


@tap.test
def a_whole_kernel_lacks_nothing():
    works_and_tells([], set(), 'secret memory yes')


@tap.test
def without_memfd_secret_it_refuses_and_says_how_to_do_without():
    refuses(NO_SECRET_MEMORY, 'memfd_secret', 'kernel 6.5',
            'secret_memory = mlock')


@tap.test
def without_memfd_secret_and_with_mlock_allowed_status_names_it():
    works_and_tells(NO_SECRET_MEMORY, {'secret_memory'},
                    'secret memory no: locked ordinary memory',
                    config=MLOCK, level=1)


@tap.test
def mlock_is_only_allowed_and_memfd_secret_taken_where_there_is_one():
    works_and_tells([], set(), 'secret memory yes', config=MLOCK)


@tap.test
def without_MDWE_it_works_and_status_names_it():
    works_and_tells(NO_MDWE, {'mdwe'}, 'kernel older than 6.3')


@tap.test
def without_landlock_it_works_and_status_names_it():
    for deny in (NO_LANDLOCK, LANDLOCK_OFF):
        works_and_tells(deny, {'landlock'}, 'kernel older than 5.13')


@tap.test
def without_SO_PEERPIDFD_it_works_and_status_names_it():
    works_and_tells(NO_PEERPIDFD, {'peer_pidfd'},
                    'peer pidfd no: SO_PEERCRED only')


@tap.test
def on_debian_12s_own_kernel_it_works_and_status_names_all_that_it_lacks():
    works_and_tells(NO_SECRET_MEMORY + NO_MDWE + NO_PEERPIDFD,
                    {'secret_memory', 'mdwe', 'peer_pidfd'},
                    ['locked ordinary memory', 'kernel older than 6.3',
                     'SO_PEERCRED only'], config=MLOCK, level=1)


@tap.test
def without_user_namespaces_it_refuses_with_a_hint():
    for code in (errno.EPERM, errno.ENOSPC):
        refuses([Deny('unshare', code)], 'user.max_user_namespaces')


@tap.test
def without_a_system_call_filter_it_refuses():
    refuses([Deny('prctl', errno.EINVAL, argument=0, value=PR_SET_SECCOMP)],
            'exit code 11')


tap.main()
