// Starts the runtime as a Linux process: what boot code and Machine do in a kernel, with system calls instead.

	.set	HEAP_BYTES, 64 << 20

	.text
	.globl	_start
_start:
	.cfi_startproc
	.cfi_undefined %rip
	xor	%ebp, %ebp
	mov	16(%rsp), %rax		// argv[1]
	mov	%rax, argument(%rip)
	and	$-16, %rsp
	lea	-1 << 20(%rsp), %rdi
	mov	%rsp, %rsi
	call	RhMoteSetStackBounds
	lea	heap(%rip), %rdi
	mov	$HEAP_BYTES, %esi
	call	RhMoteInitialize
	call	RhMoteStart
	mov	%eax, %edi
	mov	$231, %eax		// exit_group
	syscall
	ud2
	.cfi_endproc

// void MachineEarlyWrite(const char *text, size_t length)
	.globl	MachineEarlyWrite
MachineEarlyWrite:
	.cfi_startproc
	mov	%rsi, %rdx
	mov	%rdi, %rsi
	mov	$1, %edi
	mov	$1, %eax		// write
	syscall
	ret
	.cfi_endproc

// const char *HarnessArgument()
	.globl	HarnessArgument
HarnessArgument:
	.cfi_startproc
	mov	argument(%rip), %rax
	ret
	.cfi_endproc

	.globl	MachineHalt
MachineHalt:
	.cfi_startproc
	mov	$99, %edi
	mov	$231, %eax
	syscall
	ud2
	.cfi_endproc

	.bss
	.balign	4096
heap:	.skip	HEAP_BYTES
argument:
	.quad	0
	.section .note.GNU-stack, "", @progbits
