// For programs that make each call on each kind of descriptor: a row a call, a column a kind, an outcome each.
#pragma once
#pragma GCC diagnostic ignored "-Wstringop-overflow"
#pragma GCC diagnostic ignored "-Wstringop-overread"
#pragma GCC diagnostic ignored "-Wnonnull"
#include "errors.h"
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/un.h>

enum kind {
    K_FILE, K_RO, K_WO, K_APPEND, K_PATH, K_PATHDIR, K_PATHLINK, K_DIR, K_PIPER, K_PIPEW, K_PIPEEND, K_PIPEBROKEN, K_FIFO, K_STREAM,
    K_DGRAM, K_TCP,
    K_LISTEN, K_UDP, K_NETLINK, K_EVENT, K_TIMER, K_SIGNAL, K_EPOLL, K_INOTIFY, K_MEMFD, K_SEALED, K_NULL, K_ZERO, K_FULL, K_RANDOM, K_PTM,
    K_PTS, K_STATUS, K_MEM, K_COMM, K_MOUNTS, K_SYSCTL, K_PROCDIR, K_FDDIR, K_SYSDIR, K_SYSFILE, K_NS, K_MINUS, K_FREE, K_LEAST, K_CWD,
    KINDS
};

static const char *kindNames[] = {
    "file", "ro", "wo", "append", "opath", "opathdir", "opathlink", "dir", "piper", "pipew", "pipeend", "pipebroken", "fifo", "stream",
    "dgram", "tcp",
    "listen", "udp", "netlink", "event", "timer", "signal", "epoll", "inotify", "memfd", "sealed", "null", "zero", "full", "random", "ptm",
    "pts", "status", "mem", "comm", "mounts", "sysctl", "procdir", "fddir", "sysdir", "sysfile", "ns", "-1", "free", "INT_MIN", "cwd"
};

#define FREE_FD 900
#define BAD ((void *)16)
#define KERN ((void *)-4096L)

static int other = -1; // the other end of what has two
static char *buf;      // a page, and none after it

static int fileWith(int flags)
{
    int fd = open("f", O_RDWR | O_CREAT | O_TRUNC, 0644);
    if (fd < 0 || write(fd, "0123456789", 10) != 10 || fchmod(fd, 0644) != 0 || fchown(fd, 0, 0) != 0) {
        perror("f");
        exit(3);
    }
    close(fd);
    return open("f", flags);
}

static int sealed(int seals)
{
    int fd = memfd_create("m", MFD_ALLOW_SEALING);
    if (write(fd, "0123456789", 10) != 10 || fcntl(fd, F_ADD_SEALS, seals) != 0) {
        exit(3);
    }
    lseek(fd, 0, SEEK_SET);
    return fd;
}

static int pipeEnd(int which, int closesOther)
{
    int ends[2];
    if (pipe2(ends, O_NONBLOCK) != 0 || (!closesOther && write(ends[1], "abc", 3) != 3)) {
        exit(3);
    }
    other = ends[!which];
    if (closesOther) {
        close(other);
        other = -1;
    }
    return ends[which];
}

static int make(int kind)
{
    int pair[2], fd;
    struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct itimerspec never = {{0, 0}, {1000, 0}};
    sigset_t set;
    other = -1;
    switch (kind) {
        case K_FILE: return fileWith(O_RDWR);
        case K_RO: return fileWith(O_RDONLY);
        case K_WO: return fileWith(O_WRONLY);
        case K_APPEND: return fileWith(O_WRONLY | O_APPEND);
        case K_PATH: return fileWith(O_PATH);
        case K_PATHDIR: return open("d", O_PATH | O_DIRECTORY);
        case K_PATHLINK: return open("l", O_PATH | O_NOFOLLOW);
        case K_DIR: return open("d", O_RDONLY | O_DIRECTORY);
        case K_PIPER: return pipeEnd(0, 0);
        case K_PIPEW: return pipeEnd(1, 0);
        case K_PIPEEND: return pipeEnd(0, 1);
        case K_PIPEBROKEN: return pipeEnd(1, 1);
        case K_FIFO: return open("fifo", O_RDWR | O_NONBLOCK);
        case K_STREAM:
            if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) != 0) {
                exit(3);
            }
            other = pair[1];
            return pair[0];
        case K_DGRAM: return socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
        case K_TCP: return socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        case K_LISTEN:
            fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
            if (bind(fd, (struct sockaddr *)&any, sizeof any) != 0 || listen(fd, 1) != 0) {
                exit(3);
            }
            return fd;
        case K_UDP: return socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
        case K_NETLINK: return socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK, 0);
        case K_EVENT: return eventfd(1, EFD_NONBLOCK);
        case K_TIMER:
            fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
            timerfd_settime(fd, 0, &never, NULL);
            return fd;
        case K_SIGNAL:
            sigemptyset(&set);
            sigaddset(&set, SIGUSR2);
            return signalfd(-1, &set, SFD_NONBLOCK);
        case K_EPOLL: return epoll_create1(0);
        case K_INOTIFY: return inotify_init1(IN_NONBLOCK);
        case K_MEMFD: return sealed(0);
        case K_SEALED: return sealed(F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK);
        case K_NULL: return open("/dev/null", O_RDWR);
        case K_ZERO: return open("/dev/zero", O_RDWR);
        case K_FULL: return open("/dev/full", O_RDWR);
        case K_RANDOM: return open("/dev/urandom", O_RDWR);
        case K_PTM: return open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK);
        case K_PTS: {
            char name[32];
            other = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK);
            unlockpt(other);
            return ptsname_r(other, name, sizeof name) == 0 ? open(name, O_RDWR | O_NOCTTY | O_NONBLOCK) : -1;
        }
        case K_STATUS: return open("/proc/self/status", O_RDONLY);
        case K_MEM: return open("/proc/self/mem", O_RDWR);
        case K_COMM: return open("/proc/self/comm", O_RDWR);
        case K_MOUNTS: return open("/proc/self/mounts", O_RDONLY);
        case K_SYSCTL: return open("/proc/sys/kernel/ostype", O_RDONLY);
        case K_PROCDIR: return open("/proc/sys", O_RDONLY);
        case K_FDDIR: return open("/proc/self/fd", O_RDONLY);
        case K_SYSDIR: return open("/sys/kernel", O_RDONLY);
        case K_SYSFILE: return open("/sys/kernel/fscaps", O_RDONLY);
        case K_NS: return open("/proc/self/ns/uts", O_RDONLY);
        case K_MINUS: return -1;
        case K_FREE: return FREE_FD;
        case K_LEAST: return INT_MIN;
        default: return AT_FDCWD;
    }
}

static void unmake(int fd)
{
    if (fd >= 0) {
        close(fd);
    }
    if (other >= 0) {
        close(other);
    }
}

#define OUTCOME_LENGTH 24

#define COLUMNS 128

// Kinds, as bits, that the next rows leave out: those of which kernels older and newer than 6.1 differ.
static unsigned long without;

#define LEAVE_OUT(kinds) (without = (kinds))
#define BIT(kind) (1UL << (kind))

static char outcomes[COLUMNS][OUTCOME_LENGTH];

static void note(int kind, long result, int error, int showsValue)
{
    if (result == -1) {
        snprintf(outcomes[kind], OUTCOME_LENGTH, "%s", strerrorname_np(error));
    } else if (showsValue) {
        snprintf(outcomes[kind], OUTCOME_LENGTH, "%ld", result);
    } else {
        snprintf(outcomes[kind], OUTCOME_LENGTH, "ok");
    }
}

// A line for the call: each outcome, and the columns that have it.
static void show(const char *call, const char *const *names, int count)
{
    printf("%s:", call);
    for (int first = 0; first < count; first++) {
        if (outcomes[first][0] == 0) {
            continue;
        }
        char outcome[OUTCOME_LENGTH];
        memcpy(outcome, outcomes[first], OUTCOME_LENGTH);
        printf(" %s(", outcome);
        for (int kind = first; kind < count; kind++) {
            if (strcmp(outcomes[kind], outcome) == 0) {
                printf("%s%s", kind == first ? "" : " ", names[kind]);
                outcomes[kind][0] = 0;
            }
        }
        printf(")");
    }
    printf("\n");
}

#define ROW_(call, showsValue) \
    do { \
        for (int kind = 0; kind < KINDS; kind++) { \
            if (without >> kind & 1) { \
                outcomes[kind][0] = 0; \
                continue; \
            } \
            int fd = make(kind); \
            errno = 0; \
            long result_ = (long)(call); \
            int error_ = errno; \
            note(kind, result_, error_, showsValue); \
            unmake(fd); \
        } \
        show(#call, kindNames, KINDS); \
    } while (0)

// A call with `fd` in it, on each kind; whether it fails.
#define ROW(call) ROW_(call, 0)
// And its value.
#define VALUES(call) ROW_(call, 1)

// A folder of its own, with the files that the kinds need.
static void enter(const char *name)
{
    char command[64];
    snprintf(command, sizeof command, "/dev/shm/%s-%d", name, getpid());
    signal(SIGPIPE, SIG_IGN);
    umask(022);
    if (mkdir(command, 0755) != 0 || chdir(command) != 0 || mkdir("d", 0755) != 0 || symlink("f", "l") != 0 || mkfifo("fifo", 0644) != 0) {
        perror(command);
        exit(3);
    }
    buf = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(buf + 4096, 4096, PROT_NONE);
}

static void leave(void)
{
    char path[4096];
    if (getcwd(path, sizeof path) == NULL) {
        return;
    }
    unlink("f");
    unlink("l");
    unlink("fifo");
    rmdir("d");
    chdir("/");
    rmdir(path);
}
