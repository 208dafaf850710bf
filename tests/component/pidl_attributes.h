/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cpp reads this before credguard.idl when Samba's pidl compiles it: pidl
 * refuses attributes that it does not know. None of these changes a byte. */
#define phase(name) helpstring("the phase is a rule of ours")
#define secret noprint
#define released noprint
#define instead_of(array) noprint
