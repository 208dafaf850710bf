# SPDX-License-Identifier: GPL-3.0-or-later
"""credguardctl against the real broker and vault, and an MIT KDC."""
import json
import os
import signal
import time

from tests import tap
from tests.component.ctl import Terminal, ctl, done, program
from tests.component.fixture import Credguard
from tests.component.kdc import Kdc
from tests.component.place import uid_of

ALICE = f'KCM:{uid_of("alice")}'


def logon(*words, word='Alice-1-Password', user='alice'):
    return ctl(CG, user, 'logon', '--password-fd', '0', *words,
               input=f'{word}\n')


def caches(user='alice', *words):
    result = done(ctl(CG, user, 'list', '--json', *words), 0)
    return {c['cache']: c for c in json.loads(result.stdout)['caches']}


def clean():
    for user in ('alice', 'bob'):
        done(ctl(CG, user, 'logoff', '--all'), 0)


def with_account(*changes, undo):
    KDC.kadmin(*(f'modprinc {change} alice' for change in changes))
    try:
        return done(logon(), 1)
    finally:
        KDC.kadmin(*(f'modprinc {change} alice' for change in undo))


@tap.test
def logon_makes_a_tgt_that_mit_programs_use():
    clean()
    done(logon(), 0, 'signed in as alice@COMP.TEST until ', ALICE)
    shown = done(CG.run_as('alice', ['klist']), 0).stdout
    assert 'Default principal: alice@COMP.TEST' in shown
    done(CG.run_as('alice', ['kvno', 'host/comp.test']), 0, 'kvno = ')
    done(ctl(CG, 'alice', 'list'), 0, 'alice@COMP.TEST', f'*  {ALICE}')


@tap.test
def the_password_may_be_asked_for_on_a_terminal():
    clean()
    env = CG.env(TERM='xterm')
    terminal = Terminal('alice', [program(), '--runtime-dir', CG.runtime,
                                  'logon'], env)
    terminal.await_text('Password for alice@COMP.TEST: ')
    terminal.type(KDC.password('alice'))
    shown = terminal.end()
    assert os.waitstatus_to_exitcode(terminal.status) == 0, shown
    assert 'signed in as alice@COMP.TEST' in shown
    assert 'Alice-1-Password' not in shown
    assert caches()[ALICE]['valid']


@tap.test
def lifetimes_are_asked_for_and_shown():
    clean()
    done(logon('--lifetime', '1h', '--renewable', '2d'), 0,
         'renewable until')
    cache = caches()[ALICE]
    assert 3500 <= cache['expires'] - time.time() <= 3600
    assert 172700 <= cache['renew_until'] - time.time() <= 172800
    assert cache['renewable'] and cache['default'] and cache['has_tgt']


@tap.test
def renewal_extends_the_tgt_without_a_password():
    clean()
    done(logon('-l', '1h', '-r', '2d'), 0)
    before = caches()[ALICE]['expires']
    time.sleep(1.1)
    done(ctl(CG, 'alice', 'renew'), 0, 'renewed, valid until')
    assert caches()[ALICE]['expires'] > before
    done(CG.run_as('alice', ['kvno', 'host/comp.test']), 0)


@tap.test
def a_tgt_that_is_not_renewable_leads_to_logon():
    clean()
    KDC.kadmin('modprinc -maxrenewlife 0 alice')
    done(logon(), 0)
    KDC.kadmin('modprinc -maxrenewlife 7d alice')
    done(ctl(CG, 'alice', 'renew'), 1, 'sign in again: credguardctl logon')


@tap.test
def renewing_nothing_leads_to_logon():
    clean()
    done(ctl(CG, 'alice', 'renew'), 1, 'no credentials in the default cache')
    done(ctl(CG, 'alice', 'renew', 'work'), 1,
         f'no credentials in {ALICE}:work', 'credguardctl logon')


@tap.test
def a_named_cache_leaves_the_default_one_as_it_is():
    clean()
    done(logon(), 0)
    done(logon('--cache', 'work', 'bob', word='Bob-2-Password'), 0,
         f'{ALICE}:work')
    found = caches()
    assert found[ALICE]['default'] and not found[f'{ALICE}:work']['default']
    assert found[f'{ALICE}:work']['principal'] == 'bob@COMP.TEST'
    done(ctl(CG, 'alice', 'logoff', 'work'), 0, '1 cache erased')
    assert list(caches()) == [ALICE]


@tap.test
def a_cache_of_another_user_is_refused():
    clean()
    theirs = f'KCM:{uid_of("bob")}'
    for result in (logon('-c', theirs), ctl(CG, 'alice', 'renew', theirs),
                   ctl(CG, 'alice', 'logoff', theirs)):
        done(result, 1, f'refuses {theirs}; your caches are named {ALICE}')


@tap.test
def everybody_sees_only_their_own_and_root_all():
    clean()
    done(logon(), 0)
    done(logon(user='bob', word='Bob-2-Password'), 0)
    assert list(caches()) == [ALICE]
    assert len(caches('root', '--all')) == 2
    done(ctl(CG, 'root', 'list', '--all'), 0, 'alice', 'bob', 'USER')
    done(ctl(CG, 'alice', 'list', '--all'), 1, 'only root')
    assert not caches('root')


@tap.test
def logoff_erases_the_cache_and_all_of_them():
    clean()
    done(logon(), 0)
    done(logon('-c', 'work'), 0)
    done(ctl(CG, 'alice', 'logoff', '--all'), 0, '2 caches erased')
    done(ctl(CG, 'alice', 'list'), 0, 'no credentials; sign in with')
    status = json.loads(ctl(CG, 'alice', 'status', '--json').stdout)
    assert status['vault']['entries'] == 0
    done(ctl(CG, 'alice', 'logoff'), 1, 'no credentials')


@tap.test
def a_wrong_password_is_told_and_costs_one_try():
    clean()
    before = KDC.kadmin('getprinc alice')
    done(logon(word='wrong'), 1, 'wrong password for alice@COMP.TEST')
    after = KDC.kadmin('getprinc alice')

    def attempts(text):
        line = next(x for x in text.splitlines()
                    if x.startswith('Failed password attempts'))
        return int(line.split(':')[1])
    assert attempts(after) == attempts(before) + 1
    assert not caches()
    done(logon(), 0)


@tap.test
def an_expired_password_is_told_with_the_way_out():
    result = with_account('-pwexpire yesterday', undo=['-pwexpire never'])
    assert 'has expired' in result.stderr, result
    assert 'credguardctl passwd alice' in result.stderr, result


@tap.test
def a_disabled_account_is_told():
    done(with_account('-allow_tix', undo=['+allow_tix']), 1, 'disabled')


@tap.test
def an_expired_account_is_told():
    done(with_account('-expire yesterday', undo=['-expire never']), 1,
         'account alice@COMP.TEST has expired')


@tap.test
def an_unknown_account_is_told():
    done(logon('nobody'), 1, 'there is no account nobody@COMP.TEST')


@tap.test
def a_realm_without_a_kdc_is_told():
    done(logon('alice@NOWHERE.TEST'), 1, 'NOWHERE.TEST')


@tap.test
def a_wrong_clock_is_told_with_the_local_time():
    KDC.stop()
    try:
        KDC.env['LD_PRELOAD'] = str(
            CG.place.bin / 'tests/component/libshifted_clock.so')
        KDC.start()
        done(logon(), 1, 'the clocks of this machine', 'timedatectl',
             time.strftime('here it is %Y-%m-%d'))
    finally:
        del KDC.env['LD_PRELOAD']
        KDC.stop()
        KDC.start()
    done(logon(), 0)


@tap.test
def an_unreachable_kdc_is_told_and_does_not_keep_us():
    KDC.stop()
    try:
        begun = time.monotonic()
        done(logon(), 1, '(KDC) of COMP.TEST can be reached')
        assert time.monotonic() - begun < 30
    finally:
        KDC.start()
    done(logon(), 0)


@tap.test
def what_is_no_principal_is_told_before_a_password_is_asked_for():
    done(ctl(CG, 'alice', 'logon', 'a@B@C'), 1, 'is not a principal name')


@tap.test
def status_tells_level_protections_and_use():
    clean()
    done(logon(), 0)
    done(ctl(CG, 'alice', 'status'), 0, 'running since', 'Protection level ',
         'not protected from', 'key loggers', 'secret memory', 'peer pidfd')
    status = json.loads(ctl(CG, 'alice', 'status', '--json').stdout)
    assert status['running'] and status['uptime'] >= 0
    assert status['vault']['entries'] == 1 and status['caches'] == 1
    assert 0 < status['vault']['memory_used'] < status['vault']['memory']


@tap.test
def output_fits_80_columns():
    clean()
    done(logon(), 0)
    done(logon('-c', 'a' * 100), 0)
    for words in (['status'], ['list'], ['help'], ['logon', '--help'],
                  ['list', '--help'], ['renew', '--help'],
                  ['logoff', '--help'], ['status', '--help']):
        terminal = Terminal('alice', [program(), '--runtime-dir', CG.runtime,
                                      *words], CG.env(TERM='dumb'))
        for line in terminal.end().splitlines():
            assert len(line) < 80, line
            assert '\x1b' not in line


@tap.test
def a_stopped_broker_is_told_after_the_time_out():
    os.kill(CG.broker_pid, signal.SIGSTOP)
    try:
        begun = time.monotonic()
        done(ctl(CG, 'alice', 'list'), 1, 'does not answer',
             'within 5 seconds')
        assert 4 < time.monotonic() - begun < 8
    finally:
        os.kill(CG.broker_pid, signal.SIGCONT)
    done(ctl(CG, 'alice', 'list'), 0)


@tap.test
def after_a_killed_vault_the_next_logon_works():
    done(logon(), 0)
    count = len(CG.pairs())
    os.kill(CG.vault_pid, signal.SIGKILL)
    CG.await_new_pair(count)
    done(ctl(CG, 'alice', 'list'), 0, 'no credentials')
    done(logon(), 0, 'signed in')


@tap.test
def without_the_service_the_exit_code_is_3():
    CG.stop()
    for words in (['list'], ['status'], ['renew'], ['logoff'], ['logon']):
        done(ctl(CG, 'alice', *words, input=''), 3,
             'credguard is not running: cannot connect to '
             f'{CG.client_socket} (', 'systemctl start credguard')
    result = ctl(CG, 'alice', 'status', '--json')
    assert json.loads(result.stdout)['running'] is False


with Kdc() as KDC, Credguard(kdc=KDC) as CG:
    tap.main()
