#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""credguardctl policy knows the keys that the guardian and the broker read,
with the same bounds; what protects something is on the scales as well; and
for each there is a test in the lab."""
import re

from tests import tap
from tests.check import configured, sources

CTL = 'plugin/client/ctl_policy_keys.c'
LAUNCH = 'isolated-helper/launch/config.c'
BROKER = 'isolated-helper/broker/config.c'
SCALES = 'idl/policy_strength.c'
RULES = 'idl/policy_text.c'
LAB = ('tests/lab/', 'tests/attack/')
ROW = re.compile(r'\{ "(\w+)", "(\w+)",\s*(?:NULL, )?(\w+)')


def known():
    """{(section, key): the rest of the row}"""
    found = {}
    text = sources.read(CTL)
    for row in re.findall(r'^\t\{ ("\w+", "\w+",.*?) \},$', text,
                          re.M | re.S):
        section, key, rest = re.match(r'"(\w+)", "(\w+)",\s*(.*)', row,
                                      re.S).groups()
        found[section, key] = rest
    return found


def launch():
    return re.findall(r'\{ "(\w+)", "(\w+)", KIND_(\w+), (\w+),\s*'
                      r'([\w -]+),', sources.read(LAUNCH))


def broker():
    return re.findall(r'\[[A-Z_]+\] = \{\s*(?:\.section = )?"(\w+)",\s*'
                      r'(?:\.name = )?"(\w+)"', sources.read(BROKER))


@tap.test
def every_key_that_somebody_reads_is_known_and_no_other():
    read = {row[:2] for row in launch()} | set(broker())
    assert len(read) > 35
    assert set(known()) == read, set(known()) ^ read


@tap.test
def numbers_have_the_bounds_of_the_guardian():
    wrong, seen = [], 0
    table = known()
    for section, key, kind, low, high in launch():
        if kind in ('NUMBER', 'POWER_OF_2'):
            seen += 1
            bounds = re.search(r'NUMBER\("\d+", (\d+), (\d+)\)',
                               table[section, key])
            if not bounds or bounds.groups() != (low, high):
                wrong.append(f'[{section}] {key}: {low} to {high}')
    assert seen > 8
    sources.fail_with(wrong)


def preset_of(row):
    """None: there is none."""
    found = re.search('"(.*?)"', row.split(',')[0])
    return found and found[1]


@tap.test
def what_is_documented_as_the_default_is_the_default():
    config = sources.read('config/credguard.conf')
    table, wrong, section = known(), [], ''
    for line in config.splitlines():
        if line.lstrip('#').startswith('['):
            section = line.strip('#[]')
        row = re.match(r'#(\w+) = (.*)', line)
        if row and not section.startswith(('kdc', 'rule ')):
            preset = preset_of(table[section, row[1]])
            if preset != row[2]:
                wrong.append(f'{line}: {preset} in {CTL}')
    sources.fail_with(wrong)


# Quotas, places and names: either value protects as much.
NEUTRAL = {
    'kcm_socket', 'broker_user', 'vault_user', 'arena_mib',
    'max_entries_per_uid', 'max_entries', 'keytab', 'netbios_name',
    'connections_per_uid', 'caches_per_uid', 'tickets_per_cache',
    'sessions_per_uid',
    'bytes_per_uid', 'bytes_total', 'pipe', 'upstream', 'upstream_privileged',
    'user', 'file', 'events_per_second', 'tcti', 'pcrs', 'timeout_s',
    'connect_timeout_s', 'shortname_domain', 'locate_program'}


@tap.test
def a_key_is_on_the_scales_or_said_to_be_neutral():
    scales = {row[:2] for row in ROW.findall(sources.read(SCALES))}
    wrong = [f'[{section}] {key}' for section, key in known()
             if (key in NEUTRAL) == ((section, key) in scales)]
    sources.fail_with(wrong)


@tap.test
def a_test_in_the_lab_sets_each_key_to_another_value_than_its_default():
    seen = configured.in_folders(*LAB)
    wrong = [f'[{section}] {key}: no test in the lab'
             for (section, key), row in known().items()
             if not seen.get((section, key), set()) - {preset_of(row)}]
    rules = re.findall(r'^\t\[[A-Z_0-9]+\] = "(\w+)",$', sources.read(RULES),
                       re.M)
    assert len(rules) > 7, rules
    wrong += [f'[rule NAME] {key}: no test in the lab' for key in rules
              if ('rule', key) not in seen]
    if not any(section == 'kdcs' for section, _ in seen):
        wrong.append('[kdcs]: no test in the lab')
    sources.fail_with(wrong)


tap.main()
