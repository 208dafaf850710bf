# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts bytes once into its memory and waits: the target of a scan.

Reads lines "PLACE MASKEDHEX", then an empty one. The bytes come masked and
are put together in place, so that the only copy is where PLACE says. Prints
its process number; ends with its standard input.
"""
import ctypes
import mmap
import os
import sys
import tempfile

MASK = 0x5a
PAGE = mmap.PAGESIZE
CHUNK = 4 << 20     # what the scanner reads at once
LIBC = ctypes.CDLL(None, use_errno=True)


def address(region):
    return ctypes.addressof(ctypes.c_char.from_buffer(region))


def at_mapping_border(region, length):
    """The page after the middle becomes another mapping."""
    middle = CHUNK
    return middle - length // 2, lambda: LIBC.mprotect(
        ctypes.c_void_p(address(region) + middle), PAGE, mmap.PROT_READ)


def in_pages_far_apart(region, length):
    """After a long stretch that was never touched."""
    return 2 * CHUNK + 5 * PAGE + 123, lambda: None


def at_chunk_border(region, length):
    """Where the scanner's first read ends, all pages before it in use."""
    for page in range(0, 2 * CHUNK, PAGE):
        region[page] = 1
    for mapping in open('/proc/self/maps'):
        start, end = (int(w, 16) for w in mapping.split()[0].split('-'))
        if start <= address(region) < end:
            break
    return start + CHUNK - address(region) - length // 2, lambda: None


def in_a_copied_page(region, length):
    """Of a file that other processes have mapped as it is."""
    return 1000, lambda: None


PLACES = {'file': in_a_copied_page, 'mapping': at_mapping_border,
          'far': in_pages_far_apart, 'chunk': at_chunk_border}


def beyond_the_end():
    """A mapping that nobody can read: its file became shorter."""
    file = tempfile.NamedTemporaryFile(prefix='shortened-')
    file.truncate(4 * PAGE)
    region = mmap.mmap(file.fileno(), 4 * PAGE)
    file.truncate(PAGE)
    return file, region


def plant(place, masked):
    if place == 'file':
        with open('/etc/services', 'rb') as file:
            region = mmap.mmap(file.fileno(), 0, mmap.MAP_PRIVATE)
    else:
        region = mmap.mmap(-1, 3 * CHUNK,
                           mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    offset, afterwards = PLACES[place](region, len(masked))
    for number, byte in enumerate(masked):
        region[offset + number] = byte ^ MASK
    afterwards()
    return region


def main():
    kept = [beyond_the_end()]
    for line in iter(sys.stdin.readline, '\n'):
        place, text = line.split()
        kept.append(plant(place, bytes.fromhex(text)))
    print(os.getpid(), flush=True)
    sys.stdin.read()


main()
