#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""./waf demo: a domain, a stock and a guarded workstation, alice signed in on
both, services used over Kerberos and NTLM, the same thefts on both, and a
table."""
import pathlib
import signal
import subprocess
import sys
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP))

from tests.attack import thefts     # noqa: E402
from tests.lab import labtest       # noqa: E402

LAB = str(TOP / 'tests/lab/lab')


class Steps:
    """What is being done now, and how long it took."""

    def __call__(self, text, action, *args):
        print(f'  {text} …', end='', flush=True)
        begun = time.monotonic()
        result = action(*args)
        print(f' {time.monotonic() - begun:.1f} s')
        return result


def lab(*words):
    done = subprocess.run([LAB, *words], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f'lab {" ".join(words)}: {done.stdout}'
                           f'{done.stderr}')


def use_services(victim):
    """Stock programs: a ticket, a web page, a login, all over Kerberos."""
    shown = {}
    victim.on('kvno', f'cifs/{thefts.FS1}')
    shown['curl --negotiate'] = victim.on(
        'curl', '-sS', '--negotiate', '-u', ':',
        f'http://{thefts.FS1}/').stdout.strip().splitlines()[-1]
    shown['ssh'] = victim.on(*thefts.SSH, thefts.FS1,
                             'id -un').stdout.strip()
    shown['smbclient, Kerberos'] = use_share(victim, 'required')
    shown['smbclient, NTLM'] = use_share(victim, 'off')
    return shown


def use_share(victim, kerberos):
    """Debian's smbclient writes a file. Stock, Kerberos needs the file with
    the TGT and NTLM the password; guarded, neither is given."""
    words = ['-N']
    if victim.host == 'ws2':
        words = ['-N', f'--use-krb5-ccache=/tmp/krb5cc_{victim.uid}'] \
            if kerberos == 'required' else \
            ['-U', f'alice%{labtest.password("alice")}']
    done = victim.on(
        'env', f'KRB5CCNAME={victim.cache()}', 'smbclient',
        f'//{thefts.FS1}/share', *words, f'--use-kerberos={kerberos}', '-c',
        f'put /etc/hostname {victim.host}-{kerberos}; ls {victim.host}*')
    assert f'{victim.host}-{kerberos}' in done.stdout, done
    given = 'no password given' if '-N' in words else 'with the password'
    return f'wrote to //fs1/share, {given}'


def steal(victim, listed):
    return {name: theft(victim) for name, theft in listed}


def steal_memory(host, how):
    with thefts.at_work(host, how) as victim:
        return steal(victim, thefts.MEMORY_THEFTS)


def cell(loot):
    return f'STOLEN: {loot}' if loot else 'refused'


def wrap(text, width):
    line = ''
    for word in text.split():
        if line and len(line) + 1 + len(word) > width:
            yield line
            line = ''
        line = f'{line} {word}'.strip()
    yield line


def print_table(rows):
    titles = ('what the thief does', 'stock ws2', 'guarded ws1')
    widths = (25, 33, 15)
    print()
    for number, row in enumerate([titles, *rows]):
        columns = [list(wrap(text, width))
                   for text, width in zip(row, widths)]
        for at in range(max(map(len, columns))):
            print('  ' + '  '.join(
                (column[at] if at < len(column) else '').ljust(width)
                for column, width in zip(columns, widths)).rstrip())
        if number == 0:
            print('  ' + '  '.join('-' * width for width in widths))
    print()


def show(step):
    step('bringing up the domain EXAMPLE.TEST', lab, 'up')
    labtest.guard('ws1')
    stock = step('ws2, stock: alice signs in with kinit', thefts.Victim,
                 'ws2', thefts.by_kinit)
    guarded = step('ws1, guarded: alice signs in with credguardctl logon',
                   thefts.Victim, 'ws1', thefts.by_credguardctl)
    for victim in (stock, guarded):
        shown = step(f'{victim.host}: she uses services on fs1',
                     use_services, victim)
        for program, seen in shown.items():
            print(f'      {program}: {seen}')
    loot = {victim.host: step(f'{victim.host}: thieves of caches', steal,
                              victim, thefts.CACHE_THEFTS)
            for victim in (stock, guarded)}
    for host, how in (('ws2', None), ('ws1', thefts.by_credguardctl)):
        loot[host] |= step(f'{host}: thieves of memory', steal_memory, host,
                           how)
    return loot


def main():
    keep = '--keep' in sys.argv[1:]
    if labtest.state.read('users') is not None:
        sys.exit('demo: a lab is up already; first: tests/lab/lab down')
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    failed = True
    try:
        loot = show(Steps())
        rows = [(name, cell(loot['ws2'][name]), cell(loot['ws1'][name]))
                for name in loot['ws2']]
        print_table(rows)
        failed = any(loot['ws1'].values())
        print('Something of the guarded host was stolen: this is a bug.'
              if failed else 'alice went on working on both; what makes a '
              'thief her left\nonly the stock host.')
    except (AssertionError, RuntimeError, labtest.state.LabError,
            subprocess.SubprocessError) as error:
        print(f'\ndemo: {error}')
    except KeyboardInterrupt:
        print('\nstopped')
        keep = False
    finally:
        if keep:
            print('\nThe lab is up. Look around:\n'
                  '  tests/lab/lab on ws1 --as alice -- bash\n'
                  '  tests/lab/lab users\n  tests/lab/lab down')
        else:
            subprocess.run([LAB, 'down'], check=False,
                           stdout=subprocess.DEVNULL)
    sys.exit(1 if failed else 0)


if __name__ == '__main__':
    main()
