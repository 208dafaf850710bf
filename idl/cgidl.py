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

MSG_MAX = 256 * 1024        # CG_MSG_MAX and CG_HEADER_LEN of limits.h; the
HEADER_LEN = 16             # generated code asserts that they are the same
VAULT_VERBS = ('hello', 'import', 'make', 'absorb', 'accept', 'check', 'list',
               'seal', 'unseal', 'release', 'forget')
CLIENT_OPS = ('hello', 'logon', 'logoff', 'renew', 'list', 'status')
PHASES = ('new', 'born', 'ready')
HANDLES = ('handle', 'password', 'exchange', 'tgt')
SIZES = {'uint32': 4, 'int32': 4, 'hyper': 8}
C_TYPES = {'uint32': 'uint32_t', 'int32': 'int32_t', 'hyper': 'uint64_t',
           'handle': 'struct cg_handle', 'bytes': 'struct cg_bytes',
           'secret': 'struct cg_secret_bytes'}

TOKEN = re.compile(r'(?P<skip>\s+|/\*.*?\*/)|(?P<string>"[^"\n]*")'
                   r'|(?P<number>\d+(?:\.\d+)?\b)|(?P<word>[A-Za-z_]\w*)'
                   r'|(?P<mark>[][(){};,*=])', re.S)

Token = collections.namedtuple('Token', 'kind text line')
Op = collections.namedtuple('Op', 'name phase line')
Struct = collections.namedtuple('Struct', 'name members line')


class Member:
    """One C member: an integer, or an array together with its length."""

    def __init__(self, kind, name, line, attributes):
        self.kind, self.name, self.line = kind, name, line
        self.range = attributes.get('range')        # texts, and values
        self.bounds = attributes.get('bounds')
        self.instead_of = attributes.get('instead_of')
        self.secret = 'secret' in attributes
        self.released = 'released' in attributes

    def c_type(self):
        if self.kind == 'bytes' and (self.secret or self.released):
            return C_TYPES['secret']
        return C_TYPES[self.kind]


class Interface:
    def __init__(self, name):
        self.name, self.ops, self.structs = name, [], []
        self.is_client = name == 'credguard_client'


class Refused(Exception):
    """A file, line and sentence for whoever edits the contract."""


def tokens_of(text, path):
    pos, line = 0, 1
    while pos < len(text):
        match = TOKEN.match(text, pos)
        if not match:
            raise Refused(f'{path}:{line}: not understood: '
                          f'{text[pos:].split(chr(10))[0]!r}')
        if match.lastgroup != 'skip':
            yield Token(match.lastgroup, match.group(), line)
        pos, line = match.end(), line + match.group().count('\n')
    yield Token('end', 'end of file', line)


class Parser:
    def __init__(self, text, path):
        self.path = path
        self.tokens = list(tokens_of(text, path))
        self.at = 0
        self.consts, self.interfaces = {}, []

    def refuse(self, why, line=None):
        line = self.tokens[self.at].line if line is None else line
        raise Refused(f'{self.path}:{line}: {why}')

    def peek(self):
        return self.tokens[self.at].text

    def take(self, *kinds):
        token = self.tokens[self.at]
        if token.kind not in kinds:
            self.refuse(f'{" or ".join(kinds)} expected, not {token.text}')
        self.at += 1
        return token

    def expect(self, sentence):
        for text in sentence.split():
            if self.peek() != text:
                self.refuse(f'{text} expected, not {self.peek()}')
            self.at += 1

    def skip(self, text):
        found = self.peek() == text
        self.at += found
        return found

    def whole(self):
        self.interface()
        while self.peek() == '[':
            self.interface()
        self.take('end')

    def interface(self):
        self.properties({'uuid': 'string', 'version': 'number',
                         'pointer_default': 'word', 'helpstring': 'string'})
        self.expect('interface')
        name = self.take('word')
        if name.text not in ('credguard_vault', 'credguard_client'):
            self.refuse(f'no rules are known for {name.text}', name.line)
        if name.text in [i.name for i in self.interfaces]:
            self.refuse(f'{name.text} is there twice', name.line)
        self.interfaces.append(Interface(name.text))
        self.expect('{')
        while not self.skip('}'):
            {'const': self.const, 'typedef': self.struct}.get(
                self.peek(), self.operation)()

    def properties(self, known):
        """[name, name(value), ...] with each name known and at most once."""
        found = {}
        self.expect('[')
        while True:
            name = self.take('word')
            if name.text not in known or name.text in found:
                self.refuse(f'attribute {name.text} is not known here, '
                            'or is there twice', name.line)
            found[name.text] = True
            if known[name.text] == 'range':
                found[name.text], found['bounds'] = self.range()
            elif known[name.text]:
                self.expect('(')
                found[name.text] = self.take(known[name.text]).text
                self.expect(')')
            if not self.skip(','):
                break
        self.expect(']')
        return found

    def range(self):
        self.expect('(')
        low = self.number()
        self.expect(',')
        high = self.number()
        self.expect(')')
        if low[1] > high[1] or high[1] > 0xffffffff:
            self.refuse('this range is no range of uint32')
        return (low[0], high[0]), (low[1], high[1])

    def number(self):
        """The text as C sees it, and the value."""
        token = self.take('number', 'word')
        if token.kind == 'word' and token.text not in self.consts:
            self.refuse(f'{token.text} is not a const', token.line)
        if token.kind == 'word':
            return token.text, self.consts[token.text]
        if not re.fullmatch('0|[1-9][0-9]*', token.text):
            self.refuse(f'{token.text} is not a decimal integer', token.line)
        return token.text + 'U', int(token.text)

    def const(self):
        self.expect('const int')
        name = self.take('word')
        if not re.fullmatch('CG_[A-Z0-9_]+', name.text):
            self.refuse('a const is named CG_...', name.line)
        if name.text in self.consts:
            self.refuse(f'{name.text} is there twice', name.line)
        self.expect('=')
        self.consts[name.text] = self.number()[1]
        self.expect(';')

    def struct(self):
        self.expect('typedef [ public ] struct {')
        fields = []
        while not self.skip('}'):
            fields.append(self.field())
        name = self.take('word')
        self.expect(';')
        if name.text in [s.name for i in self.interfaces for s in i.structs]:
            self.refuse(f'{name.text} is there twice', name.line)
        members = self.members(name.text, fields)
        if not members:
            self.refuse(f'{name.text} is empty', name.line)
        self.interfaces[-1].structs.append(
            Struct(name.text, members, name.line))

    def field(self):
        attributes = {}
        if self.peek() == '[':
            attributes = self.properties({
                'range': 'range', 'secret': None, 'released': None,
                'instead_of': 'word'})
        kind, name, length = self.take('word'), self.take('word'), None
        if not re.fullmatch('[a-z][a-z0-9_]*', name.text):
            self.refuse('a field has a lower-case name', name.line)
        if self.skip('['):
            length = self.take('word').text
            self.expect(']')
        self.expect(';')
        if (kind.text == 'uint8') != (length is not None) or \
                kind.text not in (*SIZES, 'uint8'):
            self.refuse('a field is a uint32, an int32, a hyper or '
                        f'uint8 {name.text}[{name.text}_len]', kind.line)
        if 'range' in attributes and kind.text != 'uint32':
            self.refuse('range is for a uint32', kind.line)
        if length is None and attributes.keys() - {'range', 'bounds'}:
            self.refuse(f'{name.text} is no array, so it has no attribute '
                        'but range', kind.line)
        return kind.text, name.text, length, attributes, name.line

    def members(self, struct, fields):
        """Join each array with its length; refuse any other arrangement."""
        found, pending = [], None
        for kind, name, length, attributes, line in fields:
            if pending and length != pending.name:
                self.refuse(f'{pending.name} is not followed by its array',
                            pending.line)
            if length and (not pending or length != f'{name}_len'):
                self.refuse(f'{name} must follow its length, {name}_len', line)
            if kind == 'hyper' and (name in HANDLES or (
                    struct, name) == ('list_entry_in', 'after')):
                kind = 'handle'
            member = Member(kind, name, line, attributes)
            if length:
                member.kind = 'bytes'
                member.range, member.bounds = pending.range, pending.bounds
            pending = member if name.endswith('_len') else None
            if pending and (not member.range or member.bounds[0] != 0):
                self.refuse(f'{name} needs a range(0,...)', line)
            if name in [m.name for m in found]:
                self.refuse(f'{name} is there twice', line)
            found += [] if pending else [member]
        if pending:
            self.refuse(f'{pending.name} is not followed by its array',
                        pending.line)
        return found

    def operation(self):
        line = self.tokens[self.at].line
        if self.peek() != '[':
            self.refuse('const, typedef or [phase(...)] expected, '
                        f'not {self.peek()}')
        phase = self.properties({'phase': 'word'})['phase']
        self.expect('void')
        name = self.take('word').text
        self.expect(f'( [ in ] {name}_in req , '
                    f'[ out , ref ] {name}_out * rep ) ;')
        if phase not in PHASES:
            self.refuse(f'phase {phase} is none of {", ".join(PHASES)}', line)
        self.interfaces[-1].ops.append(Op(name, phase, line))


def encoded_max(members, left_out=None):
    """The largest body. Alignment only grows with what precedes it."""
    pos = HEADER_LEN
    for member in members:
        size = SIZES.get(member.kind, 8 if member.kind == 'handle' else 4)
        pos = (pos + size - 1) // size * size + size
        if member.kind == 'bytes' and member.name != left_out:
            pos += member.bounds[1]
    return pos


def check_struct(parser, struct):
    out = struct.name.endswith('_out')
    size = encoded_max(struct.members)
    for member in struct.members:
        if member.secret and not struct.name.endswith('_in'):
            parser.refuse(f'secret {member.name} in {struct.name}: a secret '
                          'only ever goes in', member.line)
        if member.released and not out:
            parser.refuse(f'released {member.name} in {struct.name}: only a '
                          'reply releases', member.line)
        if member.instead_of:
            arrays = [m.name for m in struct.members if m.kind == 'bytes']
            if member.instead_of not in arrays[:arrays.index(member.name)]:
                parser.refuse(f'no array {member.instead_of} precedes '
                              f'{member.name}', member.line)
            size = max(encoded_max(struct.members, member.name),
                       encoded_max(struct.members, member.instead_of))
    if size > MSG_MAX:
        parser.refuse(f'{struct.name} may take {size} bytes with its header; '
                      f'a datagram has {MSG_MAX}', struct.line)


def check_interface(parser, interface):
    names = [s.name for s in interface.structs]
    wanted = set() if interface.is_client else {'header'}
    for op in interface.ops:
        verbs = CLIENT_OPS if interface.is_client else VAULT_VERBS
        verb = op.name.split('_')[0]
        if interface.is_client:
            verb = op.name[len('client_'):] if op.name.startswith(
                'client_') else op.name
            verb = verb if op.name != verb else None
        if verb not in verbs:
            parser.refuse(f'{op.name} does not begin with one of '
                          f'{", ".join(verbs)}', op.line)
        if f'{op.name}_in' in wanted:
            parser.refuse(f'{op.name} is there twice', op.line)
        wanted |= {f'{op.name}_in', f'{op.name}_out'}
        for name in (f'{op.name}_in', f'{op.name}_out'):
            if name not in names:
                parser.refuse(f'there is no struct {name}', op.line)
    for struct in interface.structs:
        if struct.name not in wanted:
            parser.refuse(f'{struct.name} is part of no operation',
                          struct.line)
        check_struct(parser, struct)


PREAMBLE_H = '''/* Generated from {source} by idl/cgidl.py; do not edit. */
#ifndef CG_IDL_H
#define CG_IDL_H

#include <stdint.h>

#include "idl/bytes.h"
#include "idl/cursor.h"
#include "idl/status.h"
'''

PREAMBLE_C = '''/* Generated from {source} by idl/cgidl.py; do not edit. */
#include "idl/cg_idl.h"

#include "idl/limits.h"

_Static_assert(CG_MSG_MAX == {msg_max}, "cgidl.py knows the datagram");
_Static_assert(CG_HEADER_LEN == {header_len}, "cgidl.py knows the header");

static void put_u32(struct cg_writer *w, uint32_t v, uint32_t min, uint32_t max)
{{
	if (v < min || v > max) {{
		w->failed = true;
	}}
	cg_writer_u32(w, v);
}}

static uint32_t get_u32(struct cg_reader *r, uint32_t min, uint32_t max)
{{
	uint32_t v = cg_reader_u32(r);

	if (v < min || v > max) {{
		r->failed = true;
	}}
	return v;
}}

static void put_bytes(struct cg_writer *w, const uint8_t *data, size_t len,
		      uint32_t max)
{{
	if (len > max) {{
		w->failed = true;
		return;
	}}
	cg_writer_u32(w, (uint32_t)len);
	cg_writer_bytes(w, data, len);
}}

static struct cg_bytes get_bytes(struct cg_reader *r, uint32_t max)
{{
	uint32_t len = get_u32(r, 0, max);
	const uint8_t *data = cg_reader_take(r, len);

	return (struct cg_bytes){{ data, data == NULL ? 0 : len }};
}}
'''


def op_names(interface):
    """Each operation with its name as a C constant, without CG_..._"""
    for op in interface.ops:
        short = op.name.removeprefix('client_') if interface.is_client \
            else op.name
        yield op, short.upper()


def enum_text(interface):
    tag, prefix, table = ('cg_op', 'CG_OP_', 'CG_VAULT_OPS')
    if interface.is_client:
        tag, prefix, table = ('cg_client_op', 'CG_CLIENT_OP_',
                              'CG_CLIENT_OPS')
    lines = [f'\nenum {tag} {{']
    lines += [f'\t{prefix}{upper} = {number},'
              for number, (_, upper) in enumerate(op_names(interface))]
    lines += [f'\t{prefix}COUNT = {len(interface.ops)}', '};', '',
              f'/* X(CONSTANT, name, PHASE) for each operation, in order. */',
              f'#define {table}(X) \\']
    rows = [f'\tX({upper}, {op.name}, {op.phase.upper()})'
            for op, upper in op_names(interface)]
    return lines + [row + ' \\' for row in rows[:-1]] + rows[-1:]


def header_text(parser, source):
    lines = [PREAMBLE_H.format(source=source)]
    lines += [f'#define {name} {value}U'
              for name, value in parser.consts.items()]
    lines += ['', 'enum cg_phase {']
    lines += [f'\tCG_PHASE_{phase.upper()},' for phase in PHASES]
    lines += ['};']
    for interface in parser.interfaces:
        lines += enum_text(interface)
    for interface in parser.interfaces:
        for struct in interface.structs:
            name = struct.name
            lines += [f'\nstruct cg_{name} {{']
            lines += [f'\t{m.c_type()} {m.name};' for m in struct.members]
            lines += [
                '};', 'CG_MUST_CHECK enum cg_status',
                f'cg_push_{name}(struct cg_writer *w, '
                f'const struct cg_{name} *in);',
                'CG_MUST_CHECK enum cg_status',
                f'cg_pull_{name}(struct cg_reader *r, '
                f'struct cg_{name} *out);']
    return '\n'.join(lines + ['\n#endif', ''])


def push_line(m):
    if m.kind == 'bytes':
        return f'put_bytes(w, in->{m.name}.data, in->{m.name}.len, ' \
               f'{m.range[1]});'
    if m.range:
        return f'put_u32(w, in->{m.name}, {m.range[0]}, {m.range[1]});'
    return {'uint32': f'cg_writer_u32(w, in->{m.name});',
            'int32': f'cg_writer_u32(w, (uint32_t)in->{m.name});',
            'hyper': f'cg_writer_u64(w, in->{m.name});',
            'handle': f'cg_writer_u64(w, in->{m.name}.v);'}[m.kind]


def pull_lines(m):
    if m.kind == 'bytes' and (m.secret or m.released):
        return [f'view = get_bytes(r, {m.range[1]});',
                f'out->{m.name}.data = view.data;',
                f'out->{m.name}.len = view.len;']
    if m.kind == 'bytes':
        return [f'out->{m.name} = get_bytes(r, {m.range[1]});']
    if m.range:
        return [f'out->{m.name} = get_u32(r, {m.range[0]}, {m.range[1]});']
    return {'uint32': [f'out->{m.name} = cg_reader_u32(r);'],
            'int32': [f'out->{m.name} = (int32_t)cg_reader_u32(r);'],
            'hyper': [f'out->{m.name} = cg_reader_u64(r);'],
            'handle': [f'out->{m.name}.v = cg_reader_u64(r);']}[m.kind]


def exclusive_lines(struct, value, cursor):
    for m in struct.members:
        if m.instead_of:
            yield (f'\tif ({value}->{m.instead_of}.len != 0 && '
                   f'{value}->{m.name}.len != 0) {{')
            yield f'\t\t{cursor}->failed = true;\n\t}}'


def struct_text(struct):
    name = struct.name
    lines = ['', f'enum cg_status cg_push_{name}(struct cg_writer *w, '
             f'const struct cg_{name} *in)', '{']
    lines += ['\t' + push_line(m) for m in struct.members]
    lines += exclusive_lines(struct, 'in', 'w')
    lines += ['\treturn w->failed ? CG_E_LIMIT : CG_OK;', '}', '',
              f'enum cg_status cg_pull_{name}(struct cg_reader *r, '
              f'struct cg_{name} *out)', '{']
    if any(m.secret or m.released for m in struct.members):
        lines += ['\tstruct cg_bytes view = { 0 };', '']
    lines += [f'\t*out = (struct cg_{name}){{ 0 }};']
    lines += ['\t' + line for m in struct.members for line in pull_lines(m)]
    lines += exclusive_lines(struct, 'out', 'r')
    return lines + ['\tif (r->failed) {',
                    f'\t\t*out = (struct cg_{name}){{ 0 }};',
                    '\t\treturn CG_E_PROTO;', '\t}', '\treturn CG_OK;', '}']


def code_text(parser, source):
    lines = [PREAMBLE_C.format(source=source, msg_max=MSG_MAX,
                               header_len=HEADER_LEN)[:-1]]
    for interface in parser.interfaces:
        for struct in interface.structs:
            lines += struct_text(struct)
    return '\n'.join(lines + [''])


def list_text(parser):
    """What a reviewer must see change: operations, phases, secrets."""
    lines = []
    for interface in parser.interfaces:
        lines += [f'op {interface.name} {op.name} {op.phase}'
                  for op in interface.ops]
        for word in ('secret', 'released'):
            lines += [f'{word} {struct.name}.{m.name}'
                      for struct in interface.structs
                      for m in struct.members if getattr(m, word)]
    return '\n'.join(lines + [''])


def load(path):
    with open(path, encoding='ascii') as stream:
        parser = Parser(stream.read(), path)
    parser.whole()
    for interface in parser.interfaces:
        check_interface(parser, interface)
    return parser


def main(argv):
    try:
        if len(argv) == 2 and argv[0] == '--list':
            print(list_text(load(argv[1])), end='')
            return
        if len(argv) != 3:
            sys.exit(__doc__)
        parser, source = load(argv[0]), 'idl/' + argv[0].split('/')[-1]
    except Refused as why:
        sys.exit(str(why))
    with open(argv[1], 'w', encoding='ascii') as stream:
        stream.write(header_text(parser, source))
    with open(argv[2], 'w', encoding='ascii') as stream:
        stream.write(code_text(parser, source))


if __name__ == '__main__':
    main(sys.argv[1:])
