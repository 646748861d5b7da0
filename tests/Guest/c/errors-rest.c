// How the calls of no family fail, and which error wins when several apply: prctl(2), arch_prctl(2), membarrier(2), kcmp(2), scheduling,
// memory of processes, random numbers, file systems.
#include "errors.h"
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>

#define BAD ((void *)0x7030000000)
#define NOBODY 99999999

static char page[8192] __attribute__((aligned(4096)));
static char *edge;

static long control(int option, long a, long b, long c, long d) { return syscall(SYS_prctl, option, a, b, c, d); }

// Those whose outcome is this process's end, another's business, or a matter of the processor.
static int isLeftOut(int option)
{
    return option == 22 /* seccomp */ || option == 31 || option == 32 /* performance events */ || option == 59 /* dispatch */
        || option == 35 /* PR_SET_MM: its capability may be missing */ || option == 38 || option == 52 || option == 53 || option == 57
        || option == 58 || option == 62;
}

static void testControl(void)
{
    puts("prctl");
    for (int option = 0; option <= 63; option++) {
        if (isLeftOut(option)) {
            continue;
        }
        printf("option %d\n", option);
        memset(page, 0, 64);
        edge[-1] = option % 2 ? 0 : 'a';
        OUTCOME(control(option, 0, 0, 0, 0));
        OUTCOME(control(option, 1, 0, 0, 0));
        OUTCOME(option == 26 ? 0 : control(option, 2, 0, 0, 0));
        OUTCOME(control(option, 99, 0, 0, 0));
        OUTCOME(control(option, -1, 0, 0, 0));
        OUTCOME(control(option, INT_MIN, 0, 0, 0));
        OUTCOME(control(option, 1L << 32, 0, 0, 0));
        OUTCOME(control(option, (long)BAD, 0, 0, 0));
        OUTCOME(control(option, (long)page, 0, 0, 0));
        OUTCOME(control(option, (long)edge - 1, 0, 0, 0));
        OUTCOME(control(option, 0, 1, 0, 0));
        OUTCOME(control(option, 0, 0, 1, 0));
        OUTCOME(control(option, 0, 0, 0, 1));
        OUTCOME(control(option, 1, 0, 0, 1));
        OUTCOME(option == 26 ? 0 : control(option, 2, -1, 1, 1));
        OUTCOME(control(option, -1, -1, -1, -1));
        control(4, 1, 0, 0, 0);
        control(26, 1, 0, 0, 0);
        control(41, 0, 0, 0, 0);
    }
    const int others[] = {INT_MIN, -1, 100, 0x59616d61, 0x53564d40};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        printf("option %x\n", others[i]);
        OUTCOME(control(others[i], 0, 0, 0, 0));
        OUTCOME(control(others[i], 1, 2, 3, 4));
        OUTCOME(control(others[i], -1, 0, 0, 0));
    }
    OUTCOME(control(59, 0, 0, 0, 0));
    puts("no new privileges");
    OUTCOME(control(38, 0, 0, 0, 0));
    OUTCOME(control(38, 1, 0, 0, 1));
    OUTCOME(control(38, 1L << 32 | 1, 0, 0, 0));
    OUTCOME(control(39, 0, 0, 0, 1));
}

static void testMachine(void)
{
    puts("arch_prctl");
    const int options[] = {0x1001, 0x1002, 0x1003, 0x1004, 0x1005, 0x1010, 0x1011, 0x1012, 0x1020, 0x1024, 0x1026, 0x2000, 0x4000, 0x5000,
        0, -1, INT_MIN};
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        printf("%x\n", options[i]);
        if (options[i] == 0x1002) {
            OUTCOME(syscall(SYS_arch_prctl, options[i], 1UL << 47));
            OUTCOME(syscall(SYS_arch_prctl, options[i], -1L));
            continue;
        }
        OUTCOME(options[i] == 0x1001 || options[i] == 0x1011 || options[i] == 0x1012 ? 0 : syscall(SYS_arch_prctl, options[i], 0));
        OUTCOME(options[i] == 0x1011 || options[i] == 0x1012 ? 0 : syscall(SYS_arch_prctl, options[i], -1L));
        OUTCOME(options[i] == 0x1011 || options[i] == 0x1012 || options[i] == 0x1001 ? 0 : syscall(SYS_arch_prctl, options[i], BAD));
        OUTCOME(options[i] == 0x1011 || options[i] == 0x1012 ? 0 : syscall(SYS_arch_prctl, options[i], 1UL << 47));
    }

    puts("membarrier");
    for (int bit = -1; bit < 12; bit++) {
        int command = bit < 0 ? 0 : 1 << bit;
        if (bit >= 5 && bit <= 8) {
            continue; // core serializing and restartable sequences: a matter of the configuration
        }
        printf("%d ", command);
        OUTCOME(syscall(SYS_membarrier, command, 0, 0));
        OUTCOME(syscall(SYS_membarrier, command, 1, 0));
        OUTCOME(syscall(SYS_membarrier, command, 2, 0));
        OUTCOME(syscall(SYS_membarrier, command, -1, 99));
    }
    OUTCOME(syscall(SYS_membarrier, 3, 0, 0));
    OUTCOME(syscall(SYS_membarrier, INT_MIN, 0, 0));
    OUTCOME(syscall(SYS_membarrier, 8, 0, -1));

    puts("getrandom");
    OUTCOME(syscall(SYS_getrandom, page, 10, 0));
    OUTCOME(syscall(SYS_getrandom, page, 10, 8));
    OUTCOME(syscall(SYS_getrandom, page, 10, -1));
    OUTCOME(syscall(SYS_getrandom, page, 10, 6));
    OUTCOME(syscall(SYS_getrandom, BAD, 10, 6));
    OUTCOME(syscall(SYS_getrandom, BAD, 10, 0));
    OUTCOME(syscall(SYS_getrandom, BAD, 0, 0));
    OUTCOME(syscall(SYS_getrandom, NULL, 10, 1));
    VALUE(syscall(SYS_getrandom, edge - 5, 10, 1));
    OUTCOME(syscall(SYS_getrandom, (void *)-1L, 10, 1));

    puts("clocks that wake the machine");
    struct timespec before = {-1, 0};
    struct itimerspec timer = {{0, 0}, {0, 1000000}};
    for (int clock = 8; clock <= 9; clock++) {
        OUTCOME(syscall(SYS_clock_nanosleep, clock, 0, &before, NULL));
        OUTCOME(syscall(SYS_clock_nanosleep, clock, 0, BAD, NULL));
        int fd = syscall(SYS_timerfd_create, clock, 0);
        OUTCOME(fd);
        OUTCOME(syscall(SYS_timerfd_settime, fd, 0, &timer, NULL));
        OUTCOME(read(fd, page, 8));
    }

    puts("getcpu, sysinfo, uname");
    OUTCOME(syscall(SYS_getcpu, page, page + 4, BAD));
    OUTCOME(syscall(SYS_getcpu, edge - 3, NULL, NULL));
    OUTCOME(syscall(SYS_getcpu, NULL, NULL, NULL));
    OUTCOME(syscall(SYS_sysinfo, edge - 111));
    OUTCOME(syscall(SYS_sysinfo, edge - 112));
    OUTCOME(syscall(SYS_sysinfo, NULL));
    OUTCOME(syscall(SYS_uname, edge - 389));
    OUTCOME(syscall(SYS_uname, edge - 390));

    puts("personality");
    long old = syscall(SYS_personality, 0xffffffff);
    VALUE(syscall(SYS_personality, 0xffffffffL) == old);
    VALUE(syscall(SYS_personality, -1L) == old);
    VALUE(syscall(SYS_personality, 0x12345678L) == old);
    VALUE(syscall(SYS_personality, 1L << 32 | old) == 0x12345678);
    VALUE(syscall(SYS_personality, -1L) == old);
}

static void *idle(void *argument)
{
    pause();
    return argument;
}

static void testComparison(void)
{
    int self = getpid(), fd = open("/tmp", O_RDONLY | O_DIRECTORY), other = open("/tmp", O_RDONLY | O_DIRECTORY), copy = dup(fd),
        path = open("/tmp", O_PATH);
    int poll = epoll_create1(0), event = eventfd(0, 0), event2 = dup(event), unused = eventfd(0, 0);
    struct epoll_event interest = {.events = EPOLLIN};
    struct { uint32_t efd, tfd, toff; } slot = {poll, event, 0};
    puts("kcmp");
    for (int type = 0; type < 7; type++) {
        printf("type %d\n", type);
        VALUE(type == 0 || type == 7 ? 0 : syscall(SYS_kcmp, self, self, type, 0, 0));
        OUTCOME(syscall(SYS_kcmp, self, NOBODY, type, 0, 0));
        OUTCOME(syscall(SYS_kcmp, -1, self, type, 0, 0));
        OUTCOME(syscall(SYS_kcmp, INT_MIN, INT_MIN, type, 0, 0));
    }
    VALUE(syscall(SYS_kcmp, self, self, 0, fd, copy));
    VALUE(syscall(SYS_kcmp, self, self, 0, fd, fd));
    VALUE(syscall(SYS_kcmp, self, self, 0, path, path));
    long one = syscall(SYS_kcmp, self, self, 0, fd, other), two = syscall(SYS_kcmp, self, self, 0, other, fd);
    printf("%d\n", (one == 1 && two == 2) || (one == 2 && two == 1));
    OUTCOME(syscall(SYS_kcmp, self, self, 0, fd, 999));
    OUTCOME(syscall(SYS_kcmp, self, self, 0, -1, fd));
    OUTCOME(syscall(SYS_kcmp, self, self, 0, 1L << 32 | fd, fd));
    OUTCOME(syscall(SYS_kcmp, self, self, 8, 0, 0));
    OUTCOME(syscall(SYS_kcmp, self, self, INT_MIN, 0, 0));
    epoll_ctl(poll, EPOLL_CTL_ADD, event, &interest);
    VALUE(syscall(SYS_kcmp, self, self, 7, event, &slot));
    VALUE(syscall(SYS_kcmp, self, self, 7, event2, &slot));
    one = syscall(SYS_kcmp, self, self, 7, unused, &slot);
    printf("%d\n", one == 1 || one == 2);
    slot.toff = 1;
    VALUE(syscall(SYS_kcmp, self, self, 7, event, &slot));
    slot.toff = 0;
    slot.tfd = 999;
    VALUE(syscall(SYS_kcmp, self, self, 7, event, &slot));
    VALUE(syscall(SYS_kcmp, self, self, 7, 999, &slot));
    slot.tfd = event;
    slot.efd = event;
    VALUE(syscall(SYS_kcmp, self, self, 7, event, &slot));
    slot.efd = 999;
    VALUE(syscall(SYS_kcmp, self, self, 7, event, &slot));
    VALUE(syscall(SYS_kcmp, self, self, 7, event, BAD));
    VALUE(syscall(SYS_kcmp, self, self, 7, 999, BAD));
    slot.efd = poll;
    epoll_ctl(poll, EPOLL_CTL_ADD, event2, &interest);
    slot.tfd = event2;
    VALUE(syscall(SYS_kcmp, self, self, 7, event, &slot));
}

static void testScheduling(void)
{
    struct { uint32_t size, policy; uint64_t flags; int32_t nice; uint32_t priority; uint64_t runtime, deadline, period; uint32_t min, max;
        uint64_t more[8]; } attributes = {0};
    puts("sched_setattr");
    attributes.size = 48;
    OUTCOME(syscall(SYS_sched_setattr, 0, &attributes, 0));
    OUTCOME(syscall(SYS_sched_setattr, 0, &attributes, 1));
    OUTCOME(syscall(SYS_sched_setattr, 0, &attributes, -1));
    OUTCOME(syscall(SYS_sched_setattr, INT_MIN, &attributes, 0));
    OUTCOME(syscall(SYS_sched_setattr, NOBODY, &attributes, 0));
    OUTCOME(syscall(SYS_sched_setattr, NOBODY, BAD, 0));
    attributes.size = 47;
    OUTCOME(syscall(SYS_sched_setattr, 0, &attributes, 0));
    printf("%u\n", attributes.size);
    attributes.size = 4097;
    OUTCOME(syscall(SYS_sched_setattr, NOBODY, &attributes, 0));
    printf("%u\n", attributes.size);
    attributes.size = 0;
    OUTCOME(syscall(SYS_sched_setattr, 0, &attributes, 0));
    attributes.size = 120;
    OUTCOME(syscall(SYS_sched_setattr, 0, &attributes, 0));
    attributes.more[3] = 1;
    OUTCOME(syscall(SYS_sched_setattr, 0, &attributes, 0));
    printf("%u\n", attributes.size);
    attributes.size = 56;
    const int policies[] = {0, 1, 2, 3, 4, 5, 7, 8, -1, INT_MIN, INT_MAX};
    for (size_t i = 0; i < sizeof policies / sizeof policies[0]; i++) {
        attributes.policy = policies[i];
        for (int priority = -1; priority <= 100; priority += priority < 1 ? 1 : 99) {
            attributes.priority = priority;
            printf("%d %d ", policies[i], priority);
            OUTCOME((policies[i] == 1 || policies[i] == 2) && priority == 1 ? 0 : syscall(SYS_sched_setattr, 0, &attributes, 0));
        }
    }
    attributes.policy = 0;
    attributes.priority = 0;
    attributes.flags = 1UL << 40;
    OUTCOME(syscall(SYS_sched_setattr, 0, &attributes, 0));
    attributes.flags = 0x80;
    OUTCOME(syscall(SYS_sched_setattr, 0, &attributes, 0));
    attributes.flags = 0;
    attributes.nice = 100;
    OUTCOME(syscall(SYS_sched_setattr, 0, &attributes, 0));
    VALUE(getpriority(PRIO_PROCESS, 0));
    attributes.nice = INT_MIN;
    attributes.policy = 3;
    OUTCOME(setpriority(PRIO_PROCESS, 0, 0));
    VALUE(getpriority(PRIO_PROCESS, 0));
    OUTCOME(syscall(SYS_sched_getattr, 0, page, 56, 1));
    OUTCOME(syscall(SYS_sched_getattr, 0, page, 56, -1));
    OUTCOME(syscall(SYS_sched_getattr, 0, edge - 47, 48, 0));
    OUTCOME(syscall(SYS_sched_getattr, INT_MIN, page, 0, 0));
    OUTCOME(syscall(SYS_sched_getattr, NOBODY, page, 0, 0));
    OUTCOME(syscall(SYS_sched_getattr, NOBODY, NULL, 56, 0));
    OUTCOME(syscall(SYS_sched_getattr, NOBODY, page, 4096, 0));
    OUTCOME(syscall(SYS_setpriority, PRIO_PROCESS, INT_MIN, 0));
    OUTCOME(syscall(SYS_setpriority, -1, 0, 0));
    OUTCOME(syscall(SYS_setpriority, INT_MIN, NOBODY, INT_MIN));
    OUTCOME(syscall(SYS_setpriority, PRIO_PGRP, NOBODY, 0));
    OUTCOME(syscall(SYS_setpriority, PRIO_USER, NOBODY, 0));
    OUTCOME(syscall(SYS_setpriority, PRIO_USER, -1, 0));
    OUTCOME(syscall(SYS_getpriority, PRIO_USER, -1));
    OUTCOME(syscall(SYS_getpriority, PRIO_PGRP, -1));
    OUTCOME(syscall(SYS_sched_setscheduler, INT_MIN, 0, page));
    OUTCOME(syscall(SYS_sched_setscheduler, 0, INT_MIN, BAD));
    OUTCOME(syscall(SYS_sched_setscheduler, 0, INT_MIN, NULL));
    memset(page, 0, 8);
    OUTCOME(syscall(SYS_sched_setscheduler, 0, 0x40000000, page));
    OUTCOME(syscall(SYS_sched_setscheduler, 0, 0x40000003, page));
    OUTCOME(syscall(SYS_sched_setscheduler, 0, 0, page));
    OUTCOME(syscall(SYS_sched_setparam, 0, edge - 3));
    OUTCOME(syscall(SYS_sched_setparam, INT_MIN, NULL));
    OUTCOME(syscall(SYS_sched_getparam, INT_MIN, NULL));
    OUTCOME(syscall(SYS_sched_getparam, NOBODY, NULL));
    OUTCOME(syscall(SYS_sched_get_priority_max, INT_MIN));
    OUTCOME(syscall(SYS_sched_get_priority_min, 4));
    OUTCOME(syscall(SYS_sched_get_priority_min, 6));
    OUTCOME(syscall(SYS_sched_get_priority_max, 6));
    OUTCOME(syscall(SYS_sched_rr_get_interval, 0, edge - 15));
    OUTCOME(syscall(SYS_sched_rr_get_interval, INT_MIN, BAD));
    OUTCOME(syscall(SYS_sched_getaffinity, 0, 7, page));
    OUTCOME(syscall(SYS_sched_getaffinity, 0, 12, BAD));
    OUTCOME(syscall(SYS_sched_getaffinity, NOBODY, 0, BAD));
    OUTCOME(syscall(SYS_sched_setaffinity, NOBODY, 8, BAD));
    OUTCOME(syscall(SYS_sched_setaffinity, INT_MIN, 8, page));
    OUTCOME(syscall(SYS_ioprio_get, INT_MIN, 0));
    OUTCOME(syscall(SYS_ioprio_get, 2, NOBODY));
    OUTCOME(syscall(SYS_ioprio_get, 3, NOBODY));
    OUTCOME(syscall(SYS_ioprio_get, 1, -1));
    OUTCOME(syscall(SYS_ioprio_set, 1, 0, -1));
    OUTCOME(syscall(SYS_ioprio_set, 99, 0, 4 << 13));
    OUTCOME(syscall(SYS_ioprio_set, 1, NOBODY, 4 << 13));
    OUTCOME(syscall(SYS_ioprio_set, 1, 0, 3 << 13));
    OUTCOME(syscall(SYS_ioprio_set, 1, 0, 3 << 13 | 7));
    OUTCOME(syscall(SYS_ioprio_set, 1, 0, 0));
}

static void testDescriptors(void)
{
    int self = getpid(), fd = syscall(SYS_pidfd_open, self, 0), ends[2];
    puts("pidfd");
    OUTCOME(syscall(SYS_pidfd_open, INT_MIN, 0));
    OUTCOME(syscall(SYS_pidfd_open, -1, 1));
    OUTCOME(syscall(SYS_pidfd_open, self, -1));
    OUTCOME(syscall(SYS_pidfd_open, self, O_CLOEXEC));
    OUTCOME(syscall(SYS_pidfd_getfd, fd, INT_MIN, 0));
    OUTCOME(syscall(SYS_pidfd_getfd, 999, 0, 1));
    OUTCOME(syscall(SYS_pidfd_getfd, fd, 999, -1));
    OUTCOME(syscall(SYS_pidfd_getfd, open("/proc/self", O_RDONLY | O_DIRECTORY), 0, 0));
    OUTCOME(syscall(SYS_pidfd_getfd, fd, open("/tmp", O_PATH), 0));
    OUTCOME(read(fd, page, 10));
    OUTCOME(write(fd, page, 10));
    OUTCOME(lseek(fd, 0, SEEK_SET));
    OUTCOME(fsync(fd));
    OUTCOME(syscall(SYS_process_madvise, 0, BAD, 1, 99, -1));
    OUTCOME(syscall(448, fd, 1));
    OUTCOME(syscall(448, -1, 0));
    OUTCOME(syscall(448, 0, 0));
    OUTCOME(syscall(448, fd, 0));

    puts("places in files that have none");
    int kinds[] = {eventfd(0, 0), epoll_create1(0), syscall(SYS_timerfd_create, CLOCK_MONOTONIC, 0), syscall(SYS_inotify_init1, 0)};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        printf("%zu\n", i);
        OUTCOME(lseek(kinds[i], 0, SEEK_SET));
        OUTCOME(lseek(kinds[i], 10, SEEK_CUR));
        OUTCOME(lseek(kinds[i], 0, SEEK_END));
        OUTCOME(lseek(kinds[i], -5, SEEK_SET));
        OUTCOME(lseek(kinds[i], 0, 99));
        OUTCOME(pread(kinds[i], page, 0, 0));
        OUTCOME(i == 3 ? 0 : pwrite(kinds[i], page, 0, 0));
        OUTCOME(pwrite(kinds[i], page, 8, -1));
        OUTCOME(ftruncate(kinds[i], 0));
        OUTCOME(fsync(kinds[i]));
        OUTCOME(posix_fallocate(kinds[i], 0, 10) ? -1 : 0);
    }

    puts("packets in pipes");
    OUTCOME(syscall(SYS_pipe2, ends, O_DIRECT));
    OUTCOME(syscall(SYS_pipe2, BAD, 1));
    OUTCOME(syscall(SYS_pipe2, BAD, 0));
    OUTCOME(syscall(SYS_pipe2, ends, -1));
    OUTCOME(syscall(SYS_pipe2, ends, O_DIRECT | O_NONBLOCK | O_CLOEXEC));
    VALUE(write(ends[1], "hello", 5));
    VALUE(write(ends[1], "", 0));
    VALUE(write(ends[1], "you", 3));
    VALUE(write(ends[1], page, 5000));
    VALUE(fcntl(ends[1], F_GETFL) & O_DIRECT ? 1 : 0);
    VALUE(fcntl(ends[0], F_GETFL) & O_DIRECT ? 1 : 0);
    VALUE(read(ends[0], page, 2));
    VALUE(read(ends[0], page, 100));
    VALUE(read(ends[0], page, 8192));
    VALUE(read(ends[0], page, 8192));
    VALUE(read(ends[0], page, 8192));
    OUTCOME(fcntl(ends[1], F_SETFL, O_NONBLOCK));
    VALUE(write(ends[1], "ab", 2));
    VALUE(write(ends[1], "cd", 2));
    VALUE(read(ends[0], page, 100));
    OUTCOME(fcntl(ends[1], F_SETFL, O_NONBLOCK | O_DIRECT));
    VALUE(write(ends[1], "ab", 2));
    VALUE(write(ends[1], "cd", 2));
    struct iovec parts[] = {{"one", 3}, {"two", 3}};
    VALUE(writev(ends[1], parts, 2));
    VALUE(read(ends[0], page, 100));
    VALUE(read(ends[0], page, 100));
    VALUE(read(ends[0], page, 100));
    VALUE(read(ends[0], page, 100));
}

static void testFileSystems(void)
{
    struct stat status;
    char name[32];
    puts("sysfs, ustat");
    OUTCOME(syscall(SYS_sysfs, 0, 0, 0));
    OUTCOME(syscall(SYS_sysfs, 4, 0, 0));
    OUTCOME(syscall(SYS_sysfs, -1, 0, 0));
    OUTCOME(syscall(SYS_sysfs, 1, BAD, 0));
    OUTCOME(syscall(SYS_sysfs, 1, "none", 0));
    long index = syscall(SYS_sysfs, 1, "tmpfs", 0), count = syscall(SYS_sysfs, 3, 0, 0);
    printf("%d %d\n", index >= 0, count > index);
    OUTCOME(syscall(SYS_sysfs, 2, index, BAD));
    OUTCOME(syscall(SYS_sysfs, 2, 9999, BAD));
    OUTCOME(syscall(SYS_sysfs, 2, -1, name));
    OUTCOME(syscall(SYS_sysfs, 2, index, name));
    puts(name);
    stat("/dev/shm", &status);
    OUTCOME(syscall(SYS_ustat, status.st_dev, BAD));
    OUTCOME(syscall(SYS_ustat, 0xfffff, page));
    OUTCOME(syscall(SYS_ustat, 0xfffff, BAD));
    OUTCOME(syscall(SYS_ustat, -1, page));
    memset(page, 0x55, 64);
    OUTCOME(syscall(SYS_ustat, status.st_dev, page));
    printf("%x %x\n", page[20], page[32]);
    OUTCOME(syscall(SYS_ustat, status.st_dev, edge - 31));
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    edge = (char *)mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) + 4096;
    munmap(edge, 4096);
    pthread_t thread;
    testMachine();
    testComparison();
    testScheduling();
    testDescriptors();
    testFileSystems();
    pthread_create(&thread, NULL, idle, NULL);
    testControl();
    return 0;
}
