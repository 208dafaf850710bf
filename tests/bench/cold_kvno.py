# SPDX-License-Identifier: GPL-3.0-or-later
"""kvno for a service that no cache has: the whole process, from start to exit,
with a ticket request to a real KDC on loopback in it. Once through the vault,
once with a FILE cache."""
import contextlib
import json
import os
import shutil
import statistics
import time

from tests.component.fixture import Credguard
from tests.component.kdc import Kdc
from tests.component.place import new_dir, uid_of

WARM_UPS = 3


def service(number):
    return f'bench{number:04}/host.comp.test'


def timed(argv, env, log):
    begun = time.monotonic_ns()
    pid = os.posix_spawn(argv[0], argv, env, file_actions=[
        (os.POSIX_SPAWN_DUP2, log, 1), (os.POSIX_SPAWN_DUP2, log, 2)])
    _, status = os.waitpid(pid, 0)
    passed = time.monotonic_ns() - begun
    if status != 0:
        raise RuntimeError(f'{" ".join(argv)} with {env["KRB5CCNAME"]} '
                           f'ended with status {status}')
    return passed


def fresh_copy(first, cache):
    """Tickets of earlier rounds would make a FILE cache slower."""
    shutil.copyfile(first, cache)
    return f'FILE:{cache}'


def alternate(n, env, first, cache, log):
    """{'kcm': [ns, ...], 'file': [ns, ...]}; each is first in turn."""
    samples = {'kcm': [], 'file': []}
    for number in range(n + WARM_UPS):
        names = {'kcm': 'KCM:', 'file': fresh_copy(first, cache)}
        order = ('kcm', 'file') if number % 2 else ('file', 'kcm')
        for kind in order:
            passed = timed(['/usr/bin/kvno', service(number)],
                           dict(env, KRB5CCNAME=names[kind]), log)
            if number >= WARM_UPS:
                samples[kind].append(passed)
    return samples


def as_alice(function, *words):
    """Its result, of a process of alice that does nothing but time others."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        with contextlib.suppress(BaseException):
            uid = uid_of('alice')
            os.setgroups([])
            os.setresgid(uid, uid, uid)
            os.setresuid(uid, uid, uid)
            answer = json.dumps(tell(function, *words)).encode()
            with os.fdopen(writing, 'wb') as out:
                out.write(answer)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, 'rb') as answers:
        answer = json.loads(answers.read() or '{"error": "it ended"}')
    os.waitpid(pid, 0)
    if 'error' in answer:
        raise RuntimeError(answer['error'])
    return answer['result']


def tell(function, *words):
    try:
        return {'result': function(*words)}
    except Exception as error:
        return {'error': str(error)}


def sign_in(cg, kdc, name):
    done = cg.run_as('alice', ['kinit', 'alice'], {'KRB5CCNAME': name},
                     input=kdc.password('alice'))
    if done.returncode != 0:
        raise RuntimeError(f'kinit into {name}: {done.stderr.strip()}')


def measure(n):
    with Kdc() as kdc, Credguard(kdc=kdc) as cg:
        kdc.kadmin(*(f'addprinc -randkey {service(number)}'
                     for number in range(n + WARM_UPS)))
        home = new_dir('alice')
        os.chown(home, uid_of('alice'), uid_of('alice'))
        sign_in(cg, kdc, 'KCM:')
        sign_in(cg, kdc, f'FILE:{home}/first')
        with open(home / 'log', 'wb') as log:
            os.set_inheritable(log.fileno(), True)
            samples = as_alice(alternate, n, cg.env(), home / 'first',
                               home / 'cache', log.fileno())
    medians = {kind: statistics.median(every) / 1e6
               for kind, every in samples.items()}
    ratios = [kcm / file for kcm, file
              in zip(samples['kcm'], samples['file'])]
    return {'n': n, 'kcm_ms': medians['kcm'], 'file_ms': medians['file'],
            'ratio': statistics.median(ratios),
            'ratio_quartiles': statistics.quantiles(ratios, n=4),
            'quartiles_ms': {kind: [q / 1e6 for q in
                                    statistics.quantiles(every, n=4)]
                             for kind, every in samples.items()}}
