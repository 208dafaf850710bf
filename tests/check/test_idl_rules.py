#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-3.0-or-later
"""The IDL compiler refuses what would break a rule of the design, and says
where; what leaves the vault is held against a golden list."""
import os
import pathlib
import subprocess
import tempfile

from tests import tap

TOP = pathlib.Path(os.environ.get('CG_TOP', '.')).resolve()
COMPILER = TOP / 'idl/cgidl.py'
CONTRACT = TOP / 'idl/credguard.idl'
GOLDEN = TOP / 'tests/check/golden/released.txt'

GOOD = '''[ uuid("6a0c1c9e-52a7-4d0b-9a5e-0d2b6c1b7f31") ]
interface credguard_vault
{
	const int CG_A_MAX = 100;
	typedef [public] struct {
		uint32 op;
	} header;
	typedef [public] struct {
		uint32 uid;
		hyper handle;
		[range(1,7)] uint32 n;
		[range(0,CG_A_MAX)] uint32 a_len;
		[secret] uint8 a[a_len];
	} make_x_in;
	typedef [public] struct {
		[range(0,CG_A_MAX)] uint32 b_len;
		[released] uint8 b[b_len];
		[range(0,200000)] uint32 c_len;
		uint8 c[c_len];
		[range(0,200000)] uint32 d_len;
		[instead_of(c)] uint8 d[d_len];
	} make_x_out;
	[phase(ready)] void make_x(
		[in] make_x_in req,
		[out,ref] make_x_out *rep);
}
[ version(1.0) ]
interface credguard_client
{
	typedef [public] struct {
		uint32 e;
	} client_hello_in;
	typedef [public] struct {
		uint32 f;
	} client_hello_out;
	[phase(ready)] void client_hello(
		[in] client_hello_in req, [out,ref] client_hello_out *rep);
}
'''
B = '[range(0,CG_A_MAX)] uint32 b_len;\n\t\t[released] uint8 b[b_len];'
# What is written instead of what, what is said, and at the line of which text
# (when that is not where the new text ends).
BAD = {
    'a verb outside the list': (
        'make_x', 'export_x', 'export_x is not one of the verbs',
        '[phase(ready)] void export_x'),
    'a verb that only begins like one of the list': (
        'make_x', 'makes_x', 'is not one of', '[phase(ready)] void makes_x'),
    'a client operation outside the list': (
        'client_hello', 'client_get', 'client_get is not one of',
        '[phase(ready)] void client_get'),
    'a client operation without its prefix': (
        'client_hello', 'hello', 'hello is not one of',
        '[phase(ready)] void hello'),
    'a secret in a reply': (
        '[released] uint8 b', '[secret] uint8 b', 'b is secret'),
    'a released key in a request': (
        '[secret] uint8 a', '[released] uint8 a', 'only a reply releases'),
    'a released key in the header': (
        'uint32 op;', B, 'only a reply releases'),
    'an unmarked array that is named like a secret': (
        'uint8 c[c_len]', 'uint8 nt_hash[nt_hash_len]', 'sounds like a secret',
        'uint8 nt_hash', ('uint32 c_len', 'uint32 nt_hash_len'),
        ('instead_of(c)', 'instead_of(nt_hash)')),
    'an array without a length': (
        '[range(0,CG_A_MAX)] uint32 a_len;', '', 'a must follow its length',
        'uint8 a['),
    'an array without a bound': (
        '[range(0,CG_A_MAX)] uint32 a_len;', 'uint32 a_len;',
        'a_len needs a range'),
    'a length that cannot be 0': (
        '(0,CG_A_MAX)] uint32 a_len;', '(1,CG_A_MAX)] uint32 a_len;',
        'a_len needs a range'),
    'an array with the length of another': (
        'uint8 c[c_len]', 'uint8 c[b_len]', 'c_len is not followed',
        'uint32 c_len'),
    'a length that is far from its array': (
        '[secret] uint8 a[', 'uint32 z; [secret] uint8 a[',
        'a_len is not followed by its array', 'uint32 a_len'),
    'a length without an array at the end': (
        '[secret] uint8 a[a_len];', '', 'a_len is not followed',
        'uint32 a_len'),
    'an array of fixed size': (
        'uint8 a[a_len]', 'uint8 a[16]', 'a word expected, not 16'),
    'an array of integers': (
        '[secret] uint8 a[', '[secret] uint32 a[', 'a field is a uint32'),
    'a single byte': ('uint32 uid', 'uint8 uid', 'a field is a uint32'),
    'a type that does not exist here': (
        'uint32 uid', 'string uid', 'a field is a uint32'),
    'a pointer': ('uint32 uid', 'uint32 *uid', 'a word expected, not *'),
    'a range of a hyper': (
        'hyper handle', '[range(0,1)] hyper handle', 'a hyper cannot be'),
    'a secret integer': (
        'uint32 uid', '[secret] uint32 uid', 'a uint32 cannot be secret'),
    'an empty range': ('range(1,7)', 'range(7,1)', 'this range is empty'),
    'a range up to an unknown name': (
        'range(1,7)', 'range(1,CG_B_MAX)', 'CG_B_MAX is not a const'),
    'a negative number': ('= 100', '= -100', 'not understood: -100'),
    'a hexadecimal number': ('= 100', '= 0x100', 'not understood: 0x100'),
    'a number above 31 bits': (
        '= 100', '= 4294967296', 'is not a decimal int'),
    'a message that is larger than a datagram': (
        '[instead_of(c)] uint8 d', 'uint8 d',
        'make_x_out takes up to 400128 bytes', '} make_x_out'),
    'a message that is one byte larger than a datagram': (
        B, B.replace('CG_A_MAX', '62019'), 'up to 262145 bytes',
        '} make_x_out', ('[instead_of(c)]', ''),
        ('200000)] uint32 d_len', '97)] uint32 d_len')),
    'an alternative to an array that is not there': (
        'instead_of(c)', 'instead_of(e)', 'there is no array e before d'),
    'an operation without a phase': (
        '[phase(ready)] void make_x', 'void make_x', '[phase(...)] expected'),
    'an unknown phase': (
        '[phase(ready)] void make_x', '[phase(late)] void make_x',
        'there is no phase late'),
    'an operation without its request': (
        '} make_x_in;', '} make_y_in;', 'there is no struct make_x_in',
        '[phase(ready)] void make_x'),
    'an operation without its reply': (
        '} make_x_out;', '} make_y_out;', 'there is no struct make_x_out',
        '[phase(ready)] void make_x'),
    'an operation with the request of another': (
        '[in] make_x_in req', '[in] make_y_in req', 'make_x_in expected'),
    'an operation with a second parameter': (
        '[in] make_x_in req,', '[in] make_x_in req, [in] uint32 n,',
        'out expected, not in'),
    'an operation that returns something': (
        'void make_x', 'uint32 make_x', 'void expected'),
    'a struct that belongs to no operation': (
        'header;', 'trailer;', 'trailer belongs to no operation'),
    'a struct inside a struct': (
        'uint32 uid;', 'header uid;', 'a field is a uint32'),
    'a struct without [public]': (
        'typedef [public] struct {\n\t\tuint32 e', 'typedef struct {\n\t\t'
        'uint32 e', '[ expected, not struct', 'typedef struct'),
    'an empty struct': ('uint32 op;', '', 'header is empty', '} header'),
    'the same field twice': (
        'hyper handle', 'hyper  uid', 'uid is there twice'),
    'the same struct twice': (
        '} client_hello_in;', '} header ;', 'header is there twice'),
    'the same attribute twice': (
        '[secret]', '[secret,secret]', 'is there twice'),
    'the same const twice': (
        'CG_A_MAX = 100;', 'CG_A_MAX = 100; const int CG_A_MAX = 1;',
        'CG_A_MAX is there twice'),
    'the same interface twice': (
        'interface credguard_client', 'interface  credguard_vault',
        'credguard_vault is there twice'),
    'an unknown interface': (
        'credguard_client', 'credguard_other', 'no rules are known'),
    'an unknown attribute': (
        '[secret]', '[unique]', 'attribute unique is not known here'),
    'an import': ('const int', 'import "x.idl"; const int',
                  'const, typedef or [phase(...)] expected, not import'),
    'an enum': ('typedef [public] struct {\n\t\tuint32 op;',
                'typedef enum { op;', '[ expected, not enum'),
    'a preprocessor line': (
        '\tconst int', '#define X\n\tconst int', 'not understood: #define X',
        '#define'),
    'a comment that does not end': (
        '\tconst int', '/* const int', 'not understood: /*'),
    'text after the last interface': (
        'client_hello_out *rep);\n}', 'client_hello_out *rep);\n} more',
        'a end expected, not more'),
    'a file that ends early': (
        'client_hello_out *rep);\n}', '', 'expected, not the end of the file',
        None),
}


def compile_text(text):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / 'x.idl'
        path.write_text(text)
        done = subprocess.run(
            ['/usr/bin/python3', '-B', COMPILER, path, folder + '/x.h',
             folder + '/x.c'], capture_output=True, text=True)
        outputs = sorted(p.name for p in pathlib.Path(folder).iterdir())
        return done.returncode, done.stderr.replace(str(path), 'x.idl'), \
            outputs


def line_of(text, where):
    return text[:text.index(where)].count('\n') + 1


def refusal(name, old, new, words, where='', *more):
    def test():
        bad = GOOD
        for before, after in ((old, new), *more):
            assert before in bad, before
            bad = bad.replace(before, after)
        line = bad.count('\n') + 1 if where is None else \
            line_of(bad, where or new) + (0 if where else new.count('\n'))
        code, said, outputs = compile_text(bad)
        assert code == 1 and outputs == ['x.idl'], (code, said, outputs)
        assert said.startswith(f'x.idl:{line}: ') and words in said, \
            (line, said)
        assert said.count('\n') == 1, said
    test.__name__ = f'{name} is refused with its line'
    tap.test(test)


@tap.test
def the_contract_that_the_bad_ones_are_made_from_is_accepted():
    assert compile_text(GOOD) == (0, '', ['x.c', 'x.h', 'x.idl'])


@tap.test
def a_message_that_just_fits_into_a_datagram_is_accepted():
    bound = B.replace('CG_A_MAX', '62019')
    text = GOOD.replace(B, bound).replace('[instead_of(c)]', '').replace(
        '200000)] uint32 d_len', '96)] uint32 d_len')
    assert compile_text(text)[:2] == (0, '')


@tap.test
def operations_phases_and_released_keys_are_those_of_the_golden_list():
    listed = subprocess.run(
        ['/usr/bin/python3', '-B', COMPILER, '--list', CONTRACT],
        capture_output=True, text=True, check=True).stdout
    assert listed == GOLDEN.read_text(), \
        f'python3 idl/cgidl.py --list now says:\n{listed}'


@tap.test
def only_keys_of_one_ticket_or_connection_are_released():
    released = [line for line in GOLDEN.read_text().splitlines()
                if line.startswith('released')]
    assert released == [
        'released absorb_tgs_rep_out.session_key',
        'released make_ntlm_response_out.session_base_key',
        'released make_ntlm_authenticate_out.session_key',
        'released client_make_ticket_out.session_key',
        'released client_make_ntlm_response_out.session_base_key',
        'released client_make_ntlm_authenticate_out.session_key']


for case, arguments in BAD.items():
    refusal(case, *arguments)
tap.main()
