# SPDX-License-Identifier: GPL-3.0-or-later
"""lab scan: which processes of a host have these bytes in their memory?

It looks for each pattern as it is, in UTF-16LE (how Samba keeps passwords), in
hex and in base64 at each alignment. The scanner itself is no process of the
host and is not scanned; whoever starts a command inside the host with the
pattern in its arguments will find that command.
"""
import base64
import json
import os
import sys

from tests.lab import memory, state

SHORTEST = 8    # bytes; less would be found by chance in base64


def forms(pattern):
    """{name: bytes} of the forms in which PATTERN may lie in memory."""
    try:
        wide = pattern.decode('utf-8').encode('utf-16-le')
    except UnicodeDecodeError:
        wide = pattern.decode('latin-1').encode('utf-16-le')
    return {
        'raw': pattern,
        # A needle that ends in 0 is slow to look for among empty pages.
        'utf-16le': wide.rstrip(b'\0'),
        'hex': pattern.hex().encode(),
        'HEX': pattern.hex().upper().encode(),
        **{f'base64+{shift}': base64_part(pattern, shift)
           for shift in range(3)},
    }


def base64_part(pattern, shift):
    """The characters that depend on PATTERN only, SHIFT bytes after a start
    of a group of three."""
    text = base64.b64encode(bytes(shift) + pattern)
    first = (0, 2, 3)[shift]
    rest = (shift + len(pattern)) % 3
    return text[first:-(0, 3, 2)[rest] or None]


def needles(patterns):
    found = {}
    for number, pattern in enumerate(patterns):
        if len(pattern) < SHORTEST:
            raise state.LabError(f'a pattern has at least {SHORTEST} bytes')
        seen = set()
        for name, text in forms(pattern).items():
            if text not in seen:    # hex of digits only: one form
                found[number, name] = text
            seen.add(text)
    return found


def scan(host, patterns):
    """The report that --json prints."""
    proc = f'/proc/{state.keeper(host)}/root/proc'
    search = memory.Search(needles(patterns))
    report = {'host': host, 'processes': [], 'unreadable': []}
    done = set()
    while True:     # until no process came while we were reading
        new = [(pid, state.start_time(pid, proc)) for pid in pids(proc)]
        new = [known for known in new if known[1] and known not in done]
        if not new:
            return report
        for known in new:
            done.add(known)
            scan_process(proc, known[0], search, report)


def pids(proc):
    return sorted(int(name) for name in os.listdir(proc) if name.isdigit())


def scan_process(proc, pid, search, report):
    found = []
    try:
        process = memory.Process(proc, pid)
        for (number, form), address, mapping in search.run(process):
            found.append({'pattern': number, 'form': form,
                          'address': address, 'mapping': mapping.name})
    except (FileNotFoundError, ProcessLookupError):
        return      # it has ended, and its memory with it
    row = {'pid': pid, 'name': process.name}
    report['processes'].append({**row, 'hits': len(found), 'found': found})
    for start, end, name in process.unreadable:
        report['unreadable'].append({**row, 'start': start, 'end': end,
                                     'mapping': name,
                                     'kernel': name in memory.KERNEL})


def show(report):
    for row in report['processes']:
        print(f'{row["pid"]} {row["name"]} {row["hits"]} hits')
    for row in report['unreadable']:
        kind = 'of the kernel ' if row['kernel'] else ''
        print(f'{row["pid"]} {row["name"]} could not read '
              f'{row["start"]:x}-{row["end"]:x} {kind}'
              f'{row["mapping"] or "(no name)"}')


def main(words):
    as_json = '--json' in words
    words = [word for word in words if word != '--json']
    if len(words) < 2:
        raise state.LabError('lab scan HOST PATTERNHEX... [--json]')
    host, texts = words[0], words[1:]
    if texts == ['-']:
        texts = sys.stdin.read().split()
    try:
        patterns = [bytes.fromhex(text) for text in texts]
    except ValueError:
        raise state.LabError('a pattern is written in hex')
    report = scan(host, patterns)
    if as_json:
        print(json.dumps(report))
    else:
        show(report)
    return 0
