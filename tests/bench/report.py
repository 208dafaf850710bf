# SPDX-License-Identifier: GPL-3.0-or-later
"""The result as tables of 80 columns."""
import statistics
import textwrap

from tests.bench.rounds import OPERATIONS, SIZES

SERVERS = ('credguard', 'heimdal', 'sssd', 'floor')
TITLES = {'heimdal': 'heimdal-kcm', 'sssd': 'sssd-kcm'}
FLAT = 1.5      # at 10,000 tickets they are no longer in the CPU's caches
STATUSES = {-1765328188: 'does not have it',
            -1765328137: 'answers "not supported"; clients go on by UUID'}
HEADS = {'median_us': ('credguard', 'heimdal', 'ratio', 'sssd', 'ratio',
                       'socket'),
         'p99_us': ('credguard', 'heimdal', 'sssd', 'socket')}
LINES = {'median_us': '{:<20}{:>7} {:>9} {:>9}{:>6} {:>9}{:>6} {:>9}',
         'p99_us': '{:<20}{:>7} {:>9} {:>9} {:>9} {:>9}'}


def number(value):
    if value is None:
        return '-'
    return f'{value:.1f}' if value < 1000 else f'{value:.0f}'


def ratio(value):
    return '' if value is None else f'{value:.2f}'


class Table:
    def __init__(self, kcm):
        self.rows = {(row['server'], row['operation'], row['tickets']): row
                     for row in kcm['rows']}

    def value(self, server, operation, size, figure='median_us'):
        row = self.rows.get((server, operation, size))
        return row and row[figure]

    def ratio(self, one, other):
        """Of two (server, operation, size): round against round, because the
        machine is not as fast in each; the median of that. Or None."""
        if one not in self.rows or other not in self.rows:
            return None
        rounds = zip(self.rows[one]['round_medians_us'],
                     self.rows[other]['round_medians_us'])
        return statistics.median(a / b for a, b in rounds)

    def line(self, operation, size, figure):
        cells = []
        for server in SERVERS:
            cells.append(number(self.value(server, operation, size, figure)))
            if server in TITLES and figure == 'median_us':
                cells.append(ratio(self.ratio(
                    (SERVERS[0], operation, size),
                    (server, operation, size))))
        return LINES[figure].format(operation, size, *cells).rstrip()

    def lines(self, figure):
        names = HEADS[figure]
        yield LINES[figure].format('', 'tickets', *names)
        for operation in OPERATIONS.values():
            for size in SIZES:
                yield self.line(operation, size, figure)

    def noise(self):
        """How far the quarters of the rounds lie apart, in percent of the
        median: of the middle row and of the worst."""
        spreads = []
        for row in self.rows.values():
            every = row['round_medians_us']
            if len(every) >= 4:
                low, _, high = statistics.quantiles(every, n=4)
                spreads.append(100 * (high - low) / row['median_us'])
        return (statistics.median(spreads), max(spreads)) if spreads else None


def sentence(text):
    return textwrap.wrap(text, 79, subsequent_indent='  ')


def header(result):
    of, kcm = result['machine'], result['kcm']
    versions = ', '.join(f'{TITLES[name]} {kcm["versions"][name]}'
                         for name in TITLES if name in kcm['versions'])
    build = of['build']
    kind = ('a build with sanitizers: no figure counts' if build['sanitized']
            else f'{build["compiler"]} {build["flags"]}, hardening on')
    yield from sentence(f'Credguard {of["revision"] or "(no git)"} ({kind}), '
                        f'libkrb5 {of["libkrb5"]}')
    yield from sentence(f'Beside it: {versions or "no peer"}')
    yield from sentence(f'Linux {of["kernel"]}, {of["cpu_model"]}; clients '
                        f'and servers all on CPU {of["cpu"]} of {of["cpus"]}; '
                        f'load before: {of["load_before"]:.2f}')
    yield from sentence(f'{kcm["rounds"]} rounds; in each, every server has '
                        'its turn with every operation')


def grouped(refused):
    """Sentences; what is the same for all sizes is said once."""
    sizes = {}
    for row in refused:
        key = (row['server'], row['operation'], row['status'])
        sizes.setdefault(key, []).append(row['tickets'])
    for (server, operation, status), found in sizes.items():
        where = ('' if len(found) == len(SIZES) else
                 f' at {", ".join(map(str, sorted(found)))} tickets')
        what = STATUSES.get(status, f'answers with status {status}')
        if operation == OPERATIONS['store'] and server == 'sssd':
            what = 'not timed, since without REMOVE_CRED the cache would grow'
        yield f'{server}, {operation}{where}: {what}'


def notes(result, table):
    kcm = result['kcm']
    for name, why in kcm['missing'].items():
        yield f'{TITLES[name]} is not here: {why}'
    yield from grouped(kcm['refused'])
    unfilled = {row['server']: row['why']
                for row in reversed(kcm['unfilled'])}
    for server, why in unfilled.items():
        yield f'{server}: a cache of {why}; not measured from there on'
    for row in kcm['fills']:
        if row['tickets'] == max(SIZES):
            yield (f'{row["server"]}: {row["tickets"]} tickets stored in '
                   f'{row["seconds"]:.2f} s')
    if table.noise():
        yield ('noise: the quartiles of the rounds are {:.0f} % of the median '
               'apart in the middle row, {:.0f} % in the worst'
               .format(*table.noise()))
    if 'heimdal' in kcm['versions']:
        yield 'heimdal: its log of every request, which Debian has on, is off'
    if 'sssd' in kcm['versions']:
        yield 'sssd: its database is on a tmpfs'


def goal(text, value, limit):
    word = 'reached' if value <= limit else 'NOT reached'
    return f'  {text:<51}{value:>6.2f}  <= {limit:.2f} {word}'


def goals(result, table):
    small, large = min(SIZES), max(SIZES)
    for key in ('retrieve', 'get_principal'):
        name = OPERATIONS[key]
        ours = ('credguard', name, small)
        against = table.ratio(ours, ('heimdal', name, small))
        if against is not None:
            yield goal(f'{name} at {small} tickets / heimdal', against, 1)
        yield goal(f'{name} at {large} tickets / at {small}',
                   table.ratio(('credguard', name, large), ours), FLAT)
    yield goal('kvno, fresh ticket, through the vault / FILE cache',
               result['kvno']['ratio'], 1.15)


def the_rest(result):
    kvno, of = result['kvno'], result['footprint']
    arena = of['vault_arena_kib']
    low, _, high = kvno['ratio_quartiles']
    yield (f'kvno for a fresh ticket, whole process, {kvno["n"]} times each: '
           f'{kvno["kcm_ms"]:.2f} ms through the vault, '
           f'{kvno["file_ms"]:.2f} ms with a FILE cache; ratio, pair by '
           f'pair: {kvno["ratio"]:.2f}, quartiles {low:.2f} and {high:.2f}')
    yield (f'Start, exec to first answer: {of["start_ms"]:.0f} ms '
           f'(slowest of {of["starts"]}: {of["slowest_start_ms"]:.0f} ms)')
    yield (f'Resident with one user signed in: vault {of["vault_kib"]} KiB'
           + (f', {arena} KiB of it its secret arena' if arena else '')
           + f'; broker {of["broker_kib"]} KiB; guardian '
           f'{of["launch_kib"]} KiB')


def lines(result):
    table = Table(result['kcm'])
    yield from header(result)
    yield '\nMedian, microseconds; ratio: ours to theirs, round by round'
    yield from table.lines('median_us')
    yield '\n99th percentile, microseconds'
    yield from table.lines('p99_us')
    yield ''
    for note in notes(result, table):
        yield from sentence(note)
    yield ''
    for text in the_rest(result):
        yield from sentence(text)
    yield '\nGoals'
    yield from goals(result, table)
