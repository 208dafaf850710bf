#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compile credguard.idl into an allocation-free codec that works in place.

    cgidl.py credguard.idl cg_idl.h cg_idl.c      write the codec
    cgidl.py --list credguard.idl                 what the interfaces promise

The language is the part of pidl's that the contract needs, and no more:
whatever else is written is refused with its line. So is what would break a
rule of the design: a verb that is not in the list, a secret on its way out,
an array without a bound, a message that does not fit into a datagram.
"""
import collections
import re
import sys

import cgidl_c

VERBS = ('hello', 'import', 'make', 'absorb', 'accept', 'check', 'list',
         'seal', 'unseal', 'release', 'forget')
CLIENT_OPS = ('client_hello', 'client_logon', 'client_logoff', 'client_renew',
              'client_list', 'client_status', 'client_make_ticket',
              'client_make_ntlm_response', 'client_make_ntlm_authenticate',
              'client_open_session', 'client_close_session',
              'client_list_session', 'client_change_password',
              'client_make_offline_challenge', 'client_store_verifier',
              'client_check_offline', 'client_list_offline',
              'client_forget_offline', 'client_tell_refused')
HANDLES = ('handle', 'password', 'exchange', 'tgt')
SENSITIVE = re.compile('(^|_)(key|password|hash|secret)$')

TOKEN = re.compile(r'(?P<skip>\s+|/\*.*?\*/)|(?P<string>"[^"\n]*")'
                   r'|(?P<number>\d+(?:\.\d+)?\b)|(?P<word>[A-Za-z_]\w*)'
                   r'|(?P<mark>[][(){};,*=])', re.S | re.A)
Token = collections.namedtuple('Token', 'kind text line')
Field = collections.namedtuple('Field', 'kind name length attributes line')
Op = collections.namedtuple('Op', 'name phase line')
Struct = collections.namedtuple('Struct', 'name members line')


class Refused(Exception):
    """A file, a line and a sentence for whoever edits the contract."""


class Member:
    """A member of the C struct: an array has its length inside."""

    def __init__(self, kind, name, attributes, line):
        self.kind, self.name, self.line = kind, name, line
        self.range = attributes.get('range')    # of the length, for an array
        self.instead_of = attributes.get('instead_of')
        self.secret = 'secret' in attributes
        self.released = 'released' in attributes


class Interface:
    def __init__(self, name):
        self.name, self.ops, self.structs = name, [], []
        self.is_client = name == 'credguard_client'

    def short(self, op):
        """The operation's name after the prefix of the interface."""
        return op.name[len('client_'):] if self.is_client else op.name


class Parser:
    def __init__(self, text, path):
        self.path, self.at, self.tokens = path, 0, []
        self.consts, self.interfaces = {}, []
        self.split(text)

    def refuse(self, why, line=None):
        line = line or self.tokens[self.at].line
        raise Refused(f'{self.path}:{line}: {why}')

    def split(self, text):
        pos, line = 0, 1
        while pos < len(text):
            match = TOKEN.match(text, pos)
            if not match:
                rest = text[pos:].split('\n')[0]
                self.refuse(f'not understood: {rest}', line)
            if match.lastgroup != 'skip':
                self.tokens.append(
                    Token(match.lastgroup, match.group(), line))
            pos, line = match.end(), line + match.group().count('\n')
        self.tokens.append(Token('end', 'the end of the file', line))

    def peek(self):
        return self.tokens[self.at].text

    def take(self, *kinds):
        token = self.tokens[self.at]
        if token.kind not in kinds:
            self.refuse(f'a {" or ".join(kinds)} expected, not {token.text}')
        self.at += 1
        return token

    def expect(self, *texts):
        for text in texts:
            if not self.skip(text):
                self.refuse(f'{text} expected, not {self.peek()}')

    def skip(self, text):
        found = self.peek() == text
        self.at += found
        return found

    def file(self):
        self.interface()
        while self.peek() == '[':
            self.interface()
        self.take('end')

    def interface(self):
        self.attributes({'uuid': 'string', 'version': 'number',
                         'pointer_default': 'word', 'helpstring': 'string'})
        self.expect('interface')
        name, line = self.take('word').text, self.tokens[self.at - 1].line
        if name not in ('credguard_vault', 'credguard_client'):
            self.refuse(f'no rules are known for {name}', line)
        self.once(name, self.interfaces, line)
        self.interfaces.append(Interface(name))
        self.expect('{')
        items = {'const': self.const, 'typedef': self.struct,
                 '[': self.operation}
        while not self.skip('}'):
            if self.peek() not in items:
                self.refuse('const, typedef or [phase(...)] expected, '
                            f'not {self.peek()}')
            items[self.peek()]()

    def once(self, name, others, line):
        if name in [other.name for other in others]:
            self.refuse(f'{name} is there twice', line)

    def attributes(self, known):
        """[name, name(value), ...] with each name known and at most once."""
        found = {}
        self.expect('[')
        while not found or self.skip(','):
            name = self.take('word')
            if name.text not in known or name.text in found:
                self.refuse(f'attribute {name.text} is not known here, '
                            'or is there twice', name.line)
            found[name.text] = True
            if known[name.text]:
                self.expect('(')
                found[name.text] = self.range() if name.text == 'range' \
                    else self.take(known[name.text]).text
                self.expect(')')
        self.expect(']')
        return found

    def range(self):
        low = self.number()
        self.expect(',')
        high = self.number()
        if low > high:
            self.refuse('this range is empty')
        return low, high

    def number(self):
        token = self.take('number', 'word')
        if token.kind == 'word' and token.text not in self.consts:
            self.refuse(f'{token.text} is not a const', token.line)
        if token.kind == 'word':
            return self.consts[token.text]
        if not re.fullmatch('0|[1-9][0-9]*', token.text) or \
                int(token.text) > 0x7fffffff:
            self.refuse(f'{token.text} is not a decimal int', token.line)
        return int(token.text)

    def const(self):
        self.expect('const', 'int')
        name = self.take('word')
        if not re.fullmatch('CG_[A-Z0-9_]+', name.text):
            self.refuse('a const is named CG_...', name.line)
        if name.text in self.consts:
            self.refuse(f'{name.text} is there twice', name.line)
        self.expect('=')
        self.consts[name.text] = self.number()
        self.expect(';')

    def struct(self):
        self.expect('typedef', '[', 'public', ']', 'struct', '{')
        fields = []
        while not self.skip('}'):
            fields.append(self.field())
        name = self.take('word')
        self.expect(';')
        self.once(name.text, [s for i in self.interfaces for s in i.structs],
                  name.line)
        self.interfaces[-1].structs.append(Struct(
            name.text, self.members(name, fields), name.line))

    def field(self):
        attributes, length = {}, None
        if self.peek() == '[':
            attributes = self.attributes({
                'range': 'range', 'secret': None, 'released': None,
                'instead_of': 'word'})
        kind, name = self.take('word').text, self.take('word')
        if not re.fullmatch('[a-z][a-z0-9_]*', name.text):
            self.refuse('a field has a lower-case name', name.line)
        if self.skip('['):
            length = self.take('word').text
            self.expect(']')
        self.expect(';')
        if kind != 'uint8' if length else kind not in cgidl_c.SIZES:
            self.refuse('a field is a uint32, an int32, a hyper or '
                        f'uint8 {name.text}[{name.text}_len]', name.line)
        allowed = {'secret', 'released', 'instead_of'} if length else \
            {'range'} if kind == 'uint32' else set()
        if attributes.keys() - allowed:
            self.refuse(f'a {kind} cannot be '
                        f'{", ".join(attributes.keys() - allowed)}', name.line)
        return Field(kind, name.text, length, attributes, name.line)

    def members(self, struct, fields):
        """Join each array with its length; refuse any other arrangement."""
        found, last = [], None
        for field in [*fields, Field('end', 'end', None, {}, struct.line)]:
            kind, name = field.kind, field.name
            if last and field.length != last.name:
                self.refuse(f'{last.name} is not followed by its array',
                            last.line)
            if field.length and (not last or last.name != f'{name}_len'):
                self.refuse(f'{name} must follow its length, {name}_len',
                            field.line)
            self.once(name, found, field.line)
            if kind == 'hyper' and (name in HANDLES or (
                    struct.text, name) == ('list_entry_in', 'after')):
                kind = 'handle'
            if field.length:
                field.attributes.update(last.attributes)
            last = field if name.endswith('_len') else None
            if last and field.attributes.get('range', (1,))[0] != 0:
                self.refuse(f'{name} needs a range(0,...)', field.line)
            if not last:
                found.append(Member(kind, name, field.attributes, field.line))
        if len(found) == 1:
            self.refuse(f'{struct.text} is empty', struct.line)
        return found[:-1]

    def operation(self):
        line = self.tokens[self.at].line
        phase = self.attributes({'phase': 'word'})['phase']
        self.expect('void')
        name = self.take('word').text
        self.expect('(', '[', 'in', ']', f'{name}_in', 'req', ',', '[', 'out',
                    ',', 'ref', ']', f'{name}_out', '*', 'rep', ')', ';')
        if phase not in cgidl_c.PHASES:
            self.refuse(f'there is no phase {phase}', line)
        self.once(name, self.interfaces[-1].ops, line)
        self.interfaces[-1].ops.append(Op(name, phase, line))

    def check_interface(self, interface):
        names = [struct.name for struct in interface.structs]
        known = [] if interface.is_client else ['header']
        for op in interface.ops:
            if op.name not in CLIENT_OPS if interface.is_client else \
                    op.name.split('_')[0] not in VERBS:
                self.refuse(f'{op.name} is not one of the verbs '
                            f'{CLIENT_OPS if interface.is_client else VERBS}',
                            op.line)
            for name in (f'{op.name}_in', f'{op.name}_out'):
                known.append(name)
                if name not in names:
                    self.refuse(f'there is no struct {name}', op.line)
        for struct in interface.structs:
            if struct.name not in known:
                self.refuse(f'{struct.name} belongs to no operation',
                            struct.line)
            self.check_struct(struct)

    def check_struct(self, struct):
        earlier, size = [], cgidl_c.encoded_max(struct.members)
        for m in struct.members:
            if m.secret and not struct.name.endswith('_in'):
                self.refuse(f'{m.name} is secret: that may only come in',
                            m.line)
            if m.released and not struct.name.endswith('_out'):
                self.refuse(f'{m.name}: only a reply releases', m.line)
            if m.kind == 'uint8' and not (m.secret or m.released) and \
                    SENSITIVE.search(m.name) and m.name != 'public_key':
                self.refuse(f'{m.name} sounds like a secret: is it secret '
                            'or released?', m.line)
            if m.instead_of:
                if m.instead_of not in earlier:
                    self.refuse(f'there is no array {m.instead_of} before '
                                f'{m.name}', m.line)
                size = max(cgidl_c.encoded_max(struct.members, m.name),
                           cgidl_c.encoded_max(struct.members, m.instead_of))
            earlier += [m.name] if m.kind == 'uint8' else []
        if size > cgidl_c.MSG_MAX:
            self.refuse(f'{struct.name} takes up to {size} bytes with its '
                        f'header; a datagram has {cgidl_c.MSG_MAX}',
                        struct.line)


def load(path):
    with open(path, encoding='utf-8', errors='replace') as stream:
        parser = Parser(stream.read(), path)
    parser.file()
    for interface in parser.interfaces:
        parser.check_interface(interface)
    return parser


def list_text(parser):
    """What a reviewer must see change: operations, phases, secrets."""
    lines = []
    for interface in parser.interfaces:
        lines += [f'op {interface.name} {op.name} {op.phase}'
                  for op in interface.ops]
        lines += [f'{word} {struct.name}.{member.name}'
                  for word in ('secret', 'released')
                  for struct in interface.structs
                  for member in struct.members if getattr(member, word)]
    return '\n'.join(lines + [''])


def main(argv):
    if len(argv) != 2 + (argv[:1] != ['--list']):
        sys.exit(__doc__)
    try:
        parser = load(argv[1] if argv[0] == '--list' else argv[0])
    except Refused as why:
        sys.exit(str(why))
    if argv[0] == '--list':
        sys.stdout.write(list_text(parser))
        return
    for path, text in ((argv[1], cgidl_c.header_text(parser)),
                       (argv[2], cgidl_c.code_text(parser))):
        with open(path, 'w', encoding='ascii') as stream:
            stream.write(text)


if __name__ == '__main__':
    main(sys.argv[1:])
