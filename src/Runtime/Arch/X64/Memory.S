// Block copies and fills. SSE loops rather than `rep`: a string instruction has a start-up cost that the short
// copies of a kernel never earn back, and emulated CPUs step through it byte by byte.

	.text

// void *memmove(void *rdi, const void *rsi, size_t rdx); the areas may overlap.
	.globl	memmove, memcpy, RhBulkMoveWithWriteBarrier
	.type	memmove, @function
	.p2align 4
RhBulkMoveWithWriteBarrier:
memcpy:
memmove:
	.cfi_startproc
	mov	%rdi, %rax
	cmp	$16, %rdx
	jb	.Lmove_small
	cmp	$32, %rdx
	ja	.Lmove_over32
	movups	(%rsi), %xmm0
	movups	-16(%rsi,%rdx), %xmm1
	movups	%xmm0, (%rdi)
	movups	%xmm1, -16(%rdi,%rdx)
	ret
.Lmove_over32:
	cmp	$64, %rdx
	ja	RhpMoteMoveLarge
	movups	(%rsi), %xmm0
	movups	16(%rsi), %xmm1
	movups	-32(%rsi,%rdx), %xmm8
	mov	-16(%rsi,%rdx), %rcx
	mov	-8(%rsi,%rdx), %r8
	movups	%xmm0, (%rdi)
	movups	%xmm1, 16(%rdi)
	movups	%xmm8, -32(%rdi,%rdx)
	mov	%rcx, -16(%rdi,%rdx)
	mov	%r8, -8(%rdi,%rdx)
	ret
.Lmove_small:
	cmp	$8, %edx
	jb	1f
	mov	(%rsi), %rcx
	mov	-8(%rsi,%rdx), %r8
	mov	%rcx, (%rdi)
	mov	%r8, -8(%rdi,%rdx)
	ret
1:	cmp	$4, %edx
	jb	2f
	mov	(%rsi), %ecx
	mov	-4(%rsi,%rdx), %r8d
	mov	%ecx, (%rdi)
	mov	%r8d, -4(%rdi,%rdx)
	ret
2:	test	%edx, %edx
	jz	3f
	movzbl	(%rsi), %ecx
	movzbl	-1(%rsi,%rdx), %r8d
	mov	%edx, %r10d
	shr	%r10d
	movzbl	(%rsi,%r10), %r9d
	mov	%cl, (%rdi)
	mov	%r9b, (%rdi,%r10)
	mov	%r8b, -1(%rdi,%rdx)
3:	ret
	.cfi_endproc
	.size	memmove, . - memmove

// The same for more than 64 bytes. A function of its own, since it alone takes registers that an entry into the kernel does not save at once (build/CodeCheck).
	.globl	RhpMoteMoveLarge
	.type	RhpMoteMoveLarge, @function
	.p2align 4
RhpMoteMoveLarge:
	.cfi_startproc
	mov	%rdi, %rcx
	sub	%rsi, %rcx
	cmp	%rdx, %rcx
	jb	.Lmove_backward
	// Forward. The last 64 bytes are loaded first: the loop may overwrite them in the source.
	movups	-64(%rsi,%rdx), %xmm4
	movups	-48(%rsi,%rdx), %xmm5
	movups	-32(%rsi,%rdx), %xmm6
	movups	-16(%rsi,%rdx), %xmm7
	lea	-64(%rdi,%rdx), %rcx
1:	movups	(%rsi), %xmm0
	movups	16(%rsi), %xmm1
	movups	32(%rsi), %xmm2
	movups	48(%rsi), %xmm3
	movups	%xmm0, (%rdi)
	movups	%xmm1, 16(%rdi)
	movups	%xmm2, 32(%rdi)
	movups	%xmm3, 48(%rdi)
	add	$64, %rsi
	add	$64, %rdi
	cmp	%rcx, %rdi
	jb	1b
	movups	%xmm4, (%rcx)
	movups	%xmm5, 16(%rcx)
	movups	%xmm6, 32(%rcx)
	movups	%xmm7, 48(%rcx)
	ret
.Lmove_backward:
	// The destination starts inside the source: from the end down, the first 64 bytes loaded beforehand.
	movups	(%rsi), %xmm4
	movups	16(%rsi), %xmm5
	movups	32(%rsi), %xmm6
	movups	48(%rsi), %xmm7
1:	movups	-16(%rsi,%rdx), %xmm0
	movups	-32(%rsi,%rdx), %xmm1
	movups	-48(%rsi,%rdx), %xmm2
	movups	-64(%rsi,%rdx), %xmm3
	movups	%xmm0, -16(%rdi,%rdx)
	movups	%xmm1, -32(%rdi,%rdx)
	movups	%xmm2, -48(%rdi,%rdx)
	movups	%xmm3, -64(%rdi,%rdx)
	sub	$64, %rdx
	cmp	$64, %rdx
	ja	1b
	movups	%xmm4, (%rdi)
	movups	%xmm5, 16(%rdi)
	movups	%xmm6, 32(%rdi)
	movups	%xmm7, 48(%rdi)
	ret
	.cfi_endproc
	.size	RhpMoteMoveLarge, . - RhpMoteMoveLarge

// void *memset(void *rdi, int esi, size_t rdx)
	.globl	memset
	.type	memset, @function
	.p2align 4
memset:
	.cfi_startproc
	mov	%rdi, %rax
	movzbl	%sil, %esi
	mov	$0x0101010101010101, %rcx
	imul	%rcx, %rsi
	cmp	$16, %rdx
	jb	.Lset_small
	movq	%rsi, %xmm0
	punpcklqdq %xmm0, %xmm0
	movups	%xmm0, (%rdi)
	movups	%xmm0, -16(%rdi,%rdx)
	cmp	$32, %rdx
	jbe	2f
	movups	%xmm0, 16(%rdi)
	movups	%xmm0, -32(%rdi,%rdx)
	cmp	$64, %rdx
	jbe	2f
	lea	-32(%rdi,%rdx), %rcx
	add	$32, %rdi
	lea	-128(%rcx), %r8
	cmp	%r8, %rdi
	ja	1f
3:	movups	%xmm0, (%rdi)
	movups	%xmm0, 16(%rdi)
	movups	%xmm0, 32(%rdi)
	movups	%xmm0, 48(%rdi)
	movups	%xmm0, 64(%rdi)
	movups	%xmm0, 80(%rdi)
	movups	%xmm0, 96(%rdi)
	movups	%xmm0, 112(%rdi)
	sub	$-128, %rdi
	cmp	%r8, %rdi
	jbe	3b
	cmp	%rcx, %rdi
	jae	2f
1:	movups	%xmm0, (%rdi)
	movups	%xmm0, 16(%rdi)
	add	$32, %rdi
	cmp	%rcx, %rdi
	jb	1b
2:	ret
.Lset_small:
	cmp	$8, %edx
	jb	1f
	mov	%rsi, (%rdi)
	mov	%rsi, -8(%rdi,%rdx)
	ret
1:	cmp	$4, %edx
	jb	1f
	mov	%esi, (%rdi)
	mov	%esi, -4(%rdi,%rdx)
	ret
1:	test	%edx, %edx
	jz	1f
	mov	%sil, (%rdi)
	mov	%sil, -1(%rdi,%rdx)
	shr	%edx
	mov	%sil, (%rdi,%rdx)
1:	ret
	.cfi_endproc
	.size	memset, . - memset

	.section .note.GNU-stack, "", @progbits
