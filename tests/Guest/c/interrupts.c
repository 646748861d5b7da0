// Which calls a handler ends with EINTR and which go on behind it, with SA_RESTART and without (signal(7), "Interruption of system calls").
#include "check.h"
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

static volatile int handled;
static pthread_t mainThread;
static int pipes[2], full[2], events, timer, signals, epoll, locked, lockedAgain;
static uint32_t word;

static void onSignal(int number)
{
    (void)number;
    handled++;
}

static void pause_(long milliseconds)
{
    struct timespec time = { 0, milliseconds * 1000000 };
    while (nanosleep(&time, &time) != 0) {
    }
}

// Each call waits; letGo is what another thread does so that it ends on its own.
static long readPipe(void) { char byte; return read(pipes[0], &byte, 1); }
static void letReadPipe(void) { CHECK(write(pipes[1], "x", 1) == 1); }
static long writePipe(void) { return write(full[1], "x", 1); }
static void letWritePipe(void) { static char block[4096]; CHECK(read(full[0], block, sizeof block) > 0); }
static long readEvent(void) { uint64_t value; return read(events, &value, 8); }
static void letReadEvent(void) { uint64_t one = 1; CHECK(write(events, &one, 8) == 8); }
static long readTimer(void) { uint64_t value; return read(timer, &value, 8); }
static void letReadTimer(void) { struct itimerspec now = { { 0, 0 }, { 0, 1 } }; CHECK(timerfd_settime(timer, 0, &now, NULL) == 0); }
static long readSignals(void) { struct signalfd_siginfo info; return read(signals, &info, sizeof info); }
static void letReadSignals(void) { CHECK(kill(getpid(), SIGUSR2) == 0); }
static long waitWord(void) { return syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0); }
static void letWaitWord(void) { CHECK(syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0) == 1); }
static long lockFile(void) { return flock(lockedAgain, LOCK_EX); }
static void letLockFile(void) { CHECK(flock(locked, LOCK_UN) == 0); }
static long waitWordShortly(void) { struct timespec time = { 20, 0 };
    return syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, &time, NULL, 0); }
static long waitWordUntil(void) { struct timespec time; clock_gettime(CLOCK_MONOTONIC, &time); time.tv_sec += 20;
    return syscall(SYS_futex, &word, FUTEX_WAIT_BITSET_PRIVATE, 0, &time, NULL, 1); }
static long pollPipe(void) { struct pollfd fd = { pipes[0], POLLIN, 0 }; return poll(&fd, 1, 20000); }
static long pollPipeForEver(void) { struct pollfd fd = { pipes[0], POLLIN, 0 }; return poll(&fd, 1, -1); }
static long ppollPipe(void) { struct pollfd fd = { pipes[0], POLLIN, 0 }; return ppoll(&fd, 1, NULL, NULL); }
static long selectPipe(void) { fd_set set; FD_ZERO(&set); FD_SET(pipes[0], &set); return select(pipes[0] + 1, &set, NULL, NULL, NULL); }
static long pselectPipe(void) { fd_set set; FD_ZERO(&set); FD_SET(pipes[0], &set); struct timespec time = { 20, 0 };
    return pselect(pipes[0] + 1, &set, NULL, NULL, &time, NULL); }
static long waitEpoll(void) { struct epoll_event event; return epoll_wait(epoll, &event, 1, -1); }
static long pwaitEpoll(void) { struct epoll_event event; sigset_t none; sigemptyset(&none);
    return epoll_pwait(epoll, &event, 1, 20000, &none); }
static long waitSignal(void) { sigset_t set; sigemptyset(&set); sigaddset(&set, SIGUSR2); return sigwaitinfo(&set, NULL); }
static long waitSignalShortly(void) { sigset_t set; sigemptyset(&set); sigaddset(&set, SIGUSR2); struct timespec time = { 20, 0 };
    return sigtimedwait(&set, NULL, &time); }
static long suspend(void) { sigset_t set; sigemptyset(&set); sigaddset(&set, SIGUSR2); return sigsuspend(&set); }
static long pauses(void) { return pause(); }
static long sleeps(void) { struct timespec time = { 20, 0 }; return nanosleep(&time, NULL); }
static long sleepsUntil(void) { struct timespec time; clock_gettime(CLOCK_REALTIME, &time); time.tv_sec += 20;
    return syscall(SYS_clock_nanosleep, CLOCK_REALTIME, TIMER_ABSTIME, &time, NULL); }

static const struct call { const char *name; long (*call)(void); void (*letGo)(void); } calls[] = {
    { "read of a pipe", readPipe, letReadPipe },
    { "write to a pipe", writePipe, letWritePipe },
    { "read of an eventfd", readEvent, letReadEvent },
    { "read of a timerfd", readTimer, letReadTimer },
    { "read of a signalfd", readSignals, letReadSignals },
    { "futex without timeout", waitWord, letWaitWord },
    { "flock", lockFile, letLockFile },
    // Never restarted:
    { "futex with timeout", waitWordShortly, NULL },
    { "futex until a time", waitWordUntil, NULL },
    { "poll", pollPipe, NULL },
    { "poll for ever", pollPipeForEver, NULL },
    { "ppoll", ppollPipe, NULL },
    { "select", selectPipe, NULL },
    { "pselect", pselectPipe, NULL },
    { "epoll_wait", waitEpoll, NULL },
    { "epoll_pwait", pwaitEpoll, NULL },
    { "sigwaitinfo", waitSignal, NULL },
    { "sigtimedwait", waitSignalShortly, NULL },
    { "sigsuspend", suspend, NULL },
    { "pause", pauses, NULL },
    { "nanosleep", sleeps, NULL },
    { "clock_nanosleep", sleepsUntil, NULL },
};

static volatile const struct call *current;
static volatile int isDone, restarts;

static void *disturb(void *unused)
{
    (void)unused;
    pause_(15);
    while (!handled) {
        pthread_kill(mainThread, SIGUSR1);
        pause_(15);
    }
    if (restarts && current->letGo) {
        current->letGo();
    } else {
        while (!isDone) {
            pthread_kill(mainThread, SIGUSR1); // it may not have been waiting yet
            pause_(15);
        }
    }
    return NULL;
}

static void fill(void)
{
    static char block[4096];
    fcntl(full[1], F_SETFL, O_NONBLOCK);
    while (write(full[1], block, sizeof block) > 0) {
    }
    fcntl(full[1], F_SETFL, 0);
}

static void try(const struct call *call, int flag)
{
    struct sigaction action = { .sa_handler = onSignal, .sa_flags = flag };
    CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
    current = call;
    restarts = flag == SA_RESTART;
    handled = isDone = 0;
    fill();
    flock(lockedAgain, LOCK_UN);
    CHECK(flock(locked, LOCK_EX) == 0);
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, disturb, NULL) == 0);
    errno = 0;
    long result = call->call();
    int error = errno;
    isDone = 1;
    int wanted = flag == SA_RESTART && call->letGo != NULL;
    if (wanted ? result < 0 : result != -1 || error != EINTR) {
        printf("FAILED %s %s: %ld, errno %d\n", call->name, flag ? "with SA_RESTART" : "without", result, error);
        failures++;
    }
    pthread_join(thread, NULL);
}

int main(void)
{
    mainThread = pthread_self();
    CHECK(pipe(pipes) == 0 && pipe(full) == 0);
    events = eventfd(0, 0);
    timer = timerfd_create(CLOCK_MONOTONIC, 0);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signals = signalfd(-1, &set, 0);
    epoll = epoll_create1(0);
    struct epoll_event event = { .events = EPOLLIN };
    CHECK(epoll_ctl(epoll, EPOLL_CTL_ADD, pipes[0], &event) == 0);
    const char *path = "/tmp/mote-test-interrupts";
    locked = open(path, O_RDWR | O_CREAT, 0600);
    lockedAgain = open(path, O_RDWR);
    unlink(path);
    CHECK(events >= 0 && timer >= 0 && signals >= 0 && locked >= 0 && lockedAgain >= 0);
    for (unsigned i = 0; i < sizeof calls / sizeof *calls; i++) {
        try(&calls[i], 0);
        try(&calls[i], SA_RESTART);
        passed(calls[i].name);
    }
    return finish();
}
