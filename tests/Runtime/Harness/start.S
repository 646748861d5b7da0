// Starts the runtime as a Linux process: what boot code and Machine do in a kernel, with system calls instead.

	.set	HEAP_BYTES, 1 << 30
	.set	HEAP_LIMIT, 64 << 20
	.set	BOOT_BYTES, 256 << 10
	.set	BLOCK_BYTES, 16 << 10
	.set	FAULT_STACK_BYTES, 64 << 10

	.text
	.globl	_start
_start:
	.cfi_startproc
	.cfi_undefined %rip
	xor	%ebp, %ebp
	mov	16(%rsp), %rax		// argv[1]
	mov	%rax, argument(%rip)
	and	$-16, %rsp
	lea	-64 << 20(%rsp), %rdi
	mov	%rsp, %rsi
	call	RhMoteSetStackBounds
	call	catch_faults
	call	reserve_heap
	mov	%rax, %rdi
	mov	$BOOT_BYTES, %esi
	mov	$HEAP_BYTES, %edx
	call	RhMoteInitialize
	lea	commit_pages(%rip), %rdi
	lea	release_pages(%rip), %rsi
	call	RhMoteSetHeapPages
	mov	$HEAP_LIMIT, %edi
	call	RhMoteSetHeapLimit
	call	RhMoteStart
	mov	%eax, %edi
	mov	$231, %eax		// exit_group
	syscall
	ud2
	.cfi_endproc

// Faults are handled on a stack of their own, as a kernel's page fault handler would.
catch_faults:
	.cfi_startproc
	mov	$131, %eax		// sigaltstack
	lea	fault_stack(%rip), %rdi
	xor	%esi, %esi
	syscall
	mov	$13, %eax		// rt_sigaction
	mov	$11, %edi		// SIGSEGV
	lea	fault_action(%rip), %rsi
	xor	%edx, %edx
	mov	$8, %r10d
	syscall
	ret
	.cfi_endproc

// (signal, siginfo_t *, ucontext_t *): registers are at fixed places in the context (sys/ucontext.h).
on_fault:
	.cfi_startproc
	.cfi_undefined %rip
	mov	%rdx, %rax
	lea	fault_reason(%rip), %rdi
	mov	168(%rax), %rsi		// rip
	mov	160(%rax), %rdx		// rsp
	mov	120(%rax), %rcx		// rbp
	and	$-16, %rsp
	call	RhMotePanic
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

// Addresses for the heap, aligned to a block, in rax. Linux gives their pages memory when they are touched.
reserve_heap:
	.cfi_startproc
	xor	%edi, %edi
	mov	$HEAP_BYTES + BLOCK_BYTES, %esi
	mov	$3, %edx		// PROT_READ | PROT_WRITE
	mov	$0x4022, %r10d		// MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
	mov	$-1, %r8
	xor	%r9d, %r9d
	mov	$9, %eax		// mmap
	syscall
	add	$BLOCK_BYTES - 1, %rax
	and	$-BLOCK_BYTES, %rax
	ret
	.cfi_endproc

// int commit_pages(void *start, size_t pages)
commit_pages:
	.cfi_startproc
	add	%rsi, HarnessPages(%rip)
	mov	$1, %eax
	ret
	.cfi_endproc

// void release_pages(void *start, size_t pages)
release_pages:
	.cfi_startproc
	sub	%rsi, HarnessPages(%rip)
	shl	$12, %rsi
	mov	$4, %edx		// MADV_DONTNEED
	mov	$28, %eax		// madvise
	syscall
	ret
	.cfi_endproc

// size_t HarnessPageCount(): pages that have been committed and not released.
	.globl	HarnessPageCount
HarnessPageCount:
	.cfi_startproc
	mov	HarnessPages(%rip), %rax
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

	.section .rodata
fault_reason:
	.asciz	"memory fault"

	.data
	.balign	8
fault_stack:				// stack_t
	.quad	fault_stack_bottom
	.quad	0
	.quad	FAULT_STACK_BYTES
fault_action:				// handler, SA_SIGINFO | SA_ONSTACK | SA_RESTORER, restorer, mask
	.quad	on_fault
	.quad	0x0c000004
	.quad	on_fault
	.quad	0

	.bss
	.balign	4096
fault_stack_bottom:
	.skip	FAULT_STACK_BYTES
HarnessPages:
	.quad	0
argument:
	.quad	0
	.section .note.GNU-stack, "", @progbits
