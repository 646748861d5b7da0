// Clocks agree with each other and with the vDSO, sleeps last as long as asked, random numbers differ.
#include "check.h"
#include <stdint.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/utsname.h>
#include <sched.h>
#include <time.h>
#include <unistd.h>

static int64_t ns(clockid_t clock, int bySyscall)
{
    struct timespec time;
    CHECK((bySyscall ? syscall(SYS_clock_gettime, clock, &time) : clock_gettime(clock, &time)) == 0);
    CHECK(time.tv_nsec >= 0 && time.tv_nsec < 1000000000);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

int main(void)
{
    static const clockid_t clocks[] = { CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME, CLOCK_MONOTONIC_RAW };
    for (unsigned i = 0; i < sizeof clocks / sizeof clocks[0]; i++) {
        for (int turn = 0; turn < 100; turn++) {
            int64_t first = ns(clocks[i], 1), second = ns(clocks[i], 0), third = ns(clocks[i], 1);
            CHECK(first <= second && second <= third);
        }
        struct timespec resolution;
        CHECK(clock_getres(clocks[i], &resolution) == 0 && resolution.tv_sec == 0 && resolution.tv_nsec == 1);
    }
    int64_t coarse = ns(CLOCK_MONOTONIC_COARSE, 0), fine = ns(CLOCK_MONOTONIC, 0);
    CHECK(coarse <= fine && fine - coarse < 50000000);
    struct timeval day;
    CHECK(gettimeofday(&day, NULL) == 0 && llabs(day.tv_sec - (long long)time(NULL)) <= 1);
    CHECK(day.tv_sec > 1700000000);
    passed("clocks");

    int64_t before = ns(CLOCK_MONOTONIC, 0);
    struct timespec span = { 0, 50000000 };
    CHECK(nanosleep(&span, NULL) == 0);
    int64_t slept = ns(CLOCK_MONOTONIC, 0) - before;
    CHECK(slept >= 50000000 && slept < 2000000000);
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += 20000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    CHECK(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == 0);
    CHECK(ns(CLOCK_MONOTONIC, 0) >= until.tv_sec * 1000000000LL + until.tv_nsec);
    span.tv_nsec = 1000000000;
    FAILS(nanosleep(&span, NULL), EINVAL);
    passed("sleep");

    int64_t cpu = ns(CLOCK_PROCESS_CPUTIME_ID, 0);
    volatile uint64_t work = 0;
    while (ns(CLOCK_THREAD_CPUTIME_ID, 0) - cpu < 10000000) {
        work++;
    }
    struct rusage usage;
    CHECK(getrusage(RUSAGE_SELF, &usage) == 0
        && usage.ru_utime.tv_sec * 1000000 + usage.ru_utime.tv_usec + usage.ru_stime.tv_sec * 1000000 + usage.ru_stime.tv_usec > 0);
    passed("processor time");

    unsigned char one[64] = { 0 }, two[64] = { 0 };
    CHECK(getrandom(one, 64, 0) == 64 && getrandom(two, 64, GRND_NONBLOCK) == 64 && memcmp(one, two, 64) != 0);
    CHECK(getentropy(one, 64) == 0);
    FILE *source = fopen("/dev/urandom", "rb");
    CHECK(source && fread(two, 1, 64, source) == 64 && memcmp(one, two, 64) != 0);
    passed("random");

    struct utsname names;
    CHECK(uname(&names) == 0);
    printf("%s %s\n", names.sysname, names.machine);
    CHECK(atoi(names.release) >= 4);
    struct sysinfo info;
    CHECK(sysinfo(&info) == 0 && info.totalram > 0 && info.mem_unit > 0);
    CHECK(sysconf(_SC_NPROCESSORS_ONLN) >= 1);
    cpu_set_t set;
    CHECK(sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) >= 1);
    CHECK(sched_yield() == 0);
    struct rlimit limit;
    CHECK(getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur >= 1 << 20);
    CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur >= 256);
    passed("system");
    return finish();
}
