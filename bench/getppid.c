// The round trip of a system call: counts of the time stamp counter and nanoseconds of the clock for a number of getppid(2).
// The loop around the call is four instructions.
#include <stdio.h>
#include <stdlib.h>
#include <sys/reboot.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

static void calls(long count)
{
    long number = 110, result;
    do {
        __asm__ volatile("syscall" : "=a"(result) : "a"(number) : "rcx", "r11", "memory");
    } while (--count > 0);
}

int main(int argc, char **argv)
{
    long count = argc > 1 ? atol(argv[1]) : 1000000;
    struct timespec start, end;
    calls(1000);
    clock_gettime(CLOCK_MONOTONIC, &start);
    unsigned long long first = __rdtsc();
    calls(count);
    unsigned long long last = __rdtsc();
    clock_gettime(CLOCK_MONOTONIC, &end);
    long long ns = (end.tv_sec - start.tv_sec) * 1000000000LL + end.tv_nsec - start.tv_nsec;
    printf("getppid %ld calls %llu counts %lld ns\n", count, last - first, ns);
    fflush(stdout);
    if (getpid() == 1) {
        sleep(1);
        reboot(RB_POWER_OFF);
    }
    return 0;
}
