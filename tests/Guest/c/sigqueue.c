// Queued signals: order, values, limits, who may send what, timers' overruns, waiting for them, interrupted and restarted calls
// (signal(7), rt_sigqueueinfo(2), timer_create(2), signalfd(2)).
#include "check.h"
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

static volatile int count;
static int numbers[64], codes[64], values[64];
static volatile pid_t threads[64];

static pid_t gettid_(void)
{
    return syscall(SYS_gettid);
}

static void record(int number, siginfo_t *info, void *context)
{
    (void)context;
    if (count < 64) {
        numbers[count] = number;
        codes[count] = info->si_code;
        values[count] = info->si_value.sival_int;
        threads[count] = gettid_();
    }
    count++;
}

static void install(int number, int flags)
{
    struct sigaction action = { .sa_sigaction = record, .sa_flags = SA_SIGINFO | flags };
    CHECK(sigaction(number, &action, NULL) == 0);
}

static void block(int how, int first, int second)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, first);
    if (second) {
        sigaddset(&set, second);
    }
    CHECK(sigprocmask(how, &set, NULL) == 0);
}

static int sendInfo(int code, int number, int value)
{
    siginfo_t info;
    memset(&info, 0, sizeof info);
    info.si_code = code;
    info.si_pid = 1234;
    info.si_value.sival_int = value;
    return syscall(SYS_rt_sigqueueinfo, getpid(), number, &info);
}

static void testOrder(void)
{
    int a = SIGRTMIN + 2, b = SIGRTMIN + 1;
    install(a, 0);
    install(b, 0);
    install(SIGUSR1, 0);
    sigset_t all, old;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &old);
    for (int i = 0; i < 3; i++) {
        CHECK(sigqueue(getpid(), a, (union sigval){ .sival_int = 10 + i }) == 0);
        CHECK(sigqueue(getpid(), b, (union sigval){ .sival_int = 20 + i }) == 0);
        CHECK(sigqueue(getpid(), SIGUSR1, (union sigval){ .sival_int = 30 + i }) == 0);
    }
    // Taken one by one: lowest number first, then in the order of sending.
    siginfo_t info;
    static const int expected[][2] = { { 0, 30 }, { 1, 20 }, { 1, 21 }, { 1, 22 }, { 2, 10 }, { 2, 11 }, { 2, 12 } };
    for (int i = 0; i < 7; i++) {
        int number = expected[i][0] == 0 ? SIGUSR1 : expected[i][0] == 1 ? b : a;
        CHECK(sigwaitinfo(&all, &info) == number && info.si_value.sival_int == expected[i][1] && info.si_code == SI_QUEUE);
        CHECK(info.si_pid == getpid() && info.si_uid == getuid());
    }
    struct timespec none = { 0, 0 };
    FAILS(sigtimedwait(&all, &info, &none), EAGAIN);
    // Delivered together: each handler is interrupted by the next, so the last one set up runs first.
    kill(getpid(), SIGUSR1);
    sigqueue(getpid(), b, (union sigval){ .sival_int = 1 });
    sigqueue(getpid(), b, (union sigval){ .sival_int = 2 });
    count = 0;
    sigprocmask(SIG_SETMASK, &old, NULL);
    CHECK(count == 3 && numbers[2] == SIGUSR1 && codes[2] == SI_USER);
    CHECK(values[0] == 1 && values[1] == 2); // the second one waits: its signal is blocked in the handler
    passed("order");
}

static void testRules(void)
{
    int number = SIGRTMIN + 3;
    install(number, 0);
    count = 0;
    CHECK(sendInfo(SI_QUEUE, number, 5) == 0 && count == 1 && codes[0] == SI_QUEUE && values[0] == 5);
    CHECK(sendInfo(SI_USER, number, 6) == 0 && count == 2 && codes[1] == SI_USER); // to itself everything is allowed
    CHECK(sendInfo(-77, number, 7) == 0 && count == 3 && codes[2] == -77 && values[2] == 7);
    siginfo_t info;
    memset(&info, 0, sizeof info);
    info.si_code = SI_USER;
    FAILS(syscall(SYS_rt_sigqueueinfo, 1 << 22, number, &info), EPERM);
    info.si_code = SI_QUEUE;
    FAILS(syscall(SYS_rt_sigqueueinfo, 1 << 22, number, &info), ESRCH);
    FAILS(syscall(SYS_rt_sigqueueinfo, getpid(), 65, &info), EINVAL);
    FAILS(syscall(SYS_rt_sigqueueinfo, getpid(), number, (void *)8), EFAULT);
    CHECK(syscall(SYS_rt_sigqueueinfo, getpid(), 0, &info) == 0);
    FAILS(syscall(SYS_rt_tgsigqueueinfo, getpid(), -1, number, &info), EINVAL);
    FAILS(syscall(SYS_rt_tgsigqueueinfo, getpid(), 1 << 22, number, &info), ESRCH);
    CHECK(syscall(SYS_rt_tgsigqueueinfo, getpid(), gettid_(), number, &info) == 0 && count == 4);
    FAILS(syscall(SYS_tgkill, getpid(), 0, number), EINVAL);
    FAILS(syscall(SYS_tgkill, 0, gettid_(), number), EINVAL);
    FAILS(syscall(SYS_tgkill, 1 << 22, gettid_(), number), ESRCH);
    FAILS(syscall(SYS_tgkill, getpid(), gettid_(), 65), EINVAL);
    CHECK(syscall(SYS_tgkill, getpid(), gettid_(), 0) == 0);
    FAILS(syscall(SYS_tkill, -1, number), EINVAL);
    FAILS(syscall(SYS_kill, getpid(), 65), EINVAL);
    FAILS(kill(1 << 22, 0), ESRCH);
    FAILS(kill(-(1 << 22), 0), ESRCH);
    CHECK(kill(0, 0) == 0 && kill(getpid(), 0) == 0);
    passed("rules");
}

static void testLimit(void)
{
    int number = SIGRTMIN + 4;
    struct rlimit old, few;
    CHECK(getrlimit(RLIMIT_SIGPENDING, &old) == 0 && old.rlim_cur >= 64);
    few = old;
    install(number, 0);
    install(SIGUSR2, 0);
    block(SIG_BLOCK, number, SIGUSR2);
    // Signals of others count too, on Linux for all of the user's processes: so only the end is looked for.
    for (int i = 0; i < 8; i++) {
        CHECK(sigqueue(getpid(), number, (union sigval){ .sival_int = i }) == 0);
    }
    few.rlim_cur = 8;
    CHECK(setrlimit(RLIMIT_SIGPENDING, &few) == 0);
    FAILS(sigqueue(getpid(), number, (union sigval){ .sival_int = 99 }), EAGAIN);
    timer_t timer;
    struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1 };
    FAILS(timer_create(CLOCK_MONOTONIC, &event, &timer), EAGAIN);
    CHECK(kill(getpid(), number) == 0); // kill(2) never fails for that
    // a standard signal is pending all the same, what came with it is lost
    CHECK(sigqueue(getpid(), SIGUSR2, (union sigval){ .sival_int = 42 }) == 0);
    siginfo_t info;
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    CHECK(sigwaitinfo(&set, &info) == SIGUSR2 && info.si_code == SI_USER && info.si_pid == 0 && info.si_value.sival_int == 0);
    sigaddset(&set, number);
    int got = 0;
    struct timespec none = { 0, 0 };
    while (sigtimedwait(&set, &info, &none) == number) {
        got++;
    }
    CHECK(got == 8);
    CHECK(setrlimit(RLIMIT_SIGPENDING, &old) == 0);
    block(SIG_UNBLOCK, number, SIGUSR2);
    passed("limit");
}

static void pause_(long nanoseconds)
{
    struct timespec time = { 0, nanoseconds };
    while (nanosleep(&time, &time) != 0) {
    }
}

static void testOverruns(void)
{
    int number = SIGRTMIN + 5;
    install(number, 0);
    block(SIG_BLOCK, number, 0);
    timer_t timer;
    struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = number, .sigev_value = { .sival_int = 31 } };
    CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
    struct itimerspec when = { .it_value = { 0, 1000000 }, .it_interval = { 0, 1000000 } }, left;
    CHECK(timer_settime(timer, 0, &when, NULL) == 0);
    pause_(30000000);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, number);
    siginfo_t info;
    CHECK(sigwaitinfo(&set, &info) == number && info.si_code == SI_TIMER && info.si_value.sival_int == 31);
    CHECK(info.si_overrun >= 20 && timer_getoverrun(timer) == info.si_overrun);
    CHECK(timer_gettime(timer, &left) == 0 && left.it_interval.tv_nsec == 1000000 && left.it_value.tv_sec == 0 && left.it_value.tv_nsec > 0
        && left.it_value.tv_nsec <= 1000000);
    // While its signal waits, the timer says when it would expire next.
    pause_(5000000);
    CHECK(timer_gettime(timer, &left) == 0 && left.it_value.tv_nsec > 0 && left.it_value.tv_nsec <= 1000000);
    // Stopping it drops what is pending.
    when = (struct itimerspec){ 0 };
    struct itimerspec old;
    CHECK(timer_settime(timer, 0, &when, &old) == 0 && old.it_interval.tv_nsec == 1000000);
    struct timespec none = { 0, 0 };
    FAILS(sigtimedwait(&set, &info, &none), EAGAIN);
    CHECK(timer_gettime(timer, &left) == 0 && left.it_value.tv_sec == 0 && left.it_value.tv_nsec == 0);
    // In the past, once: no overrun.
    when.it_value.tv_nsec = 1;
    CHECK(timer_settime(timer, TIMER_ABSTIME, &when, NULL) == 0);
    CHECK(sigwaitinfo(&set, &info) == number && info.si_overrun == 0 && timer_getoverrun(timer) == 0);
    CHECK(timer_gettime(timer, &left) == 0 && left.it_value.tv_sec == 0 && left.it_value.tv_nsec == 0);
    CHECK(timer_delete(timer) == 0);
    FAILS(timer_delete(timer), EINVAL);
    FAILS(timer_gettime(timer, &left), EINVAL);
    FAILS(timer_getoverrun(timer), EINVAL);

    // SIGEV_NONE counts and tells nobody.
    event.sigev_notify = SIGEV_NONE;
    CHECK(timer_create(CLOCK_REALTIME, &event, &timer) == 0);
    when = (struct itimerspec){ .it_value = { 100, 0 } };
    CHECK(timer_settime(timer, 0, &when, NULL) == 0 && timer_gettime(timer, &left) == 0 && left.it_value.tv_sec >= 98
        && left.it_interval.tv_sec == 0);
    when.it_value.tv_nsec = 1000000000;
    FAILS(timer_settime(timer, 0, &when, NULL), EINVAL);
    CHECK(timer_delete(timer) == 0);
    event.sigev_notify = 77;
    FAILS(timer_create(CLOCK_REALTIME, &event, &timer), EINVAL);
    event.sigev_notify = SIGEV_SIGNAL;
    event.sigev_signo = 65;
    FAILS(timer_create(CLOCK_REALTIME, &event, &timer), EINVAL);
    event.sigev_signo = number;
    FAILS(timer_create(77, &event, &timer), EINVAL);
    FAILS(timer_create(CLOCK_MONOTONIC_RAW, &event, &timer), EOPNOTSUPP);
    block(SIG_UNBLOCK, number, 0);
    passed("overruns");
}

static volatile pid_t waiterId;
static volatile int waiterStops;

static void *waiter(void *unused)
{
    (void)unused;
    waiterId = gettid_();
    while (!waiterStops) {
        pause_(1000000);
    }
    return NULL;
}

static void testThreadTimer(void)
{
    int number = SIGRTMIN + 6;
    install(number, SA_RESTART);
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, waiter, NULL) == 0);
    while (!waiterId) {
        pause_(1000000);
    }
    timer_t timer;
    struct sigevent event = { .sigev_notify = SIGEV_THREAD_ID, .sigev_signo = number };
    event.sigev_notify_thread_id = waiterId;
    CHECK(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
    count = 0;
    struct itimerspec when = { .it_value = { 0, 1000000 }, .it_interval = { 0, 1000000 } };
    CHECK(timer_settime(timer, 0, &when, NULL) == 0);
    while (count < 5) {
        pause_(1000000);
    }
    CHECK(timer_delete(timer) == 0);
    for (int i = 0; i < 5; i++) {
        CHECK(threads[i] == waiterId && codes[i] == SI_TIMER);
    }
    waiterStops = 1;
    pthread_join(thread, NULL);
    event.sigev_notify_thread_id = 1 << 22;
    FAILS(timer_create(CLOCK_MONOTONIC, &event, &timer), EINVAL);
    passed("a thread's timer");
}

static void testIgnored(void)
{
    // A signal that is pending when it comes to be ignored is gone; a blocked one that is ignored stays and can be waited for no more.
    int number = SIGRTMIN + 7;
    install(number, 0);
    block(SIG_BLOCK, number, 0);
    CHECK(sigqueue(getpid(), number, (union sigval){ .sival_int = 1 }) == 0);
    signal(number, SIG_IGN);
    sigset_t pending;
    CHECK(sigpending(&pending) == 0 && !sigismember(&pending, number));
    CHECK(sigqueue(getpid(), number, (union sigval){ .sival_int = 2 }) == 0);
    CHECK(sigpending(&pending) == 0 && sigismember(&pending, number));
    install(number, 0);
    count = 0;
    block(SIG_UNBLOCK, number, 0);
    CHECK(count == 1 && values[0] == 2);
    // Nothing is pending of an ignored signal that is not blocked.
    signal(number, SIG_IGN);
    CHECK(kill(getpid(), number) == 0 && sigpending(&pending) == 0 && !sigismember(&pending, number));
    passed("ignored");
}

static void testFile(void)
{
    int number = SIGRTMIN + 8;
    block(SIG_BLOCK, number, SIGALRM);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, number);
    sigaddset(&set, SIGALRM);
    int fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    struct signalfd_siginfo records[4];
    FAILS(read(fd, records, sizeof records), EAGAIN);
    FAILS(read(fd, records, sizeof *records - 1), EINVAL);
    int epoll = epoll_create1(0);
    struct epoll_event event = { .events = EPOLLIN };
    CHECK(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0 && epoll_wait(epoll, &event, 1, 0) == 0);
    CHECK(sigqueue(getpid(), number, (union sigval){ .sival_ptr = (void *)0x123456789a }) == 0);
    CHECK(sigqueue(getpid(), number, (union sigval){ .sival_int = 2 }) == 0);
    CHECK(kill(getpid(), SIGALRM) == 0);
    CHECK(epoll_wait(epoll, &event, 1, 1000) == 1 && event.events == EPOLLIN);
    CHECK(read(fd, records, sizeof records) == 3 * sizeof *records);
    CHECK(records[0].ssi_signo == SIGALRM && records[0].ssi_code == SI_USER && records[0].ssi_pid == (unsigned)getpid()
        && records[0].ssi_uid == getuid());
    CHECK(records[1].ssi_signo == (unsigned)number && records[1].ssi_code == SI_QUEUE && records[1].ssi_ptr == 0x123456789a
        && records[1].ssi_int == 0x3456789a);
    CHECK(records[2].ssi_int == 2 && records[2].ssi_pid == (unsigned)getpid());
    timer_t timer;
    struct sigevent timed = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = number, .sigev_value = { .sival_int = 5 } };
    CHECK(timer_create(CLOCK_MONOTONIC, &timed, &timer) == 0);
    struct itimerspec when = { .it_value = { 0, 1 } };
    CHECK(timer_settime(timer, 0, &when, NULL) == 0);
    CHECK(epoll_wait(epoll, &event, 1, 1000) == 1);
    CHECK(read(fd, records, sizeof records) == sizeof *records && records[0].ssi_code == SI_TIMER && records[0].ssi_int == 5
        && records[0].ssi_overrun == 0);
    CHECK(timer_delete(timer) == 0);
    close(epoll);
    close(fd);
    block(SIG_UNBLOCK, number, SIGALRM);
    passed("files");
}

int main(void)
{
    testOrder();
    testRules();
    testLimit();
    testOverruns();
    testThreadTimer();
    testIgnored();
    testFile();
    return finish();
}
