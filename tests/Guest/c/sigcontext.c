// What a handler finds and may change in its ucontext: the extended state behind fpregs in XSAVE format, selectors, flags, alternate stacks
// (sigaction(2), sigaltstack(2), arch/x86/include/uapi/asm/sigcontext.h).
#include "check.h"
#include <cpuid.h>
#include <elf.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#define MAGIC1 0x46505853u
#define MAGIC2 0x46505845u
#ifndef AT_MINSIGSTKSZ
#define AT_MINSIGSTKSZ 51
#endif
#ifndef SS_AUTODISARM
#define SS_AUTODISARM (1u << 31)
#endif

// The call itself: C libraries check what they are given.
#define sigaltstack(new, old) ((int)syscall(SYS_sigaltstack, new, old))

enum { LEGACY = 512, SOFTWARE = 464 };

static sigjmp_buf back;
static volatile int count, lastCode;
static volatile uint32_t mxcsrInHandler;
static volatile uint16_t controlInHandler;
static uint64_t xmmInHandler[2], ymmInHandler[4];
static int (*inHandler)(ucontext_t *context, unsigned char *state);

static void install(int number, void (*handler)(int, siginfo_t *, void *), int flags)
{
    struct sigaction action = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO | flags };
    CHECK(sigaction(number, &action, NULL) == 0);
}

static uint32_t word(const unsigned char *at)
{
    uint32_t value;
    memcpy(&value, at, 4);
    return value;
}

static uint64_t quad(const unsigned char *at)
{
    uint64_t value;
    memcpy(&value, at, 8);
    return value;
}

static void put(unsigned char *at, uint64_t value, int bytes)
{
    memcpy(at, &value, bytes);
}

static int hasAvx(void)
{
    return __builtin_cpu_supports("avx");
}

__attribute__((target("avx"), noinline)) static void readYmm5(uint64_t *to)
{
    __asm__ volatile("vmovdqu %%ymm5,(%0)" : : "r"(to) : "memory");
}

static void handler(int number, siginfo_t *info, void *context)
{
    uint32_t mxcsr;
    uint16_t control;
    __asm__ volatile("stmxcsr %0" : "=m"(mxcsr));
    __asm__ volatile("fnstcw %0" : "=m"(control));
    __asm__ volatile("movdqu %%xmm5,(%0)" : : "r"(xmmInHandler) : "memory");
    if (hasAvx()) {
        readYmm5(ymmInHandler);
    }
    mxcsrInHandler = mxcsr;
    controlInHandler = control;
    (void)number;
    lastCode = info->si_code;
    count++;
    ucontext_t *frame = context;
    if (inHandler) {
        CHECK(inHandler(frame, (unsigned char *)frame->uc_mcontext.fpregs));
    }
}

static void jumpBack(int number, siginfo_t *info, void *context)
{
    (void)number;
    (void)context;
    lastCode = info->si_code;
    count++;
    siglongjmp(back, 1);
}

// Sets MXCSR, XMM5 and YMM5's upper half, the x87 control word and ST0; raises; reads them back.
struct vectors { uint64_t low[2], high[2]; uint32_t mxcsr; uint16_t control; double top; };

__attribute__((noinline)) static void roundTrip(const struct vectors *in, struct vectors *out)
{
    uint32_t mxcsr;
    uint16_t control;
    long number = SYS_tgkill, result;
    __asm__ volatile("stmxcsr %0; fnstcw %1" : "=m"(mxcsr), "=m"(control));
    if (hasAvx()) {
        __asm__ volatile(
            "ldmxcsr 32(%[in]); fldcw 36(%[in]); fldl 40(%[in]);"
            "vmovdqu (%[in]),%%ymm5; syscall; vmovdqu %%ymm5,(%[out]); fstpl 40(%[out]); fnstcw 36(%[out]); stmxcsr 32(%[out]); vzeroupper"
            : "=a"(result) : "a"(number), "D"((long)getpid()), "S"(syscall(SYS_gettid)), "d"((long)SIGUSR1), [in] "r"(in), [out] "r"(out)
            : "memory", "cc", "rcx", "r11", "xmm5");
    } else {
        __asm__ volatile(
            "ldmxcsr 32(%[in]); fldcw 36(%[in]); fldl 40(%[in]);"
            "movdqu (%[in]),%%xmm5; syscall; movdqu %%xmm5,(%[out]); fstpl 40(%[out]); fnstcw 36(%[out]); stmxcsr 32(%[out])"
            : "=a"(result) : "a"(number), "D"((long)getpid()), "S"(syscall(SYS_gettid)), "d"((long)SIGUSR1), [in] "r"(in), [out] "r"(out)
            : "memory", "cc", "rcx", "r11", "xmm5");
        memcpy(out->high, in->high, sizeof out->high);
    }
    CHECK(result == 0);
    __asm__ volatile("ldmxcsr %0; fldcw %1" : : "m"(mxcsr), "m"(control));
}

static const struct vectors given = { { 0x1111222233334444, 0x5555666677778888 }, { 0x9999aaaabbbbcccc, 0xddddeeeeffff0001 }, 0x7fa0,
    0x0f7f, 1234.5 };

static uint64_t componentsOfCpu(void)
{
    unsigned a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_OSXSAVE)) {
        return 0;
    }
    __asm__ volatile("xgetbv" : "=a"(a), "=d"(d) : "c"(0));
    return a | (uint64_t)d << 32;
}

static unsigned sizeOfCpu(void)
{
    unsigned a, b = LEGACY, c, d;
    __cpuid_count(0xd, 0, a, b, c, d);
    return b;
}

static int lookAtState(ucontext_t *frame, unsigned char *state)
{
    CHECK(frame->uc_flags == 7);
    CHECK(((uint64_t)frame->uc_mcontext.gregs[REG_CSGSFS] & 0xffff) == 0x33);
    CHECK(((uint64_t)frame->uc_mcontext.gregs[REG_CSGSFS] >> 48) == 0x2b);
    CHECK(((uintptr_t)state & 63) == 0 && (char *)state > (char *)frame);
    CHECK(word(state + 24) == given.mxcsr);
    CHECK((word(state) & 0xffff) == given.control);
    CHECK(memcmp(state + 160 + 5 * 16, given.low, 16) == 0);
    if (componentsOfCpu() != 0) {
        uint32_t size = word(state + SOFTWARE + 16);
        CHECK(word(state + SOFTWARE) == MAGIC1);
        CHECK(word(state + SOFTWARE + 4) == size + 4);
        CHECK(size == sizeOfCpu() && word(state + size) == MAGIC2);
        CHECK(quad(state + SOFTWARE + 8) == componentsOfCpu());
        CHECK((quad(state + LEGACY) & 3) == 3 && (quad(state + LEGACY) & ~componentsOfCpu()) == 0);
        if (hasAvx()) {
            CHECK((quad(state + LEGACY) & 4) != 0 && memcmp(state + 576 + 5 * 16, given.high, 16) == 0);
        }
    }
    return 1;
}

static int changeState(ucontext_t *frame, unsigned char *state)
{
    (void)frame;
    put(state + 160 + 5 * 16, 77, 8);
    put(state + 24, 0x1f80, 4);
    put(state, 0x37f, 2);
    if (hasAvx()) {
        put(state + 576 + 5 * 16, 88, 8);
    }
    return 1;
}

// The AVX component in its initial state: its bit in XSTATE_BV is clear.
static int clearAvx(ucontext_t *frame, unsigned char *state)
{
    (void)frame;
    put(state + LEGACY, quad(state + LEGACY) & ~4ULL, 8);
    return 1;
}

// Software that knows no XSAVE breaks the mark: only the legacy part counts, the rest is reset.
static int breakMagic1(ucontext_t *frame, unsigned char *state)
{
    (void)frame;
    put(state + SOFTWARE, 0, 4);
    return 1;
}

static int breakMagic2(ucontext_t *frame, unsigned char *state)
{
    (void)frame;
    put(state + word(state + SOFTWARE + 16), 0, 4);
    return 1;
}

static int maskAvx(ucontext_t *frame, unsigned char *state)
{
    (void)frame;
    put(state + SOFTWARE + 8, 3, 8);
    return 1;
}

static int noState(ucontext_t *frame, unsigned char *state)
{
    (void)state;
    frame->uc_mcontext.fpregs = NULL;
    return 1;
}

static int unknownComponent(ucontext_t *frame, unsigned char *state)
{
    (void)frame;
    put(state + LEGACY, quad(state + LEGACY) | 1ULL << 62, 8);
    return 1;
}

static int reservedHeader(ucontext_t *frame, unsigned char *state)
{
    (void)frame;
    put(state + LEGACY + 16, 1, 8);
    return 1;
}

static int reservedMxcsr(ucontext_t *frame, unsigned char *state)
{
    (void)frame;
    put(state + 24, 0x80001f80, 4);
    return 1;
}

static int misaligned(ucontext_t *frame, unsigned char *state)
{
    frame->uc_mcontext.fpregs = (void *)(state + 8);
    return 1;
}

static int unmapped(ucontext_t *frame, unsigned char *state)
{
    (void)state;
    frame->uc_mcontext.fpregs = (void *)0x1000;
    return 1;
}

static int badSelector(ucontext_t *frame, unsigned char *state)
{
    (void)state;
    frame->uc_mcontext.gregs[REG_CSGSFS] = (frame->uc_mcontext.gregs[REG_CSGSFS] & ~0xffffULL) | 0x3;
    return 1;
}

static int badRip(ucontext_t *frame, unsigned char *state)
{
    (void)state;
    frame->uc_mcontext.gregs[REG_RIP] = (long long)0x8000000000000000ULL;
    return 1;
}

static int flags(ucontext_t *frame, unsigned char *state)
{
    (void)state;
    frame->uc_mcontext.gregs[REG_EFL] |= 0x3000 | 0x1 | 0x800; // IOPL, which stays 0; CF, OF
    frame->uc_mcontext.gregs[REG_RAX] = 99;
    return 1;
}

static void testState(void)
{
    struct vectors out;
    install(SIGUSR1, handler, 0);
    memset(ymmInHandler, 1, sizeof ymmInHandler);
    memset(xmmInHandler, 1, sizeof xmmInHandler);
    inHandler = lookAtState;
    roundTrip(&given, &out);
    CHECK(memcmp(&given, &out, 32) == 0 && out.mxcsr == given.mxcsr && out.control == given.control && out.top == given.top);
    // The handler itself starts with a fresh state.
    CHECK(mxcsrInHandler == 0x1f80 && controlInHandler == 0x37f && xmmInHandler[0] == 0 && xmmInHandler[1] == 0);
    CHECK(!hasAvx() || (ymmInHandler[2] == 0 && ymmInHandler[3] == 0));
    inHandler = changeState;
    roundTrip(&given, &out);
    CHECK(out.low[0] == 77 && out.low[1] == given.low[1] && out.mxcsr == 0x1f80 && out.control == 0x37f);
    CHECK(!hasAvx() || (out.high[0] == 88 && out.high[1] == given.high[1]));
    inHandler = noState;
    roundTrip(&given, &out);
    CHECK(out.low[0] == 0 && out.low[1] == 0 && out.mxcsr == 0x1f80 && out.control == 0x37f);
    if (hasAvx()) {
        inHandler = clearAvx;
        roundTrip(&given, &out);
        CHECK(out.low[0] == given.low[0] && out.high[0] == 0 && out.high[1] == 0 && out.mxcsr == given.mxcsr);
        inHandler = breakMagic1;
        roundTrip(&given, &out);
        CHECK(out.low[0] == given.low[0] && out.high[0] == 0 && out.mxcsr == given.mxcsr && out.top == given.top);
        inHandler = breakMagic2;
        roundTrip(&given, &out);
        CHECK(out.low[0] == given.low[0] && out.high[0] == 0 && out.mxcsr == given.mxcsr);
        inHandler = maskAvx;
        roundTrip(&given, &out);
        CHECK(out.low[0] == given.low[0] && out.high[0] == 0);
    }
    passed("extended state");
}

static void refused(int (*change)(ucontext_t *, unsigned char *), const char *what)
{
    struct vectors out;
    install(SIGSEGV, jumpBack, 0);
    inHandler = change;
    count = 0;
    lastCode = 0;
    if (sigsetjmp(back, 1) == 0) {
        roundTrip(&given, &out);
        printf("FAILED %s was accepted\n", what);
        failures++;
    }
    CHECK(count == 2 && lastCode == SI_KERNEL);
    inHandler = NULL;
}

// A misaligned state has no second magic number in its place, so it is loaded by FXRSTOR: AMD's takes it, whatever it is then, and Intel's
// does not.
static void loadMisaligned(void)
{
    install(SIGSEGV, jumpBack, 0);
    inHandler = misaligned;
    count = 0;
    lastCode = SI_KERNEL;
    if (sigsetjmp(back, 1) == 0) {
        long number = SYS_tgkill;
        const uint32_t usual = 0x1f80;
        __asm__ volatile("syscall; fninit; ldmxcsr %4"
            : "+a"(number) : "D"((long)getpid()), "S"(syscall(SYS_gettid)), "d"((long)SIGUSR1), "m"(usual)
            : "memory", "cc", "rcx", "r11", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
        CHECK(number == 0 && count == 1);
    } else {
        CHECK(count == 2);
    }
    CHECK(lastCode == SI_KERNEL || lastCode == SI_TKILL);
    inHandler = NULL;
}

static void testRefused(void)
{
    if (componentsOfCpu() != 0) {
        refused(unknownComponent, "a component that is not there");
        refused(reservedHeader, "a reserved byte of the header");
        loadMisaligned();
    }
    refused(reservedMxcsr, "a reserved bit of MXCSR");
    refused(unmapped, "a state that is not mapped");
    refused(badSelector, "a selector that is none");
    refused(badRip, "an instruction pointer that is none");
    passed("refused states");
}

static void testFlags(void)
{
    inHandler = flags;
    unsigned long result = 0, value = 0;
    __asm__ volatile("syscall; pushfq; pop %1" : "=a"(result), "=&b"(value)
        : "a"(SYS_tgkill), "D"((long)getpid()), "S"(syscall(SYS_gettid)), "d"((long)SIGUSR1) : "memory", "cc", "rcx", "r11");
    CHECK(result == 99 && (value & 0x801) == 0x801 && (value & 0x3000) == 0);
    inHandler = NULL;
    passed("flags");
}

static char *alternate;
static size_t alternateSize;
static volatile int here;
static volatile unsigned flagsInFrame;
static stack_t stackInHandler;

static void onStack(int number, siginfo_t *info, void *context)
{
    (void)number;
    (void)info;
    char local;
    ucontext_t *frame = context;
    here = (char *)&local >= alternate && (char *)&local < alternate + alternateSize;
    flagsInFrame = (unsigned)frame->uc_stack.ss_flags;
    CHECK(sigaltstack(NULL, &stackInHandler) == 0);
    stack_t other = { .ss_sp = alternate, .ss_size = alternateSize / 2 };
    if (stackInHandler.ss_flags & SS_ONSTACK) {
        FAILS(sigaltstack(&other, NULL), EPERM);
    } else {
        CHECK(sigaltstack(&other, NULL) == 0);
    }
    count++;
}

static void testAlternateStack(void)
{
    unsigned long least = getauxval(AT_MINSIGSTKSZ);
    CHECK(least >= 1024 && least < 65536);
    alternateSize = 65536;
    alternate = mmap(NULL, alternateSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    stack_t stack = { .ss_sp = alternate, .ss_size = alternateSize }, old;
    CHECK(sigaltstack(&stack, NULL) == 0);
    install(SIGUSR1, onStack, SA_ONSTACK);
    count = 0;
    raise(SIGUSR1);
    CHECK(here && count == 1 && stackInHandler.ss_flags == SS_ONSTACK && flagsInFrame == 0);

    // SS_AUTODISARM: the stack is off while the handler runs and comes back with the frame.
    stack.ss_flags = (int)SS_AUTODISARM;
    CHECK(sigaltstack(&stack, NULL) == 0);
    raise(SIGUSR1);
    CHECK(here && count == 2 && stackInHandler.ss_flags == SS_DISABLE && flagsInFrame == SS_AUTODISARM);
    CHECK(sigaltstack(NULL, &old) == 0 && old.ss_sp == alternate && old.ss_size == alternateSize
        && (unsigned)old.ss_flags == SS_AUTODISARM);
    stack.ss_flags = (int)(SS_AUTODISARM | SS_ONSTACK);
    CHECK(sigaltstack(&stack, NULL) == 0);
    // asked for or not, SS_ONSTACK tells where the caller is
    CHECK(sigaltstack(NULL, &old) == 0 && (unsigned)old.ss_flags == SS_AUTODISARM);
    stack.ss_flags = 4;
    FAILS(sigaltstack(&stack, NULL), EINVAL);
    stack.ss_flags = 0;
    stack.ss_size = 2047;
    FAILS(sigaltstack(&stack, NULL), ENOMEM);
    FAILS(sigaltstack((stack_t *)8, NULL), EFAULT);

    // A stack that the frame does not fit on: SIGSEGV, which runs on the usual stack.
    stack.ss_size = 2048;
    if (least > 2048) {
        CHECK(sigaltstack(&stack, NULL) == 0);
        install(SIGSEGV, jumpBack, 0);
        count = 0;
        if (sigsetjmp(back, 1) == 0) {
            raise(SIGUSR1);
            CHECK(0);
        }
        CHECK(count == 1 && lastCode == SI_KERNEL);
    } else {
        CHECK(sigaltstack(&stack, NULL) == 0);
    }
    stack.ss_flags = SS_DISABLE;
    CHECK(sigaltstack(&stack, NULL) == 0 && sigaltstack(NULL, &old) == 0 && old.ss_flags == SS_DISABLE && old.ss_sp == NULL
        && old.ss_size == 0);
    passed("alternate stacks");
}

int main(void)
{
    testState();
    testRefused();
    testFlags();
    testAlternateStack();
    return finish();
}
