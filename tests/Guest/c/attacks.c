// What a program may not do, tried: each line says how it was stopped, as on Linux.
#include "check.h"
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <ucontext.h>
#include <unistd.h>

static sigjmp_buf back;
static char alternate[65536];

static void jump(int number)
{
    siglongjmp(back, number);
}

// A CPU says SIGBUS of some bad stack pointers (#SS), an emulator SIGSEGV.
#define TRY(what, ...) \
    do { \
        int number_ = sigsetjmp(back, 1); \
        if (number_ == 0) { \
            __VA_ARGS__; \
        } \
        printf("%s: %s\n", what, number_ == 0 ? "not stopped" : number_ == SIGSEGV || number_ == SIGBUS ? "SIGSEGV" : number_ == SIGILL ? "SIGILL" : number_ == SIGTRAP ? "SIGTRAP" : "another signal"); \
    } while (0)

// For what ends otherwise on other CPUs.
#define SURVIVE(what, ...) \
    do { \
        if (sigsetjmp(back, 1) == 0) { \
            __VA_ARGS__; \
        } \
        printf("%s: survived\n", what); \
    } while (0)

#define ASM(text) TRY(text, __asm__ volatile(text : : "a"(0UL), "d"(0UL), "c"(0UL), "D"(table) : "memory"))

static void tryPrivileged(void)
{
    static char table[16] __attribute__((aligned(16)));
    ASM("hlt");
    ASM("cli");
    ASM("sti");
    ASM("in $0x60, %%al");
    ASM("out %%al, $0xf4");
    ASM("inl %%dx, %%eax");
    ASM("outl %%eax, %%dx");
    ASM("mov %%cr0, %%rax");
    ASM("mov %%rax, %%cr0");
    ASM("mov %%cr2, %%rax");
    ASM("mov %%cr3, %%rax");
    ASM("mov %%rax, %%cr3");
    ASM("mov %%cr4, %%rax");
    ASM("mov %%rax, %%cr4");
    ASM("mov %%cr8, %%rax");
    ASM("mov %%dr7, %%rax");
    ASM("mov %%rax, %%dr7");
    ASM("lgdt (%%rdi)");
    ASM("lidt (%%rdi)");
    ASM("lldt %%ax");
    ASM("ltr %%ax");
    ASM("lmsw %%ax");
    ASM("clts");
    ASM("rdmsr");
    ASM("wrmsr");
    ASM("invd");
    ASM("wbinvd");
    ASM("invlpg (%%rdi)");
    ASM("swapgs");
    ASM("sysretq");
    ASM("xsetbv");
    ASM("clac");
    ASM("stac");
    TRY("iretq to ring 0", __asm__ volatile("mov %%rsp, %%rcx; pushq $0x10; push %%rcx; pushfq; pushq $8; lea 1f(%%rip), %%rcx; push %%rcx; iretq; 1:" : : : "rcx", "memory"));
    passed("privileged");
}

static void tryGates(void)
{
    static char table[16];
    ASM("int3");
    ASM("int $3");
    ASM("int $4");
    ASM("int $0");
    ASM("int $1");
    ASM("int $2");
    ASM("int $8");
    ASM("int $14");
    ASM("int $18");
    ASM("int $32");
    ASM("int $127");
    ASM("int $129");
    ASM("int $255");
    ASM("ud2");
    passed("gates");
}

static void trySelectors(void)
{
    static const int refused[] = { 0x08, 0x10, 0x18, 0x38, 0x40, 0xfff8 };
    for (unsigned i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        TRY("mov to ds", __asm__ volatile("mov %0, %%ds" : : "r"(refused[i])));
        TRY("mov to es", __asm__ volatile("mov %0, %%es" : : "r"(refused[i])));
        TRY("mov to gs", __asm__ volatile("mov %0, %%gs" : : "r"(refused[i])));
        TRY("mov to ss", __asm__ volatile("mov %0, %%ss" : : "r"(refused[i])));
    }
    TRY("null ss", __asm__ volatile("mov %0, %%ss" : : "r"(0)));
    __asm__ volatile("mov %0, %%ds; mov %0, %%es; mov %0, %%gs" : : "r"(0x2b));
    CHECK(getppid() >= 0);
    __asm__ volatile("mov %0, %%ds; mov %0, %%es; mov %0, %%gs" : : "r"(0));
    CHECK(getppid() >= 0);
    TRY("far return to ring 0", __asm__ volatile("pushq $8; lea 1f(%%rip), %%rax; push %%rax; lretq; 1:" : : : "rax", "memory"));
    passed("selectors");
}

// Flags that a program sets before it enters the kernel: none may change what the kernel does.
static void tryFlags(void)
{
    static const struct { const char *name; uint64_t bits; } flags[] = { { "AC", 1 << 18 }, { "NT", 1 << 14 }, { "DF", 1 << 10 },
        { "ID", 1 << 21 }, { "IOPL", 3 << 12 } };
    char text[256], copy[256];
    memset(text, 'x', sizeof(text));
    int ends[2];
    CHECK(pipe(ends) == 0);
    for (unsigned i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
        long written, got, fault = 0;
        char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        __asm__ volatile("pushfq; pop %%r8; mov %%r8, %%r9; or %[bits], %%r9; push %%r9; popfq\n" // set
                         "syscall\n" // write
                         "movb $1, (%[page])\n" // a page fault
                         "push %%r8; popfq; cld"
                         : "=a"(written)
                         : "0"((long)SYS_write), "D"((long)ends[1]), "S"(text), "d"(sizeof(text)), [bits] "r"(flags[i].bits), [page] "r"(page)
                         : "rcx", "r8", "r9", "r11", "memory");
        memset(copy, 0, sizeof(copy));
        got = read(ends[0], copy, sizeof(copy));
        fault = page[0];
        printf("flag %s: write %ld, read %ld, %s, page %ld\n", flags[i].name, written, got,
            memcmp(text, copy, sizeof(text)) == 0 ? "the same" : "other bytes", fault);
        munmap(page, 4096);
    }
    TRY("single step", __asm__ volatile("pushfq; orq $0x100, (%%rsp); popfq; nop; nop" : : : "memory"));
    TRY("single step into the kernel", __asm__ volatile("pushfq; orq $0x100, (%%rsp); mov $110, %%eax; popfq; syscall; nop" : : : "rax", "rcx", "r11", "memory"));
    TRY("single step over mov ss", __asm__ volatile("mov %%ss, %%ecx; pushfq; orq $0x100, (%%rsp); popfq; mov %%ecx, %%ss; nop; nop" : : : "rcx", "memory"));
    TRY("int3 behind mov ss", __asm__ volatile("mov %%ss, %%ecx; mov %%ecx, %%ss; int3" : : : "rcx", "memory"));
    close(ends[0]);
    close(ends[1]);
    passed("flags");
}

static void call(void *code)
{
    ((void (*)(void))(intptr_t)code)();
}

static void tryExecution(void)
{
    static unsigned char data[16] = { 0xc3 };
    unsigned char stack[16] = { 0xc3 };
    unsigned char *heap = malloc(16);
    unsigned char *area = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    unsigned char *large = malloc(1 << 20);
    heap[0] = area[0] = large[0] = 0xc3;
    TRY("execute data", call(data));
    TRY("execute the stack", call(stack));
    TRY("execute the heap", call(heap));
    TRY("execute a large block", call(large));
    TRY("execute a mapping", call(area));
    CHECK(mprotect(area, 4096, PROT_READ | PROT_EXEC) == 0);
    TRY("execute when asked for", call(area));
    TRY("write to code", *(volatile char *)(intptr_t)area = 1);
    TRY("write to the program", *(volatile char *)(intptr_t)tryExecution = 1);
    TRY("write to constants", *(volatile char *)(intptr_t) "constant" = 1);
    TRY("read the null page", (void)*(volatile char *)16);
    TRY("execute the null page", call((void *)16));
    TRY("read the kernel", (void)*(volatile char *)0xffffffff80200000);
    TRY("read the direct map", (void)*(volatile char *)0xffff800000200000);
    TRY("write to the kernel", *(volatile char *)0xffffffff80200000 = 1);
    TRY("call the kernel", call((void *)0xffffffff80200000));
    TRY("call what is not canonical", call((void *)0x1234567812345678));
    TRY("read the end of the half", (void)*(volatile char *)0x00007ffffffff000);
    unsigned char *end = mmap((void *)0x7fffffffe000, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
        MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    CHECK(end == (void *)0x7fffffffe000);
    end[4094] = 0x0f; // syscall, after which RIP is where nothing can be
    end[4095] = 0x05;
    TRY("syscall in the last bytes", __asm__ volatile("call *%%rbx" : : "a"(110L), "b"(end + 4094) : "rcx", "r11", "memory"));
    munmap(end, 4096);
    CHECK(mmap((void *)0x7ffffffff000, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED && errno == ENOMEM);
    CHECK(mmap((void *)0xffff800000000000, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED
        && errno == ENOMEM);

    // A private mapping of a file of the image is the program's own to write; the file is not.
    int self = open("/proc/self/exe", O_RDONLY);
    char *mine = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, self, 0);
    memset(mine, 'y', 4096);
    char first[4];
    CHECK(pread(self, first, 4, 0) == 4 && memcmp(first, "\177ELF", 4) == 0);
    close(self);
    passed("execution");
}

static int change;

static void onUser(int number, siginfo_t *info, void *context)
{
    (void)number;
    (void)info;
    ucontext_t *c = context;
    char *state = (char *)c->uc_mcontext.fpregs;
    switch (change) {
    case 0:
        c->uc_mcontext.gregs[REG_RIP] = 0x1234567812345678;
        break;
    case 1:
        c->uc_mcontext.gregs[REG_RIP] = (greg_t)0xffffffff80200000;
        break;
    case 2:
        c->uc_mcontext.gregs[REG_RIP] = 0x7ffffffff000;
        break;
    case 3:
        c->uc_mcontext.gregs[REG_RSP] = 0x1234567812345678;
        break;
    case 4:
        c->uc_mcontext.gregs[REG_RSP] = (greg_t)0xffffffff80200000;
        break;
    case 5: // all flags
        c->uc_mcontext.gregs[REG_EFL] |= 0x3000 | 0x20000 | 0x80000 | 0x100000 | 0x4000;
        break;
    case 6:
        c->uc_mcontext.fpregs = (void *)0xffffffff80200000;
        break;
    case 7:
        c->uc_mcontext.fpregs = (void *)0x1000;
        break;
    case 8:
        c->uc_mcontext.fpregs = (void *)0x1234567812345678;
        break;
    case 9: // XSTATE_BV: a component that does not exist
        *(uint64_t *)(state + 512) |= 1UL << 62;
        break;
    case 10: // XCOMP_BV
        *(uint64_t *)(state + 520) = 1UL << 63;
        break;
    case 11: // reserved bytes of the header
        state[512 + 20] = 1;
        break;
    case 12: // reserved bits of MXCSR
        *(uint32_t *)(state + 24) |= 0x80000000;
        break;
    case 13:
        *(uint32_t *)(state + 24) |= 0x00010000;
        break;
    case 15: // bytes of the header that mean nothing
        state[512 + 40] = 1;
        break;
    case 14: // no marks: the old part alone
        *(uint32_t *)(state + 464) = 0;
        break;
    }
}

static void tryFrames(void)
{
    static const char *const names[] = {
        "not canonical RIP", "RIP in the kernel", "RIP at the end", "not canonical RSP", "RSP in the kernel", "all flags",
        "state in the kernel", "state nowhere", "state not canonical",
        "unknown component", "compacted", "reserved header", "reserved MXCSR", "reserved MXCSR, low", "no marks", "rest of the header",
    };
    struct sigaction action = { .sa_sigaction = onUser, .sa_flags = SA_SIGINFO };
    sigaction(SIGUSR1, &action, NULL);
    for (change = 0; change < (int)(sizeof(names) / sizeof(names[0])); change++) {
        TRY(names[change], { raise(SIGUSR1); *(volatile char *)(alternate + 1) = 1; });
    }
    TRY("cli after all flags", __asm__ volatile("cli"));
    TRY("sigreturn without a frame", __asm__ volatile("mov $0x1000, %%rsp; mov $15, %%eax; syscall" : : : "rax", "memory"));
    TRY("sigreturn in the kernel", __asm__ volatile("mov $0xffffffff80200000, %%rsp; mov $15, %%eax; syscall" : : : "rax", "memory"));
    TRY("sigreturn, not canonical", __asm__ volatile("mov $0x1234567812345678, %%rsp; mov $15, %%eax; syscall" : : : "rax", "memory"));
    // Linux goes back by SYSRET or IRET, and some CPUs refuse this stack pointer: what counts is that the kernel goes on.
    SURVIVE("syscall on no stack", __asm__ volatile("mov %%rsp, %%r12; mov $0x1234567812345678, %%rsp; mov $110, %%eax; syscall; mov %%r12, %%rsp" : : : "rax", "rcx", "r11", "r12", "memory"));
    TRY("push on no stack", __asm__ volatile("mov %%rsp, %%r12; mov $0x1234567812345678, %%rsp; push %%rax; mov %%r12, %%rsp" : : : "r12", "memory"));
    TRY("push on the kernel's stack", __asm__ volatile("mov %%rsp, %%r12; mov $0xffffc00000008000, %%rsp; push %%rax; mov %%r12, %%rsp" : : : "r12", "memory"));
    passed("frames");
}

// Pending x87 and SSE exceptions when the kernel is entered, and a control word that traps everything.
static void tryFloatingPoint(void)
{
    uint32_t all = 0x0000; // every SSE exception unmasked
    uint16_t control = 0x0340; // every x87 exception unmasked
    long result;
    __asm__ volatile("ldmxcsr %1; fldcw %2; fld1; fldz; fdivrp; mov $110, %%eax; syscall; fnclex; fninit" : "=a"(result) : "m"(all), "m"(control) : "rcx", "r11", "memory");
    uint32_t normal = 0x1f80;
    __asm__ volatile("ldmxcsr %0" : : "m"(normal));
    CHECK(result >= 0);
    passed("floating point");
}

static void tryVectors(void)
{
    char bytes[64];
    struct iovec two[2] = { { bytes, 16 }, { bytes, (size_t)-1 } };
    int zero = open("/dev/zero", O_RDONLY);
    FAILS(readv(zero, two, 2), EINVAL);
    two[1].iov_len = 0x7fffffffffffffff;
    long many = readv(zero, two, 2);
    printf("readv of all that there is: %ld\n", many == -1 ? (long)-errno : many);
    FAILS(syscall(SYS_readv, zero, two, 1025), EINVAL);
    FAILS(syscall(SYS_readv, zero, two, -1), EINVAL);
    FAILS(syscall(SYS_readv, zero, 0x1234567812345678, 1), EFAULT);
    two[1] = (struct iovec){ (void *)0xffffffff80200000, 16 };
    long got = readv(zero, two, 2);
    printf("readv into the kernel: %ld\n", got == -1 ? (long)-errno : got);
    two[0] = (struct iovec){ (void *)0xffffffff80200000, 16 };
    got = readv(zero, two, 1);
    printf("readv into the kernel alone: %ld\n", got == -1 ? (long)-errno : got);
    close(zero);
    passed("vectors");
}

int main(void)
{
    stack_t stack = { .ss_sp = alternate, .ss_size = sizeof(alternate) };
    sigaltstack(&stack, NULL);
    struct sigaction action = { .sa_handler = jump, .sa_flags = SA_ONSTACK | SA_NODEFER };
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGILL, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
    sigaction(SIGTRAP, &action, NULL);
    sigaction(SIGFPE, &action, NULL);
    tryPrivileged();
    tryGates();
    trySelectors();
    tryFlags();
    tryExecution();
    tryFrames();
    tryFloatingPoint();
    tryVectors();
    return finish();
}
