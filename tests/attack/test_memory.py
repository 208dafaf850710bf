#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""T2: root copies the vault's memory with every tool there is (level 2).

Each theft is made twice: from the build with ordinary memory, where it must
succeed, and from the shipped vault, where the arena alone must refuse it.
"""
import pathlib
import re
import subprocess
import tempfile
import threading

from tests import tap
from tests.attack import guardian, secrets_of, wire
from tests.attack.stealing import steal
from tests.lab import memory

ARENA = '/secretmem (deleted)'


def with_plant(vault, then):
    """THEN(running, planted) with secrets in a vault that is in use."""
    options = ['--dev'] if vault.endswith('-plain') else []
    planted = secrets_of.Planted()
    with guardian.Guardian(vault, args=options) as running:
        planted.plant(running)
        return then(running, planted)


def check_theft(way, reason):
    def from_control(running, planted):
        data, _ = steal(way, running.vault_pid)
        for name, secret in planted.whole().items():
            assert secret in data, f'the control does not show the {name}'

    def from_vault(running, planted):
        data, refused = steal(way, running.vault_pid)
        assert len(data) > 1 << 20, 'the thief got nothing at all'
        arena = refused.pop(ARENA)
        assert sum(pages for _, pages, _ in arena) > 64 << 8, arena
        for bad, pages, why in arena:
            assert (bad, why) == (pages, reason), arena
        assert set(refused) <= set(memory.KERNEL), refused
        assert secrets_of.found(planted.parts(), data) == []
        running.channel.call('list_usage', bytes(4))    # it lives on

    with_plant('credguard-vault-plain', from_control)
    with_plant('credguard-vault', from_vault)


@tap.test
def T2_proc_pid_mem_gives_root_no_byte_of_the_arena():
    check_theft('mem', 'EIO')


@tap.test
def T2_process_vm_readv_gives_root_no_byte_of_the_arena():
    check_theft('vm', 'EFAULT')


@tap.test
def T2_ptrace_peek_gives_root_no_byte_of_the_arena():
    check_theft('peek', 'EIO')


def gcore(running, planted):
    """The core file that gdb writes of the vault, registers included."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            ['gcore', '-a', '-o', f'{folder}/core', str(running.vault_pid)],
            text=True, capture_output=True, timeout=120)
        path = pathlib.Path(f'{folder}/core.{running.vault_pid}')
        assert path.exists(), done.stdout + done.stderr
        return planted, path.read_bytes()


@tap.test
def T2_the_core_file_that_gcore_writes_has_no_secret():
    planted, core = with_plant('credguard-vault-plain', gcore)
    for name, secret in planted.whole().items():
        assert secret in core, f'the control does not show the {name}'
    planted, core = with_plant('credguard-vault', gcore)
    assert core.startswith(b'\x7fELF') and len(core) > 1 << 20
    assert secrets_of.found(planted.parts(), core) == []


def mappings(pid):
    """[(start, end, permissions, name)]"""
    found = []
    for line in pathlib.Path(f'/proc/{pid}/maps').read_text().splitlines():
        span, permissions, _, _, _, *name = line.split(None, 5)
        start, end = (int(word, 16) for word in span.split('-'))
        found.append((start, end, permissions, name[0] if name else ''))
    return found


def arena_of(pid):
    [arena] = [(start, end) for start, end, permissions, name
               in mappings(pid) if name == ARENA and permissions == 'rw-s']
    return arena


@tap.test
def there_is_one_arena_with_a_guard_page_below_the_stack():
    def look(running, _):
        [guard, arena] = [(start, end, permissions) for start, end,
                          permissions, name in mappings(running.vault_pid)
                          if name == ARENA]
        assert guard[1] == arena[0] and guard[2] == '---s', (guard, arena)

    with_plant('credguard-vault', look)


@tap.test
def the_stack_pointer_lies_in_the_arena():
    def look(running, _):
        words = []
        while len(words) < 9:       # until it waits in read(2)
            words = pathlib.Path(
                f'/proc/{running.vault_pid}/syscall').read_text().split()
        pointer, buffer = int(words[-2], 16), int(words[2], 16)
        start, end = arena_of(running.vault_pid)
        assert start < pointer < start + (1 << 20), words
        assert start + (1 << 20) <= buffer < end, words

    with_plant('credguard-vault', look)


@tap.test
def no_memory_is_both_writable_and_executable():
    def look(running, _):
        bad = [row for row in mappings(running.vault_pid)
               if 'w' in row[2] and 'x' in row[2]]
        assert bad == [], bad

    with_plant('credguard-vault', look)


@tap.test
def T19_the_arena_is_locked_and_left_out_of_kernel_cores():
    def look(running, _):
        text = pathlib.Path(f'/proc/{running.vault_pid}/smaps').read_text()
        rows = re.findall(rf'rw-s .*{re.escape(ARENA)}\n((?:\w+:.*\n)+)',
                          text)
        assert len(rows) == 1, rows
        flags = re.search(r'VmFlags: (.*)', rows[0]).group(1).split()
        assert {'lo', 'dd'} <= set(flags), flags
        assert re.search(r'\nSwap: +0 kB', rows[0])

    with_plant('credguard-vault', look)


def keep_busy(channel, planted, stop):
    """Uses the session key without a pause."""
    tgt = planted.tgt
    while not stop.is_set():
        for _ in range(50):
            channel.call('make_tgs_req', wire.make_tgs_req(tgt))
        channel.call('forget_uid', wire.forget_uid())
        tgt = channel.store(planted.key, planted.ticket)


def writable(running, planted, rounds):
    """The writable memory outside the arena, read while secrets are used."""
    stop, pid = threading.Event(), running.vault_pid
    busy = threading.Thread(target=keep_busy, args=(
        running.channel, planted, stop))
    busy.start()
    data = []
    try:
        for _ in range(rounds):
            with open(f'/proc/{pid}/mem', 'rb', buffering=0) as mem:
                for start, end, permissions, name in mappings(pid):
                    if permissions.startswith('rw') and name != ARENA:
                        mem.seek(start)
                        data.append(mem.read(end - start))
    finally:
        stop.set()
        busy.join()
    return b'\0'.join(data)


@tap.test
def T2_data_bss_and_thread_storage_hold_no_secret_while_it_is_used():
    def control(running, planted):
        data = writable(running, planted, 1)
        assert planted.key in data, 'the control does not show the key'

    def look(running, planted):
        data = writable(running, planted, 200)
        assert len(data) > 1 << 20
        assert secrets_of.found(planted.parts(), data) == []

    with_plant('credguard-vault-plain', control)
    with_plant('credguard-vault', look)


@tap.test
def nothing_of_a_secret_is_left_in_memory_after_forget():
    """In the build whose memory can be read; the code is the same."""
    def look(running, planted):
        data, _ = steal('mem', running.vault_pid)
        assert planted.key in data
        running.channel.call('forget_uid', wire.forget_uid())
        data, _ = steal('mem', running.vault_pid)
        assert secrets_of.found(planted.parts(), data) == []

    with_plant('credguard-vault-plain', look)


tap.main()
