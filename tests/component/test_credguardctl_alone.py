# SPDX-License-Identifier: GPL-3.0-or-later
"""credguardctl by itself: usage, terminal, what stays in its memory, and what
its manual and its completion say."""
import os
import pathlib
import re
import signal
import subprocess
import termios
import time

from tests import tap
from tests.component.ctl import (LOGON, ScriptedBroker, Terminal, copies_of,
                                 done, program)
from tests.component.place import TOP, await_true, new_dir, run_as

PASSWORD = 'Canary-7f3a91d2-Password'
ENV = {'PATH': '/usr/bin:/bin', 'LC_ALL': 'C.UTF-8'}
COMMANDS = ('logon', 'list', 'renew', 'logoff', 'status', 'check', 'audit',
            'policy', 'enable', 'disable')
MANUAL = TOP / 'config/man/credguardctl.8'


def run(*words, user='alice', **kw):
    return run_as(user, [program(), *words], ENV, **kw)


def prompted(broker, *words):
    terminal = Terminal('alice', broker.argv(*words), broker.env())
    terminal.await_text('Password for alice@R.TEST: ')
    return terminal


def has_echo(terminal):
    return bool(termios.tcgetattr(terminal.master)[3] & termios.ECHO)


@tap.test
def wrong_usage_has_exit_code_2_and_leads_to_the_help():
    for words in ([], ['frobnicate'], ['--frobnicate'], ['list', '--x'],
                  ['list', '-x'], ['list', 'extra'], ['renew', 'a', 'b'],
                  ['logoff', '--all', 'a'], ['logon', 'a', 'b'],
                  ['logon', '--lifetime', '10x'], ['logon', '--lifetime'],
                  ['logon', '--password-fd', 'x'], ['logon', '-r', '0']):
        result = run(*words)
        assert result.returncode == 2, result
        assert result.stdout == '' and 'credguardctl' in result.stderr


@tap.test
def help_is_the_same_by_command_and_by_option():
    done(run('help'), 0, *COMMANDS)
    assert run('--help').stdout == run('-h').stdout == run('help').stdout
    for name in COMMANDS:
        text = done(run('help', name), 0, f'credguardctl {name}').stdout
        assert run(name, '--help').stdout == text
        assert run(name, '-h').stdout == text
    done(run('--version'), 0, 'credguardctl 0.')
    done(run('help', 'frobnicate'), 2, 'unknown command')


@tap.test
def the_manual_names_every_option():
    manual = MANUAL.read_text()
    for name in COMMANDS:
        assert f'.Cm {name}' in manual
        for option in re.findall(r'--([a-z-]+)', run('help', name).stdout):
            assert f'-{option}' in manual, (name, option)


@tap.test
def the_manual_has_no_mistake_that_groff_knows():
    for page in sorted((TOP / 'config/man').glob('*.[58]')):
        result = subprocess.run(['groff', '-mandoc', '-ww', '-z', '-Tutf8',
                                 page], capture_output=True, text=True)
        assert result.returncode == 0 and not result.stderr, result.stderr


@tap.test
def the_manual_of_the_configuration_names_every_key():
    manual = (TOP / 'config/man/credguard.conf.5').read_text()
    config = (TOP / 'config/credguard.conf').read_text()
    keys = re.findall(r'^#?(\w+) = ', config, re.M)
    assert len(keys) > 15
    for section in re.findall(r'^\[(\w+)\]', config, re.M):
        assert f'.Ss [{section}]' in manual, section
    for key in keys:
        assert re.search(
            rf'^\.It Li (\w+ , )?{key}\b', manual, re.M), key


def completions(line):
    script = (f'source {TOP}/config/credguardctl.bash; COMP_LINE=$1; '
              'COMP_POINT=${#COMP_LINE}; _credguardctl; '
              'printf "%s\\n" "${COMPREPLY[@]}"')
    result = subprocess.run(['bash', '-c', script, 'bash', line], env=ENV,
                            capture_output=True, text=True, check=True)
    assert not result.stderr, result.stderr
    return set(result.stdout.split())


@tap.test
def completion_knows_commands_and_every_long_option():
    assert set(COMMANDS) < completions('credguardctl ')
    assert completions('credguardctl sta') == {'status'}
    assert completions('credguardctl logon --ca') == {'--cache'}
    assert '7d' in completions('credguardctl logon --lifetime ')
    for name in COMMANDS:
        offered = completions(f'credguardctl {name} -')
        for option in re.findall(r'(--[a-z-]+)', run('help', name).stdout):
            assert option in offered, (name, option)


@tap.test
def completion_offers_caches_behind_a_colon():
    fake = new_dir('bin') / 'credguardctl'
    fake.write_text('#!/bin/sh\necho \'  "cache": "KCM:7:work",\'\n')
    fake.chmod(0o755)
    ENV['PATH'] = f'{fake.parent}:/usr/bin:/bin'
    assert completions('credguardctl renew ') == {'KCM:7:work'}
    assert completions('credguardctl logoff KCM:7') == {'7:work'}
    ENV['PATH'] = '/usr/bin:/bin'


@tap.test
def without_a_terminal_the_way_out_is_named():
    with ScriptedBroker() as broker:
        done(run('--runtime-dir', broker.runtime, 'logon', 'alice@R.TEST',
                 start_new_session=True), 1, 'use --password-fd')


@tap.test
def an_empty_or_closed_descriptor_is_told():
    with ScriptedBroker() as broker:
        words = ('--runtime-dir', broker.runtime, 'logon', 'alice@R.TEST',
                 '--password-fd')
        done(run(*words, '0', input=''), 1, 'no password was given')
        done(run(*words, '0', input='\n'), 1, 'no password was given')
        done(run(*words, '99'), 1, 'Bad file descriptor')
        done(run(*words, '0', input='x' * 1025), 1, 'longer than 1024')
        done(run(*words, '0', input='a\0b\n'), 1, 'NUL')


@tap.test
def a_terminal_as_password_descriptor_is_refused():
    with ScriptedBroker() as broker:
        terminal = Terminal('alice', broker.argv(
            'logon', '--password-fd', '0', 'alice@R.TEST'), broker.env())
        assert 'is a terminal' in terminal.end()
        assert os.waitstatus_to_exitcode(terminal.status) == 1


@tap.test
def ctrl_c_at_the_prompt_restores_the_terminal():
    with ScriptedBroker() as broker:
        terminal = prompted(broker, 'logon', 'alice@R.TEST')
        assert not has_echo(terminal)
        terminal.type('half\x03')
        terminal.await_text(': \r\n')
        assert has_echo(terminal)
        assert 'half' not in terminal.end()
        assert os.WTERMSIG(terminal.status) == signal.SIGINT


@tap.test
def a_signal_at_the_prompt_restores_the_terminal():
    with ScriptedBroker() as broker:
        terminal = prompted(broker, 'logon', 'alice@R.TEST')
        os.kill(terminal.pid, signal.SIGTERM)
        terminal.await_text(': \r\n')
        assert has_echo(terminal)
        terminal.end()
        assert os.WTERMSIG(terminal.status) == signal.SIGTERM


@tap.test
def the_process_cannot_be_dumped_or_traced_by_its_own_user():
    with ScriptedBroker() as broker:
        terminal = prompted(broker, 'logon', 'alice@R.TEST')
        proc = pathlib.Path(f'/proc/{terminal.pid}')
        assert (proc / 'mem').stat().st_uid == 0
        limits = (proc / 'limits').read_text()
        assert re.search(r'Max core file size +0 +0', limits)
        terminal.type('\x03')
        terminal.end()


@tap.test
def the_password_is_seen_by_the_scan_while_it_is_there():
    """The red side of the next two: a program that keeps it is caught."""
    keeper = subprocess.Popen(
        ['/usr/bin/python3', '-c', 'import sys; x = sys.stdin.readline(); '
         'print("", flush=True); sys.stdin.readline()'],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    keeper.stdin.write(f'{PASSWORD}\n'.encode())
    keeper.stdin.flush()
    keeper.stdout.readline()
    assert copies_of(keeper.pid, PASSWORD.encode()) > 0
    keeper.kill()
    keeper.communicate()


def copies_at_rest(pid):
    """The request is seen before its sender, which goes on, sleeps."""
    def sleeps():
        text = pathlib.Path(f'/proc/{pid}/stat').read_text()
        return text.rpartition(')')[2].split()[0] == 'S'
    await_true(sleeps, 'the end of what follows the request')
    return copies_of(pid, PASSWORD.encode())


@tap.test
def no_copy_of_a_piped_password_is_left_while_the_answer_is_awaited():
    found = []

    def scan(op):
        assert op == LOGON
        found.append(copies_at_rest(child.pid))
    with ScriptedBroker(scan) as broker:
        child = broker.start('logon', '--password-fd', '0', 'alice@R.TEST')
        child.stdin.write(f'{PASSWORD}\n')
        child.stdin.flush()
        assert broker.reached.wait(10) and not broker.failure, broker.failure
        child.kill()
        child.communicate()
    assert found == [0]


@tap.test
def no_copy_of_a_typed_password_is_left_while_the_answer_is_awaited():
    found = []

    def scan(op):
        assert op == LOGON
        found.append(copies_at_rest(terminal.pid))
    with ScriptedBroker(scan) as broker:
        terminal = prompted(broker, 'logon', 'alice@R.TEST')
        terminal.type(f'{PASSWORD}\n')
        assert broker.reached.wait(10) and not broker.failure, broker.failure
        os.kill(terminal.pid, signal.SIGKILL)
        assert PASSWORD not in terminal.end()
    assert found == [0]


@tap.test
def a_broker_that_stays_silent_does_not_keep_us():
    with ScriptedBroker() as broker:
        begun = time.monotonic()
        result = run('--runtime-dir', broker.runtime, 'status')
        done(result, 1, 'does not answer', 'within 5 seconds')
        assert time.monotonic() - begun < 8


@tap.test
def a_socket_of_another_user_gets_no_password():
    asked = []
    with ScriptedBroker(asked.append) as broker:
        os.chown(broker.runtime / 'client.sock', 12345, 0)
        result = run('--runtime-dir', broker.runtime, 'logon', 'alice@R.TEST',
                     '--password-fd', '0', input=f'{PASSWORD}\n')
        done(result, 1, 'is not owned by root', 'nothing was sent')
    assert not asked


@tap.test
def a_key_file_that_others_can_write_gets_no_password():
    asked = []
    for spoil in (lambda key: key.chmod(0o666),
                  lambda key: os.chown(key, 12345, 0),
                  lambda key: (key.rename(f'{key}.1'),
                               key.symlink_to(f'{key}.1')),
                  lambda key: key.write_text('09' * 31 + '\n'),
                  lambda key: key.write_text('xy' * 32 + '\n'),
                  lambda key: key.write_text('09' * 32 + '\n\n'),
                  lambda key: (key.unlink(), os.mkfifo(key)),
                  lambda key: key.unlink()):
        with ScriptedBroker(asked.append) as broker:
            spoil(broker.runtime / 'vault.pub')
            done(run('--runtime-dir', broker.runtime, 'logon',
                     'alice@R.TEST', '--password-fd', '0',
                     input=f'{PASSWORD}\n'), 1, 'vault.pub')
    assert not asked


tap.main()
