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
FUNCTION MachineIn32
	mov	%edi, %edx
	in	%dx, %eax
	ret
FUNCTION MachineOut32
	mov	%edi, %edx
	mov	%esi, %eax
	out	%eax, %dx
	ret
# int MachineRandom(ulong*): RDSEED, else RDRAND, as CPUID says; a few tries each.
FUNCTION MachineRandom
	push	%rbx
	mov	$7, %eax
	xor	%ecx, %ecx
	cpuid
	mov	$16, %ecx
	bt	$18, %ebx
	jnc	2f
1:	rdseed	%rax
	jc	4f
	dec	%ecx
	jnz	1b
2:	mov	$1, %eax
	cpuid
	bt	$30, %ecx
	jnc	5f
	mov	$16, %ecx
3:	rdrand	%rax
	jc	4f
	dec	%ecx
	jnz	3b
5:	xor	%eax, %eax
	pop	%rbx
	ret
4:	mov	%rax, (%rdi)
	mov	$1, %eax
	pop	%rbx
	ret
FUNCTION MachineXsave
	mov	%esi, %eax
	mov	%rsi, %rdx
	shr	$32, %rdx
	cmpb	$0, %gs:0x4a
	je	1f
	xsave64	(%rdi)
	ret
1:	fxsave64 (%rdi)
	ret
FUNCTION MachineXrstor
	mov	%esi, %eax
	mov	%rsi, %rdx
	shr	$32, %rdx
	cmpb	$0, %gs:0x4a
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
