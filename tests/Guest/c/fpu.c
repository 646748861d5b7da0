// Floating-point and vector registers survive preemption and system calls: each thread spins with values of its own.
#include "check.h"
#include <fenv.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
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

// A system call keeps every vector register too.
__attribute__((noinline)) static int keepOverSyscall(const uint64_t *values, uint64_t *result)
{
    long number = 39;
    __asm__ volatile(
        "movdqu (%1),%%xmm0; movdqu 16(%1),%%xmm5; movdqu 32(%1),%%xmm10; movdqu 48(%1),%%xmm15;"
        "syscall;"
        "movdqu %%xmm0,(%2); movdqu %%xmm5,16(%2); movdqu %%xmm10,32(%2); movdqu %%xmm15,48(%2)"
        : "+a"(number) : "r"(values), "r"(result)
        : "memory", "cc", "rcx", "r11", "xmm0", "xmm5", "xmm10", "xmm15");
    return memcmp(values, result, 64) == 0;
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
        bad += !keepOverSyscall(values, result);
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
