# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the guardian share. The broker is a stand-in; the vault is
the real one where a test does not say otherwise."""
import os
import pathlib
import socket

from tests.component.fixture import Credguard
from tests.component.place import place


def standin(name):
    return place().bin / 'tests/component' / f'standin_{name}'


def guarded(**kw):
    return Credguard(**{'broker': standin('broker'), **kw})


def fails(*texts, limit_s=5, **kw):
    """It does not start, says each of texts and leaves nothing."""
    cg = guarded(**kw)
    code, log = cg.run_to_end(limit_s)
    assert code == 1, (code, log)
    for text in texts:
        assert text in log, log
    assert not cg.kcm_socket.exists()
    return cg


def status(pid):
    lines = pathlib.Path(f'/proc/{pid}/status').read_text().splitlines()
    return {key: value.strip() for key, _, value in
            (line.partition(':') for line in lines)}


def words(pid, name):
    text = pathlib.Path(f'/proc/{pid}/{name}').read_bytes()
    return [word.decode() for word in text.split(b'\0') if word]


def descriptors(pid):
    return sorted(int(name) for name in os.listdir(f'/proc/{pid}/fd'))


def greeting(cg, kind=socket.SOCK_STREAM):
    """The pid and the uid of the broker that answers."""
    with cg.connect(kind) as client:
        return tuple(int(word) for word in client.recv(64).split())
