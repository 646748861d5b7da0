// Calls through interfaces. A call site does `lea cell, %r11; call *(%r11)` with its arguments in registers; the
// first word of the cell is one of the two stubs here, the second is described in Dispatch/DispatchCell.cs.

	.text

// The cell knows some types: the second word points to a DispatchCache, whose pairs begin 16 bytes in.
	.globl	RhpMoteCachedInterfaceDispatch
	.p2align 4
RhpMoteCachedInterfaceDispatch:
	.cfi_startproc
	mov	8(%r11), %rax
	mov	(%rdi), %r10
	cmp	%r10, 16(%rax)
	jne	1f
	jmp	*24(%rax)
	.p2align 3
1:	add	$16, %rax
	cmp	%r10, 16(%rax)
	je	2f
	cmpq	$0, 16(%rax)
	jne	1b
	jmp	RhpInitialDynamicInterfaceDispatch
2:	jmp	*24(%rax)
	.cfi_endproc

// The cell does not know the type: the class library finds the target. Argument registers are kept in a frame in
// which the library expects `this` at 0x90 (System.Runtime.TransitionBlock starts at 0x80).
	.globl	RhpInitialDynamicInterfaceDispatch
	.p2align 4
RhpInitialDynamicInterfaceDispatch:
	.cfi_startproc
	// A null `this` faults here, before the frame exists.
	cmp	%rdi, (%rdi)
	sub	$0xc8, %rsp
	.cfi_def_cfa_offset 0xd0
	movaps	%xmm0, 0x00(%rsp)
	movaps	%xmm1, 0x10(%rsp)
	movaps	%xmm2, 0x20(%rsp)
	movaps	%xmm3, 0x30(%rsp)
	movaps	%xmm4, 0x40(%rsp)
	movaps	%xmm5, 0x50(%rsp)
	movaps	%xmm6, 0x60(%rsp)
	movaps	%xmm7, 0x70(%rsp)
	mov	%rdi, 0x90(%rsp)
	mov	%rsi, 0x98(%rsp)
	mov	%rcx, 0xa0(%rsp)
	mov	%rdx, 0xa8(%rsp)
	mov	%r8, 0xb0(%rsp)
	mov	%r9, 0xb8(%rsp)
	lea	0x80(%rsp), %rdi
	mov	%r11, %rsi
	call	RhpCidResolve
	movaps	0x00(%rsp), %xmm0
	movaps	0x10(%rsp), %xmm1
	movaps	0x20(%rsp), %xmm2
	movaps	0x30(%rsp), %xmm3
	movaps	0x40(%rsp), %xmm4
	movaps	0x50(%rsp), %xmm5
	movaps	0x60(%rsp), %xmm6
	movaps	0x70(%rsp), %xmm7
	mov	0x90(%rsp), %rdi
	mov	0x98(%rsp), %rsi
	mov	0xa0(%rsp), %rcx
	mov	0xa8(%rsp), %rdx
	mov	0xb0(%rsp), %r8
	mov	0xb8(%rsp), %r9
	add	$0xc8, %rsp
	.cfi_def_cfa_offset 8
	jmp	*%rax
	.cfi_endproc

// void RhpMoteStorePair(void *destination, long first, long second): one 16-byte store, which does not tear on a
// processor with AVX (Intel SDM vol. 3A, 9.1.1) and cannot be seen torn on a single CPU.
	.globl	RhpMoteStorePair
	.p2align 4
RhpMoteStorePair:
	.cfi_startproc
	movq	%rsi, %xmm0
	movq	%rdx, %xmm1
	punpcklqdq %xmm1, %xmm0
	movaps	%xmm0, (%rdi)
	ret
	.cfi_endproc

	.section .note.GNU-stack, "", @progbits
