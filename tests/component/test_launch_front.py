#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guardian and its third child, the winbind pipe front."""
import contextlib
import grp
import os
import re
import signal
import socket
import stat

from tests import tap
from tests.component import pipe as p
from tests.component.launching import guarded, status, words
from tests.component.place import await_true, is_alive, new_dir, uid_of

BAD = {
    'front = maybe': 'front = "maybe": must be yes or no',
    'auth_crap = maybe': 'auth_crap = "maybe": must be yes or no',
    'user = credguard': 'users credguard and credguard must differ',
    'user = root': 'user root must not be root',
    'user = nobody-at-all': 'there is no user nobody-at-all',
    'pipe = relative': 'must be an absolute path',
    'back = yes': '[winbind] has no key "back"',
}


class Fronted:
    """A guarded instance with a front before a stand-in winbindd."""

    def __init__(self, more='', version=32, **kw):
        self.dir = new_dir('fronted')
        self.winbindd = p.Winbindd(self.dir / 'upstream', version)
        self.pipe = self.dir / 'winbindd/pipe'
        lines = {'front': 'yes', 'pipe': self.pipe,
                 'upstream': self.winbindd.path,
                 'upstream_privileged': self.winbindd.path}
        lines.update(line.split(' = ') for line in more.splitlines())
        self.cg = guarded(config='[winbind]\n' + ''.join(
            f'{key} = {value}\n' for key, value in lines.items()), **kw)

    def __enter__(self):
        self.cg.__enter__()
        return self

    def __exit__(self, *_):
        self.cg.stop()
        self.winbindd.close()

    @property
    def pid(self):
        """Of the front that lives now."""
        found = []
        for name in filter(str.isdigit, os.listdir('/proc')):
            try:
                with open(f'/proc/{name}/stat') as file:
                    row = file.read()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if '(credguard-winbi)' in row and row.rpartition(')')[2].split()[
                    1] == str(self.cg.process.pid):
                found.append(int(name))
        assert len(found) <= 1, found
        return found[0] if found else None

    def connect(self):
        client = socket.socket(socket.AF_UNIX)
        client.settimeout(10)
        client.connect(str(self.pipe))
        return client


def greeted(fronted):
    client = fronted.connect()
    assert p.result(p.ask(client, p.request(p.VERSION))) == p.OK
    return client


@tap.test
def there_is_none_where_none_is_wanted():
    with Fronted('front = no') as f:
        assert f.pid is None and not f.pipe.exists()
        assert not (f.cg.runtime / 'winbindd_priv').exists()
        assert not any('FRONT' in word for word in
                       words(f.cg.broker_pid, 'environ'))


@tap.test
def it_is_its_own_user_with_one_group_and_no_right():
    with Fronted() as f:
        seen = status(f.pid)
        uid = uid_of('credguard-winbind')
        priv = grp.getgrnam('winbindd_priv').gr_gid
        assert set(seen['Uid'].split()) == {str(uid)}
        assert seen['Groups'].split() == [str(priv)]
        for name in ('CapEff', 'CapPrm', 'CapInh', 'CapAmb'):
            assert int(seen[name], 16) == 0, name
        assert seen['NoNewPrivs'] == '1'
        assert '_NO_WINBINDD=1' in words(f.pid, 'environ')
        front = f'CG_FRONT_UID={uid}'
        assert front in words(f.cg.broker_pid, 'environ')


@tap.test
def answers_of_others_are_judged_unless_the_configuration_says_no():
    for line, passes in (('auth_crap = yes', True), ('auth_crap = no', False)):
        with Fronted(line) as f:
            for extra in (b'', bytes(300)):
                with greeted(f) as client:
                    answer = p.ask(client, p.request(p.AUTH_CRAP,
                                                     extra=extra))
                    assert p.result(answer) == (p.OK if passes else p.ERROR)
                    assert passes or p.nt_status(answer) \
                        == 'NT_STATUS_ACCESS_DENIED'
                    # It goes on with the same connection.
                    assert p.result(p.ask(client, p.request(p.PING))) == p.OK
            assert f.winbindd.count(p.AUTH_CRAP) == (2 if passes else 0)


@tap.test
def its_sockets_are_what_libwbclient_wants():
    with Fronted() as f:
        for path, mode in ((f.pipe.parent, 0o755),
                           (f.cg.runtime / 'winbindd_priv', 0o750)):
            info = path.lstat()
            assert stat.S_ISDIR(info.st_mode) and info.st_uid == 0
            assert stat.S_IMODE(info.st_mode) == mode
            end = (path / 'pipe').lstat()
            assert stat.S_ISSOCK(end.st_mode) and end.st_uid == 0
        assert grp.getgrgid(info.st_gid).gr_name == 'winbindd_priv'
        with greeted(f) as client:
            answer = p.ask(client, p.request(p.PRIV_PIPE_DIR[32]))
            assert answer[p.REPLY:-1].decode() == str(path)
    assert not f.pipe.exists()
    assert not (f.cg.runtime / 'winbindd_priv').exists()


@tap.test
def a_killed_front_is_replaced_and_nobody_else_notices():
    with Fronted() as f:
        pair = f.cg.pairs()
        client = greeted(f)
        for _ in range(5):
            was = f.pid
            os.kill(was, signal.SIGKILL)
            assert p.result(p.ask(client, p.request(p.PING))) == p.OK
            assert f.pid != was
        assert f.cg.pairs() == pair and all(map(is_alive, pair[0]))


@tap.test
def the_end_of_vault_or_broker_is_not_the_fronts():
    with Fronted() as f:
        front, client = f.pid, greeted(f)
        for pick in (0, 1):
            count = len(f.cg.pairs())
            os.kill(f.cg.pairs()[-1][pick], signal.SIGKILL)
            assert p.result(p.ask(client, p.request(p.PING))) == p.OK
            f.cg.await_new_pair(count)
        assert f.pid == front
        os.kill(f.cg.broker_pid, signal.SIGSTOP)
        assert p.result(p.ask(client, p.request(p.PING))) == p.OK
        os.kill(f.cg.broker_pid, signal.SIGCONT)


@tap.test
def it_ends_with_the_guardian():
    with Fronted() as f:
        front = f.pid
        f.cg.process.kill()
        await_true(lambda: not is_alive(front), 'the end of the front')


@tap.test
def one_that_cannot_start_is_tried_again_at_leisure():
    with Fronted() as f:
        for _ in range(4):
            seen = []
            await_true(lambda: seen.append(f.pid) or seen[-1], 'a front')
            with contextlib.suppress(ProcessLookupError):
                os.kill(seen[-1], signal.SIGKILL)
        assert p.result(p.ask(greeted(f), p.request(p.PING))) == p.OK


@tap.test
def a_winbindd_that_was_not_moved_is_left_alone():
    f = Fronted()
    f.pipe.parent.mkdir()
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(f.pipe))
        other.listen(1)
        code, log = f.cg.run_to_end()
    assert code == 1 and 'is it winbindd? It has to be moved' in log, log
    assert f.pipe.exists()
    f.winbindd.close()


@tap.test
def a_pipe_that_others_could_replace_is_refused():
    f = Fronted()
    f.pipe.parent.mkdir()
    os.chmod(f.pipe.parent, 0o777)
    code, log = f.cg.run_to_end()
    assert code == 1 and re.search('must be a directory of root', log), log
    f.winbindd.close()


@tap.test
def wrong_settings_are_named():
    for line, want in BAD.items():
        f = Fronted(line)
        code, log = f.cg.run_to_end()
        assert code == 1 and want in log, (line, log)
        f.winbindd.close()


tap.main()
