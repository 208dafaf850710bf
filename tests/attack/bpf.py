# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a seccomp filter (classic BPF) on calls that never happen, and turns
it back into the list that it was made from."""
import itertools
import random
import struct

ALLOW, KILL_PROCESS = 0x7fff0000, 0x80000000
X86_64, I386 = 0xc000003e, 0x40000003
LD_W_ABS, JEQ, RET = 0x20, 0x15, 0x06      # the only ones ours has
WORDS = 0x1_0000_0000


def run(program, number, arch=X86_64, args=(0,) * 6):
    """What the kernel would do with this call."""
    data = struct.pack('<IIQ6Q', number, arch, 0, *args)
    at, accumulator = 0, 0
    while True:
        code, if_true, if_false, k = program[at]
        at += 1
        if code == LD_W_ABS:
            accumulator, = struct.unpack_from('<I', data, k)
        elif code == JEQ:
            at += if_true if accumulator == k else if_false
        elif code == RET:
            return k
        else:
            raise AssertionError(f'instruction {code:#x} is not known here')


def constants(program):
    return {k for code, _, _, k in program if code == JEQ}


def numbers(program):
    """All that are worth asking: 0 to 1023, as x32, and the odd ones."""
    known = {n + d for n in constants(program) for d in (-1, 0, 1)}
    plain = set(range(1024)) | known | {0x7fffffff, 0xffffffff}
    return sorted(n % WORDS for n in plain | {n | 0x40000000 for n in plain})


def argument_lists(program, number):
    """Each pair of arguments through all values that could matter; a few
    of them for a number that the filter never compares."""
    values = {v for n in constants(program) for v in (n, n + 1)} | {0}
    values |= {v + WORDS for v in values} | {2**64 - 1}
    rng = random.Random(number)
    if number not in constants(program):
        for _ in range(4):
            yield tuple(rng.choice(sorted(values)) for _ in range(6))
        return
    for first, second in itertools.combinations(range(6), 2):
        for _ in range(40):
            args = [rng.choice(sorted(values)) for _ in range(6)]
            yield tuple(args)
        for value in values:
            args = [rng.choice(sorted(values)) for _ in range(6)]
            args[first] = value
            yield tuple(args)
            args[second] = value
            yield tuple(args)


def condition(program, number):
    """'' if every call is allowed, None if none is, else ' argN=value'."""
    lists = list(argument_lists(program, number))
    allowed = [args for args in lists
               if run(program, number, args=args) == ALLOW]
    if len(allowed) == len(lists):
        return ''
    if not allowed:
        return None
    for place in range(6):
        values = {args[place] for args in allowed}
        value = min(values)
        meant = [args for args in lists if args[place] == value]
        if len(values) == 1 and meant == allowed:
            return f' arg{place}={value}'
    raise AssertionError(f'call {number}: allowed, but by what rule?')


def allowed_calls(program):
    """{number: condition} for the native architecture."""
    found = {number: condition(program, number)
             for number in numbers(program)}
    return {number: text for number, text in found.items()
            if text is not None}
