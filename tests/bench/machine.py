# SPDX-License-Identifier: GPL-3.0-or-later
"""What the figures were taken with."""
import ast
import os
import pathlib
import subprocess

from tests.component.place import TOP


def output(*argv):
    done = subprocess.run(argv, capture_output=True, text=True, cwd=TOP)
    return done.stdout.strip() if done.returncode == 0 else ''


def cpu_model():
    for line in pathlib.Path('/proc/cpuinfo').read_text().splitlines():
        word, _, value = line.partition(':')
        if word.strip() == 'model name':
            return value.strip()
    return os.uname().machine


def build():
    """What the build directory was configured for."""
    cache = TOP / 'build/c4che/_cache.py'
    found = dict(line.split(' = ', 1)
                 for line in cache.read_text().splitlines() if ' = ' in line)
    read = {name: ast.literal_eval(found.get(name, default)) for name, default
            in (('CC', '[]'), ('CC_VERSION', '()'), ('CFLAGS', '[]'),
                ('SANITIZED', 'False'))}
    level = [flag for flag in read['CFLAGS'] if flag.startswith('-O')]
    return {'compiler': ' '.join([os.path.basename(read['CC'][0]),
                                  '.'.join(read['CC_VERSION'])]),
            'flags': ' '.join(level[-1:]), 'sanitized': read['SANITIZED']}


def revision():
    commit = output('git', 'rev-parse', '--short', 'HEAD')
    changed = output('git', 'status', '--porcelain', '--untracked-files=no')
    return commit + (' with changes' if commit and changed else '')


def describe(cpu):
    return {
        'revision': revision(), 'build': build(), 'cpu': cpu,
        'cpu_model': cpu_model(), 'kernel': os.uname().release,
        'libkrb5': output('dpkg-query', '-W', '-f=${Version}', 'libkrb5-3'),
        'load_before': os.getloadavg()[0], 'cpus': os.cpu_count(),
    }
