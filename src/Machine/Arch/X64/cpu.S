# Single instructions that C# cannot say. System V calling convention; nothing here calls back.

	.text
	.code64
	.macro FUNCTION name
	.globl	\name
	.balign	16
\name:
	.endm

FUNCTION MachineReadCr2
	mov	%cr2, %rax
	ret
# ulong MachineTakeDebugStatus(): DR6, which the CPU only ever adds to; its reset value goes back (SDM volume 3, 18.2.3).
FUNCTION MachineTakeDebugStatus
	mov	%dr6, %rax
	mov	$0xffff0ff0, %edx
	mov	%rdx, %dr6
	ret
FUNCTION MachineReadCr3
	mov	%cr3, %rax
	ret
FUNCTION MachineWriteCr3
	mov	%rdi, %cr3
	ret
FUNCTION MachineReadCr4
	mov	%cr4, %rax
	ret
FUNCTION MachineWriteCr4
	mov	%rdi, %cr4
	ret
FUNCTION MachineInvalidatePage
	invlpg	(%rdi)
	ret
FUNCTION MachineReadTsc
	lfence
	rdtsc
	shl	$32, %rdx
	or	%rdx, %rax
	ret
FUNCTION MachineReadMsr
	mov	%edi, %ecx
	rdmsr
	shl	$32, %rdx
	or	%rdx, %rax
	ret
FUNCTION MachineWriteMsr
	mov	%edi, %ecx
	mov	%esi, %eax
	mov	%rsi, %rdx
	shr	$32, %rdx
	wrmsr
	ret
FUNCTION MachineWriteXcr0
	xor	%ecx, %ecx
	mov	%edi, %eax
	mov	%rdi, %rdx
	shr	$32, %rdx
	xsetbv
	ret
FUNCTION MachineCpuid
	push	%rbx
	mov	%rdx, %r8
	mov	%edi, %eax
	mov	%esi, %ecx
	cpuid
	mov	%eax, (%r8)
	mov	%ebx, 4(%r8)
	mov	%ecx, 8(%r8)
	mov	%edx, 12(%r8)
	pop	%rbx
	ret
FUNCTION MachineIn8
	mov	%edi, %edx
	xor	%eax, %eax
	in	%dx, %al
	ret
FUNCTION MachineOut8
	mov	%edi, %edx
	mov	%esi, %eax
	out	%al, %dx
	ret
# void MachineOutString8(ushort port, byte* bytes, ulong count). KVM leaves for each byte all the same.
FUNCTION MachineOutString8
	mov	%rdx, %rcx
	mov	%edi, %edx
	cld
	rep outsb
	ret
FUNCTION MachineIn32
	mov	%edi, %edx
	in	%dx, %eax
	ret
# long MachineXenCall(ulong number, ulong command, void* argument, ulong isAmd)
FUNCTION MachineXenCall
	mov	%rdi, %rax
	mov	%rsi, %rdi
	mov	%rdx, %rsi
	test	%ecx, %ecx
	jz	1f
	vmmcall
	ret
1:	vmcall
	ret
FUNCTION MachineOut16
	mov	%edi, %edx
	mov	%esi, %eax
	out	%ax, %dx
	ret
FUNCTION MachineOut32
	mov	%edi, %edx
	mov	%esi, %eax
	out	%eax, %dx
	ret
# int MachineRandom(ulong*): RDSEED, else RDRAND, as CPUID said (boot.S); a few tries each.
#define G_CPUID_1_ECX	0x80
#define G_CPUID_7_EBX	0x88
FUNCTION MachineRandom
	mov	$16, %ecx
	btl	$18, %gs:G_CPUID_7_EBX
	jnc	2f
1:	rdseed	%rax
	jc	4f
	dec	%ecx
	jnz	1b
2:	btl	$30, %gs:G_CPUID_1_ECX
	jnc	5f
	mov	$16, %ecx
3:	rdrand	%rax
	jc	4f
	dec	%ecx
	jnz	3b
5:	xor	%eax, %eax
	ret
4:	mov	%rax, (%rdi)
	mov	$1, %eax
	ret
# void MachineXsave(area, mask). What XSAVE stores, in the same places. Where the state is x87, SSE and AVX and no more, it is stored by single instructions: an emulator takes ten times
# as long for XSAVE. XMM0-8 are not stored then, because they have been (SAVE_XMM). x87 is left out while it is as FNINIT leaves it, which FNSTENV tells.
#define X_SSE	160
#define X_HEADER 512
#define X_AVX	576
#define G_HAS_XSAVE	0x4a
#define G_PLAIN_STATE	0x4b
#define G_X87_DIRTY	0x4c
FUNCTION MachineXsave
	cmpb	$0, %gs:G_PLAIN_STATE
	jne	2f
	mov	%esi, %eax
	mov	%rsi, %rdx
	shr	$32, %rdx
	cmpb	$0, %gs:G_HAS_XSAVE
	je	1f
	xsave64	(%rdi)
	ret
1:	fxsave64 (%rdi)
	ret
2:
	.irp	n, 9, 10, 11, 12, 13, 14, 15
	movaps	%xmm\n, X_SSE+16*\n(%rdi)
	.endr
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	vextractf128 $1, %ymm\n, X_AVX+16*\n(%rdi)
	.endr
	fnstenv	-32(%rsp)
	cmpw	$0x37f, -32(%rsp)
	jne	3f
	cmpw	$0, -28(%rsp)
	jne	3f
	cmpw	$0xffff, -24(%rsp)
	jne	3f
	mov	-20(%rsp), %eax		# instruction, opcode and operand of the last
	or	-16(%rsp), %eax
	or	-12(%rsp), %eax
	jnz	3f
	movb	$0, %gs:G_X87_DIRTY
	testb	$1, X_HEADER(%rdi)
	movq	$6, X_HEADER(%rdi)
	jz	5f
	xor	%eax, %eax		# it was in use when stored last: now its initial values stand there
	mov	%rax, (%rdi)
	movw	$0x37f, (%rdi)
	mov	%rax, 8(%rdi)
	mov	%rax, 16(%rdi)
	mov	$32, %ecx
4:	mov	%rax, (%rdi,%rcx)
	add	$8, %ecx
	cmp	$160, %ecx
	jb	4b
5:	ret
3:	fldenv	-32(%rsp)		# FNSTENV masks exceptions
	movb	$1, %gs:G_X87_DIRTY
	movq	$6, X_HEADER(%rdi)
	mov	$1, %eax
	xor	%edx, %edx
	xsave64	(%rdi)
	ret
# void MachineXrstor(area, mask). G_X87_DIRTY says whether x87 may be other than FNINIT leaves it.
FUNCTION MachineXrstor
	cmpb	$0, %gs:G_PLAIN_STATE
	je	3f
	mov	X_HEADER(%rdi), %eax
	not	%eax
	test	$6, %al			# a component whose bit is clear has its initial values, whatever is stored: XRSTOR's work
	jnz	3f
	.irp	n, 9, 10, 11, 12, 13, 14, 15
	movaps	X_SSE+16*\n(%rdi), %xmm\n
	.endr
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	vinsertf128 $1, X_AVX+16*\n(%rdi), %ymm\n, %ymm\n
	.endr
	testb	$1, X_HEADER(%rdi)
	jnz	4f
	cmpb	$0, %gs:G_X87_DIRTY
	je	5f
4:	mov	$1, %eax
	xor	%edx, %edx
	xrstor64 (%rdi)
5:	ret
3:	mov	%esi, %eax
	mov	%rsi, %rdx
	shr	$32, %rdx
	cmpb	$0, %gs:G_HAS_XSAVE
	je	1f
	xrstor64 (%rdi)
	jmp	2f
1:	fxrstor64 (%rdi)
2:	movl	$0x1f80, -8(%rsp)	# the program's MXCSR is loaded when it is entered; the kernel keeps its own
	ldmxcsr	-8(%rsp)
	ret
# void MachineReadUserBases(ulong* fs, ulong* gs): the program's bases; needs FSGSBASE. SWAPGS brings its GS in for a moment.
FUNCTION MachineReadUserBases
	rdfsbase %rax
	mov	%rax, (%rdi)
	swapgs
	rdgsbase %rax
	swapgs
	mov	%rax, (%rsi)
	ret
FUNCTION MachineWriteUserBases
	cmpb	$0, %gs:0x49
	je	1f
	wrfsbase %rdi
	swapgs
	wrgsbase %rsi
	swapgs
	ret
1:	mov	$0xc0000100, %ecx	# IA32_FS_BASE
	mov	%edi, %eax
	mov	%rdi, %rdx
	shr	$32, %rdx
	wrmsr
	mov	$0xc0000102, %ecx	# IA32_KERNEL_GS_BASE: the program's while the kernel runs
	mov	%esi, %eax
	mov	%rsi, %rdx
	shr	$32, %rdx
	wrmsr
	ret
FUNCTION MachinePerCpu
	mov	%gs:0, %rax
	ret
FUNCTION MachineThreadStaticSlot
	mov	%gs:8, %rax
	add	$0xd0, %rax
	ret
FUNCTION MachineExInfoSlot
	mov	%gs:8, %rax
	add	$0xd8, %rax
	ret
# void MachineLoadDescriptors(gdt pointer, idt pointer): GDT, code segment 0x08, TSS 0x38, IDT.
FUNCTION MachineLoadDescriptors
	lgdt	(%rdi)
	pushq	$0x08
	lea	1f(%rip), %rax
	push	%rax
	lretq
1:	mov	$0x38, %eax
	ltr	%ax
	xor	%eax, %eax
	lldt	%ax			# none: after a reset there is one, at address zero
	lidt	(%rsi)
	ret
FUNCTION MachineVectorStubAddress
	lea	MachineVectorStubs(%rip), %rax
	ret
FUNCTION MachineAbortStubAddress
	lea	MachineAbortStubs(%rip), %rax
	ret
# void MachineTouch(ulong address, int how): one access with nothing to catch its fault, for SelfTest. 0 reads, 1 writes, 2 calls.
FUNCTION MachineTouch
	cmp	$1, %esi
	je	1f
	ja	2f
	mov	(%rdi), %rax
	ret
1:	mov	%rdi, (%rdi)
	ret
2:	call	*%rdi
	ret
# Ends a machine that has no other way: an empty IDT makes the next exception a triple fault, which resets.
FUNCTION MachineTripleFault
	sub	$16, %rsp
	movq	$0, (%rsp)
	movq	$0, 8(%rsp)
	lidt	(%rsp)
	int3
	hlt
