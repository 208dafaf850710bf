# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the whole memory of a process, as root can, and searches it."""
import os

PAGE = 4096
CHUNK = 4 << 20
# The kernel refuses these to everybody, in each process: not our hiding.
KERNEL = ('[vvar]', '[vvar_vclock]', '[vsyscall]')
# pagemap: a page is present (bit 63) or swapped (62); else nothing was put in.
USED = bytes(1 if top & 0xc0 else 0 for top in range(256))


class Mapping:
    def __init__(self, line):
        span, _, offset, device, inode, *name = line.split(None, 5)
        self.start, self.end = (int(word, 16) for word in span.split('-'))
        self.offset = int(offset, 16)
        self.name = name[0] if name else ''
        self.anonymous = inode == '0'
        # Other processes have mapped it as well, most likely the same bytes.
        self.shared = None if self.anonymous else (device, inode)


class Process:
    """One process below PROC (the procfs of its host)."""

    def __init__(self, proc, pid):
        self.pid, self.path = pid, f'{proc}/{pid}'
        with open(f'{self.path}/comm', errors='replace') as comm:
            self.name = comm.read().strip()
        self.unreadable = []    # [start, end, name of the mapping]

    def mappings(self):
        with open(f'{self.path}/maps', errors='replace') as maps:
            return [Mapping(line) for line in maps.read().splitlines()]

    def chunks(self):
        """(address, bytes, mapping) of all that can be read, in order."""
        mappings = self.mappings()
        if not mappings:        # a zombie, a thread of the kernel
            return
        mem = os.open(f'{self.path}/mem', os.O_RDONLY)
        pagemap = os.open(f'{self.path}/pagemap', os.O_RDONLY)
        try:
            for mapping in mappings:
                spans = [(mapping.start, mapping.end)]
                if mapping.anonymous and mapping.name not in KERNEL:
                    spans = used(pagemap, mapping)
                for start, end in spans:
                    for address, data in self.read(mem, start, end, mapping):
                        yield address, data, mapping
        finally:
            os.close(mem)
            os.close(pagemap)

    def read(self, mem, start, end, mapping):
        """Page by page where a big read fails."""
        step = CHUNK
        while start < end:
            data = read_at(mem, start, min(step, end - start))
            if data:
                yield start, data
                start += len(data)
                step = CHUNK
            elif step > PAGE:
                step = PAGE
            else:
                self.cannot_read(start, min(start + PAGE, end), mapping.name)
                start += PAGE

    def cannot_read(self, start, end, name):
        last = self.unreadable[-1] if self.unreadable else None
        if last and last[1] == start and last[2] == name:
            last[1] = end
        else:
            self.unreadable.append([start, end, name])


def read_at(mem, address, size):
    try:
        return os.pread(mem, size, address)
    except ProcessLookupError:
        raise
    except (OSError, OverflowError):    # [vsyscall] lies above all offsets
        return b''


def used(pagemap, mapping):
    """The spans of an anonymous mapping that hold pages at all."""
    spans, start = [], mapping.start
    while start < mapping.end:
        size = min(CHUNK, mapping.end - start)
        entries = os.pread(pagemap, size // PAGE * 8, start // PAGE * 8)
        if len(entries) != size // PAGE * 8:
            return [(mapping.start, mapping.end)]
        flags = entries[7::8].translate(USED)
        first = flags.find(1)
        while first >= 0:
            after = flags.find(0, first)
            after = len(flags) if after < 0 else after
            spans.append((start + first * PAGE, start + after * PAGE))
            first = flags.find(1, after)
        start += size
    return spans


def find_all(data, needle):
    at = data.find(needle)
    while at >= 0:
        yield at
        at = data.find(needle, at + 1)


class Search:
    """Looks for NEEDLES in the chunks of one process after the other."""

    def __init__(self, needles):
        self.needles = needles          # {key: bytes}
        self.reach = max(len(needle) for needle in needles.values()) - 1
        self.clean = {}     # part of a file -> the bytes that had no needle

    def run(self, process):
        """Yields (key, address, mapping) of each needle found."""
        tail, end = b'', None
        for address, data, mapping in process.chunks():
            if address != end:
                tail = b''
            yield from self.across(tail, data, address, mapping)
            yield from self.within(data, address, mapping)
            tail = (tail + data[-self.reach:])[-self.reach:]
            end = address + len(data)

    def across(self, tail, data, address, mapping):
        """Needles that begin before this chunk and end in it."""
        border = len(tail)
        window = tail + data[:self.reach]
        for key, needle in self.needles.items():
            for at in find_all(window, needle):
                if at < border < at + len(needle):
                    yield key, address - border + at, mapping

    def within(self, data, address, mapping):
        part = None
        if mapping.shared:
            offset = mapping.offset + address - mapping.start
            part = (*mapping.shared, offset, len(data))
            if self.clean.get(part) == data:
                return
        found = False
        for key, needle in self.needles.items():
            for at in find_all(data, needle):
                found = True
                yield key, address + at, mapping
        if part and not found:
            self.clean[part] = data
