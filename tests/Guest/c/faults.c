// What signals the CPU's exceptions become, with code, address, trap number and error code (sigaction(2), arch/x86/kernel/traps.c), and
// single steps.
#include "check.h"
#include <fenv.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

static sigjmp_buf back;
static volatile int number, code, count, isStepping;
static void *volatile address;
static volatile unsigned long rip, trap, error, cr2;

static void onFault(int signal, siginfo_t *info, void *context)
{
    ucontext_t *frame = context;
    number = signal;
    code = info->si_code;
    address = info->si_addr;
    rip = frame->uc_mcontext.gregs[REG_RIP];
    trap = frame->uc_mcontext.gregs[REG_TRAPNO];
    error = frame->uc_mcontext.gregs[REG_ERR];
    cr2 = frame->uc_mcontext.gregs[REG_CR2];
    count++;
    siglongjmp(back, 1);
}

static unsigned long steps[64];

static void onStep(int signal, siginfo_t *info, void *context)
{
    ucontext_t *frame = context;
    number = signal;
    code = info->si_code;
    address = info->si_addr;
    rip = frame->uc_mcontext.gregs[REG_RIP];
    trap = frame->uc_mcontext.gregs[REG_TRAPNO];
    if (count < 64) {
        steps[count] = rip;
    }
    count++;
}

static void install(int signal, void (*handler)(int, siginfo_t *, void *))
{
    struct sigaction action = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO };
    CHECK(sigaction(signal, &action, NULL) == 0);
}

#define FAULTS(what) \
    number = code = 0; \
    address = (void *)1; \
    if (sigsetjmp(back, 1) == 0) { \
        what; \
        CHECK(!"no fault"); \
    }

static void testPages(void)
{
    char *pages = mmap(NULL, 8192, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    munmap(pages + 4096, 4096);
    FAULTS(*(volatile char *)(pages + 4099) = 1);
    CHECK(number == SIGSEGV && code == SEGV_MAPERR && address == pages + 4099 && trap == 14 && error == 6
        && cr2 == (uintptr_t)pages + 4099);
    FAULTS(*(volatile char *)(pages + 7) = 1);
    CHECK(number == SIGSEGV && code == SEGV_ACCERR && address == pages + 7 && trap == 14 && (error & ~1UL) == 6);
    FAULTS(((void (*)(void))pages)());
    CHECK(number == SIGSEGV && code == SEGV_ACCERR && address == pages && trap == 14 && (error & 0x14) == 0x14 && rip == (uintptr_t)pages);
    FAULTS(*(volatile char *)0xffff800000000000);
    CHECK(number == SIGSEGV && code == SEGV_MAPERR && address == (void *)0xffff800000000000 && trap == 14 && error == 5);
    FAULTS(*(volatile char *)0x8000000000000000);
    CHECK(number == SIGSEGV && code == SI_KERNEL && address == NULL && trap == 13 && error == 0);

    FILE *file = tmpfile();
    ftruncate(fileno(file), 100);
    char *mapped = mmap(NULL, 8192, PROT_READ, MAP_PRIVATE, fileno(file), 0);
    FAULTS(*(volatile char *)(mapped + 5000));
    CHECK(number == SIGBUS && code == BUS_ADRERR && address == mapped + 5000 && trap == 14 && error == 4);
    passed("pages");
}

static void testInstructions(void)
{
    FAULTS(__asm__ volatile("ud2"));
    CHECK(number == SIGILL && code == ILL_ILLOPN && address == (void *)rip && trap == 6 && error == 0);
    FAULTS(__asm__ volatile("hlt"));
    CHECK(number == SIGSEGV && code == SI_KERNEL && address == NULL && trap == 13 && error == 0);
    FAULTS(__asm__ volatile("in $0x80,%%al" : : : "rax"));
    CHECK(number == SIGSEGV && code == SI_KERNEL && trap == 13);
    FAULTS(__asm__ volatile("mov %0,%%ds" : : "r"(0x1234)));
    CHECK(number == SIGSEGV && code == SI_KERNEL && trap == 13 && error == 0x1234);
    FAULTS(__asm__ volatile("int3"));
    CHECK(number == SIGTRAP && code == SI_KERNEL && address == NULL && trap == 3);
    FAULTS(__asm__ volatile("int $4"));
    CHECK(number == SIGSEGV && code == SI_KERNEL && trap == 4);
    FAULTS(__asm__ volatile("int $0x21"));
    // QEMU's TCG doubles the vector
    CHECK(number == SIGSEGV && code == SI_KERNEL && trap == 13 && (error == 0x21 * 8 + 2 || error == 0x21 * 16 + 2));
    FAULTS(__asm__ volatile("int $0x81"));
    CHECK(number == SIGSEGV && code == SI_KERNEL && trap == 13);
    FAULTS(__asm__ volatile(".byte 0xf1")); // INT1, which QEMU's TCG does not know
    CHECK(number == SIGTRAP ? code == TRAP_BRKPT && address == (void *)rip && trap == 1 : number == SIGILL && trap == 6);
    passed("instructions");
}

static void divideByZero(void)
{
    __asm__ volatile("xor %%edx,%%edx; mov $1,%%eax; xor %%ecx,%%ecx; div %%ecx" : : : "eax", "ecx", "edx", "cc");
}

static void overflowDivision(void)
{
    __asm__ volatile("mov $0x80000000,%%eax; cdq; mov $-1,%%ecx; idiv %%ecx" : : : "eax", "ecx", "edx", "cc");
}

static void vector(unsigned unmasked, double left, double right, char operation)
{
    unsigned mxcsr = 0x1f80 & ~(unmasked << 7);
    __asm__ volatile("ldmxcsr %0" : : "m"(mxcsr));
    switch (operation) {
    case '/': __asm__ volatile("divsd %1,%0" : "+x"(left) : "x"(right)); break;
    case '*': __asm__ volatile("mulsd %1,%0" : "+x"(left) : "x"(right)); break;
    }
}

static void old(unsigned unmasked, double left, double right)
{
    unsigned short control = 0x37f & ~unmasked;
    __asm__ volatile("fnclex; fldcw %0; fldl %1; fldl %2; fdivrp; fwait; fstp %%st(0)" : : "m"(control), "m"(left), "m"(right) : "st");
}

static void restore(void)
{
    unsigned mxcsr = 0x1f80;
    __asm__ volatile("fninit; ldmxcsr %0" : : "m"(mxcsr));
}

// Whether the CPU raises unmasked SSE exceptions: QEMU's TCG never does.
static int raisesVectorFaults(void)
{
    if (sigsetjmp(back, 1) == 0) {
        vector(4, 1.0, 0.0, '/');
        restore();
        return 0;
    }
    restore();
    return 1;
}

#define VECTOR_FAULTS(what, expected) \
    if (raises) { \
        FAULTS(what); \
        CHECK(number == SIGFPE && code == (expected) && address == (void *)rip && trap == 19); \
        restore(); \
    }

static void testArithmetic(void)
{
    int raises = raisesVectorFaults();
    FAULTS(divideByZero());
    CHECK(number == SIGFPE && code == FPE_INTDIV && address == (void *)rip && trap == 0 && error == 0);
    FAULTS(overflowDivision());
    CHECK(number == SIGFPE && code == FPE_INTDIV && trap == 0);
    VECTOR_FAULTS(vector(1, 0.0, 0.0, '/'), FPE_FLTINV);
    VECTOR_FAULTS(vector(4, 1.0, 0.0, '/'), FPE_FLTDIV);
    VECTOR_FAULTS(vector(8, 1e300, 1e300, '*'), FPE_FLTOVF);
    VECTOR_FAULTS(vector(16, 1e-300, 1e-300, '*'), FPE_FLTUND);
    VECTOR_FAULTS(vector(32, 1.0, 3.0, '/'), FPE_FLTRES);
    FAULTS(old(4, 1.0, 0.0));
    CHECK(number == SIGFPE && code == FPE_FLTDIV && trap == 16);
    restore();
    FAULTS(old(1, 0.0, 0.0));
    CHECK(number == SIGFPE && code == FPE_FLTINV && trap == 16);
    restore();
    passed("arithmetic");
}

// A blocked or ignored signal of the CPU ends the program; here only what is caught counts. A signal that somebody sends has no address.
static void testSent(void)
{
    FAULTS(kill(getpid(), SIGSEGV));
    CHECK(number == SIGSEGV && code == SI_USER);
    FAULTS(syscall(SYS_tgkill, getpid(), getpid(), SIGFPE));
    CHECK(number == SIGFPE && code == SI_TKILL);
    passed("sent");
}

extern char stepFirst[], stepSecond[], stepLast[];

static void testSteps(void)
{
    install(SIGTRAP, onStep);
    count = 0;
    __asm__ volatile(
        "pushfq; orq $0x100,(%%rsp); popfq; nop;"
        "stepFirst: mov $39,%%eax; stepSecond: nop; pushfq; andq $~0x100,(%%rsp); popfq;"
        "stepLast: nop" : : : "rax", "memory", "cc");
    CHECK(number == SIGTRAP && code == TRAP_TRACE && trap == 1 && address == (void *)rip);
    CHECK(count == 6 && steps[0] == (uintptr_t)stepFirst && steps[1] == (uintptr_t)stepSecond && steps[count - 1] == (uintptr_t)stepLast);

    // Over a system call: it is done once and goes on behind.
    count = 0;
    long result;
    __asm__ volatile(
        "pushfq; orq $0x100,(%%rsp); popfq; mov $39,%%eax; syscall; nop; nop; mov %%rax,%%rbx;"
        "pushfq; andq $~0x100,(%%rsp); popfq; nop" : "=b"(result) : : "rax", "rcx", "r11", "memory", "cc");
    CHECK(result == getpid() && code == TRAP_TRACE && count >= 7 && count <= 8);
    passed("steps");
}

int main(void)
{
    install(SIGSEGV, onFault);
    install(SIGBUS, onFault);
    install(SIGILL, onFault);
    install(SIGFPE, onFault);
    install(SIGTRAP, onFault);
    testPages();
    testInstructions();
    testArithmetic();
    testSent();
    testSteps();
    return finish();
}
