// Helpers that compiled code calls and that need registers C# cannot name, or that are two instructions long.

	.text

// Stores of references. The collector is not generational and stops the world, so a store needs no barrier; build/CodeCheck
// puts this store in place of each call to these two.
	.globl	RhpAssignRef, RhpCheckedAssignRef
	.p2align 4
RhpAssignRef:
RhpCheckedAssignRef:
	.cfi_startproc
	mov	%rsi, (%rdi)
	ret
	.cfi_endproc

// Copies the reference at rsi to rdi and advances both; may change rax and rcx only.
	.globl	RhpByRefAssignRef
	.p2align 4
RhpByRefAssignRef:
	.cfi_startproc
	mov	(%rsi), %rcx
	mov	%rcx, (%rdi)
	add	$8, %rdi
	add	$8, %rsi
	ret
	.cfi_endproc

// object RhpCheckedLockCmpXchg(object *location, object value, object comparand)
	.globl	RhpCheckedLockCmpXchg
	.p2align 4
RhpCheckedLockCmpXchg:
	.cfi_startproc
	mov	%rdx, %rax
	lock cmpxchg %rsi, (%rdi)
	ret
	.cfi_endproc

// object RhpCheckedXchg(object *location, object value)
	.globl	RhpCheckedXchg
	.p2align 4
RhpCheckedXchg:
	.cfi_startproc
	mov	%rsi, %rax
	xchg	%rax, (%rdi)
	ret
	.cfi_endproc

// Transitions between managed and native code mark the stack for the stock collector. There is no native code here
// that may block in a collector's eyes, so they do nothing.
	.globl	RhpPInvoke, RhpPInvokeReturn, RhpReversePInvoke, RhpReversePInvokeReturn, RhpGcPoll
	.p2align 4
RhpPInvoke:
RhpPInvokeReturn:
RhpReversePInvoke:
RhpReversePInvokeReturn:
RhpGcPoll:
	.cfi_startproc
	ret
	.cfi_endproc

// Touches each page between rsp and r11, the new stack pointer, so that an overflow meets the guard page and not
// what lies beyond it. Changes the flags only.
	.globl	RhpStackProbe
	.p2align 4
RhpStackProbe:
	.cfi_startproc
	push	%rbp
	.cfi_def_cfa_offset 16
	.cfi_offset %rbp, -16
	mov	%rsp, %rbp
	.cfi_def_cfa_register %rbp
	and	$-4096, %rsp
1:	sub	$4096, %rsp
	test	%eax, (%rsp)
	cmp	%r11, %rsp
	jg	1b
	mov	%rbp, %rsp
	pop	%rbp
	.cfi_def_cfa %rsp, 8
	ret
	.cfi_endproc

// void RhpMotePanicHere(const char *reason): reports with the caller's registers. Does not return.
	.globl	RhpMotePanicHere
	.p2align 4
RhpMotePanicHere:
	.cfi_startproc
	mov	(%rsp), %rsi
	lea	8(%rsp), %rdx
	mov	%rbp, %rcx
	sub	$8, %rsp
	.cfi_def_cfa_offset 16
	call	RhMotePanic
	ud2
	.cfi_endproc

// void **RhMoteModules(int *count): the pointers to module headers that ilc puts into __modules.
	.globl	RhMoteModules
	.p2align 4
RhMoteModules:
	.cfi_startproc
	lea	__start___modules(%rip), %rax
	lea	__stop___modules(%rip), %rcx
	sub	%rax, %rcx
	shr	$3, %rcx
	mov	%ecx, (%rdi)
	ret
	.cfi_endproc

// const void *RhMoteFrameTable(): .eh_frame_hdr
	.globl	RhMoteFrameTable
	.p2align 4
RhMoteFrameTable:
	.cfi_startproc
	lea	__eh_frame_hdr_start(%rip), %rax
	ret
	.cfi_endproc

// Addresses that the linker script knows: .mote.lines from where to where, .data.
	.globl	RhMoteLineTable, RhMoteLineTableEnd, RhMoteDataStart
	.p2align 4
RhMoteLineTable:
	.cfi_startproc
	lea	__line_table_start(%rip), %rax
	ret
	.cfi_endproc
RhMoteLineTableEnd:
	.cfi_startproc
	lea	__line_table_end(%rip), %rax
	ret
	.cfi_endproc
RhMoteDataStart:
	.cfi_startproc
	lea	__data_start(%rip), %rax
	ret
	.cfi_endproc

	.data
// Nonzero would make native calls stop for a collector. Compiled code reads it as an int.
	.globl	RhpTrapThreads
	.p2align 3
RhpTrapThreads:
	.long	0

// Compared by functions that have buffers on the stack; Machine seeds it at boot.
	.globl	__security_cookie
	.p2align 3
__security_cookie:
	.quad	0x2b992ddfa232

	.section .note.GNU-stack, "", @progbits
