# SPDX-License-Identifier: GPL-3.0-or-later
"""The client protocol of ws1's broker, spoken from here as any uid: what a
login program would do, without the program."""
import socket

from tests.component import client_calls
from tests.lab import labtest

RUNTIME = labtest.path('ws1', '/run/credguard')


class Broker:
    runtime = RUNTIME

    @staticmethod
    def connect(kind):
        client = socket.socket(socket.AF_UNIX, kind)
        client.connect(str(RUNTIME / 'client.sock'))
        return client


def connect(uid=0):
    return client_calls.Client(Broker, uid)


def uid_of(name, host='ws1'):
    return int(labtest.on(host, 'id', '-u', name).stdout)
