// Times, positions and sizes at the ends of their ranges, which no sum in the kernel may pass: what is refused, and what is told of the
// rest. Nothing here sets the clock: what could is refused.
#include "errors.h"
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/timex.h>
#include <sys/uio.h>
#include <time.h>

#define LAST 8277292036 // TIME_SETTOD_SEC_MAX
#define MOST 9223372036 // KTIME_SEC_MAX

static const long seconds[] = {0, 1, INT_MAX, LAST - 1, LAST, MOST - 1, MOST, MOST + 1, LONG_MAX / 1000, LONG_MAX - 1, LONG_MAX, -1, LONG_MIN};
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

// What is left of a long time, without the little that has passed, or until a time. What is longer than Linux can count is cut there.
static void left(const char *what, const struct itimerspec *now, int isAbsolute)
{
    struct timespec since = {0};
    if (isAbsolute) {
        clock_gettime(CLOCK_MONOTONIC, &since);
    }
    printf("%s: left %ld, interval %ld.%09ld\n", what, (now->it_value.tv_sec + since.tv_sec + 100) / 1000, now->it_interval.tv_sec, now->it_interval.tv_nsec);
}

static void clocks(void)
{
    for (unsigned i = 4; i < COUNT(seconds); i++) {
        printf("%ld\n", seconds[i]);
        OUTCOME(clock_settime(CLOCK_REALTIME, &(struct timespec){seconds[i], 999999999}));
        OUTCOME(settimeofday(&(struct timeval){seconds[i], 999999}, NULL));
        OUTCOME(adjtimex(&(struct timex){.modes = ADJ_SETOFFSET, .time = {seconds[i], 0}}));
        OUTCOME(adjtimex(&(struct timex){.modes = ADJ_SETOFFSET | ADJ_NANO, .time = {-seconds[i], 999999999}}));
    }
    OUTCOME(clock_settime(CLOCK_REALTIME, &(struct timespec){0, 0}));
    OUTCOME(adjtimex(&(struct timex){.modes = ADJ_SETOFFSET, .time = {-time(NULL) - 5, 0}}));
}

static void timers(void)
{
    timer_t timer;
    struct sigevent none = {.sigev_notify = SIGEV_NONE};
    for (unsigned i = 0; i < COUNT(seconds); i++) {
        printf("%ld\n", seconds[i]);
        struct itimerspec span = {{seconds[i], 999999999}, {seconds[i], 999999999}}, now = {{0}};
        struct itimerval interval = {{seconds[i], 999999}, {seconds[i] > 1 ? seconds[i] : seconds[i] < 0 ? seconds[i] : 1000, 999999}}, off = {{0}};
        for (int clock = 0; clock < 2; clock++) {
            for (int flags = 0; flags < 2; flags++) {
                int file = timerfd_create(clock, TFD_NONBLOCK);
                OUTCOME(timerfd_settime(file, flags, &span, NULL));
                OUTCOME(timerfd_gettime(file, &now));
                if (seconds[i] > 1 && seconds[i] < MOST - 1 && (clock == 1 || !flags)) {
                    left("timerfd", &now, flags);
                }
                close(file);
                timer_create(clock, &none, &timer);
                OUTCOME(timer_settime(timer, flags, &span, NULL));
                OUTCOME(timer_gettime(timer, &now));
                if (seconds[i] > 1 && seconds[i] < MOST - 1 && (clock == 1 || !flags)) {
                    left("timer", &now, flags);
                }
                timer_delete(timer);
            }
        }
        for (int which = 0; which < 3; which++) {
            OUTCOME(setitimer(which, &interval, NULL));
            OUTCOME(getitimer(which, &interval));
            setitimer(which, &off, NULL);
        }
    }
    OUTCOME(alarm(UINT_MAX));
    printf("%d\n", alarm(0) > UINT_MAX - 100);
}

// Waits that are refused, or end at once because there is something.
static void waits(void)
{
    int ends[2];
    int list = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN};
    char byte;
    pipe(ends);
    write(ends[1], "x", 1);
    epoll_ctl(list, EPOLL_CTL_ADD, ends[0], &event);
    struct pollfd one = {ends[0], POLLIN, 0};
    int pair[2];
    socketpair(AF_UNIX, SOCK_DGRAM, 0, pair);
    int semaphores = semget(IPC_PRIVATE, 1, 0600);
    uint32_t word = 1;
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGUSR1);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    for (unsigned i = 0; i < COUNT(seconds); i++) {
        struct timespec span = {seconds[i], 999999999};
        printf("%ld\n", seconds[i]);
        OUTCOME(syscall(SYS_ppoll, &one, 1, &span, NULL, 8));
        span = (struct timespec){seconds[i], 999999999};
        fd_set set;
        FD_ZERO(&set);
        FD_SET(ends[0], &set);
        OUTCOME(syscall(SYS_pselect6, ends[0] + 1, &set, NULL, NULL, &span, NULL));
        struct timeval micro = {seconds[i], LONG_MAX};
        FD_SET(ends[0], &set);
        OUTCOME(syscall(SYS_select, ends[0] + 1, &set, NULL, NULL, &micro));
        span = (struct timespec){seconds[i], 999999999};
        OUTCOME(syscall(441, list, &event, 1, &span, NULL, 8)); // epoll_pwait2
        send(pair[1], "x", 1, 0);
        struct iovec piece = {&byte, 1};
        struct mmsghdr message = {.msg_hdr = {.msg_iov = &piece, .msg_iovlen = 1}};
        OUTCOME(syscall(SYS_recvmmsg, pair[0], &message, 1, 0, &span));
        recv(pair[0], &byte, 1, MSG_DONTWAIT);
        struct sembuf up = {0, 1, 0};
        OUTCOME(syscall(SYS_semtimedop, semaphores, &up, 1, &span));
        OUTCOME(syscall(SYS_futex, &word, 0, 0, &span, NULL, 0));
        OUTCOME(syscall(SYS_futex, &word, 9 | 256, 0, &span, NULL, -1));
        kill(getpid(), SIGUSR1);
        OUTCOME(syscall(SYS_rt_sigtimedwait, &signals, NULL, &span, 8));
        syscall(SYS_rt_sigtimedwait, &signals, NULL, &(struct timespec){0}, 8);
        struct timeval limit = {seconds[i], 0};
        OUTCOME(setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit));
        memset(&limit, 0, sizeof limit);
        getsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &limit, &(socklen_t){sizeof limit});
        if (seconds[i] <= INT_MAX) {
            printf("%ld\n", limit.tv_sec);
        }
        setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){0}, sizeof limit);
        span = (struct timespec){seconds[i], 1000000000};
        OUTCOME(clock_nanosleep(CLOCK_MONOTONIC, 0, &span, NULL) ? (errno = EINVAL, -1) : 0);
    }
    semctl(semaphores, 0, IPC_RMID);
}

// Times of files, and what a read or a write makes of them.
static void files(void)
{
    for (unsigned i = 0; i < COUNT(seconds); i++) {
        int file = memfd_create("times", 0);
        struct stat status;
        char byte;
        write(file, "x", 1);
        OUTCOME(futimens(file, (struct timespec[]){{seconds[i], 999999999}, {seconds[COUNT(seconds) - 1 - i], 0}}));
        fstat(file, &status);
        printf("%ld.%09ld %ld.%09ld\n", status.st_atim.tv_sec, status.st_atim.tv_nsec, status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
        OUTCOME(pread(file, &byte, 1, 0));
        OUTCOME(pwrite(file, &byte, 1, 0));
        OUTCOME(lseek(file, seconds[i], SEEK_SET));
        OUTCOME(lseek(file, seconds[i], SEEK_CUR));
        OUTCOME(lseek(file, LONG_MAX - 1, SEEK_SET));
        OUTCOME(write(file, "abc", 0));
        OUTCOME(read(file, &byte, 1));
        OUTCOME(lseek(file, seconds[i], SEEK_CUR));
        close(file);
    }
}

// Pages of a mapping of which few are there.
static void residence(void)
{
    const size_t size = 8UL << 30;
    char *area = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    unsigned char *pages = calloc(1, size >> 12);
    OUTCOME(madvise(area, size, MADV_NOHUGEPAGE));
    area[0] = area[5 << 12] = area[size / 2] = area[size - 1] = 1;
    OUTCOME(mincore(area, size, pages));
    for (size_t i = 0; i < size >> 12; i++) {
        if (pages[i] & 1) {
            printf("page %zu\n", i);
        }
    }
    OUTCOME(mprotect(area + (size / 2), 4096, PROT_NONE));
    OUTCOME(munmap(area + (size / 4), 4096));
    OUTCOME(mincore(area, size, pages));
    OUTCOME(mincore(area + (size / 2), size / 2, pages));
    printf("%d %d\n", pages[0] & 1, pages[(size >> 13) - 1] & 1);
    munmap(area, size);
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    clocks();
    timers();
    waits();
    files();
    residence();
    for (unsigned i = 0; i < COUNT(seconds); i++) {
        OUTCOME(prctl(PR_SET_TIMERSLACK, seconds[i]));
    }
    return 0;
}
