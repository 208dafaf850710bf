#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""No decision is told in the service's log alone."""
import re

from tests import tap
from tests.check import sources

BROKER = 'isolated-helper/broker/'
# Makes events about other events.
ITSELF = BROKER + 'audit_record.c'
EVENT = re.compile(r'struct cg_audit \w+ = \{(.*?)\};', re.S)


def made():
    for path in sources.product('.c'):
        if path.startswith(BROKER) and path != ITSELF:
            for fields in EVENT.findall(sources.read(path)):
                yield path, fields


@tap.test
def every_event_names_the_log_it_goes_to():
    found = list(made())
    assert len(found) >= 5, found
    sources.fail_with([f'{path}: an event without .log'
                       for path, fields in found if '.log =' not in fields])


@tap.test
def every_event_has_a_row_in_the_table():
    table = sources.read(BROKER + 'audit_kinds.c')
    names = {name for _, fields in made()
             for name in re.findall(r'\.what = "([^"]+)"', fields)}
    names |= {name for path in sources.product('.c')
              for name in re.findall(r'cg_kcm_call_audit\(\w+, "([^"]+)"',
                                     sources.read(path))}
    assert len(names) >= 6, names
    sources.fail_with([f'"{name}" is not in audit_kinds.c'
                       for name in sorted(names) if f'"{name}"' not in table])


tap.main()
