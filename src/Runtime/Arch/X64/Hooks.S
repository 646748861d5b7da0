// Weak versions of what Machine provides, enough to see a panic on COM1 before Machine exists.

	.text

	.weak	MachineEarlyWrite
MachineEarlyWrite:
	.cfi_startproc
	mov	$0x3f8, %edx
	mov	%rsi, %rcx
	mov	%rdi, %rsi
	rep outsb
	ret
	.cfi_endproc

// The value becomes QEMU's exit status 2 * 0x31 + 1 = 99.
	.weak	MachineHalt
MachineHalt:
	.cfi_startproc
	mov	$0xf4, %edx
	mov	$0x31, %eax
	out	%eax, (%dx)
1:	cli
	hlt
	jmp	1b
	.cfi_endproc

	.weak	MachineThreadStaticSlot
MachineThreadStaticSlot:
	.cfi_startproc
	lea	.Lthread_statics(%rip), %rax
	ret
	.cfi_endproc

	.weak	MachineExInfoSlot
MachineExInfoSlot:
	.cfi_startproc
	lea	.Lexception_chain(%rip), %rax
	ret
	.cfi_endproc

	.weak	MachineMonotonicNs
MachineMonotonicNs:
	.cfi_startproc
	rdtsc
	shl	$32, %rdx
	or	%rdx, %rax
	ret
	.cfi_endproc

	.weak	MachineNextThread
MachineNextThread:
	.cfi_startproc
	xor	%eax, %eax
	ret
	.cfi_endproc

	.local	.Lthread_statics, .Lexception_chain
	.lcomm	.Lthread_statics, 8
	.lcomm	.Lexception_chain, 8

	.section .note.GNU-stack, "", @progbits
