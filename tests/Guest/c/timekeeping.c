// Clocks and sleeping in the corners: errors, absolute times, what is left, timer descriptors, the clock's state (clock_gettime(2),
// clock_nanosleep(2), timerfd_create(2), adjtimex(2)). The host's clock is never set.
#include "check.h"
#include <signal.h>
#include <stdint.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

static int64_t ns(clockid_t clock)
{
    struct timespec time = { 0, 0 };
    CHECK(clock_gettime(clock, &time) == 0);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void testClocks(void)
{
    struct timespec time, resolution;
    static const clockid_t fine[] = { CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_MONOTONIC_RAW, CLOCK_BOOTTIME, CLOCK_TAI };
    for (unsigned i = 0; i < sizeof fine / sizeof *fine; i++) {
        CHECK(syscall(SYS_clock_getres, fine[i], &resolution) == 0 && resolution.tv_sec == 0 && resolution.tv_nsec == 1);
        CHECK(syscall(SYS_clock_getres, fine[i], NULL) == 0);
        FAILS(syscall(SYS_clock_gettime, fine[i], (void *)8), EFAULT);
        for (int turn = 0; turn < 50; turn++) {
            int64_t first = ns(fine[i]);
            CHECK(syscall(SYS_clock_gettime, fine[i], &time) == 0);
            int64_t second = time.tv_sec * 1000000000LL + time.tv_nsec;
            CHECK(first <= second && second <= ns(fine[i]));
        }
    }
    CHECK(clock_getres(CLOCK_MONOTONIC_COARSE, &resolution) == 0 && resolution.tv_nsec >= 1000000 && resolution.tv_nsec <= 10000000);
    int64_t coarse = ns(CLOCK_REALTIME_COARSE), exact = ns(CLOCK_REALTIME);
    CHECK(coarse <= exact && exact - coarse < 50000000);
    CHECK((ns(CLOCK_TAI) - ns(CLOCK_REALTIME) + 500000000) / 1000000000 >= 0);
    static const clockid_t none[] = { 10, 12, 15, 16, 77 };
    for (unsigned i = 0; i < sizeof none / sizeof *none; i++) {
        FAILS(syscall(SYS_clock_gettime, none[i], &time), EINVAL);
        FAILS(syscall(SYS_clock_getres, none[i], &time), EINVAL);
        FAILS(syscall(SYS_clock_settime, none[i], &time), EINVAL);
    }
    time = (struct timespec){ 1, 1000000000 };
    FAILS(syscall(SYS_clock_settime, CLOCK_REALTIME, &time), EINVAL);
    FAILS(syscall(SYS_clock_settime, CLOCK_REALTIME, (void *)8), EFAULT);
    FAILS(syscall(SYS_clock_settime, CLOCK_MONOTONIC, &time), EINVAL);
    FAILS(syscall(SYS_settimeofday, (void *)8, NULL), EFAULT);
    FAILS(syscall(SYS_gettimeofday, (void *)8, NULL), EFAULT);
    FAILS(syscall(SYS_time, (void *)8), EFAULT);
    struct timeval day;
    int64_t before = ns(CLOCK_REALTIME);
    CHECK(syscall(SYS_gettimeofday, &day, NULL) == 0);
    int64_t now = day.tv_sec * 1000000000LL + day.tv_usec * 1000;
    CHECK(now >= before - 1000 && now <= ns(CLOCK_REALTIME));
    passed("clocks");
}

static volatile int alarms;

static void onAlarm(int number)
{
    (void)number;
    alarms++;
}

static void testSleeps(void)
{
    struct timespec time = { 0, 5000000 }, left = { 7, 7 };
    int64_t start = ns(CLOCK_MONOTONIC);
    CHECK(clock_nanosleep(CLOCK_REALTIME, 0, &time, NULL) == 0 && ns(CLOCK_MONOTONIC) - start >= 5000000);
    start = ns(CLOCK_BOOTTIME);
    CHECK(clock_nanosleep(CLOCK_BOOTTIME, 0, &time, &left) == 0 && ns(CLOCK_BOOTTIME) - start >= 5000000 && left.tv_sec == 7);
    CHECK(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL) == 0
        && clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &time, NULL) == 0);
    clock_gettime(CLOCK_REALTIME, &time);
    time.tv_nsec += 5000000;
    if (time.tv_nsec >= 1000000000) {
        time.tv_sec++;
        time.tv_nsec -= 1000000000;
    }
    CHECK(clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &time, NULL) == 0);
    CHECK(ns(CLOCK_REALTIME) >= time.tv_sec * 1000000000LL + time.tv_nsec);
    static const struct timespec bad[] = { { -1, 0 }, { 0, -1 }, { 0, 1000000000 } };
    for (int i = 0; i < 3; i++) {
        FAILS(syscall(SYS_nanosleep, &bad[i], NULL), EINVAL);
        FAILS(syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &bad[i], NULL), EINVAL);
        FAILS(syscall(SYS_clock_nanosleep, CLOCK_REALTIME, TIMER_ABSTIME, &bad[i], NULL), EINVAL);
    }
    FAILS(syscall(SYS_nanosleep, (void *)8, NULL), EFAULT);
    FAILS(syscall(SYS_clock_nanosleep, 10, 0, &time, NULL), EINVAL);
    FAILS(syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC_COARSE, 0, &time, NULL), EOPNOTSUPP);
    struct itimerval soon = { .it_value = { 0, 10000 } };
    struct sigaction action = { .sa_handler = onAlarm, .sa_flags = SA_RESTART };
    sigaction(SIGALRM, &action, NULL);
    time = (struct timespec){ 40, 0 };
    setitimer(ITIMER_REAL, &soon, NULL);
    FAILS(syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &time, &left), EINTR); // whatever SA_RESTART says
    CHECK(left.tv_sec >= 38 && left.tv_sec < 40 && alarms == 1);
    clock_gettime(CLOCK_MONOTONIC, &time);
    time.tv_sec += 40;
    left.tv_sec = 7;
    setitimer(ITIMER_REAL, &soon, NULL);
    FAILS(syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, TIMER_ABSTIME, &time, &left), EINTR);
    CHECK(left.tv_sec == 7);
    setitimer(ITIMER_REAL, &soon, NULL);
    time = (struct timespec){ 40, 0 };
    FAILS(syscall(SYS_nanosleep, &time, (void *)8), EFAULT); // where what is left cannot be told
    passed("sleeps");
}

static void testDescriptors(void)
{
    FAILS(timerfd_create(CLOCK_MONOTONIC, 1), EINVAL);
    FAILS(timerfd_create(CLOCK_PROCESS_CPUTIME_ID, 0), EINVAL);
    FAILS(timerfd_create(CLOCK_MONOTONIC_RAW, 0), EINVAL);
    static const clockid_t clocks[] = { CLOCK_MONOTONIC, CLOCK_REALTIME, CLOCK_BOOTTIME };
    for (int i = 0; i < 3; i++) {
        int fd = timerfd_create(clocks[i], TFD_NONBLOCK | TFD_CLOEXEC);
        uint64_t ticks = 0;
        CHECK(fd >= 0 && read(fd, &ticks, 8) == -1 && errno == EAGAIN);
        struct itimerspec when = { { 0, 0 }, { 0, 1 } }, old;
        CHECK(timerfd_settime(fd, TFD_TIMER_ABSTIME, &when, NULL) == 0 && read(fd, &ticks, 8) == 8 && ticks == 1);
        CHECK(timerfd_gettime(fd, &old) == 0 && old.it_value.tv_sec == 0 && old.it_value.tv_nsec == 0);
        clock_gettime(clocks[i], &when.it_value);
        when.it_interval.tv_nsec = 1000000;
        CHECK(timerfd_settime(fd, TFD_TIMER_ABSTIME | (i == 1 ? TFD_TIMER_CANCEL_ON_SET : 0), &when, NULL) == 0);
        struct timespec pause = { 0, 20000000 };
        nanosleep(&pause, NULL);
        CHECK(read(fd, &ticks, 8) == 8 && ticks >= 15);
        CHECK(timerfd_gettime(fd, &old) == 0 && old.it_interval.tv_nsec == 1000000 && old.it_value.tv_sec == 0
            && old.it_value.tv_nsec <= 1000000);
        when = (struct itimerspec){ { 0, 0 }, { 0, 0 } };
        CHECK(timerfd_settime(fd, 0, &when, &old) == 0 && old.it_interval.tv_nsec == 1000000);
        FAILS(read(fd, &ticks, 8), EAGAIN);
        FAILS(read(fd, &ticks, 7), EINVAL);
        FAILS(timerfd_settime(fd, 8, &when, NULL), EINVAL);
        when.it_value.tv_nsec = 1000000000;
        FAILS(timerfd_settime(fd, 0, &when, NULL), EINVAL);
        FAILS(timerfd_settime(0, 0, &(struct itimerspec){ { 0, 0 }, { 0, 0 } }, NULL), EINVAL);
        FAILS(timerfd_gettime(999, &old), EBADF);
        close(fd);
    }
    passed("descriptors");
}

static void testState(void)
{
    struct timex state;
    memset(&state, 0, sizeof state);
    int64_t before = ns(CLOCK_REALTIME);
    int result = syscall(SYS_adjtimex, &state);
    CHECK(result >= 0 && result <= 5 && state.tick == 10000 && state.precision == 1 && state.tolerance == 32768000);
    int64_t shown = state.time.tv_sec * 1000000000LL + state.time.tv_usec * (state.status & STA_NANO ? 1 : 1000);
    CHECK(shown >= before - 1000 && shown <= ns(CLOCK_REALTIME));
    CHECK((result == 5) == ((state.status & STA_UNSYNC) != 0));
    memset(&state, 0, sizeof state);
    CHECK(syscall(SYS_clock_adjtime, CLOCK_REALTIME, &state) == result);
    memset(&state, 0, sizeof state);
    FAILS(syscall(SYS_clock_adjtime, CLOCK_MONOTONIC, &state), EOPNOTSUPP);
    FAILS(syscall(SYS_clock_adjtime, 77, &state), EINVAL);
    FAILS(syscall(SYS_adjtimex, (void *)8), EFAULT);
    state.modes = 0x8000;
    FAILS(syscall(SYS_adjtimex, &state), EINVAL);
    passed("state");
}

int main(void)
{
    testClocks();
    testSleeps();
    testDescriptors();
    testState();
    return finish();
}
