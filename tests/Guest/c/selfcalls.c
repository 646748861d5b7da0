// Calls on oneself that debuggers, runtimes and supervisors make: process descriptors, memory by process number, comparisons, prctl(2),
// arch_prctl(2) (pidfd_open(2), pidfd_send_signal(2), pidfd_getfd(2), process_vm_readv(2), process_madvise(2), kcmp(2)).
#include "check.h"
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define SYS_PIDFD_SEND_SIGNAL 424
#define SYS_PIDFD_OPEN 434
#define SYS_PIDFD_GETFD 438
#define SYS_PROCESS_MADVISE 440

static volatile int count, code, value;

static void record(int number, siginfo_t *info, void *context)
{
    (void)number;
    (void)context;
    count++;
    code = info->si_code;
    value = info->si_value.sival_int;
}

static void testDescriptors(void)
{
    int fd = syscall(SYS_PIDFD_OPEN, getpid(), 0);
    CHECK(fd >= 0 && (fcntl(fd, F_GETFD) & FD_CLOEXEC));
    struct pollfd poll_ = { .fd = fd, .events = POLLIN };
    CHECK(poll(&poll_, 1, 0) == 0);
    char byte;
    FAILS(read(fd, &byte, 1), EINVAL);
    FAILS(syscall(SYS_PIDFD_OPEN, 1 << 22, 0), ESRCH);
    FAILS(syscall(SYS_PIDFD_OPEN, 0, 0), EINVAL);
    FAILS(syscall(SYS_PIDFD_OPEN, -1, 0), EINVAL);
    FAILS(syscall(SYS_PIDFD_OPEN, getpid(), 1), EINVAL);
    int other = syscall(SYS_PIDFD_OPEN, getpid(), O_NONBLOCK);
    CHECK(other >= 0 && (fcntl(other, F_GETFL) & O_NONBLOCK));
    close(other);

    struct sigaction action = { .sa_sigaction = record, .sa_flags = SA_SIGINFO };
    sigaction(SIGUSR1, &action, NULL);
    CHECK(syscall(SYS_PIDFD_SEND_SIGNAL, fd, SIGUSR1, NULL, 0) == 0 && count == 1 && code == SI_USER);
    siginfo_t info;
    memset(&info, 0, sizeof info);
    info.si_signo = SIGUSR1;
    info.si_code = SI_QUEUE;
    info.si_value.sival_int = 55;
    CHECK(syscall(SYS_PIDFD_SEND_SIGNAL, fd, SIGUSR1, &info, 0) == 0 && count == 2 && code == SI_QUEUE && value == 55);
    FAILS(syscall(SYS_PIDFD_SEND_SIGNAL, fd, SIGUSR2, &info, 0), EINVAL);
    FAILS(syscall(SYS_PIDFD_SEND_SIGNAL, fd, SIGUSR1, NULL, 1 << 20), EINVAL);
    FAILS(syscall(SYS_PIDFD_SEND_SIGNAL, fd, 65, NULL, 0), EINVAL);
    FAILS(syscall(SYS_PIDFD_SEND_SIGNAL, 999, SIGUSR1, NULL, 0), EBADF);
    FAILS(syscall(SYS_PIDFD_SEND_SIGNAL, 0, SIGUSR1, NULL, 0), EBADF);
    CHECK(syscall(SYS_PIDFD_SEND_SIGNAL, fd, 0, NULL, 0) == 0);

    int pipes[2];
    CHECK(pipe(pipes) == 0);
    int copy = syscall(SYS_PIDFD_GETFD, fd, pipes[1], 0);
    CHECK(copy > pipes[1] && (fcntl(copy, F_GETFD) & FD_CLOEXEC));
    CHECK(write(copy, "x", 1) == 1 && read(pipes[0], &byte, 1) == 1 && byte == 'x');
    FAILS(syscall(SYS_PIDFD_GETFD, fd, 999, 0), EBADF);
    FAILS(syscall(SYS_PIDFD_GETFD, pipes[0], 0, 0), EBADF);
    FAILS(syscall(SYS_PIDFD_GETFD, fd, 0, 1), EINVAL);
    CHECK(syscall(SYS_kcmp, getpid(), getpid(), 0, pipes[1], copy) == 0);
    CHECK(syscall(SYS_kcmp, getpid(), getpid(), 0, pipes[0], pipes[1]) > 0);
    FAILS(syscall(SYS_kcmp, getpid(), getpid(), 0, pipes[0], 999), EBADF);
    for (int kind = 1; kind <= 6; kind++) {
        CHECK(syscall(SYS_kcmp, getpid(), getpid(), kind, 0, 0) == 0);
    }
    FAILS(syscall(SYS_kcmp, getpid(), getpid(), 99, 0, 0), EINVAL);
    FAILS(syscall(SYS_kcmp, getpid(), 1 << 22, 1, 0, 0), ESRCH);
    close(copy);

    char *pages = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct iovec ranges[2] = { { pages, 4096 }, { pages + 4096, 4096 } };
    CHECK(syscall(SYS_PROCESS_MADVISE, fd, ranges, 2, MADV_WILLNEED, 0) == 8192);
    CHECK(syscall(SYS_PROCESS_MADVISE, fd, ranges, 1, 20 /* COLD */, 0) == 4096);
    FAILS(syscall(SYS_PROCESS_MADVISE, fd, ranges, 2, MADV_WILLNEED, 1), EINVAL);
    FAILS(syscall(SYS_PROCESS_MADVISE, fd, ranges, 2, 1234, 0), EINVAL);
    FAILS(syscall(SYS_PROCESS_MADVISE, 999, ranges, 2, MADV_WILLNEED, 0), EBADF);
    close(fd);
    passed("descriptors");
}

static void testMemory(void)
{
    char from[64] = "what is to be read from here, piece by piece", to[64] = { 0 };
    struct iovec mine[2] = { { to, 10 }, { to + 20, 30 } }, theirs[2] = { { from, 5 }, { from + 5, 30 } };
    CHECK(syscall(SYS_process_vm_readv, getpid(), mine, 2, theirs, 2, 0) == 35);
    CHECK(memcmp(to, from, 10) == 0 && memcmp(to + 20, from + 10, 25) == 0);
    memset(from, 0, sizeof from);
    CHECK(syscall(SYS_process_vm_writev, getpid(), mine, 2, theirs, 2, 0) == 35 && memcmp(from, to, 10) == 0);
    theirs[1].iov_base = (void *)8;
    CHECK(syscall(SYS_process_vm_readv, getpid(), mine, 2, theirs, 2, 0) == 5);
    FAILS(syscall(SYS_process_vm_readv, getpid(), mine, 1, theirs + 1, 1, 0), EFAULT);
    FAILS(syscall(SYS_process_vm_readv, getpid(), mine, 1, theirs, 1, 1), EINVAL);
    FAILS(syscall(SYS_process_vm_readv, getpid(), mine, 1025, theirs, 1, 0), EINVAL);
    FAILS(syscall(SYS_process_vm_readv, getpid(), (void *)8, 1, theirs, 1, 0), EFAULT);
    FAILS(syscall(SYS_process_vm_readv, getpid(), mine, 1, (void *)8, 1, 0), EFAULT);
    FAILS(syscall(SYS_process_vm_readv, 1 << 22, mine, 1, theirs, 1, 0), ESRCH);
    CHECK(syscall(SYS_process_vm_readv, getpid(), mine, 0, theirs, 1, 0) == 0);
    CHECK(syscall(SYS_process_vm_readv, getpid(), mine, 1, theirs, 0, 0) == 0);
    passed("memory");
}

static void *other(void *unused)
{
    char name[16] = { 0 };
    CHECK(prctl(PR_GET_NAME, name) == 0 && strcmp(name, "selfcalls-main") == 0); // inherited
    CHECK(prctl(PR_SET_NAME, "a name that is too long") == 0 && prctl(PR_GET_NAME, name) == 0 && strcmp(name, "a name that is ") == 0);
    CHECK(prctl(PR_GET_TIMERSLACK) == 70000);
    return unused;
}

static void testControl(void)
{
    char name[16] = { 0 };
    CHECK(prctl(PR_SET_NAME, "selfcalls-main") == 0);
    int *address = NULL;
    CHECK(prctl(40 /* PR_GET_TID_ADDRESS */, &address) == 0);
    CHECK(syscall(SYS_set_tid_address, name) == syscall(SYS_gettid) && prctl(40, &address) == 0 && (char *)address == name);
    syscall(SYS_set_tid_address, 0);
    CHECK(prctl(PR_SET_TIMERSLACK, 70000) == 0 && prctl(PR_GET_TIMERSLACK) == 70000);
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, other, NULL) == 0);
    pthread_join(thread, NULL);
    CHECK(prctl(PR_GET_NAME, name) == 0 && strcmp(name, "selfcalls-main") == 0);
    CHECK(prctl(PR_SET_TIMERSLACK, 0) == 0 && prctl(PR_GET_TIMERSLACK) == 50000);
    int number = -1;
    CHECK(prctl(PR_SET_PDEATHSIG, SIGHUP) == 0 && prctl(PR_GET_PDEATHSIG, &number) == 0 && number == SIGHUP
        && prctl(PR_SET_PDEATHSIG, 0) == 0);
    FAILS(prctl(PR_SET_PDEATHSIG, 65), EINVAL);
    CHECK(prctl(41 /* SET_THP_DISABLE */, 1, 0, 0, 0) == 0 && prctl(42, 0, 0, 0, 0) == 1 && prctl(41, 0, 0, 0, 0) == 0
        && prctl(42, 0, 0, 0, 0) == 0);
    FAILS(prctl(42, 1, 0, 0, 0), EINVAL);
    CHECK(prctl(PR_GET_DUMPABLE) == 1 && prctl(PR_SET_DUMPABLE, 0) == 0 && prctl(PR_GET_DUMPABLE) == 0 && prctl(PR_SET_DUMPABLE, 1) == 0);
    FAILS(prctl(PR_SET_DUMPABLE, 2), EINVAL);
    CHECK(prctl(25 /* GET_TSC */, &number) == 0 && number == 1 && prctl(26 /* SET_TSC */, 1) == 0);
    CHECK(prctl(33 /* MCE_KILL */, 1, 1, 0, 0) == 0 && prctl(34, 0, 0, 0, 0) == 1 && prctl(33, 0, 0, 0, 0) == 0
        && prctl(34, 0, 0, 0, 0) == 2);
    FAILS(prctl(33, 7, 0, 0, 0), EINVAL);
    CHECK(prctl(37 /* GET_CHILD_SUBREAPER */, &number) == 0 && number == 0);
    FAILS(prctl(13 + 1 /* SET_TIMING */, 1), EINVAL);
    CHECK(prctl(13 /* GET_TIMING */) == 0 && prctl(14, 0) == 0);
    CHECK(prctl(38, 1, 0, 0, 0) == 0 && prctl(39, 0, 0, 0, 0) == 1); // NO_NEW_PRIVS
    FAILS(prctl(38, 0, 0, 0, 0), EINVAL);
    FAILS(prctl(5 /* GET_UNALIGN */, &number), EINVAL);
    FAILS(prctl(99999), EINVAL);
    passed("control");
}

static void testCpu(void)
{
    unsigned long base = 1, old;
    CHECK(syscall(SYS_arch_prctl, 0x1003, &base) == 0 && base == (unsigned long)pthread_self()); // GET_FS
    CHECK(syscall(SYS_arch_prctl, 0x1004, &old) == 0);
    CHECK(syscall(SYS_arch_prctl, 0x1001, 0x123456) == 0 && syscall(SYS_arch_prctl, 0x1004, &base) == 0 && base == 0x123456); // SET_GS
    CHECK(syscall(SYS_arch_prctl, 0x1001, old) == 0);
    FAILS(syscall(SYS_arch_prctl, 0x1001, 0x800000000000), EPERM);
    FAILS(syscall(SYS_arch_prctl, 0x1003, (void *)8), EFAULT);
    FAILS(syscall(SYS_arch_prctl, 0x9999, 0), EINVAL);
    CHECK(syscall(SYS_arch_prctl, 0x1011, 0) == 1); // GET_CPUID
    unsigned long components = 0, permitted = 0;
    CHECK(syscall(SYS_arch_prctl, 0x1021, &components) == 0 && (components & 3) == 3);
    CHECK(syscall(SYS_arch_prctl, 0x1022, &permitted) == 0 && (permitted & ~components) == 0);
    FAILS(syscall(SYS_arch_prctl, 0x1023, 63), EINVAL);

    // The registers that SYSCALL itself changes: behind the instruction, and the flags.
    unsigned long rcx, r11, here, flags;
    __asm__ volatile("stc; pushfq; pop %3; syscall; 1: lea 1b(%%rip),%2" : "=c"(rcx), "=a"(base), "=&r"(here), "=&r"(flags) : "1"(SYS_getpid) : "r11", "memory", "cc");
    __asm__ volatile("stc; syscall; mov %%r11,%0" : "=r"(r11), "=a"(base) : "1"(SYS_getpid) : "rcx", "r11", "memory", "cc");
    CHECK(rcx == here && (r11 & 1) && ((r11 ^ flags) & ~0x8d4UL) == 0);
    passed("processor");
}

int main(void)
{
    testDescriptors();
    testMemory();
    testControl();
    testCpu();
    return finish();
}
