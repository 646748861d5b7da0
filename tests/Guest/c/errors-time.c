// How the calls of clocks and timers fail, and which error wins: clock_gettime(2) to adjtimex(2). No row can set a clock.
#include "errors.h"
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/times.h>
#include <sys/timex.h>
#include <time.h>
#include <utime.h>

#define BAD ((void *)16)
#define SECOND 1000000000L

static const int clocks[] = {
    -1, INT_MIN, INT_MAX, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 15, 16, 31,
    -2, -3, -4, -5, -6, -7, -8, -99999 * 8 - 6, ~0 << 3 | 2, ~0 << 3 | 6, ~999 << 3 | 3, ~0 << 3 | 3
};
#define CLOCKS (int)(sizeof clocks / sizeof *clocks)

static const char *result(long value, int error)
{
    return value == -1 ? strerrorname_np(error) : "ok";
}

// The calls of every clock, a row a clock.
#define SHOW(call) (errno = 0, value = (call), error = errno, printf(" %s", result(value, error)))

static void testClocks(void)
{
    long value;
    int error;
    struct timespec at, zero = {0, 0}, wrong = {0, SECOND}, below = {-1, 0};
    for (int i = 0; i < CLOCKS; i++) {
        int clock = clocks[i];
        printf("clock %d:", clock);
        SHOW(syscall(SYS_clock_gettime, clock, &at));
        SHOW(syscall(SYS_clock_gettime, clock, BAD));
        SHOW(syscall(SYS_clock_getres, clock, &at));
        SHOW(syscall(SYS_clock_getres, clock, NULL));
        SHOW(syscall(SYS_clock_getres, clock, BAD));
        SHOW(syscall(SYS_clock_settime, clock, BAD));
        SHOW(syscall(SYS_clock_settime, clock, &wrong));
        SHOW(syscall(SYS_clock_settime, clock, &below));
        SHOW(syscall(SYS_clock_nanosleep, clock, 0, &zero, NULL));
        SHOW(syscall(SYS_clock_nanosleep, clock, 0, &zero, BAD));
        SHOW(syscall(SYS_clock_nanosleep, clock, 0, BAD, NULL));
        SHOW(syscall(SYS_clock_nanosleep, clock, 0, &wrong, NULL));
        SHOW(syscall(SYS_clock_nanosleep, clock, 0, &below, NULL));
        SHOW(syscall(SYS_clock_nanosleep, clock, TIMER_ABSTIME, &zero, BAD));
        SHOW(syscall(SYS_clock_nanosleep, clock, 0x100, &zero, NULL));
        SHOW(syscall(SYS_clock_adjtime, clock, BAD));
        SHOW(syscall(SYS_clock_adjtime, clock, &(struct timex){.modes = 0}));
        printf(" |");
        struct sigevent none = {.sigev_notify = SIGEV_NONE}, strange = {.sigev_notify = 77},
            thread = {.sigev_notify = 4, .sigev_signo = SIGALRM};
        struct sigevent loud = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = 65}, silent = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = 0};
        int id = -1;
        SHOW(syscall(SYS_timer_create, clock, NULL, &id));
        if (value == 0) {
            SHOW(syscall(SYS_timer_delete, id));
        }
        SHOW(syscall(SYS_timer_create, clock, &none, BAD));
        SHOW(syscall(SYS_timer_create, clock, BAD, &id));
        SHOW(syscall(SYS_timer_create, clock, &strange, &id));
        SHOW(syscall(SYS_timer_create, clock, &thread, &id));
        SHOW(syscall(SYS_timer_create, clock, &loud, &id));
        SHOW(syscall(SYS_timer_create, clock, &silent, &id));
        printf(" |");
        SHOW(syscall(SYS_timerfd_create, clock, 0));
        if (value >= 0) {
            close((int)value);
        }
        SHOW(syscall(SYS_timerfd_create, clock, 1));
        SHOW(syscall(SYS_timerfd_create, clock, -1));
        printf("\n");
    }
}

static void testTimers(void)
{
    int id = -1;
    struct sigevent none = {.sigev_notify = SIGEV_NONE};
    struct itimerspec zero = {{0, 0}, {0, 0}}, wrong = {{0, 0}, {0, SECOND}}, wrongInterval = {{0, -1}, {0, 0}}, below = {{0, 0}, {-1, 0}},
        far = {{0, 0}, {LONG_MAX, 0}};
    struct itimerspec belowInterval = {{-1, 0}, {1, 0}}, old;
    OUTCOME(syscall(SYS_timer_create, CLOCK_MONOTONIC, &none, &id));
    OUTCOME(syscall(SYS_timer_settime, id, 0, &zero, NULL));
    OUTCOME(syscall(SYS_timer_settime, id, 0, NULL, NULL));
    OUTCOME(syscall(SYS_timer_settime, id, 0, BAD, NULL));
    OUTCOME(syscall(SYS_timer_settime, id, 0, &far, BAD));
    OUTCOME(syscall(SYS_timer_settime, id, 0, &wrong, NULL));
    OUTCOME(syscall(SYS_timer_settime, id, 0, &wrongInterval, NULL));
    OUTCOME(syscall(SYS_timer_settime, id, 0, &below, NULL));
    OUTCOME(syscall(SYS_timer_settime, id, 0, &belowInterval, NULL));
    OUTCOME(syscall(SYS_timer_settime, id, 0, &far, NULL));
    OUTCOME(syscall(SYS_timer_settime, id, TIMER_ABSTIME, &far, &old));
    OUTCOME(syscall(SYS_timer_settime, id, -1, &far, NULL));
    OUTCOME(syscall(SYS_timer_settime, id, 2, &far, NULL));
    OUTCOME(syscall(SYS_timer_settime, 12345, 0, &zero, NULL));
    OUTCOME(syscall(SYS_timer_settime, 12345, 0, &wrong, NULL));
    OUTCOME(syscall(SYS_timer_settime, 12345, 0, BAD, NULL));
    OUTCOME(syscall(SYS_timer_settime, -1, 0, &zero, NULL));
    OUTCOME(syscall(SYS_timer_settime, INT_MIN, 0, &zero, BAD));
    OUTCOME(syscall(SYS_timer_gettime, id, BAD));
    OUTCOME(syscall(SYS_timer_gettime, id, NULL));
    OUTCOME(syscall(SYS_timer_gettime, 12345, BAD));
    OUTCOME(syscall(SYS_timer_gettime, -1, &old));
    OUTCOME(syscall(SYS_timer_getoverrun, id));
    OUTCOME(syscall(SYS_timer_getoverrun, 12345));
    OUTCOME(syscall(SYS_timer_getoverrun, INT_MIN));
    OUTCOME(syscall(SYS_timer_delete, id));
    OUTCOME(syscall(SYS_timer_delete, id));
    OUTCOME(syscall(SYS_timer_delete, -1));
    OUTCOME(syscall(SYS_timer_delete, INT_MIN));

    int fd = (int)syscall(SYS_timerfd_create, CLOCK_REALTIME, TFD_NONBLOCK), path = open("/proc/self/status", O_PATH), pipes[2];
    if (pipe(pipes) != 0) {
        return;
    }
    OUTCOME(syscall(SYS_timerfd_settime, fd, 0, &zero, NULL));
    OUTCOME(syscall(SYS_timerfd_settime, fd, 0, NULL, NULL));
    OUTCOME(syscall(SYS_timerfd_settime, fd, 0, BAD, NULL));
    OUTCOME(syscall(SYS_timerfd_settime, fd, 0, &far, BAD));
    OUTCOME(syscall(SYS_timerfd_settime, fd, 0, &wrong, NULL));
    OUTCOME(syscall(SYS_timerfd_settime, fd, 0, &wrongInterval, NULL));
    OUTCOME(syscall(SYS_timerfd_settime, fd, 0, &below, NULL));
    OUTCOME(syscall(SYS_timerfd_settime, fd, 0, &belowInterval, NULL));
    OUTCOME(syscall(SYS_timerfd_settime, fd, 1, &far, NULL));
    OUTCOME(syscall(SYS_timerfd_settime, fd, 2, &far, NULL));
    OUTCOME(syscall(SYS_timerfd_settime, fd, 3, &far, NULL));
    OUTCOME(syscall(SYS_timerfd_settime, fd, 4, &far, NULL));
    OUTCOME(syscall(SYS_timerfd_settime, fd, -1, &far, NULL));
    OUTCOME(syscall(SYS_timerfd_settime, fd, 4, BAD, NULL));
    OUTCOME(syscall(SYS_timerfd_settime, -1, 0, &zero, NULL));
    OUTCOME(syscall(SYS_timerfd_settime, -1, 4, &zero, NULL));
    OUTCOME(syscall(SYS_timerfd_settime, -1, 0, &wrong, NULL));
    OUTCOME(syscall(SYS_timerfd_settime, -1, 0, BAD, NULL));
    OUTCOME(syscall(SYS_timerfd_settime, pipes[0], 0, &zero, NULL));
    OUTCOME(syscall(SYS_timerfd_settime, pipes[0], 4, &zero, NULL));
    OUTCOME(syscall(SYS_timerfd_settime, path, 0, &zero, NULL));
    OUTCOME(syscall(SYS_timerfd_gettime, fd, &old));
    OUTCOME(syscall(SYS_timerfd_gettime, fd, NULL));
    OUTCOME(syscall(SYS_timerfd_gettime, fd, BAD));
    OUTCOME(syscall(SYS_timerfd_gettime, pipes[0], BAD));
    OUTCOME(syscall(SYS_timerfd_gettime, path, BAD));
    OUTCOME(syscall(SYS_timerfd_gettime, -1, BAD));
}

static void testIntervals(void)
{
    struct itimerval zero = {{0, 0}, {0, 0}}, wrong = {{0, 0}, {0, 1000000}}, below = {{0, 0}, {-1, 0}},
        wrongInterval = {{0, -1}, {1, 0}}, old;
    for (int which = -1; which < 4; which++) {
        printf("which %d\n", which);
        OUTCOME(syscall(SYS_getitimer, which, &old));
        OUTCOME(syscall(SYS_getitimer, which, NULL));
        OUTCOME(syscall(SYS_getitimer, which, BAD));
        OUTCOME(syscall(SYS_setitimer, which, &zero, &old));
        OUTCOME(syscall(SYS_setitimer, which, &zero, BAD));
        OUTCOME(syscall(SYS_setitimer, which, NULL, NULL));
        OUTCOME(syscall(SYS_setitimer, which, BAD, NULL));
        OUTCOME(syscall(SYS_setitimer, which, BAD, BAD));
        OUTCOME(syscall(SYS_setitimer, which, &wrong, NULL));
        OUTCOME(syscall(SYS_setitimer, which, &below, NULL));
        OUTCOME(syscall(SYS_setitimer, which, &wrongInterval, &old));
    }
    OUTCOME(syscall(SYS_getitimer, INT_MIN, BAD));
    VALUE(syscall(SYS_alarm, 0));
    VALUE(syscall(SYS_alarm, -1));
    VALUE(syscall(SYS_alarm, 0) > 2000000000L);
}

static void onAlarm(int number)
{
    (void)number;
}

static void testOld(void)
{
    struct timeval at, wrong = {0, 1000000}, below = {0, -1}, negative = {-1, 0};
    struct timezone zone = {0, 0}, far = {15 * 60 + 1, 0}, west = {-15 * 60 - 1, 0};
    struct timespec sleep = {0, 0}, wrongSleep = {0, SECOND}, belowSleep = {-1, 0}, both = {-1, -1};
    OUTCOME(syscall(SYS_gettimeofday, &at, &zone));
    OUTCOME(syscall(SYS_gettimeofday, NULL, NULL));
    OUTCOME(syscall(SYS_gettimeofday, BAD, NULL));
    OUTCOME(syscall(SYS_gettimeofday, &at, BAD));
    OUTCOME(syscall(SYS_settimeofday, BAD, NULL));
    OUTCOME(syscall(SYS_settimeofday, NULL, BAD));
    OUTCOME(syscall(SYS_settimeofday, &wrong, NULL));
    OUTCOME(syscall(SYS_settimeofday, &below, NULL));
    OUTCOME(syscall(SYS_settimeofday, &negative, NULL));
    OUTCOME(syscall(SYS_settimeofday, &wrong, BAD));
    OUTCOME(syscall(SYS_settimeofday, NULL, &far));
    OUTCOME(syscall(SYS_settimeofday, NULL, &west));
    OUTCOME(syscall(SYS_time, NULL));
    OUTCOME(syscall(SYS_time, BAD));
    OUTCOME(syscall(SYS_times, NULL) == -1 ? -1 : 0);
    OUTCOME(syscall(SYS_times, BAD) == -1 ? -1 : 0);
    OUTCOME(syscall(SYS_nanosleep, &sleep, NULL));
    OUTCOME(syscall(SYS_nanosleep, &sleep, BAD));
    OUTCOME(syscall(SYS_nanosleep, NULL, NULL));
    OUTCOME(syscall(SYS_nanosleep, BAD, BAD));
    OUTCOME(syscall(SYS_nanosleep, &wrongSleep, NULL));
    OUTCOME(syscall(SYS_nanosleep, &belowSleep, NULL));
    OUTCOME(syscall(SYS_nanosleep, &both, BAD));
    OUTCOME(syscall(SYS_adjtimex, BAD));
    OUTCOME(syscall(SYS_adjtimex, NULL));
    OUTCOME(syscall(SYS_adjtimex, &(struct timex){.modes = 0}));
    OUTCOME(syscall(SYS_adjtimex, &(struct timex){.modes = 0x8000}));
    OUTCOME(syscall(SYS_adjtimex, &(struct timex){.modes = ADJ_TICK, .tick = 1}));
    OUTCOME(syscall(SYS_adjtimex, &(struct timex){.modes = ADJ_TICK, .tick = 1000000}));
    OUTCOME(syscall(SYS_adjtimex, &(struct timex){.modes = ADJ_SETOFFSET, .time = {0, -1}}));
    OUTCOME(syscall(SYS_adjtimex, &(struct timex){.modes = ADJ_SETOFFSET, .time = {0, 1000000}}));
}

// Without the right to set clocks; what is refused for other reasons is refused for them first, or not.
static void testUnprivileged(void)
{
    struct timespec now = {1700000000, 0}, wrong = {0, SECOND};
    struct timeval nowMicroseconds = {1700000000, 0}, wrongMicroseconds = {0, 1000000};
    struct timezone zone = {0, 0}, far = {15 * 60 + 1, 0};
    if (setuid(1000) != 0) {
        return;
    }
    for (int i = 0; i < CLOCKS; i++) {
        int clock = clocks[i];
        printf("clock %d:", clock);
        long value;
        int error;
        SHOW(syscall(SYS_clock_settime, clock, &now));
        SHOW(syscall(SYS_clock_settime, clock, &wrong));
        SHOW(syscall(SYS_clock_settime, clock, BAD));
        SHOW(syscall(SYS_clock_adjtime, clock, &(struct timex){.modes = ADJ_FREQUENCY}));
        SHOW(syscall(SYS_timerfd_create, clock, 0));
        int id;
        SHOW(syscall(SYS_timer_create, clock, NULL, &id));
        printf("\n");
    }
    OUTCOME(syscall(SYS_settimeofday, &nowMicroseconds, NULL));
    OUTCOME(syscall(SYS_settimeofday, &wrongMicroseconds, NULL));
    OUTCOME(syscall(SYS_settimeofday, &nowMicroseconds, BAD));
    OUTCOME(syscall(SYS_settimeofday, NULL, &zone));
    OUTCOME(syscall(SYS_settimeofday, NULL, &far));
    OUTCOME(syscall(SYS_settimeofday, NULL, NULL));
    OUTCOME(syscall(SYS_adjtimex, &(struct timex){.modes = 0}));
    OUTCOME(syscall(SYS_adjtimex, &(struct timex){.modes = ADJ_FREQUENCY}));
    OUTCOME(syscall(SYS_adjtimex, &(struct timex){.modes = ADJ_OFFSET_SINGLESHOT}));
    OUTCOME(syscall(SYS_adjtimex, &(struct timex){.modes = ADJ_OFFSET_SS_READ}));
    OUTCOME(syscall(SYS_adjtimex, &(struct timex){.modes = ADJ_TICK, .tick = 1}));
    OUTCOME(syscall(SYS_adjtimex, &(struct timex){.modes = ADJ_SETOFFSET, .time = {0, -1}}));
}

int main(void)
{
    struct sigaction action = {.sa_handler = onAlarm};
    sigaction(SIGALRM, &action, NULL);
    testClocks();
    testTimers();
    testOld();
    testIntervals();
    testUnprivileged();
    return 0;
}
