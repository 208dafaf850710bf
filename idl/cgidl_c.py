# SPDX-License-Identifier: GPL-3.0-or-later
"""The C side of cgidl.py: what each construct of the contract becomes."""

MSG_MAX = 256 * 1024        # CG_MSG_MAX and CG_HEADER_LEN of idl/limits.h;
HEADER_LEN = 16             # the generated code asserts that they agree
PHASES = ('new', 'born', 'ready')
SIZES = {'uint32': 4, 'int32': 4, 'hyper': 8}
TYPES = {'uint32': 'uint32_t', 'int32': 'int32_t', 'hyper': 'uint64_t',
         'handle': 'struct cg_handle', 'uint8': 'struct cg_bytes'}
PUSH = {'uint32': 'cg_writer_u32(w, in->{0});',
        'int32': 'cg_writer_u32(w, (uint32_t)in->{0});',
        'hyper': 'cg_writer_u64(w, in->{0});',
        'handle': 'cg_writer_u64(w, in->{0}.v);',
        'range': 'put_u32(w, in->{0}, {1}U, {2}U);',
        'uint8': 'put_bytes(w, in->{0}.data, in->{0}.len, {2}U);'}
PULL = {'uint32': 'out->{0} = cg_reader_u32(r);',
        'int32': 'out->{0} = (int32_t)cg_reader_u32(r);',
        'hyper': 'out->{0} = cg_reader_u64(r);',
        'handle': 'out->{0}.v = cg_reader_u64(r);',
        'range': 'out->{0} = get_u32(r, {1}U, {2}U);',
        'uint8': 'get_bytes(r, {2}U, &out->{0}.data, &out->{0}.len);'}

HEADER = '''/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Generated from the IDL by idl/cgidl.py; do not edit. */
#ifndef CG_IDL_H
#define CG_IDL_H

#include <stdint.h>

#include "idl/bytes.h"
#include "idl/cursor.h"
#include "idl/status.h"
{consts}
enum cg_phase {{
{phases}
}};
{enums}{structs}
#endif
'''

ENUM = '''
enum {tag} {{
{values}
	{prefix}COUNT = {count}
}};

/* X(CONSTANT, name, PHASE) for each operation, in order. */
#define {table}(X) {rows}
'''

STRUCT = '''
struct cg_{name} {{
{members}
}};
CG_MUST_CHECK enum cg_status
cg_push_{name}(struct cg_writer *w, const struct cg_{name} *in);
CG_MUST_CHECK enum cg_status
cg_pull_{name}(struct cg_reader *r, struct cg_{name} *out);
'''

CODE = '''/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Generated from the IDL by idl/cgidl.py; do not edit. */
#include "idl/cg_idl.h"

#include "idl/limits.h"

_Static_assert(CG_MSG_MAX == {msg_max}, "cgidl_c.py knows the datagram");
_Static_assert(CG_HEADER_LEN == {header_len}, "cgidl_c.py knows the header");

static void put_u32(struct cg_writer *w, uint32_t v, uint32_t min,
		    uint32_t max)
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

static void get_bytes(struct cg_reader *r, uint32_t max,
		      const uint8_t **out_data, size_t *out_len)
{{
	uint32_t len = get_u32(r, 0, max);

	*out_data = cg_reader_take(r, len);
	*out_len = len;
}}
'''

FUNCTIONS = '''
enum cg_status
cg_push_{name}(struct cg_writer *w, const struct cg_{name} *in)
{{
{push}
	return w->failed ? CG_E_LIMIT : CG_OK;
}}

enum cg_status
cg_pull_{name}(struct cg_reader *r, struct cg_{name} *out)
{{
	*out = (struct cg_{name}){{ 0 }};
{pull}
	if (r->failed) {{
		*out = (struct cg_{name}){{ 0 }};
		return CG_E_PROTO;
	}}
	return CG_OK;
}}
'''

EXCLUSIVE = '''	if ({value}->{other}.len != 0 && {value}->{name}.len != 0) {{
		{cursor}->failed = true;
	}}'''


def encoded_max(members, left_out=None):
    """The largest message; padding only grows with what precedes it."""
    pos = HEADER_LEN
    for member in members:
        size = {'handle': 8, 'uint8': 4}.get(member.kind) or SIZES[member.kind]
        pos = (pos + size - 1) // size * size + size
        if member.kind == 'uint8' and member.name != left_out:
            pos += member.range[1]
    return pos


def enum_text(interface):
    prefix = 'CG_CLIENT_OP_' if interface.is_client else 'CG_OP_'
    names = [interface.short(op).upper() for op in interface.ops]
    return ENUM.format(
        tag=prefix[:-1].lower(), prefix=prefix, count=len(names),
        values='\n'.join(f'\t{prefix}{name} = {number},'
                         for number, name in enumerate(names)),
        table='CG_CLIENT_OPS' if interface.is_client else 'CG_VAULT_OPS',
        rows=' '.join(f'\\\n\tX({name}, {op.name}, {op.phase.upper()})'
                      for name, op in zip(names, interface.ops)))


def member_type(member):
    if member.secret or member.released:
        return 'struct cg_secret_bytes'
    return TYPES[member.kind]


def header_text(parser):
    structs = [s for i in parser.interfaces for s in i.structs]
    return HEADER.format(
        consts=''.join(f'\n#define {name} {value}U'
                       for name, value in parser.consts.items()) + '\n',
        phases='\n'.join(f'\tCG_PHASE_{phase.upper()},' for phase in PHASES),
        enums=''.join(enum_text(i) for i in parser.interfaces),
        structs=''.join(STRUCT.format(
            name=s.name, members='\n'.join(
                f'\t{member_type(m)} {m.name};' for m in s.members))
            for s in structs))


def statements(struct, templates, value, cursor):
    for m in struct.members:
        kind = 'range' if m.kind == 'uint32' and m.range else m.kind
        yield '\t' + templates[kind].format(m.name, *(m.range or ()))
        if m.instead_of:
            yield EXCLUSIVE.format(value=value, cursor=cursor, name=m.name,
                                   other=m.instead_of)


def code_text(parser):
    structs = [s for i in parser.interfaces for s in i.structs]
    return CODE.format(msg_max=MSG_MAX, header_len=HEADER_LEN) + ''.join(
        FUNCTIONS.format(name=s.name,
                         push='\n'.join(statements(s, PUSH, 'in', 'w')),
                         pull='\n'.join(statements(s, PULL, 'out', 'r')))
        for s in structs)
