# SPDX-License-Identifier: GPL-3.0-or-later
"""A disk that is full when a test wants it so."""
from tests.component.place import mount, new_dir


class SmallDisk:
    """A state directory on a filesystem of its own."""

    def __init__(self, size='96k'):
        self.path = new_dir('disk')
        mount('tmpfs', self.path, 'tmpfs', data=f'size={size},mode=0755')
        self.state = self.path / 'state'

    def fill(self):
        with open(self.path / 'filler', 'wb', buffering=0) as filler:
            try:
                while True:
                    filler.write(bytes(1024))
            except OSError:
                pass

    def room(self):
        (self.path / 'filler').unlink()
