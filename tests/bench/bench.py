#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures the KCM service of this build beside heimdal-kcm and sssd-kcm, a
cold kvno, memory, start, and in the lab smbclient and the winbind pipe front.
Says what it finds; no figure is a failure.

    tests/bench/bench.py [--quick] [--json] [--cpu=N]
"""
import argparse
import json
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from tests.bench import (cold_kvno, footprint, machine, report, rounds,
                         smbclient, winbind_front)

FULL = {'n_rounds': 60, 'fill_limit_s': 30, 'n_kvno': 200, 'n_starts': 7,
        'n_front': 20, 'n_smbclient': 60}
QUICK = {'n_rounds': 12, 'fill_limit_s': 2, 'n_kvno': 40, 'n_starts': 3,
         'n_front': 4, 'n_smbclient': 10}


def arguments():
    parser = argparse.ArgumentParser(
        description='Speed, memory and start-up time of this build.')
    parser.add_argument('--quick', action='store_true',
                        help='fewer rounds: in less than a minute')
    parser.add_argument('--json', action='store_true',
                        help='everything, for programs')
    parser.add_argument('--cpu', type=int,
                        default=max(os.sched_getaffinity(0)),
                        help='where all runs [the last one]')
    return parser.parse_args()


def measure(cpu, size):
    """Whatever is started from here on stays on this CPU."""
    os.sched_setaffinity(0, {cpu})
    of = machine.describe(cpu)
    result = {
        'machine': of,
        'kcm': rounds.measure(size['n_rounds'], size['fill_limit_s']),
        'kvno': cold_kvno.measure(size['n_kvno']),
        'footprint': footprint.measure(size['n_starts']),
    }
    with winbind_front.lab():
        result['smbclient'] = smbclient.measure(size['n_smbclient'])
        result['winbind'] = winbind_front.measure(size['n_front'])
    return result


def main():
    options = arguments()
    if os.geteuid() != 0:
        sys.exit('bench: run it as root: it starts the guardian and makes '
                 'mount namespaces')
    if not (rounds.client_program()).exists():
        sys.exit('bench: not built; run ./waf bench')
    result = measure(options.cpu, QUICK if options.quick else FULL)
    if options.json:
        print(json.dumps(result, indent=1))
        return
    print('\n'.join(report.lines(result)))
    print('\n'.join(smbclient.lines(result['smbclient'])))
    print('\n'.join(winbind_front.lines(result['winbind'])))


main()
