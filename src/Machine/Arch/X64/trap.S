# Entries from the program and ways back, the kernel's own faults and interrupts, and the switch between kernel stacks.
# Offsets are those of ContextBlock, UserRegisters and PerCpuBlock. Interrupts are off in the kernel except in MachineHaltUntilInterrupt.

#define R_RAX		0x00
#define R_RBX		0x08
#define R_RCX		0x10
#define R_RDX		0x18
#define R_RSI		0x20
#define R_RDI		0x28
#define R_RBP		0x30
#define R_R8		0x38
#define R_R9		0x40
#define R_R10		0x48
#define R_R11		0x50
#define R_R12		0x58
#define R_R13		0x60
#define R_R14		0x68
#define R_R15		0x70
#define R_VECTOR	0x88
#define R_ERROR		0x90
#define R_RIP		0x98
#define R_CS		0xa0
#define R_RFLAGS	0xa8
#define R_RSP		0xb0
#define R_SS		0xb8
#define C_FRAME_END	0xc0
#define C_KERNEL_RSP	0xc0
#define C_MXCSR		0xc8
#define C_CR2		0xe0
#define C_XMM		0x100
#define C_VECTORS_SAVED	0x190
#define G_CURRENT	0x08
#define G_SCRATCH	0x10
#define G_EOI		0x18
#define G_PENDING	0x20
#define G_RSP0_SLOT	0x40
#define G_HAS_SMAP	0x48
#define G_UNSAVED	0x50
#define G_PV_EOI	0x58
#define X2APIC_EOI	0x80b		/* MSR (SDM volume 3, 10.12.1.2) */

#define USER_CS		0x33	/* as on Linux: programs look */
#define USER_SS		0x2b
#define FLAGS_USER	0x250dd5	/* CF PF AF ZF SF TF DF OF RF AC ID */
#define FLAGS_STEP	0x10100		/* RF TF */
#define MXCSR_CONTROL	0xffc0	/* all but the six flags */
#define MXCSR_DEFAULT	0x1f80
#define FLAGS_FIXED	0x202		/* IF and the bit that is always set */

	.macro SAVE_GENERAL base
	mov	%rax, R_RAX(\base)
	mov	%rbx, R_RBX(\base)
	mov	%rcx, R_RCX(\base)
	mov	%rdx, R_RDX(\base)
	mov	%rsi, R_RSI(\base)
	mov	%rdi, R_RDI(\base)
	mov	%rbp, R_RBP(\base)
	mov	%r8, R_R8(\base)
	mov	%r9, R_R9(\base)
	mov	%r10, R_R10(\base)
	mov	%r11, R_R11(\base)
	mov	%r12, R_R12(\base)
	mov	%r13, R_R13(\base)
	mov	%r14, R_R14(\base)
	mov	%r15, R_R15(\base)
	.endm

# Compiled code takes XMM0, XMM1 and XMM8 (its zero) again and again, and they are saved at once. XMM2-7 and MXCSR stay the program's until a function that needs
# them calls MachineSaveVectors, as build/CodeCheck has it do; it fails on any other vector register. RAX is lost.
	.macro SAVE_XMM base
	movaps	%xmm0, C_XMM+0x00(\base)
	movaps	%xmm1, C_XMM+0x10(\base)
	movaps	%xmm8, C_XMM+0x80(\base)
	mov	\base, %gs:G_UNSAVED
	.endm

# RAX and the place below the stack pointer are lost.
	.macro LOAD_XMM base
	cmpl	$0, C_VECTORS_SAVED(\base)
	je	8f
	movl	$0, C_VECTORS_SAVED(\base)
	stmxcsr	-8(%rsp)
	mov	-8(%rsp), %eax
	cmp	%eax, C_MXCSR(\base)		# loading is dear
	je	9f
	ldmxcsr	C_MXCSR(\base)
9:
	movaps	C_XMM+0x20(\base), %xmm2
	movaps	C_XMM+0x30(\base), %xmm3
	movaps	C_XMM+0x40(\base), %xmm4
	movaps	C_XMM+0x50(\base), %xmm5
	movaps	C_XMM+0x60(\base), %xmm6
	movaps	C_XMM+0x70(\base), %xmm7
8:	movaps	C_XMM+0x00(\base), %xmm0
	movaps	C_XMM+0x10(\base), %xmm1
	movaps	C_XMM+0x80(\base), %xmm8
	.endm

	.macro POP_CALLEE_SAVED
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbp
	pop	%rbx
	.endm

	.text
	.code64

# int MachineEnterUser(ContextBlock*): returns the TrapKind with the program's state in the block.
	.globl	MachineEnterUser
	.balign	16
MachineEnterUser:
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	mov	%rsp, C_KERNEL_RSP(%rdi)
	LOAD_XMM %rdi
	mov	R_RFLAGS(%rdi), %r11
	mov	R_RIP(%rdi), %rcx
	and	$FLAGS_USER, %r11
	or	$FLAGS_FIXED, %r11
	mov	R_RBX(%rdi), %rbx
	mov	R_RDX(%rdi), %rdx
	mov	R_RSI(%rdi), %rsi
	mov	R_RBP(%rdi), %rbp
	mov	R_R8(%rdi), %r8
	mov	R_R9(%rdi), %r9
	mov	R_R10(%rdi), %r10
	mov	R_R12(%rdi), %r12
	mov	R_R13(%rdi), %r13
	mov	R_R14(%rdi), %r14
	mov	R_R15(%rdi), %r15
	# SYSRET serves when RCX and R11 are as it leaves them anyway. CpuContext.EnterUser checked that RIP is a program address
	# (a non-canonical one would fault in ring 0).
	cmp	%rcx, R_RCX(%rdi)
	jne	1f
	cmp	%r11, R_R11(%rdi)
	jne	1f
	test	$FLAGS_STEP, %r11d	# RF is lost by SYSRET; with TF it would trap before the program's next instruction
	jnz	1f
	mov	R_RAX(%rdi), %rax
	mov	R_RSP(%rdi), %rsp
	mov	R_RDI(%rdi), %rdi
	swapgs
	sysretq
1:	mov	%r11, R_RFLAGS(%rdi)
	movq	$USER_CS, R_CS(%rdi)
	movq	$USER_SS, R_SS(%rdi)
	mov	R_RAX(%rdi), %rax
	mov	R_RCX(%rdi), %rcx
	mov	R_R11(%rdi), %r11
	lea	R_RIP(%rdi), %rsp
	mov	R_RDI(%rdi), %rdi
	swapgs
	iretq				# cannot fault: the selectors are constants, and RIP is canonical

	.globl	MachineSyscallEntry
	.balign	16
MachineSyscallEntry:
	swapgs
	mov	%rsp, %gs:G_SCRATCH
	mov	%gs:G_CURRENT, %rsp
	SAVE_GENERAL %rsp
	mov	%rcx, R_RIP(%rsp)
	mov	%r11, R_RFLAGS(%rsp)
	mov	%gs:G_SCRATCH, %rax
	mov	%rax, R_RSP(%rsp)
	SAVE_XMM %rsp
	mov	C_KERNEL_RSP(%rsp), %rsp
	POP_CALLEE_SAVED
	xor	%eax, %eax
	ret

# Every vector's stub leaves the vector and an error code below the interrupt frame.
	.macro STUB vector
	.balign	16
	.if (\vector == 8) || ((\vector >= 10) && (\vector <= 14)) || (\vector == 17) || (\vector == 21) || (\vector == 29) || (\vector == 30)
	.else
	pushq	$0
	.endif
	pushq	$\vector
	jmp	TrapEntry
	.endm

	.globl	MachineVectorStubs
	.balign	16
MachineVectorStubs:
	.altmacro
	.set	vector, 0
	.rept	256
	STUB	%vector
	.set	vector, vector + 1
	.endr
	.noaltmacro

# From the program, RSP is at R_VECTOR of the current block, because RSP0 is the end of its frame.
	.balign	16
TrapEntry:
	testb	$3, 24(%rsp)
	jz	TrapFromKernel
	swapgs
	sub	$R_VECTOR, %rsp
	SAVE_GENERAL %rsp
	cld
	cmpb	$0, %gs:G_HAS_SMAP	# an exception leaves AC as the program had it, and AC lifts SMAP
	je	1f
	clac
1:	SAVE_XMM %rsp
	mov	R_VECTOR(%rsp), %rdx
	mov	$1, %eax		# TrapKind.PageFault
	cmp	$14, %edx
	jne	1f
	mov	%cr2, %rcx
	mov	%rcx, C_CR2(%rsp)
	jmp	3f
1:	inc	%eax			# TrapKind.Exception
	cmp	$32, %edx
	jb	3f
	inc	%eax			# TrapKind.Interrupt
	bts	%rdx, %gs:G_PENDING
	btrl	$0, %gs:G_PV_EOI	# set where the hypervisor has ended the interrupt itself
	jc	3f
	mov	%gs:G_EOI, %rcx
	test	%rcx, %rcx
	jz	4f
	movl	$0, (%rcx)
3:	mov	C_KERNEL_RSP(%rsp), %rsp
	POP_CALLEE_SAVED
	ret
4:	mov	%eax, %r8d
	mov	$X2APIC_EOI, %ecx
	xor	%eax, %eax
	xor	%edx, %edx
	wrmsr
	mov	%r8d, %eax
	jmp	3b

# In the kernel only three things come here: an interrupt while idle, a fault in a routine that touches program memory, and a bug.
	.balign	16
TrapFromKernel:
	cmpq	$32, (%rsp)
	jb	1f
	push	%rax
	push	%rcx
	mov	16(%rsp), %rax
	bts	%rax, %gs:G_PENDING
	btrl	$0, %gs:G_PV_EOI
	jc	5f
	mov	%gs:G_EOI, %rcx
	test	%rcx, %rcx
	jz	6f
	movl	$0, (%rcx)
5:	pop	%rcx
	pop	%rax
	add	$16, %rsp
	iretq
6:	push	%rdx
	mov	$X2APIC_EOI, %ecx
	xor	%eax, %eax
	xor	%edx, %edx
	wrmsr
	pop	%rdx
	jmp	5b
1:	push	%rax
	push	%rcx
	mov	32(%rsp), %rcx		# RIP of the fault
	lea	FixupTable(%rip), %rax
2:	cmpq	$0, (%rax)
	je	4f
	cmp	(%rax), %rcx
	jb	3f
	cmp	8(%rax), %rcx
	jae	3f
	mov	16(%rax), %rcx
	mov	%rcx, 32(%rsp)
	pop	%rcx
	pop	%rax
	add	$16, %rsp
	iretq
3:	add	$24, %rax
	jmp	2b
4:	pop	%rcx
	pop	%rax
# A bug: void MachineKernelFault(KernelFault*), which does not return. It may have struck where GS was still, or again, the program's.
Abort:
	push	%rbp
	mov	$0xc0000101, %ecx	# IA32_GS_BASE; its sign would not do, for a program can set any base
	rdmsr
	shl	$32, %rdx
	or	%rdx, %rax
	lea	BootPerCpu(%rip), %rdx
	cmp	%rdx, %rax
	je	1f
	swapgs
1:	mov	%rsp, %rdi
	mov	%rsp, %rbp
	and	$-16, %rsp
	call	MachineKernelFault
1:	hlt
	jmp	1b

# Entries with stacks of their own, 16 bytes each, for what may strike between two instructions that belong together (a user stack pointer in the kernel):
# NMI, double fault, machine check. An NMI is ignored and touches nothing: nobody here sends one but a person at the VMM's monitor. The others end the machine.
	.globl	MachineAbortStubs
	.balign	16
MachineAbortStubs:
	iretq
	.balign	16
	pushq	$8
	jmp	Abort
	.balign	16
	pushq	$0
	pushq	$18
	jmp	Abort

# Saves the program's XMM2-7 and MXCSR in the block that they belong to, unless they are there, and loads an MXCSR for the kernel: the program's serves unless more than
# the flags of past exceptions is unlike. Keeps every register; the kernel's own may be what is in XMM2-7 when they have been saved.
	.globl	MachineSaveVectors
	.balign	16
MachineSaveVectors:
	push	%rax
	mov	%gs:G_UNSAVED, %rax
	test	%rax, %rax
	jz	1f
	movaps	%xmm2, C_XMM+0x20(%rax)
	movaps	%xmm3, C_XMM+0x30(%rax)
	movaps	%xmm4, C_XMM+0x40(%rax)
	movaps	%xmm5, C_XMM+0x50(%rax)
	movaps	%xmm6, C_XMM+0x60(%rax)
	movaps	%xmm7, C_XMM+0x70(%rax)
	stmxcsr	C_MXCSR(%rax)
	movl	$1, C_VECTORS_SAVED(%rax)
	movq	$0, %gs:G_UNSAVED
	mov	C_MXCSR(%rax), %eax
	and	$MXCSR_CONTROL, %eax
	cmp	$MXCSR_DEFAULT, %eax
	je	1f
	ldmxcsr	DefaultMxcsr(%rip)
1:	pop	%rax
	ret

# Room for build/CodeCheck: for each function that needs XMM2-7 or MXCSR, a call of MachineSaveVectors and the instructions that its own first ones were replaced for.
	.globl	MachineVectorUsers
	.balign	16
MachineVectorUsers:
	.fill	2048, 1, 0xcc
	.globl	MachineVectorUsersEnd
MachineVectorUsersEnd:

# void MachineSwitch(ContextBlock* from, ContextBlock* to)
	.globl	MachineSwitch
	.balign	16
MachineSwitch:
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	mov	%rsp, C_KERNEL_RSP(%rdi)
	mov	%rsi, %gs:G_CURRENT
	lea	C_FRAME_END(%rsi), %rax
	mov	%gs:G_RSP0_SLOT, %rcx
	mov	%rax, (%rcx)
	mov	C_KERNEL_RSP(%rsi), %rsp
	POP_CALLEE_SAVED
	ret

# Where a new context starts: its first switch pops six zeros and returns here with an aligned stack.
	.globl	MachineNewContextEntry
MachineNewContextEntry:
	lea	1f(%rip), %rax
	ret
	.balign	16
1:	xor	%ebp, %ebp
	call	MachineContextStart
	ud2

	.globl	MachineHaltUntilInterrupt
MachineHaltUntilInterrupt:
	sti
	hlt
	cli
	ret

# ulong MachineUserCopy(to, from, length): one side is the program's. RDX always holds the bytes that are not yet known to be copied. What is left after the blocks goes in pieces that
# overlap each other or the last block, so that it takes a few tests and no loop.
	.globl	MachineUserCopy
	.balign	16
MachineUserCopy:
	mov	%rdx, %rcx
	cmpb	$0, %gs:G_HAS_SMAP
	jne	10f
11:	cmp	$64, %rdx
	jb	2f
1:
UserCopy:
	movups	(%rsi), %xmm0
	movups	16(%rsi), %xmm1
	movups	32(%rsi), %xmm8
	movups	%xmm0, (%rdi)
	movups	48(%rsi), %xmm0
	movups	%xmm1, 16(%rdi)
	movups	%xmm8, 32(%rdi)
	movups	%xmm0, 48(%rdi)
	add	$64, %rsi
	add	$64, %rdi
	sub	$64, %rdx
	cmp	$64, %rdx
	jae	1b
2:	cmp	$16, %rdx
	jbe	4f
	cmp	$32, %rdx
	jbe	3f
	movups	(%rsi), %xmm0
	movups	16(%rsi), %xmm1
	movups	-32(%rsi,%rdx), %xmm8
	movups	%xmm0, (%rdi)
	movups	-16(%rsi,%rdx), %xmm0
	movups	%xmm1, 16(%rdi)
	movups	%xmm8, -32(%rdi,%rdx)
	movups	%xmm0, -16(%rdi,%rdx)
	jmp	8f
3:	movups	(%rsi), %xmm0
	movups	-16(%rsi,%rdx), %xmm1
	movups	%xmm0, (%rdi)
	movups	%xmm1, -16(%rdi,%rdx)
	jmp	8f
4:	test	%rdx, %rdx
	jz	8f
	cmp	$16, %rcx
	jb	5f
	movups	-16(%rsi,%rdx), %xmm0
	movups	%xmm0, -16(%rdi,%rdx)
	jmp	8f
5:	cmp	$8, %rdx
	jb	6f
	mov	(%rsi), %rax
	mov	-8(%rsi,%rdx), %rcx
	mov	%rax, (%rdi)
	mov	%rcx, -8(%rdi,%rdx)
	jmp	8f
6:	cmp	$4, %rdx
	jb	7f
	mov	(%rsi), %eax
	mov	-4(%rsi,%rdx), %ecx
	mov	%eax, (%rdi)
	mov	%ecx, -4(%rdi,%rdx)
	jmp	8f
7:	mov	%rdx, %r8			# one to three: the first, the middle and the last
	shr	%r8
	movzbl	(%rsi), %eax
	movzbl	(%rsi,%r8), %ecx
	movzbl	-1(%rsi,%rdx), %r9d
	mov	%al, (%rdi)
	mov	%cl, (%rdi,%r8)
	mov	%r9b, -1(%rdi,%rdx)
UserCopyEnd:
8:	xor	%eax, %eax
9:	cmpb	$0, %gs:G_HAS_SMAP
	je	12f
	clac
12:	ret
10:	stac
	jmp	11b
UserCopyFault:
	mov	%rdx, %rax
	jmp	9b

# int MachineUserCopy4(to, from), MachineUserCopy8 and MachineUserCopy16: the same for structures of these sizes. Zero when it was copied.
	.macro COPY_FIXED bytes, load, store
	.globl	MachineUserCopy\bytes
	.balign	16
MachineUserCopy\bytes:
	cmpb	$0, %gs:G_HAS_SMAP
	jne	1f
UserCopy\bytes:
	\load
	\store
UserCopyEnd\bytes:
	xor	%eax, %eax
	ret
1:	stac
UserCopySmap\bytes:
	\load
	\store
UserCopySmapEnd\bytes:
	clac
	xor	%eax, %eax
	ret
	.endm

	COPY_FIXED 4, "mov (%rsi), %eax", "mov %eax, (%rdi)"
	COPY_FIXED 8, "mov (%rsi), %rax", "mov %rax, (%rdi)"
	COPY_FIXED 16, "movups (%rsi), %xmm0", "movups %xmm0, (%rdi)"
UserCopyFixedSmapFault:
	clac
UserCopyFixedFault:
	mov	$1, %eax
	ret

# long MachineUserString(to, from, limit): copies a string of the program with its NUL, eight bytes at a time while so many may be touched, so that
# bytes after the NUL may come too. Returns the length without the NUL; -1 where none comes within the limit or a fault comes first.
	.globl	MachineUserString
	.balign	16
MachineUserString:
	xor	%eax, %eax
	movabs	$0x0101010101010101, %r8
	movabs	$0x8080808080808080, %r9
	mov	%rdx, %r10
	cmpb	$0, %gs:G_HAS_SMAP
	je	1f
	stac
1:	sub	$8, %r10
	jb	3f
UserString:
2:	mov	(%rsi,%rax), %rcx
	mov	%rcx, %r11
	mov	%rcx, (%rdi,%rax)
	sub	%r8, %rcx		# the lowest bit 7 that is set in (x - 01..01) & ~x & 80..80 is that of the first zero byte
	not	%r11
	and	%r9, %rcx
	and	%r11, %rcx
	jnz	4f
	add	$8, %rax
	cmp	%r10, %rax
	jbe	2b
3:	cmp	%rdx, %rax
	jae	6f
	movzbl	(%rsi,%rax), %ecx
	mov	%cl, (%rdi,%rax)
	test	%cl, %cl
	jz	5f
	inc	%rax
	jmp	3b
UserStringEnd:
4:	bsf	%rcx, %rcx
	shr	$3, %ecx
	add	%rcx, %rax
5:	cmpb	$0, %gs:G_HAS_SMAP
	je	7f
	clac
7:	ret
UserStringFault:
6:	mov	$-1, %rax
	jmp	5b

# int MachineUserCompareExchange(address, expected, desired, uint* seen)
	.globl	MachineUserCompareExchange
	.balign	16
MachineUserCompareExchange:
	mov	%esi, %eax
	cmpb	$0, %gs:G_HAS_SMAP
	je	1f
	stac
1:
UserCompareExchange:
	lock cmpxchg %edx, (%rdi)
UserCompareExchangeEnd:
	mov	%eax, (%rcx)
	xor	%eax, %eax
2:	cmpb	$0, %gs:G_HAS_SMAP
	je	3f
	clac
3:	ret
UserCompareExchangeFault:
	mov	$1, %eax
	jmp	2b

	.section .rodata
	.balign	8
FixupTable:
	.quad	UserCopy, UserCopyEnd, UserCopyFault
	.irp	bytes, 4, 8, 16
	.quad	UserCopy\bytes, UserCopyEnd\bytes, UserCopyFixedFault
	.quad	UserCopySmap\bytes, UserCopySmapEnd\bytes, UserCopyFixedSmapFault
	.endr
	.quad	UserString, UserStringEnd, UserStringFault
	.quad	UserCompareExchange, UserCompareExchangeEnd, UserCompareExchangeFault
	.quad	0
DefaultMxcsr:
	.long	MXCSR_DEFAULT
