# PVH entry (Xen "x86/HVM direct boot ABI"): 32-bit protected mode, paging off, EBX = physical address of hvm_start_info.
# Builds the first page tables, enters long mode, gives the runtime its first heap and calls the managed entry point.
# Physical addresses of high-half symbols are symbol - KERNEL_BASE.

#define KERNEL_BASE   0xffffffff80000000
#define PHYS(symbol)  ((symbol) - KERNEL_BASE)
#define FIRST_HEAP    0x60000
#define HEAP_REGION   0xffffc80000000000
#define HEAP_RESERVED 0x1000000000	/* 64 GiB of addresses */
#define BOOT_STACK    0x8000
#define LOAD_ADDRESS  0x200000		/* build/kernel.ld */
#define FIRST_GIB     0x40000000	/* what the first page tables map */

#define INFO_MAGIC	0x336ec578	/* struct hvm_start_info (LoaderHandover) */
#define INFO_VERSION	4
#define INFO_MODULES	12
#define INFO_MODULE_LIST	16
#define INFO_MAP	40
#define INFO_ENTRIES	48
#define MAX_ENTRIES	1024		/* LoaderHandover */

#define G_CPUID_1_ECX		0x80	/* PerCpuBlock */
#define G_CPUID_1_EDX		0x84
#define G_CPUID_7_EBX		0x88
#define G_CPUID_7_ECX		0x8c
#define G_CPUID_EXTENDED_EDX	0x90

	.section .note.Xen, "a", @note
	.balign 4
	.long	4, 4, 18		# namesz, descsz, XEN_ELFNOTE_PHYS32_ENTRY
	.asciz	"Xen"
	.long	PvhStart

	.section .boot.text, "ax", @progbits
	.code32
	.globl	PvhStart
PvhStart:
	cld
	cli
	mov	%ebx, BootStartInfo
	mov	$BootDirectory + 4096, %esp	# it is filled later
	call	BootCheckMemory
	# What CPUID says is read once: under a hypervisor each reading is an exit.
	mov	$1, %eax
	cpuid
	mov	%ecx, PHYS(BootPerCpu) + G_CPUID_1_ECX
	mov	%edx, PHYS(BootPerCpu) + G_CPUID_1_EDX
	mov	$0x80000001, %eax
	cpuid
	mov	%edx, PHYS(BootPerCpu) + G_CPUID_EXTENDED_EDX
	not	%edx
	and	$0x20100800, %edx	# long mode, NX, SYSCALL
	mov	PHYS(BootPerCpu) + G_CPUID_1_ECX, %ecx
	not	%ecx
	and	$0x982201, %ecx		# SSE3, SSSE3, CMPXCHG16B, SSE4.1, SSE4.2, POPCNT: x86-64-v2 (System V ABI, 3.1.1)
	mov	%ecx, %eax
	or	%edx, %eax
	jnz	BootRefuseCpu
	mov	$7, %eax		# there is one: no CPU of that level ends below it
	xor	%ecx, %ecx
	cpuid
	mov	%ebx, PHYS(BootPerCpu) + G_CPUID_7_EBX
	mov	%ecx, PHYS(BootPerCpu) + G_CPUID_7_ECX
	# Page tables: 2 MiB pages over the first GiB, once at the direct map, once at the kernel's base, once where we run now.
	mov	$BootDirectory, %edi
	mov	$0x83, %eax		# present, writable, huge
	mov	$512, %ecx
1:	mov	%eax, (%edi)
	movl	$0, 4(%edi)
	add	$0x200000, %eax
	add	$8, %edi
	dec	%ecx
	jnz	1b
	movl	$(BootDirectory + 3), BootPointers
	movl	$(BootDirectory + 3), BootDirectPointers
	movl	$(BootDirectory + 3), BootKernelPointers + 510 * 8
	movl	$(BootPointers + 3), BootRoot
	movl	$(BootDirectPointers + 3), BootRoot + 256 * 8
	movl	$(BootKernelPointers + 3), BootRoot + 511 * 8
	movl	$(BootHeapPointers + 3), BootRoot + 400 * 8
	movl	$(BootHeapDirectory + 3), BootHeapPointers
	movl	$(BootHeapTable + 3), BootHeapDirectory
	mov	$BootRoot, %eax
	mov	%eax, %cr3
	# CR4 once, for each writing is an exit; the boot protocol has it clear. CpuFeatures says what it means.
	mov	$0x6a0, %eax		# PAE, PGE, OSFXSR, OSXMMEXCPT
	mov	PHYS(BootPerCpu) + G_CPUID_7_EBX, %ecx
	mov	PHYS(BootPerCpu) + G_CPUID_7_ECX, %edx
	bt	$0, %ecx
	jnc	1f
	or	$0x10000, %eax		# FSGSBASE
1:	bt	$7, %ecx
	jnc	1f
	or	$0x100000, %eax		# SMEP
1:	bt	$20, %ecx
	jnc	1f
	or	$0x200000, %eax		# SMAP
1:	bt	$2, %edx
	jnc	1f
	or	$0x800, %eax		# UMIP
1:	btl	$26, PHYS(BootPerCpu) + G_CPUID_1_ECX
	jnc	1f
	or	$0x40000, %eax		# OSXSAVE
1:	mov	%eax, %cr4
	mov	$0xc0000080, %ecx	# EFER
	mov	$0x901, %eax		# SCE, LME, NXE
	xor	%edx, %edx
	wrmsr
	mov	$0x80050023, %eax	# PG, AM, WP, NE, MP, PE
	mov	%eax, %cr0
	lgdt	BootGdtPointer
	ljmp	$0x08, $BootLong

# A CPU that lacks something: ECX and EDX have the bits. Says so on the serial port and ends the machine, as a failed one (Power.Off).
BootRefuseCpu:
	mov	%ecx, %ebp
	mov	%edx, %ebx
	mov	$BootRefusal, %esi
	call	BootPrint
	push	%ebx
	mov	$0x80000002, %edi	# the CPU's name: three leaves
1:	mov	%edi, %eax
	cpuid
	mov	%eax, BootName
	mov	%ebx, BootName + 4
	mov	%ecx, BootName + 8
	mov	%edx, BootName + 12
	mov	$BootName, %esi
	call	BootPrint
	inc	%edi
	cmp	$0x80000004, %edi
	jbe	1b
	pop	%ebx
	mov	$BootLacks, %esi
	call	BootPrint
	mov	$BootNames, %edi	# a bit of ECX or EDX, and its name
2:	mov	(%edi), %eax
	mov	4(%edi), %edx
	test	%eax, %ebp
	jnz	3f
	test	%edx, %ebx
	jz	4f
3:	mov	$BootSpace, %esi
	call	BootPrint
	lea	8(%edi), %esi
	call	BootPrint
4:	add	$24, %edi
	cmp	$BootNamesEnd, %edi
	jb	2b
	mov	$BootAdvice, %esi
BootRefuse:			# with the text at ESI
	call	BootPrint
	mov	$0x7e, %al
	out	%al, $0xf4
	mov	$0xfe, %al
	out	%al, $0x64
5:	hlt
	jmp	5b

# The text at ESI, to its zero byte; EAX, ECX, EDX and ESI are lost.
BootPrint:
	mov	$100000, %ecx
1:	mov	$0x3fd, %dx
	in	%dx, %al
	test	$0x20, %al
	jnz	2f
	dec	%ecx
	jnz	1b
2:	lodsb
	test	%al, %al
	jz	3f
	mov	$0x3f8, %dx
	out	%al, %dx
	jmp	BootPrint
3:	ret

# The number in EAX, decimal; EAX, ECX, EDX and ESI are lost.
BootPrintNumber:
	mov	$BootDigitsEnd, %esi
	mov	$10, %ecx
1:	xor	%edx, %edx
	div	%ecx
	add	$'0', %dl
	dec	%esi
	mov	%dl, (%esi)
	test	%eax, %eax
	jnz	1b
	jmp	BootPrint

# Before anything above this code is touched: whether the start info at EBX is one, with a memory map, and whether there is memory where the image lies, all that is
# zeroed for it included, and nothing but the image. EBX is kept. A machine without that says so and ends.
BootCheckMemory:
	cmp	$FIRST_GIB, %ebx
	jae	BootRefuseInfo
	cmpl	$INFO_MAGIC, (%ebx)
	jne	BootRefuseInfo
	cmpl	$0, INFO_VERSION(%ebx)
	je	BootRefuseInfo
	cmpl	$0, INFO_ENTRIES(%ebx)
	je	BootRefuseInfo
	cmpl	$0, INFO_MAP + 4(%ebx)
	jne	BootRefuseInfo
	cmpl	$FIRST_GIB, INFO_MAP(%ebx)
	jae	BootRefuseInfo
	mov	$LOAD_ADDRESS, %ebp	# there is memory from the load address up to here
1:	mov	INFO_MAP(%ebx), %esi
	mov	INFO_ENTRIES(%ebx), %ecx
	cmp	$MAX_ENTRIES, %ecx
	jbe	2f
	mov	$MAX_ENTRIES, %ecx
2:	cmpl	$1, 16(%esi)		# RAM
	jne	4f
	cmpl	$0, 4(%esi)
	jne	4f
	mov	(%esi), %eax
	cmp	%ebp, %eax
	ja	4f
	xor	%edx, %edx
	add	8(%esi), %eax
	adc	12(%esi), %edx
	jz	3f
	mov	$-1, %eax		# it ends above 4 GiB
3:	cmp	%ebp, %eax
	jbe	4f
	mov	%eax, %ebp
	jmp	1b			# another entry may go on from here
4:	add	$24, %esi
	dec	%ecx
	jnz	2b
	cmp	$PHYS(__heap_end), %ebp
	jb	BootRefuseMemory
	cmpl	$0, INFO_MODULES(%ebx)
	je	5f
	cmpl	$0, INFO_MODULE_LIST + 4(%ebx)
	jne	5f			# as other odd places, a matter of LoaderHandover
	mov	INFO_MODULE_LIST(%ebx), %esi
	cmp	$FIRST_GIB, %esi
	jae	5f
	cmpl	$0, 4(%esi)
	jne	5f
	mov	(%esi), %eax
	cmp	$PHYS(__heap_end), %eax
	jae	5f
	add	8(%esi), %eax
	jc	6f
	cmp	$LOAD_ADDRESS, %eax
	ja	6f
5:	ret
6:	mov	$BootModuleRefusal, %esi
	jmp	BootRefuse

BootRefuseInfo:
	mov	$BootInfoRefusal, %esi
	jmp	BootRefuse

BootRefuseMemory:
	mov	$BootMemoryRefusal, %esi
	call	BootPrint
	mov	$PHYS(__heap_end) + 0xfffff, %eax
	shr	$20, %eax
	call	BootPrintNumber
	mov	$BootMemoryThere, %esi
	call	BootPrint
	mov	%ebp, %eax
	shr	$20, %eax
	call	BootPrintNumber
	mov	$BootMemoryAdvice, %esi
	jmp	BootRefuse

	.code64
BootLong:
	xor	%eax, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %ss
	mov	%eax, %fs
	mov	%eax, %gs
	movabs	$BootHigh, %rax
	jmp	*%rax

	.section .boot.data, "aw", @progbits
	.balign 8
BootStartInfo:
	.quad	0
BootGdt:
	.quad	0
	.quad	0x00af9a000000ffff	# 64-bit code, ring 0
BootGdtPointer:
	.word	15
	.long	BootGdt
BootInfoRefusal:
	.asciz	"mote: the loader passed no PVH start info with a memory map. Boot this file as a kernel by its PVH entry: QEMU -kernel, Firecracker, Cloud Hypervisor --kernel, Xen type=pvh.\r\n"
BootMemoryRefusal:
	.asciz	"mote: the machine has too little memory: the kernel alone needs it from 2 MiB to "
BootMemoryThere:
	.asciz	" MiB without a hole, and there is memory up to "
BootMemoryAdvice:
	.asciz	" MiB. Give it more, for the image and the program, too: mote run --memory, QEMU -m.\r\n"
BootModuleRefusal:
	.asciz	"mote: the machine has too little memory: the loader put the root image over the kernel. Give it more: mote run --memory, QEMU -m.\r\n"
	.fill	11, 1, 0
BootDigitsEnd:
	.byte	0
BootRefusal:
	.asciz	"mote: this CPU ("
BootName:
	.fill	17, 1, 0
BootLacks:
	.asciz	") cannot run the kernel, which needs x86-64-v2. It lacks"
BootSpace:
	.asciz	" "
BootAdvice:
	.asciz	". With QEMU: -cpu host or max, Nehalem or later, but not qemu64 or kvm64.\r\n"
	.macro	MISSING ecx, edx, name
	.long	\ecx, \edx
9:	.asciz	"\name"
	.fill	16 - (. - 9b), 1, 0
	.endm
BootNames:
	MISSING	0, 0x20000000, "long mode"
	MISSING	0, 0x100000, "NX"
	MISSING	0, 0x800, "SYSCALL"
	MISSING	0x1, 0, "SSE3"
	MISSING	0x200, 0, "SSSE3"
	MISSING	0x2000, 0, "CMPXCHG16B"
	MISSING	0x80000, 0, "SSE4.1"
	MISSING	0x100000, 0, "SSE4.2"
	MISSING	0x800000, 0, "POPCNT"
BootNamesEnd:
	.balign 4096
	.globl	BootRoot
BootRoot:
	.fill	4096, 1, 0
BootPointers:
	.fill	4096, 1, 0
BootDirectPointers:
	.fill	4096, 1, 0
BootKernelPointers:
	.fill	4096, 1, 0
BootDirectory:
	.fill	4096, 1, 0
BootHeapPointers:
	.fill	4096, 1, 0
BootHeapDirectory:
	.fill	4096, 1, 0
BootHeapTable:
	.fill	4096, 1, 0

	.text
	.code64
BootHigh:
	lea	BootStackTop(%rip), %rsp
	xor	%ebp, %ebp
	# Per-CPU block by GS, with the boot context current.
	lea	BootPerCpu(%rip), %rax
	mov	%rax, (%rax)
	lea	BootContext(%rip), %rdx
	mov	%rdx, 8(%rax)
	mov	%rax, %rdx
	shr	$32, %rdx
	mov	$0xc0000101, %ecx	# IA32_GS_BASE
	wrmsr
	lea	BootStackBottom(%rip), %rax
	mov	%rax, BootContext + 0xe8(%rip)
	mov	%rsp, BootContext + 0xf0(%rip)
	lea	BootHeap(%rip), %rbx
	# It is used at addresses of the heap's own.
	mov	$BootHeapTable, %edi
	mov	$0x8000000000000103, %rax	# present, writable, global, not executable
	mov	$KERNEL_BASE, %rcx
	sub	%rcx, %rbx
	or	%rbx, %rax
	mov	$(FIRST_HEAP / 4096), %ecx
3:	mov	%rax, (%rdi)
	add	$4096, %rax
	add	$8, %rdi
	dec	%ecx
	jnz	3b
	mov	BootStartInfo, %rax
	mov	%rax, ImageSymbolTable(%rip)
	# The stack canary of the kernel: the CPU's random numbers, mixed with the time stamp, which is all there is where it has none.
	push	$0
	push	$0
	mov	%rsp, %rdi
	call	MachineRandom
	pop	%r8
	pop	%r9
	rdtsc
	shl	$32, %rdx
	or	%rdx, %rax
	mov	$0x9e3779b97f4a7c15, %rdx
	mul	%rdx
	xor	%rdx, %rax
	xor	%r8, %rax
	mov	%rax, __security_cookie(%rip)
	mov	$HEAP_REGION, %rdi
	mov	$FIRST_HEAP, %esi
	mov	$HEAP_RESERVED, %rdx
	call	RhMoteInitialize
	mov	BootContext + 0xe8(%rip), %rdi
	mov	BootContext + 0xf0(%rip), %rsi
	call	RhMoteSetStackBounds
	call	RhMoteStart
	mov	%eax, %edi
	call	MachineHalt
2:	cli
	hlt
	jmp	2b

# ulong* MachineSymbols(): the addresses in the order of struct ImageSymbols.
	.globl	MachineSymbols
MachineSymbols:
	lea	ImageSymbolTable(%rip), %rax
	ret

	.data
	.balign 64
ImageSymbolTable:
	.quad	0
	.quad	__text_start, __text_end, __rodata_start, __rodata_end, __data_start, __kernel_end
	.quad	__heap_end
	.quad	BootRoot
	.quad	MachineSyscallEntry
	.quad	BootStackBottom, BootStackTop

	.bss
	.balign 4096
	.globl	BootContext
BootContext:
	.fill	4096, 1, 0
	.globl	BootPerCpu
BootPerCpu:
	.fill	256, 1, 0
	.balign 4096
BootStackGuard:
	.fill	4096, 1, 0
BootStackBottom:
	.fill	BOOT_STACK, 1, 0
BootStackTop:

# The heap's first memory. It belongs to the image, so that loaders see to it that there is memory and that nothing else lies there.
	.section .boot.heap, "aw", @nobits
	.balign 4096
BootHeap:
	.skip	FIRST_HEAP
