# The vDSO: a one-page ELF shared object that the kernel maps into each program (vdso(7)), laid out by hand because it is so small.
# The page before it is its data, written by Vdso.WriteData: counter base, multiplier (nanoseconds a count, times 2^32), wall-clock offset.
# All addresses in it are offsets from VdsoStart. Program calls keep to the System V calling convention; the fallback is the system call.

#define DATA_BASE		(-4096 + 0)
#define DATA_MULTIPLIER		(-4096 + 8)
#define DATA_WALL_OFFSET	(-4096 + 16)
#define SYS_gettimeofday	96
#define SYS_clock_gettime	228
#define SYS_clock_getres	229
#define CLOCKS_SERVED		0xf3	/* REALTIME, MONOTONIC, MONOTONIC_RAW, both COARSE ones, BOOTTIME */
#define CLOCKS_WALL		0x21	/* REALTIME, REALTIME_COARSE */
#define STT_FUNC_GLOBAL		0x12

	.section .rodata.vdso, "a", @progbits
	.balign	4096
VdsoStart:
.LVdsoStart:
	.byte	0x7f, 'E', 'L', 'F', 2, 1, 1, 0
	.quad	0
	.short	3, 62			# ET_DYN, EM_X86_64
	.long	1
	.quad	0			# no entry point
	.quad	VdsoProgramHeaders - VdsoStart
	.quad	0
	.long	0
	.short	64, 56, 2, 64, 0, 0

VdsoProgramHeaders:
	.long	1, 5			# PT_LOAD, R+X
	.quad	0, 0, 0
	.quad	VdsoFileEnd - VdsoStart, VdsoFileEnd - VdsoStart
	.quad	4096
	.long	2, 4			# PT_DYNAMIC, R
	.quad	VdsoDynamic - VdsoStart, VdsoDynamic - VdsoStart, VdsoDynamic - VdsoStart
	.quad	VdsoDynamicEnd - VdsoDynamic, VdsoDynamicEnd - VdsoDynamic
	.quad	8

	.balign	8
VdsoDynamic:
	.quad	14, VdsoSoname - VdsoStrings			# DT_SONAME
	.quad	4, VdsoHash - VdsoStart				# DT_HASH
	.quad	5, VdsoStrings - VdsoStart			# DT_STRTAB
	.quad	6, VdsoSymbols - VdsoStart			# DT_SYMTAB
	.quad	10, VdsoStringsEnd - VdsoStrings		# DT_STRSZ
	.quad	11, 24						# DT_SYMENT
	.quad	0x6ffffff0, VdsoVersions - VdsoStart		# DT_VERSYM
	.quad	0x6ffffffc, VdsoVersionDefinitions - VdsoStart	# DT_VERDEF
	.quad	0x6ffffffd, 2					# DT_VERDEFNUM
	.quad	0, 0
VdsoDynamicEnd:

	.macro	SYMBOL name
	.long	VdsoName_\name - VdsoStrings
	.byte	STT_FUNC_GLOBAL, 0
	.short	1			# a defined section; there is no table of them
	.quad	Vdso_\name - VdsoStart
	.quad	VdsoEnd_\name - Vdso_\name
	.endm

VdsoSymbols:
	.fill	24, 1, 0
	SYMBOL	clock_gettime
	SYMBOL	gettimeofday
	SYMBOL	time
	SYMBOL	getcpu
	SYMBOL	clock_getres
	.set	VDSO_SYMBOLS, 6

VdsoHash:
	.long	1, VDSO_SYMBOLS		# one bucket: a chain of all
	.long	1
	.long	0, 2, 3, 4, 5, 0

VdsoVersions:
	.short	0, 2, 2, 2, 2, 2

	.balign	8
VdsoVersionDefinitions:
	.short	1, 1, 1, 1		# VER_FLG_BASE, index 1, one name
	.long	0x0deebfa1		# elf_hash("linux-vdso.so.1")
	.long	20, 28
	.long	VdsoSoname - VdsoStrings, 0
	.short	1, 0, 2, 1
	.long	0x03ae75f6		# elf_hash("LINUX_2.6")
	.long	20, 0
	.long	VdsoVersionName - VdsoStrings, 0

VdsoStrings:
	.byte	0
VdsoSoname:		.asciz	"linux-vdso.so.1"
VdsoVersionName:	.asciz	"LINUX_2.6"
VdsoName_clock_gettime:	.asciz	"__vdso_clock_gettime"
VdsoName_gettimeofday:	.asciz	"__vdso_gettimeofday"
VdsoName_time:		.asciz	"__vdso_time"
VdsoName_getcpu:	.asciz	"__vdso_getcpu"
VdsoName_clock_getres:	.asciz	"__vdso_clock_getres"
VdsoStringsEnd:

	.balign	16
# RAX = monotonic nanoseconds; R8 = VdsoStart; RDX is lost. Neither a call nor a division below: either costs an emulated CPU as much as ten instructions.
	.macro	MONOTONIC
	lfence
	rdtsc
	shl	$32, %rdx
	or	%rdx, %rax
	lea	.LVdsoStart(%rip), %r8
	sub	DATA_BASE(%r8), %rax
	mulq	DATA_MULTIPLIER(%r8)
	shrd	$32, %rdx, %rax
	.endm

# RDX = RAX / 10^9, RCX = the rest. 10^9 is 2^9 times 1953125, and 0x44b82fa09b5a53 is 2^75 / 1953125, rounded up: exact for all of 64 bits
# (Granlund and Montgomery, Division by Invariant Integers using Multiplication, 1994).
	.macro	SECONDS
	mov	%rax, %rcx
	shr	$9, %rax
	mov	$0x44b82fa09b5a53, %rdx
	mul	%rdx
	shr	$11, %rdx
	imul	$1000000000, %rdx, %rax
	sub	%rax, %rcx
	.endm

	.balign	16
Vdso_clock_gettime:
	cmp	$7, %edi
	ja	1f
	mov	$CLOCKS_SERVED, %eax
	bt	%edi, %eax
	jnc	1f
	MONOTONIC
	mov	$CLOCKS_WALL, %ecx
	bt	%edi, %ecx
	jnc	2f
	add	DATA_WALL_OFFSET(%r8), %rax
2:	SECONDS
	mov	%rdx, (%rsi)
	mov	%rcx, 8(%rsi)
	xor	%eax, %eax
	ret
1:	mov	$SYS_clock_gettime, %eax
	syscall
	ret
VdsoEnd_clock_gettime:

	.balign	16
Vdso_gettimeofday:
	test	%rsi, %rsi		# the obsolete time zone
	jnz	1f
	test	%rdi, %rdi
	jz	2f
	MONOTONIC
	add	DATA_WALL_OFFSET(%r8), %rax
	SECONDS
	mov	%rdx, (%rdi)
	imul	$274877907, %rcx, %rax	# 2^38 / 1000, rounded up: exact below 10^9
	shr	$38, %rax
	mov	%rax, 8(%rdi)
2:	xor	%eax, %eax
	ret
1:	mov	$SYS_gettimeofday, %eax
	syscall
	ret
VdsoEnd_gettimeofday:

	.balign	16
Vdso_time:
	MONOTONIC
	add	DATA_WALL_OFFSET(%r8), %rax
	SECONDS
	mov	%rdx, %rax
	test	%rdi, %rdi
	jz	1f
	mov	%rax, (%rdi)
1:	ret
VdsoEnd_time:

# One CPU and one node today: both are zero.
	.balign	16
Vdso_getcpu:
	xor	%eax, %eax
	test	%rdi, %rdi
	jz	1f
	mov	%eax, (%rdi)
1:	test	%rsi, %rsi
	jz	2f
	mov	%eax, (%rsi)
2:	ret
VdsoEnd_getcpu:

	.balign	16
Vdso_clock_getres:
	mov	$SYS_clock_getres, %eax
	syscall
	ret
VdsoEnd_clock_getres:
VdsoFileEnd:
	.org	VdsoStart + 4096	# an error when it has outgrown its page

	.text
	.globl	MachineVdsoImage
MachineVdsoImage:
	lea	VdsoStart(%rip), %rax
	ret
