#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""[winbind] of credguard.conf on ws1, with winbindd where it is and the front
elsewhere: whose programs it is to answer has it in winbindd's place. front and
auth_crap are in test_winbind_front as well."""
from tests.lab import fronting, kerbtest as k, labtest
from tests.lab.ruling import rules as configured, system_users

USUAL, ELSEWHERE = '/run/samba/winbindd', '/run/samba/front'
CONFIG = f"""[winbind]
front = yes
pipe = {ELSEWHERE}/pipe
upstream = {USUAL}/pipe
"""
CRAP = 'challenge/response password authentication succeeded'
BY_THE_FRONT = ('unshare', '--mount', 'sh', '-c',
                f'mount --bind {ELSEWHERE} {USUAL} && exec "$@"', '-')


def challenge_response():
    """As one who asks for somebody else, by the privileged pipe."""
    done = labtest.on('ws1', *BY_THE_FRONT, 'wbinfo', '-a',
                      f'EXAMPLE\\alice%{labtest.password("alice")}',
                      check=False)
    return CRAP in done.stdout


def user_of_the_front():
    [line] = [line for line in labtest.on(
        'ws1', 'ps', '-eo', 'user:32,comm').stdout.splitlines()
        if line.endswith(fronting.PROGRAM[:15])]
    return line.split()[0]


@k.test
def pipe_and_upstream():
    with configured(CONFIG):
        assert user_of_the_front() == 'credguard-winbind'
        for around in ((), BY_THE_FRONT):
            assert 'alice' in labtest.on('ws1', *around, 'wbinfo', '-i',
                                         'alice').stdout
        assert challenge_response()
    with configured(CONFIG + 'auth_crap = no\n'):
        assert not challenge_response()
    with configured(CONFIG.replace(f'{USUAL}/', '/run/nowhere/')):
        assert labtest.on('ws1', *BY_THE_FRONT, 'wbinfo', '-p',
                          check=False).returncode != 0
        labtest.on('ws1', 'wbinfo', '-p')


@k.test
def upstream_privileged():
    with configured(CONFIG + 'upstream_privileged = /run/nowhere/pipe\n'):
        labtest.on('ws1', *BY_THE_FRONT, 'wbinfo', '-i', 'alice')
        assert not challenge_response()


@k.test
def user():
    with system_users('front-of-mine'), \
            configured(CONFIG + 'user = front-of-mine\n'):
        assert user_of_the_front() == 'front-of-mine'
        labtest.on('ws1', *BY_THE_FRONT, 'wbinfo', '-i', 'alice')


try:
    k.main()
finally:
    fronting.new_winbindd()     # it has seen a password
