# SPDX-License-Identifier: GPL-3.0-or-later
"""The events of ws1."""
import json

from tests.lab import labtest


def events():
    out = labtest.on('ws1', 'credguardctl', 'audit', '--json').stdout
    return [json.loads(line) for line in out.splitlines()]


def new_events(action):
    """What ACTION led to; what it returned is of no use."""
    before = len(events())
    action()
    return events()[before:]


def one(found, name):
    [event] = [e for e in found if e['event'] == name]
    return event
