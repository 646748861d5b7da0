// The collector's inner loop, in assembly because a collection stops everything and spends nearly all its time here: compiled C# takes
// half as many instructions again. Memory/Marker.cs describes what it does; offsets are those of MarkState.cs, BlockHeader.cs, Slot.cs
// and MethodTable.cs.

	.set	TOP, 0x00
	.set	LIMIT, 0x08
	.set	MINUS_BASE, 0x10
	.set	BYTES, 0x18
	.set	MARK, 0x20
	.set	IS_OVERFLOWN, 0x24
	.set	BLOCK_MASK, -16384
	.set	BLOCK_LIVE, 0x00
	.set	BLOCK_NEEDS_RESCAN, 22

	.text

// byte *RhMoteMarkPlain(MarkState *): takes objects from the stack and marks what they refer to, until it meets one that has components,
// which it returns. The stack's first entry is one.
// byte *RhMoteMarkRange(MarkState *, byte **start, size_t bytes): the same, after marking what the words of a range refer to, at least one.
	.globl	RhMoteMarkPlain, RhMoteMarkRange
	.p2align 4
RhMoteMarkPlain:
	xor	%edx, %edx
RhMoteMarkRange:
	.cfi_startproc
	push	%rbx
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %rbx, 0
	push	%r12
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %r12, 0
	push	%r13
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %r13, 0
	mov	%rsi, %r11
	mov	%rdx, %rcx
	mov	%rdi, %rdx
	mov	TOP(%rdx), %rdi
	mov	MINUS_BASE(%rdx), %rbx
	mov	BYTES(%rdx), %r12
	mov	MARK(%rdx), %r13d
	mov	$1, %r9d
	test	%rcx, %rcx
	jnz	.Lfield

	// rdx state, rdi top, rbx less the heap's start, r12 its length, r13 the mark; rsi the object, r8 its type, less what the series
	// before took, r9 series left, r11 start of a series, rcx bytes left of it, rax a reference
	.p2align 4
.Lnext:
	sub	$8, %rdi
	mov	(%rdi), %rsi
	mov	(%rsi), %r8
	cmpl	$0, (%r8)		// bit 31: has components
	jl	.Lcomponents
	mov	-8(%r8), %r9
	mov	4(%r8), %ecx
	mov	-16(%r8), %r11
	add	%rsi, %r11
	add	-24(%r8), %rcx
.Lfield:
	mov	-8(%r11,%rcx), %rax
	lea	(%rax,%rbx), %r10
	cmp	%r12, %r10
	jb	.Lreference
	sub	$8, %rcx
	jnz	.Lfield
.Lend_of_series:
	dec	%r9
	jz	.Lnext
	// The size is at the type's own address, which the descriptor has moved away from.
	mov	(%rsi), %rcx
	mov	4(%rcx), %ecx
	sub	$16, %r8
	mov	-16(%r8), %r11
	add	%rsi, %r11
	add	-24(%r8), %rcx
	jmp	.Lfield

.Lreference:
	cmp	%r13d, -8(%rax)
	je	.Lskip
	mov	%r13d, -8(%rax)
	mov	%rax, %r10
	and	$BLOCK_MASK, %r10
	incl	BLOCK_LIVE(%r10)
	mov	(%rax), %r10
	testb	$1, 3(%r10)		// bit 24: has references
	jz	.Lskip
	cmp	LIMIT(%rdx), %rdi
	jae	.Lfull
	mov	%rax, (%rdi)
	add	$8, %rdi
.Lskip:
	sub	$8, %rcx
	jnz	.Lfield
	jmp	.Lend_of_series

.Lfull:
	and	$BLOCK_MASK, %rax
	movb	$1, BLOCK_NEEDS_RESCAN(%rax)
	movl	$1, IS_OVERFLOWN(%rdx)
	jmp	.Lskip

.Lcomponents:
	mov	%rdi, TOP(%rdx)
	mov	%rsi, %rax
	pop	%r13
	.cfi_adjust_cfa_offset -8
	.cfi_restore %r13
	pop	%r12
	.cfi_adjust_cfa_offset -8
	.cfi_restore %r12
	pop	%rbx
	.cfi_adjust_cfa_offset -8
	.cfi_restore %rbx
	ret
	.cfi_endproc

	.section .note.GNU-stack, "", @progbits
