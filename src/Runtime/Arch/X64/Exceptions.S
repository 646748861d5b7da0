// The register side of exceptions: from a throw into the class library's dispatcher (System.Runtime.EH), and from
// there into the handlers, which ilc compiles as functions of their own (funclets) that run on the frame of the
// method they belong to. Offsets are those of Exceptions/ExInfo.cs, LimitedContext.cs and RegisterDisplay.cs.

	.set	EXINFO_SIZE, 0x190
	.set	CONTEXT, EXINFO_SIZE
	// Keeps the stack aligned to 16 under a return address.
	.set	THROW_FRAME, EXINFO_SIZE + 0x58
	.set	KIND_THROW, 1
	.set	KIND_HARDWARE, 2
	.set	DISPLAY_SP, 0x78

	.text

// Builds the context of the caller and a new head of the chain of exceptions in flight, at rsp, which has been
// lowered by THROW_FRAME; \ip holds the return address, \sp the caller's stack pointer. Changes rax and rcx; leaves
// the previous head in rcx.
.macro BUILD_THROW_FRAME kind ip sp
	mov	\ip, CONTEXT(%rsp)
	mov	\sp, CONTEXT + 0x08(%rsp)
	mov	%rbp, CONTEXT + 0x10(%rsp)
	mov	%rbx, CONTEXT + 0x20(%rsp)
	mov	%r12, CONTEXT + 0x30(%rsp)
	mov	%r13, CONTEXT + 0x38(%rsp)
	mov	%r14, CONTEXT + 0x40(%rsp)
	mov	%r15, CONTEXT + 0x48(%rsp)
	mov	%rdi, %rbx
	lea	CONTEXT(%rsp), %rax
	mov	%rax, 0x08(%rsp)
	movq	$0, 0x10(%rsp)
	movb	$\kind, 0x18(%rsp)
	movb	$1, 0x19(%rsp)		// first pass
	movl	$-1, 0x1c(%rsp)		// no clause runs
	call	MachineExInfoSlot
	mov	(%rax), %rcx
	mov	%rcx, (%rsp)
	mov	%rsp, (%rax)
.endm

// void RhpThrowEx(object exception)
	.globl	RhpThrowEx
	.p2align 4
RhpThrowEx:
	.cfi_startproc
	mov	(%rsp), %rax
	lea	8(%rsp), %rcx
	sub	$THROW_FRAME, %rsp
	.cfi_def_cfa_offset THROW_FRAME + 8
	.cfi_offset %rbx, CONTEXT + 0x20 - THROW_FRAME - 8
	BUILD_THROW_FRAME KIND_THROW %rax %rcx
	mov	%rbx, %rdi
	mov	%rsp, %rsi
	call	RhThrowEx
	ud2
	.cfi_endproc

// void RhpRethrow(): throws again what the innermost catch handler handles.
	.globl	RhpRethrow
	.p2align 4
RhpRethrow:
	.cfi_startproc
	mov	(%rsp), %rax
	lea	8(%rsp), %rcx
	sub	$THROW_FRAME, %rsp
	.cfi_def_cfa_offset THROW_FRAME + 8
	.cfi_offset %rbx, CONTEXT + 0x20 - THROW_FRAME - 8
	BUILD_THROW_FRAME 0 %rax %rcx
	mov	%rcx, %rdi
	mov	%rsp, %rsi
	call	RhRethrow
	ud2
	.cfi_endproc

// Where a fault handler continues the faulting code, all registers as at the fault but rdi, the exception's code, and
// rsi, the address of the faulting instruction.
	.globl	RhpThrowHwEx
	.p2align 4
RhpThrowHwEx:
	.cfi_startproc
	.cfi_undefined %rip
	mov	%rsp, %rcx
	and	$-16, %rsp
	sub	$THROW_FRAME + 8, %rsp
	BUILD_THROW_FRAME KIND_HARDWARE %rsi %rcx
	mov	%ebx, %edi
	mov	%rsp, %rsi
	call	RhThrowHwEx
	ud2
	.cfi_endproc

// The three calls into funclets have one frame: saved registers above, and below them
	.set	FUNCLET_OBJECT, 0x00
	.set	FUNCLET_DISPLAY, 0x08		// read by StackFrameIterator.cs
	.set	FUNCLET_CODE, 0x10
	.set	FUNCLET_SLOT, 0x18
	.set	FUNCLET_FRAME, 0x28

.macro ENTER_FUNCLET_FRAME
	push	%rbp
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %rbp, 0
	push	%rbx
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %rbx, 0
	push	%r12
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %r12, 0
	push	%r13
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %r13, 0
	push	%r14
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %r14, 0
	push	%r15
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %r15, 0
	sub	$FUNCLET_FRAME, %rsp
	.cfi_adjust_cfa_offset FUNCLET_FRAME
.endm

.macro LEAVE_FUNCLET_FRAME
	add	$FUNCLET_FRAME, %rsp
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbx
	pop	%rbp
	ret
.endm

// Loads the registers of the method's frame from the display in rdx. A handler takes the exception in rdi.
.macro LOAD_FRAME_REGISTERS
	mov	0x18(%rdx), %rax
	mov	(%rax), %rbx
	mov	0x20(%rdx), %rax
	mov	(%rax), %rbp
	mov	0x58(%rdx), %rax
	mov	(%rax), %r12
	mov	0x60(%rdx), %rax
	mov	(%rax), %r13
	mov	0x68(%rdx), %rax
	mov	(%rax), %r14
	mov	0x70(%rdx), %rax
	mov	(%rax), %r15
.endm

// void RhpCallCatchFunclet(object exception, void *handler, RegisterDisplay *, ExInfo *): runs the handler and goes
// on where it says, in the method's frame. Does not return.
	.globl	RhpCallCatchFunclet, RhpMoteCatchFuncletReturn
	.p2align 4
RhpCallCatchFunclet:
	.cfi_startproc
	ENTER_FUNCLET_FRAME
	mov	%rdi, FUNCLET_OBJECT(%rsp)
	mov	%rsi, FUNCLET_CODE(%rsp)
	mov	%rdx, FUNCLET_DISPLAY(%rsp)
	call	MachineExInfoSlot
	mov	%rax, FUNCLET_SLOT(%rsp)
	mov	FUNCLET_DISPLAY(%rsp), %rdx
	LOAD_FRAME_REGISTERS
	mov	FUNCLET_OBJECT(%rsp), %rdi
	call	*FUNCLET_CODE(%rsp)
RhpMoteCatchFuncletReturn:
	// rax is where to go on. Exceptions whose dispatchers lie below that frame are done with.
	mov	FUNCLET_DISPLAY(%rsp), %rdx
	mov	DISPLAY_SP(%rdx), %rdx
	mov	FUNCLET_SLOT(%rsp), %rcx
	mov	(%rcx), %r8
1:	test	%r8, %r8
	jz	2f
	cmp	%rdx, %r8
	jae	2f
	mov	(%r8), %r8
	jmp	1b
2:	mov	%r8, (%rcx)
	mov	%rdx, %rsp
	jmp	*%rax
	.cfi_endproc

// void RhpCallFinallyFunclet(void *handler, RegisterDisplay *)
	.globl	RhpCallFinallyFunclet, RhpMoteFinallyFuncletReturn
	.p2align 4
RhpCallFinallyFunclet:
	.cfi_startproc
	ENTER_FUNCLET_FRAME
	mov	%rsi, FUNCLET_DISPLAY(%rsp)
	mov	%rdi, FUNCLET_CODE(%rsp)
	mov	%rsi, %rdx
	LOAD_FRAME_REGISTERS
	call	*FUNCLET_CODE(%rsp)
RhpMoteFinallyFuncletReturn:
	// The handler may have changed variables that live in registers.
	mov	FUNCLET_DISPLAY(%rsp), %rdx
	mov	0x18(%rdx), %rax
	mov	%rbx, (%rax)
	mov	0x20(%rdx), %rax
	mov	%rbp, (%rax)
	mov	0x58(%rdx), %rax
	mov	%r12, (%rax)
	mov	0x60(%rdx), %rax
	mov	%r13, (%rax)
	mov	0x68(%rdx), %rax
	mov	%r14, (%rax)
	mov	0x70(%rdx), %rax
	mov	%r15, (%rax)
	LEAVE_FUNCLET_FRAME
	.cfi_endproc

// bool RhpCallFilterFunclet(object exception, void *filter, RegisterDisplay *)
	.globl	RhpCallFilterFunclet
	.p2align 4
RhpCallFilterFunclet:
	.cfi_startproc
	ENTER_FUNCLET_FRAME
	mov	%rsi, FUNCLET_CODE(%rsp)
	LOAD_FRAME_REGISTERS
	call	*FUNCLET_CODE(%rsp)
	LEAVE_FUNCLET_FRAME
	.cfi_endproc

	.section .note.GNU-stack, "", @progbits
