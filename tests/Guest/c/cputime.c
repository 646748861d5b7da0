// Clocks of CPU time and what hangs on them: ids, itimers, POSIX timers, sleeps, limits, the division into user and system time
// (clock_getcpuclockid(3), setitimer(2), timer_create(2), clock_nanosleep(2), getrusage(2), getrlimit(2)).
#include "check.h"
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/times.h>
#include <time.h>
#include <unistd.h>

#ifndef RUSAGE_THREAD
#define RUSAGE_THREAD 1
#endif
#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

static volatile int count[65], codes[65], overruns, stop;
static volatile uint64_t work;

static void record(int number, siginfo_t *info, void *context)
{
    (void)context;
    count[number]++;
    codes[number] = info->si_code;
    overruns = info->si_overrun;
}

static void install(int number, int flags)
{
    struct sigaction action = { .sa_sigaction = record, .sa_flags = SA_SIGINFO | flags };
    CHECK(sigaction(number, &action, NULL) == 0);
    count[number] = 0;
}

static int64_t now(clockid_t clock)
{
    struct timespec time = { -1, 0 };
    CHECK(syscall(SYS_clock_gettime, clock, &time) == 0);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void spin(int64_t nanoseconds)
{
    int64_t end = now(CLOCK_THREAD_CPUTIME_ID) + nanoseconds;
    while (now(CLOCK_THREAD_CPUTIME_ID) < end) {
        for (int i = 0; i < 2000; i++) {
            work++;
        }
    }
}

// In the program almost all of the time.
static void spinInProgram(void)
{
    for (int i = 0; i < 200000; i++) {
        work++;
    }
}

static void testClocks(void)
{
    clockid_t process, thread;
    CHECK(clock_getcpuclockid(0, &process) == 0 && pthread_getcpuclockid(pthread_self(), &thread) == 0);
    int64_t a = now(CLOCK_PROCESS_CPUTIME_ID), b = now(process), c = now(CLOCK_PROCESS_CPUTIME_ID);
    CHECK(a <= b && b <= c);
    a = now(CLOCK_THREAD_CPUTIME_ID), b = now(thread), c = now(CLOCK_THREAD_CPUTIME_ID);
    CHECK(a <= b && b <= c);
    // ~id << 3 | per thread << 2 | which: all (PROF), the program's own (VIRT), all (SCHED)
    clockid_t own = (clockid_t)(~0u << 3 | 6), all = (clockid_t)(~0u << 3 | 2), user = (clockid_t)(~0u << 3 | 1),
        prof = (clockid_t)(~0u << 3);
    a = now(CLOCK_THREAD_CPUTIME_ID), b = now(own), c = now(CLOCK_THREAD_CPUTIME_ID);
    CHECK(a <= b && b <= c);
    a = now(CLOCK_PROCESS_CPUTIME_ID), b = now(all), c = now(CLOCK_PROCESS_CPUTIME_ID);
    CHECK(a <= b && b <= c);
    CHECK(now(user) <= now(CLOCK_PROCESS_CPUTIME_ID) + 20000000 && now(prof) <= now(CLOCK_PROCESS_CPUTIME_ID) + 20000000);
    struct timespec time;
    FAILS(syscall(SYS_clock_gettime, (clockid_t)(~0u << 3 | 3), &time), EINVAL);
    FAILS(syscall(SYS_clock_gettime, (clockid_t)(~(1u << 22) << 3 | 2), &time), EINVAL);
    FAILS(syscall(SYS_clock_gettime, (clockid_t)(~(1u << 22) << 3 | 6), &time), EINVAL);
    FAILS(syscall(SYS_clock_gettime, 77, &time), EINVAL);
    CHECK(syscall(SYS_clock_getres, CLOCK_PROCESS_CPUTIME_ID, &time) == 0 && time.tv_sec == 0 && time.tv_nsec == 1);
    CHECK(syscall(SYS_clock_getres, own, &time) == 0 && time.tv_nsec == 1);
    time = (struct timespec){ 1, 0 };
    FAILS(syscall(SYS_clock_settime, CLOCK_PROCESS_CPUTIME_ID, &time), EINVAL);
    FAILS(syscall(SYS_clock_settime, own, &time), EPERM);
    FAILS(syscall(SYS_clock_settime, CLOCK_MONOTONIC, &time), EINVAL);
    passed("clocks");
}

static void testUsage(void)
{
    struct rusage self, thread, last = { 0 };
    int64_t before = now(CLOCK_PROCESS_CPUTIME_ID);
    spin(50000000);
    CHECK(getrusage(RUSAGE_SELF, &self) == 0 && getrusage(RUSAGE_THREAD, &thread) == 0);
    int64_t sum = (self.ru_utime.tv_sec + self.ru_stime.tv_sec) * 1000000LL + self.ru_utime.tv_usec + self.ru_stime.tv_usec;
    CHECK(sum * 1000 >= before + 49000000 && sum * 1000 <= now(CLOCK_PROCESS_CPUTIME_ID));
    CHECK(thread.ru_utime.tv_sec * 1000000LL + thread.ru_utime.tv_usec + thread.ru_stime.tv_sec * 1000000LL + thread.ru_stime.tv_usec >= 49000);
    // Neither part ever goes back.
    for (int i = 0; i < 40; i++) {
        spinInProgram();
        CHECK(getrusage(RUSAGE_SELF, &self) == 0);
        CHECK(timercmp(&self.ru_utime, &last.ru_utime, >=) && timercmp(&self.ru_stime, &last.ru_stime, >=));
        last = self;
    }
    struct tms times_;
    CHECK(times(&times_) != (clock_t)-1 && times_.tms_utime + times_.tms_stime >= 4);
    FAILS(getrusage(5, &self), EINVAL);
    FAILS(getrusage(RUSAGE_SELF, (struct rusage *)8), EFAULT);
    passed("usage");
}

static void compute(void)
{
    spinInProgram();
}

static void call(void)
{
    static char zeros[1 << 20];
    static FILE *zero;
    zero = zero ? zero : fopen("/dev/zero", "r");
    for (int i = 0; i < 4; i++) {
        CHECK(read(fileno(zero), zeros, sizeof zeros) == sizeof zeros);
    }
}

// The user and the system time of doing something for a while.
static void measure(void (*what)(void), int64_t *user, int64_t *system)
{
    struct rusage before, after;
    CHECK(getrusage(RUSAGE_THREAD, &before) == 0);
    int64_t end = now(CLOCK_THREAD_CPUTIME_ID) + 300000000;
    while (now(CLOCK_THREAD_CPUTIME_ID) < end) {
        what();
    }
    CHECK(getrusage(RUSAGE_THREAD, &after) == 0);
    *user = (after.ru_utime.tv_sec - before.ru_utime.tv_sec) * 1000000LL + after.ru_utime.tv_usec - before.ru_utime.tv_usec;
    *system = (after.ru_stime.tv_sec - before.ru_stime.tv_sec) * 1000000LL + after.ru_stime.tv_usec - before.ru_stime.tv_usec;
}

// A program that computes uses user time, one that calls uses system time. What a busy computer takes from a machine counts as either, so
// there are several tries.
static void testDivision(void)
{
    int64_t user, system;
    int good = 0;
    for (int i = 0; i < 10 && !good; i++) {
        measure(compute, &user, &system);
        good = user > 2 * system;
    }
    CHECK(good);
    good = 0;
    for (int i = 0; i < 10 && !good; i++) {
        measure(call, &user, &system);
        good = system > 2 * user;
    }
    CHECK(good);
    passed("division");
}

static void testIntervals(void)
{
    struct itimerval timer = { { 0, 20000 }, { 0, 20000 } }, old;
    install(SIGPROF, SA_RESTART);
    install(SIGVTALRM, SA_RESTART);
    CHECK(setitimer(ITIMER_PROF, &timer, NULL) == 0);
    int64_t start = now(CLOCK_PROCESS_CPUTIME_ID);
    while (count[SIGPROF] < 5) {
        spinInProgram();
    }
    int64_t took = now(CLOCK_PROCESS_CPUTIME_ID) - start; // Linux goes by ticks, which a busy machine gives unevenly
    CHECK(took >= 40000000 && codes[SIGPROF] == SI_KERNEL);
    CHECK(getitimer(ITIMER_PROF, &old) == 0 && old.it_interval.tv_usec >= 20000 && old.it_interval.tv_usec < 30000
        && old.it_value.tv_sec == 0);
    timer = (struct itimerval){ 0 };
    CHECK(setitimer(ITIMER_PROF, &timer, &old) == 0 && (old.it_value.tv_usec > 0 || old.it_value.tv_sec > 0));
    CHECK(getitimer(ITIMER_PROF, &old) == 0 && old.it_value.tv_usec == 0 && old.it_value.tv_sec == 0);

    timer.it_value.tv_usec = 20000;
    CHECK(setitimer(ITIMER_VIRTUAL, &timer, NULL) == 0);
    while (count[SIGVTALRM] < 1) {
        spinInProgram();
    }
    CHECK(getitimer(ITIMER_VIRTUAL, &old) == 0 && old.it_value.tv_sec == 0 && old.it_value.tv_usec == 0);

    // Sleeping uses no CPU time.
    count[SIGPROF] = 0;
    timer.it_value.tv_usec = 100000;
    CHECK(setitimer(ITIMER_PROF, &timer, NULL) == 0);
    struct timespec time = { 0, 300000000 };
    CHECK(nanosleep(&time, NULL) == 0 && count[SIGPROF] == 0);
    CHECK(getitimer(ITIMER_PROF, &old) == 0 && old.it_value.tv_usec > 50000);
    timer.it_value.tv_usec = 0;
    CHECK(setitimer(ITIMER_PROF, &timer, NULL) == 0);
    FAILS(setitimer(3, &timer, NULL), EINVAL);
    FAILS(getitimer(-1, &timer), EINVAL);
    timer.it_value.tv_usec = 1000000;
    FAILS(setitimer(ITIMER_PROF, &timer, NULL), EINVAL);
    FAILS(syscall(SYS_setitimer, ITIMER_REAL, (void *)8, NULL), EFAULT);
    passed("intervals");
}

static void *spinner(void *unused)
{
    (void)unused;
    while (!stop) {
        spinInProgram();
    }
    return NULL;
}

static void testTimers(void)
{
    int number = SIGRTMIN + 1;
    install(number, SA_RESTART);
    struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = number };
    timer_t timer;
    CHECK(timer_create(CLOCK_PROCESS_CPUTIME_ID, &event, &timer) == 0);
    struct itimerspec when = { .it_value = { 0, 30000000 }, .it_interval = { 0, 30000000 } }, left;
    int64_t start = now(CLOCK_PROCESS_CPUTIME_ID);
    CHECK(timer_settime(timer, 0, &when, NULL) == 0);
    while (count[number] < 4) {
        spinInProgram();
    }
    CHECK(now(CLOCK_PROCESS_CPUTIME_ID) - start >= 115000000 && codes[number] == SI_TIMER);
    CHECK(timer_gettime(timer, &left) == 0 && left.it_interval.tv_nsec == 30000000 && left.it_value.tv_nsec > 0
        && left.it_value.tv_nsec <= 30000000);
    CHECK(timer_delete(timer) == 0);

    // The thread's own time: another one's does not count.
    pthread_t other;
    stop = 0;
    CHECK(pthread_create(&other, NULL, spinner, NULL) == 0);
    event.sigev_notify = SIGEV_THREAD_ID;
    event.sigev_notify_thread_id = syscall(SYS_gettid);
    CHECK(timer_create(CLOCK_THREAD_CPUTIME_ID, &event, &timer) == 0);
    count[number] = 0;
    when = (struct itimerspec){ .it_value = { 0, 40000000 } };
    start = now(CLOCK_THREAD_CPUTIME_ID);
    CHECK(timer_settime(timer, 0, &when, NULL) == 0);
    while (count[number] < 1) {
        spinInProgram();
    }
    CHECK(now(CLOCK_THREAD_CPUTIME_ID) - start >= 40000000);
    CHECK(timer_gettime(timer, &left) == 0 && left.it_value.tv_sec == 0 && left.it_value.tv_nsec == 0);
    CHECK(timer_delete(timer) == 0);
    clockid_t clock;
    CHECK(pthread_getcpuclockid(other, &clock) == 0 && timer_create(clock, &event, &timer) == 0);
    count[number] = 0;
    start = now(clock);
    CHECK(timer_settime(timer, 0, &when, NULL) == 0);
    while (count[number] < 1) {
        struct timespec time = { 0, 1000000 };
        nanosleep(&time, NULL);
    }
    CHECK(now(clock) - start >= 40000000);
    CHECK(timer_delete(timer) == 0);

    // Sleeping on the process's time, which the other thread uses.
    struct timespec time = { 0, 50000000 };
    start = now(CLOCK_PROCESS_CPUTIME_ID);
    CHECK(clock_nanosleep(CLOCK_PROCESS_CPUTIME_ID, 0, &time, NULL) == 0 && now(CLOCK_PROCESS_CPUTIME_ID) - start >= 50000000);
    CHECK(syscall(SYS_clock_nanosleep, CLOCK_PROCESS_CPUTIME_ID, TIMER_ABSTIME, &time, NULL) == 0);
    FAILS(syscall(SYS_clock_nanosleep, CLOCK_THREAD_CPUTIME_ID, 0, &time, NULL), EOPNOTSUPP);
    FAILS(syscall(SYS_clock_nanosleep, (clockid_t)(~0u << 3 | 6), 0, &time, NULL), EINVAL);
    FAILS(syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC_RAW, 0, &time, NULL), EOPNOTSUPP);
    FAILS(syscall(SYS_clock_nanosleep, 77, 0, &time, NULL), EINVAL);
    time.tv_nsec = -1;
    FAILS(syscall(SYS_clock_nanosleep, CLOCK_PROCESS_CPUTIME_ID, 0, &time, NULL), EINVAL);

    // Interrupted, it tells what is left.
    install(SIGALRM, 0);
    struct itimerval alarm = { .it_value = { 0, 20000 } };
    struct timespec asked = { 50, 0 }, rest = { 0, 0 };
    setitimer(ITIMER_REAL, &alarm, NULL);
    FAILS(syscall(SYS_clock_nanosleep, CLOCK_PROCESS_CPUTIME_ID, 0, &asked, &rest), EINTR);
    CHECK(rest.tv_sec >= 48 && rest.tv_sec < 50);
    stop = 1;
    pthread_join(other, NULL);
    passed("timers");
}

static sigjmp_buf back;

static void onLimit(int number)
{
    (void)number;
    siglongjmp(back, 1);
}

static void testLimit(void)
{
    struct rlimit limit = { 1, 100 };
    signal(SIGXCPU, onLimit);
    if (sigsetjmp(back, 1) == 0) {
        CHECK(setrlimit(RLIMIT_CPU, &limit) == 0);
        while (1) {
            spinInProgram();
        }
    }
    CHECK(now(CLOCK_PROCESS_CPUTIME_ID) >= 1000000000);
    CHECK(getrlimit(RLIMIT_CPU, &limit) == 0 && limit.rlim_cur >= 2 && limit.rlim_max == 100); // as Linux counts the soft limit up
    passed("limit");
}

int main(int count_, char **arguments)
{
    if (count_ > 1) {
        // The hard limit ends the program.
        struct rlimit limit = { 1, 1 };
        signal(SIGXCPU, SIG_IGN);
        CHECK(setrlimit(RLIMIT_CPU, &limit) == 0);
        puts(arguments[1]);
        fflush(stdout);
        while (1) {
            spinInProgram();
        }
    }
    testClocks();
    testUsage();
    testDivision();
    testIntervals();
    testTimers();
    testLimit();
    return finish();
}
