// A hostile program: every pointer argument of every system call is given addresses that are not the program's to give. The kernel answers
// EFAULT or what the call's page says, which is what Linux answers to the same program, and goes on.
#include "check.h"
#include "syscalls.h"
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define PAGE 4096
#define ROUNDS 12
#define FOLDER "/tmp/mote-test-pointers"
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

// Calls whose address arguments are places rather than pointers, that never come back, or that change the machine when a pointer is good.
static const int notPointers[] = {
    SYS_mmap, SYS_munmap, SYS_mprotect, SYS_mremap, SYS_madvise, SYS_msync, SYS_mlock, SYS_munlock, SYS_mlock2, SYS_brk, SYS_pkey_mprotect,
    SYS_clone, SYS_vfork,
    SYS_fork, SYS_exit, SYS_exit_group, SYS_rt_sigreturn, SYS_pause, SYS_set_tid_address, SYS_set_robust_list, SYS_syslog,
    SYS_process_vm_readv, SYS_process_vm_writev,
};

struct difference {
    int number;
    int argument;
    const char *reason;
};

// Where Mote answers something else than Linux, on purpose.
static const struct difference differences[] = {
    { SYS_sethostname, 0, "asks for privileges first, which the host may not give" },
    { SYS_setdomainname, 0, "asks for privileges first, which the host may not give" },
    { SYS_settimeofday, 0, "asks for privileges first, which the host may not give" },
    { SYS_settimeofday, 1, "asks for privileges first, which the host may not give" },
    { SYS_clock_settime, 1, "asks for privileges first, which the host may not give" },
    { SYS_getcpu, 2, "the third argument has not been looked at since Linux 2.6.24" },
};

static char *good; // where structures for a call are made
static char *edge; // the last bytes before a page that is not there
static char *readOnly;
static char *hole;
static char *racing;
static int file, folder, reading, writing, events, timer, poller, signals;
static timer_t alarmId;

static long call(long number, const uint64_t *a)
{
    long result;
    register uint64_t r10 __asm__("r10") = a[3];
    register uint64_t r8 __asm__("r8") = a[4];
    register uint64_t r9 __asm__("r9") = a[5];
    __asm__ volatile("syscall" : "=a"(result) : "0"(number), "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
    return result;
}

static int isPointer(const struct call *c, int i)
{
    switch (c->kinds[i]) {
    case KindAddress:
        return !(c->number == SYS_mincore && i == 0);
    case KindPath: case KindString: case KindBufferIn: case KindBufferOut: case KindVectorIn: case KindVectorOut: case KindStringArray: case KindSignalSet:
    case KindSignalAction: case KindSignalInfo: case KindSignalStack: case KindTimespec: case KindTimespecOut: case KindTimeval: case KindTimevalOut:
    case KindIntervalTimer: case KindIntervalTimerOut: case KindTimerSpec: case KindTimerSpecOut: case KindStatOut: case KindStatxOut: case KindStatfsOut:
    case KindDirectoryEntriesOut: case KindLimit: case KindLimitOut: case KindUsageOut: case KindNamesOut: case KindSystemInfoOut: case KindPollFds:
    case KindEpollEvent: case KindEpollEventsOut: case KindSocketAddress: case KindSocketAddressOut: case KindFdPairOut: case KindIntOut: case KindCloneArguments:
        return 1;
    case KindHex: // pointers for the commands that prepare() chooses
        return (c->number == SYS_fcntl && i == 2) || (c->number == SYS_ioctl && i == 2) || (c->number == SYS_prctl && i == 1)
            || (c->number == SYS_arch_prctl && i == 1);
    default:
        return 0;
    }
}

static uint64_t place(int slot, unsigned bytes)
{
    memset(good + (slot * 1024), 0, bytes);
    return (uint64_t)(good + (slot * 1024));
}

// Arguments with which the call would do its work at once.
static void prepare(const struct call *c, uint64_t *a)
{
    memset(a, 0, 6 * sizeof(*a));
    for (int i = 0; i < 6; i++) {
        switch (c->kinds[i]) {
        case KindFd:
            a[i] = file;
            break;
        case KindDirectoryFd:
            a[i] = AT_FDCWD;
            break;
        case KindPath:
            a[i] = place(i, 64);
            strcpy((char *)a[i], FOLDER "/file");
            break;
        case KindString:
            a[i] = place(i, 64);
            strcpy((char *)a[i], "name");
            break;
        case KindSize:
            a[i] = 64;
            break;
        case KindVectorIn:
        case KindVectorOut: {
            struct iovec *vector = (struct iovec *)(a[i] = place(i, 64));
            vector[0] = (struct iovec){ good + 8000, 16 };
            vector[1] = (struct iovec){ good + 8100, 16 };
            if (i < 5 && c->kinds[i + 1] == KindUInt) {
                a[i + 1] = 2;
            }
            break;
        }
        case KindPollFds:
            a[i] = place(i, 64);
            *(struct pollfd *)a[i] = (struct pollfd){ .fd = writing, .events = POLLOUT };
            a[i + 1] = 2;
            ((struct pollfd *)a[i])[1] = (struct pollfd){ .fd = reading, .events = POLLIN };
            break;
        default:
            if (isPointer(c, i)) {
                a[i] = place(i, 512);
            }
        }
    }

    switch (c->number) {
    case SYS_read: case SYS_readv: case SYS_write: case SYS_writev: case SYS_pread64: case SYS_pwrite64: case SYS_preadv: case SYS_pwritev: case SYS_preadv2: case SYS_pwritev2:
        lseek(file, 0, SEEK_SET);
        break;
    case SYS_getdents: case SYS_getdents64:
        a[0] = folder;
        lseek(folder, 0, SEEK_SET);
        a[2] = 512;
        break;
    case SYS_rt_sigaction:
        a[0] = SIGUSR2;
        a[3] = 8;
        break;
    case SYS_rt_sigprocmask: case SYS_rt_sigtimedwait:
        a[3] = 8;
        break;
    case SYS_rt_sigsuspend: case SYS_rt_sigpending:
        a[1] = 8;
        break;
    case SYS_signalfd: case SYS_signalfd4:
        a[0] = signals;
        a[2] = 8;
        break;
    case SYS_rt_sigqueueinfo:
        a[0] = getpid();
        a[1] = SIGCHLD;
        *(int *)(a[2] + 8) = -1;
        break;
    case SYS_rt_tgsigqueueinfo:
        a[0] = getpid();
        a[1] = syscall(SYS_gettid);
        a[2] = SIGCHLD;
        *(int *)(a[3] + 8) = -1;
        break;
    case SYS_ppoll:
        a[4] = 8;
        break;
    case SYS_select: case SYS_pselect6:
        a[0] = 3;
        break;
    case SYS_epoll_wait: case SYS_epoll_pwait: case SYS_epoll_pwait2:
        a[0] = poller;
        a[2] = 4;
        if (c->number == SYS_epoll_pwait) {
            a[5] = 8;
        } else if (c->number == SYS_epoll_pwait2) {
            a[5] = 8;
        }
        break;
    case SYS_epoll_ctl:
        a[0] = poller;
        a[1] = EPOLL_CTL_MOD;
        a[2] = writing;
        ((struct epoll_event *)a[3])->events = EPOLLOUT;
        break;
    case SYS_timerfd_settime: case SYS_timerfd_gettime:
        a[0] = timer;
        break;
    case SYS_timer_create:
        a[0] = CLOCK_MONOTONIC;
        *(int *)(a[1] + 12) = SIGEV_NONE;
        break;
    case SYS_timer_settime: case SYS_timer_gettime:
        a[0] = (uint64_t)alarmId;
        break;
    case SYS_getrlimit: case SYS_setrlimit:
        a[0] = RLIMIT_CORE;
        break;
    case SYS_prlimit64:
        a[1] = RLIMIT_CORE;
        break;
    case SYS_futex:
        a[1] = 128; // FUTEX_WAIT_PRIVATE, for a value that is not there
        a[2] = 1;
        break;
    case SYS_fcntl:
        a[1] = F_GETLK;
        *(short *)a[2] = F_WRLCK;
        break;
    case SYS_ioctl:
        a[1] = 0x541b; // FIONREAD
        break;
    case SYS_prctl:
        a[0] = 16; // PR_GET_NAME
        break;
    case SYS_arch_prctl:
        a[0] = 0x1003; // ARCH_GET_FS
        break;
    case SYS_mincore:
        a[0] = (uint64_t)good;
        a[1] = PAGE;
        break;
    case SYS_sendfile:
        a[0] = writing;
        a[1] = file;
        break;
    case SYS_splice:
        a[0] = file;
        a[2] = writing;
        a[3] = 0;
        a[4] = 4;
        break;
    case SYS_copy_file_range:
        a[0] = a[2] = file;
        *(uint64_t *)a[1] = 64;
        a[4] = 4;
        break;
    case SYS_getgroups:
        a[0] = 64;
        break;
    case SYS_setgroups:
        a[0] = 2;
        break;
    case SYS_capget: case SYS_capset:
        *(uint32_t *)a[0] = 0x20080522;
        break;
    case SYS_sched_setaffinity: case SYS_sched_getaffinity:
        a[1] = 8;
        break;
    case SYS_sigaltstack:
        *(int *)(a[0] + 8) = SS_DISABLE;
        break;
    case SYS_clone3:
        a[1] = 64;
        break;
    case SYS_openat2:
        a[3] = 24;
        break;
    case SYS_wait4: case SYS_waitid:
        a[c->number == SYS_wait4 ? 0 : 1] = getpid();
        a[c->number == SYS_wait4 ? 2 : 3] = 1 | 4;
        break;
    case SYS_execve: case SYS_execveat:
        strcpy((char *)a[c->number == SYS_execve ? 0 : 1], "/proc/self/exe");
        for (int i = 0; i < 6; i++) {
            if (c->kinds[i] == KindStringArray) {
                *(const char **)a[i] = "text"; // an array that goes on, into nothing
            }
        }
        break;
    case SYS_statx:
        a[3] = 0x7ff;
        break;
    case SYS_memfd_create:
        a[1] = 0;
        break;
    }
}

// Whether a null pointer in this place means to wait for ever.
static int isDeadline(const struct call *c, int argument)
{
    return (c->kinds[argument] == KindTimespec || c->kinds[argument] == KindTimeval) && c->number != SYS_utimensat
        && c->number != SYS_utimes && c->number != SYS_futimesat
        && c->number != SYS_nanosleep && c->number != SYS_clock_nanosleep;
}

// Whether a good pointer in this place would change the host, wait for ever or start another program.
// Calls that change the computer they run on, or this program's fate, when they succeed: with what a race leaves in memory they must not.
static int mustBeBad(const struct call *c)
{
    return c->number == SYS_adjtimex || c->number == SYS_clock_adjtime || c->number == SYS_sched_setattr || c->number == SYS_sethostname
        || c->number == SYS_setdomainname || c->number == SYS_settimeofday || c->number == SYS_clock_settime || c->number == SYS_execve
        || c->number == SYS_execveat || c->number == SYS_clone3 || c->number == SYS_rt_sigsuspend || c->number == SYS_chroot
            || c->number == SYS_nanosleep
        || c->number == SYS_setrlimit || c->number == SYS_prlimit64 || c->number == SYS_capset;
}

static void undo(const struct call *c, long result)
{
    if (c->number == SYS_pipe || c->number == SYS_pipe2 || c->number == SYS_dup || c->number == SYS_open || c->number == SYS_openat
        || c->number == SYS_openat2
        || c->number == SYS_creat || c->number == SYS_memfd_create) {
        close_range(signals + 1, ~0U, 0);
    }
    if (c->number == SYS_rt_sigprocmask) {
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
    }
    if (access(FOLDER "/file", F_OK) != 0) {
        close(open(FOLDER "/file", O_CREAT | O_RDWR, 0644));
    }
    char drained[4096];
    while (read(reading, drained, sizeof(drained)) > 0) {
    }
    chdir(FOLDER);
    umask(022);
    (void)result;
}

static const char *const kinds[] = {
    "null", "low", "unmapped", "kernel", "kernel-text", "not-canonical", "negative", "end-of-half", "wrapping", "read-only",
    "last-byte", "last-eight",
};

static uint64_t make(int kind, uint64_t valid)
{
    switch (kind) {
    case 0:
        return 0;
    case 1:
        return 8;
    case 2:
        return (uint64_t)hole;
    case 3:
        return 0xffff800000100000;
    case 4:
        return 0xffffffff80200000;
    case 5:
        return 0x0000900000000000;
    case 6:
        return 0x8000000000000000;
    case 7:
        return 0x00007ffffffff000;
    case 8:
        return -8UL;
    case 9:
        mprotect(readOnly, PAGE, PROT_READ | PROT_WRITE);
        memcpy(readOnly, (void *)valid, 1024);
        mprotect(readOnly, PAGE, PROT_READ);
        return (uint64_t)readOnly;
    case 10:
        *(edge - 1) = *(char *)valid;
        return (uint64_t)(edge - 1);
    default:
        memcpy(edge - 8, (void *)valid, 8);
        return (uint64_t)(edge - 8);
    }
}

static const char *outcome(const struct call *c, long result)
{
    static char text[32];
    if (result == -EFAULT) {
        return "EFAULT";
    }
    if (result < 0) {
        snprintf(text, sizeof(text), "error %ld", -result);
    } else if (c->kinds[1] == KindBufferIn || c->kinds[1] == KindBufferOut || c->kinds[1] == KindVectorIn || c->kinds[1] == KindVectorOut
        || c->number == SYS_sendfile || c->number == SYS_copy_file_range) {
        snprintf(text, sizeof(text), "%ld", result);
    } else {
        snprintf(text, sizeof(text), "done");
    }
    return text;
}

static const struct difference *known(int number, int argument)
{
    for (unsigned i = 0; i < COUNT(differences); i++) {
        if (differences[i].number == number && differences[i].argument == argument) {
            return &differences[i];
        }
    }
    return NULL;
}

static void tryAll(const struct call *c, int argument)
{
    const struct difference *difference = known(c->number, argument);
    if (difference != NULL) {
        printf("%s %d: %s\n", c->name, argument, difference->reason);
    }
    for (unsigned kind = 0; kind < COUNT(kinds); kind++) {
        uint64_t a[6];
        prepare(c, a);
        if (((kind == 9 || kind == 0) && mustBeBad(c)) || (kind == 0 && isDeadline(c, argument))
            || (kind == 11 && (c->number == SYS_rt_sigsuspend || c->number == SYS_capset))) {
            continue;
        }
        a[argument] = make(kind, a[argument] != 0 ? a[argument] : place(argument, 1024));
        if (kind == 10 && c->number == SYS_chroot) {
            continue;
        }
        long result = call(c->number, a);
        undo(c, result);
        if (difference == NULL) {
            printf("%s %d %s: %s\n", c->name, argument, kinds[kind], outcome(c, result));
        }
    }
}

// Good pointers: nothing that the kernel writes looks like an address of its own.
static void tryGood(const struct call *c, int argument)
{
    if (mustBeBad(c) || isDeadline(c, argument)) {
        return;
    }
    memset(good, 0, 4 * PAGE);
    uint64_t a[6];
    prepare(c, a);
    undo(c, call(c->number, a));
    for (int at = 0; at < 4 * PAGE; at += 8) {
        uint64_t word;
        memcpy(&word, good + at, 8);
        if ((word >= 0xffff800000000000 && word < 0xfffff00000000000) || (word >= 0xffffffff80000000 && word < 0xffffffffc0000000)) {
            printf("%s shows a kernel address\n", c->name);
            failures++;
        }
    }
}

static _Atomic int raceIsOver;

// Takes the page away and puts it back, as fast as it can.
static void *race(void *unused)
{
    while (!raceIsOver) {
        munmap(racing, PAGE);
        mmap(racing, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
        mprotect(racing, PAGE, PROT_READ);
        mprotect(racing, PAGE, PROT_READ | PROT_WRITE);
    }
    return unused;
}

static int isPointless(const struct call *c)
{
    for (unsigned i = 0; i < COUNT(notPointers); i++) {
        if (c->number == notPointers[i]) {
            return 1;
        }
    }
    return !c->isThere;
}

static void forEachPointer(void (*visit)(const struct call *c, int argument))
{
    for (unsigned i = 0; i < COUNT(calls); i++) {
        for (int argument = 0; argument < 6 && !isPointless(&calls[i]); argument++) {
            if (isPointer(&calls[i], argument)) {
                visit(&calls[i], argument);
            }
        }
    }
}

// What one call leaves in the page may be a path for the next: the working directory (getcwd), which therefore is a folder of this test's
// own.
static void tryRacing(const struct call *c, int argument)
{
    if (c->number == SYS_chroot) {
        return;
    }
    if (mustBeBad(c) || c->kinds[argument] == KindTimespec || c->kinds[argument] == KindTimeval) {
        return; // what an earlier call left there may be a long time
    }
    for (int round = 0; round < ROUNDS; round++) {
        uint64_t a[6];
        prepare(c, a);
        a[argument] = (uint64_t)racing + (round % 2 == 0 ? 0 : PAGE - 8);
        undo(c, call(c->number, a));
    }
}

static char *map(uint64_t address, int pages)
{
    return mmap((void *)address, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    // At places where nothing else is ever put, so that what is absent stays absent.
    good = map(0x210000000000, 4);
    edge = map(0x220000000000, 1) + PAGE;
    readOnly = map(0x230000000000, 1);
    racing = map(0x240000000000, 1);
    hole = (char *)0x250000000000;

    signal(SIGUSR2, SIG_IGN);
    mkdir(FOLDER, 0755);
    file = open(FOLDER "/file", O_RDWR | O_CREAT | O_TRUNC, 0644);
    char bytes[256];
    memset(bytes, 'b', sizeof(bytes));
    CHECK(write(file, bytes, sizeof(bytes)) == sizeof(bytes));
    symlink("file", FOLDER "/link");
    CHECK(chdir(FOLDER) == 0);
    folder = open(FOLDER, O_RDONLY | O_DIRECTORY);
    int ends[2];
    CHECK(pipe2(ends, O_NONBLOCK) == 0);
    reading = ends[0];
    writing = ends[1];
    events = eventfd(0, EFD_NONBLOCK);
    timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    poller = epoll_create1(0);
    epoll_ctl(poller, EPOLL_CTL_ADD, writing, &(struct epoll_event){ .events = EPOLLOUT });
    struct sigevent event = { .sigev_notify = SIGEV_NONE };
    CHECK(syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &alarmId) == 0);
    sigset_t none;
    sigemptyset(&none);
    signals = signalfd(-1, &none, 0);

    forEachPointer(tryAll);
    forEachPointer(tryGood);
    passed("good pointers");
    fflush(stdout);
    pthread_t racer;
    CHECK(pthread_create(&racer, NULL, race, NULL) == 0);
    forEachPointer(tryRacing);
    raceIsOver = 1;
    pthread_join(racer, NULL);
    unlink(FOLDER "/file");
    unlink(FOLDER "/link");
    rmdir(FOLDER);
    passed("racing");
    return finish();
}
