// Floating-point and vector registers survive preemption and system calls: each thread spins with values of its own.
#include "check.h"
#include <fenv.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile int stop;
static volatile int alarms;

static int64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

// Fills all sixteen vector registers, spins without touching them, and compares.
__attribute__((target("avx2"), noinline)) static int spinWide(const uint64_t *values, uint64_t *result, long turns)
{
    __asm__ volatile(
        "vmovdqu (%1),%%ymm0; vmovdqu 32(%1),%%ymm1; vmovdqu 64(%1),%%ymm2; vmovdqu 96(%1),%%ymm3;"
        "vmovdqu 128(%1),%%ymm7; vmovdqu 160(%1),%%ymm8; vmovdqu 192(%1),%%ymm12; vmovdqu 224(%1),%%ymm15;"
        "1: dec %0; jnz 1b;"
        "vmovdqu %%ymm0,(%2); vmovdqu %%ymm1,32(%2); vmovdqu %%ymm2,64(%2); vmovdqu %%ymm3,96(%2);"
        "vmovdqu %%ymm7,128(%2); vmovdqu %%ymm8,160(%2); vmovdqu %%ymm12,192(%2); vmovdqu %%ymm15,224(%2); vzeroupper"
        : "+r"(turns) : "r"(values), "r"(result)
        : "memory", "cc", "xmm0", "xmm1", "xmm2", "xmm3", "xmm7", "xmm8", "xmm12", "xmm15");
    return memcmp(values, result, 256) == 0;
}

__attribute__((noinline)) static int spinNarrow(const uint64_t *values, uint64_t *result, long turns)
{
    __asm__ volatile(
        "movdqu (%1),%%xmm0; movdqu 16(%1),%%xmm1; movdqu 32(%1),%%xmm6; movdqu 48(%1),%%xmm15;"
        "1: dec %0; jnz 1b;"
        "movdqu %%xmm0,(%2); movdqu %%xmm1,16(%2); movdqu %%xmm6,32(%2); movdqu %%xmm15,48(%2)"
        : "+r"(turns) : "r"(values), "r"(result)
        : "memory", "cc", "xmm0", "xmm1", "xmm6", "xmm15");
    return memcmp(values, result, 64) == 0;
}

// A system call, an interrupt and a page fault in a copy by the kernel keep all sixteen vector registers, MXCSR and its flags.
__attribute__((noinline)) static int keepOverSyscall(long number, long a, void *b, long c, uint32_t mxcsr, const uint64_t *values,
    uint64_t *result)
{
    uint32_t before, after;
    __asm__ volatile("stmxcsr %0" : "=m"(before));
    __asm__ volatile(
        "ldmxcsr %4;"
        "movdqu (%1),%%xmm0; movdqu 16(%1),%%xmm1; movdqu 32(%1),%%xmm2; movdqu 48(%1),%%xmm3;"
        "movdqu 64(%1),%%xmm4; movdqu 80(%1),%%xmm5; movdqu 96(%1),%%xmm6; movdqu 112(%1),%%xmm7;"
        "movdqu 128(%1),%%xmm8; movdqu 144(%1),%%xmm9; movdqu 160(%1),%%xmm10; movdqu 176(%1),%%xmm11;"
        "movdqu 192(%1),%%xmm12; movdqu 208(%1),%%xmm13; movdqu 224(%1),%%xmm14; movdqu 240(%1),%%xmm15;"
        "syscall;"
        "movdqu %%xmm0,(%2); movdqu %%xmm1,16(%2); movdqu %%xmm2,32(%2); movdqu %%xmm3,48(%2);"
        "movdqu %%xmm4,64(%2); movdqu %%xmm5,80(%2); movdqu %%xmm6,96(%2); movdqu %%xmm7,112(%2);"
        "movdqu %%xmm8,128(%2); movdqu %%xmm9,144(%2); movdqu %%xmm10,160(%2); movdqu %%xmm11,176(%2);"
        "movdqu %%xmm12,192(%2); movdqu %%xmm13,208(%2); movdqu %%xmm14,224(%2); movdqu %%xmm15,240(%2);"
        "stmxcsr %3"
        : "+a"(number)
        : "r"(values), "r"(result), "m"(after), "m"(mxcsr), "D"(a), "S"(b), "d"(c)
        : "memory", "cc", "rcx", "r11", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
    __asm__ volatile("ldmxcsr %0" : : "m"(before));
    return memcmp(values, result, 256) == 0 && after == mxcsr;
}

static int keepOverSyscalls(const uint64_t *values, uint64_t *result)
{
    static const uint32_t controls[] = { 0x1f80, 0x1fa0, 0x9fc0, 0x7f80, 0x1fbf, 0x3f85 };
    static char text[512];
    int good = 1;
    for (size_t i = 0; i < sizeof controls / sizeof *controls; i++) {
        good &= keepOverSyscall(39, 0, 0, 0, controls[i], values, result); // getpid
        good &= keepOverSyscall(63, (long)text, 0, 0, controls[i], values, result); // uname
        good &= keepOverSyscall(24, 0, 0, 0, controls[i], values, result); // sched_yield
        char *fresh = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        good &= keepOverSyscall(318, (long)fresh, (void *)8192, 0, controls[i], values, result); // getrandom
        munmap(fresh, 8192);
    }
    return good;
}

static void onAlarm(int number)
{
    (void)number;
    alarms++;
    volatile double x = 1.5;
    for (int i = 0; i < 10; i++) {
        x = x * 1.25 + sqrt(x);
    }
}

static void *body(void *argument)
{
    uint64_t seed = (uint64_t)(intptr_t)argument, values[32], result[32];
    fesetround(seed % 2 ? FE_UPWARD : FE_DOWNWARD);
    volatile double third = 1.0 / 3.0, one = 1.0, three = 3.0;
    third = one / three;
    int bad = 0;
    long rounds = 0;
    while (!stop) {
        for (int i = 0; i < 32; i++) {
            values[i] = (seed + 1) * 0x9e3779b97f4a7c15 + i + rounds;
        }
        bad += !spinNarrow(values, result, 20000);
        if (__builtin_cpu_supports("avx2")) {
            bad += !spinWide(values, result, 20000);
        }
        bad += !keepOverSyscalls(values, result);
        bad += one / three != third;
        bad += fegetround() != (seed % 2 ? FE_UPWARD : FE_DOWNWARD);
        rounds++;
    }
    CHECK(bad == 0);
    CHECK(rounds > 0);
    return NULL;
}

int main(void)
{
    struct sigaction action = { .sa_handler = onAlarm, .sa_flags = SA_RESTART };
    sigaction(SIGALRM, &action, NULL);
    struct itimerval interval = { { 0, 7000 }, { 0, 7000 } };
    setitimer(ITIMER_REAL, &interval, NULL);
    pthread_t threads[6];
    for (intptr_t i = 0; i < 6; i++) {
        CHECK(pthread_create(&threads[i], NULL, body, (void *)i) == 0);
    }
    int64_t start = now();
    while (now() - start < 600000000) {
        usleep(10000);
    }
    stop = 1;
    for (int i = 0; i < 6; i++) {
        pthread_join(threads[i], NULL);
    }
    CHECK(alarms > 3);
    passed("fpu");
    printf("%.17g %.17g %.17g\n", sin(1.0), exp(1.0), pow(2.0, 0.5));
    return finish();
}
