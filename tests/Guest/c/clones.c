// Threads by the calls themselves: clone3(2) as libraries use it and what it refuses, ids and their ends, thousands at once; the bases of
// FS and GS that a program sets by instruction, kept over switches and signals.
#include "check.h"
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#ifndef HWCAP2_FSGSBASE
#define HWCAP2_FSGSBASE 2
#endif

struct arguments { uint64_t flags, pidfd, child, parent, exit, stack, stackSize, tls, ids, idCount, cgroup; };

#define THREAD (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM)

static int child, parent;
static volatile int ran;
static char stack[65536] __attribute__((aligned(16)));

static long clone3(struct arguments *arguments, size_t size)
{
    return syscall(SYS_clone3, arguments, size);
}

// The new thread comes back from the call with 0 on a stack that holds nothing: it must not return to C.
__attribute__((noinline)) static long start(struct arguments *arguments)
{
    long result;
    __asm__ volatile(
        "syscall; test %%rax,%%rax; jnz 1f;"
        "movl $1,%1;"
        "mov $60,%%eax; xor %%edi,%%edi; syscall; hlt; 1:"
        : "=a"(result), "=m"(ran) : "0"((long)SYS_clone3), "D"(arguments), "S"((long)sizeof *arguments) : "rcx", "r11", "memory");
    return result;
}

static void testClone(void)
{
    struct arguments given = {
        .flags = THREAD | CLONE_PARENT_SETTID | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID,
        .child = (uintptr_t)&child, .parent = (uintptr_t)&parent, .stack = (uintptr_t)stack, .stackSize = sizeof stack,
    };
    child = -1;
    long id = start(&given);
    CHECK(id > getpid() && parent == id);
    while (__atomic_load_n(&child, __ATOMIC_SEQ_CST) != 0) {
        int now = child;
        if (now != 0) {
            syscall(SYS_futex, &child, 0, now, NULL, NULL, 0); // not private: the kernel's wake-up is not
        }
    }
    CHECK(ran == 1);
    while (syscall(SYS_tgkill, getpid(), id, 0) == 0) {
        sched_yield();
    }
    FAILS(syscall(SYS_tgkill, getpid(), id, 0), ESRCH);

    struct arguments bad = given;
    FAILS(clone3(&bad, 63), EINVAL);
    FAILS(clone3((void *)8, sizeof bad), EFAULT);
    FAILS(clone3(&bad, 5000), E2BIG);
    bad.flags = (THREAD & ~(uint64_t)CLONE_VM) | CLONE_PARENT_SETTID;
    FAILS(clone3(&bad, sizeof bad), EINVAL);
    bad.flags = THREAD & ~(uint64_t)CLONE_SIGHAND;
    FAILS(clone3(&bad, sizeof bad), EINVAL);
    bad.flags = CLONE_SIGHAND;
    FAILS(clone3(&bad, sizeof bad), EINVAL);
    bad.flags = CLONE_THREAD | CLONE_VM;
    FAILS(clone3(&bad, sizeof bad), EINVAL);
    bad.flags = THREAD | CLONE_NEWNS | CLONE_FS;
    FAILS(clone3(&bad, sizeof bad), EINVAL);
    bad.flags = THREAD | 0x11; // a signal belongs into its own field
    FAILS(clone3(&bad, sizeof bad), EINVAL);
    bad = given;
    bad.exit = SIGCHLD;
    FAILS(clone3(&bad, sizeof bad), EINVAL);
    bad.exit = 65;
    FAILS(clone3(&bad, sizeof bad), EINVAL);
    bad = given;
    bad.stackSize = 0;
    FAILS(clone3(&bad, sizeof bad), EINVAL);
    bad = given;
    bad.stack = 0;
    FAILS(clone3(&bad, sizeof bad), EINVAL);
    bad = given;
    bad.flags |= CLONE_SETTLS;
    bad.tls = 0x8000000000000000;
    FAILS(clone3(&bad, sizeof bad), EPERM);
    bad = given;
    bad.flags |= 1ULL << 40;
    FAILS(clone3(&bad, sizeof bad), EINVAL);
    bad = given;
    bad.ids = 0x1000;
    FAILS(clone3(&bad, sizeof bad), EINVAL);
    passed("clone");
}

enum { MANY = 2000 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t all = PTHREAD_COND_INITIALIZER, go = PTHREAD_COND_INITIALIZER;
static int arrived, released, left;
static __thread int own;

static void *waits(void *argument)
{
    own = (int)(intptr_t)argument;
    pthread_mutex_lock(&lock);
    if (++arrived == MANY) {
        pthread_cond_signal(&all);
    }
    while (!released) {
        pthread_cond_wait(&go, &lock);
    }
    left += own == (int)(intptr_t)argument;
    pthread_mutex_unlock(&lock);
    return argument;
}

static void testThousands(void)
{
    static pthread_t threads[MANY];
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    CHECK(pthread_attr_setstacksize(&attributes, 32768) == 0);
    int made = 0;
    for (; made < MANY; made++) {
        int error = pthread_create(&threads[made], &attributes, waits, (void *)(intptr_t)made);
        if (error != 0) {
            printf("FAILED thread %d: error %d\n", made, error);
            failures++;
            return;
        }
    }
    pthread_mutex_lock(&lock);
    while (arrived < MANY) {
        pthread_cond_wait(&all, &lock);
    }
    released = 1;
    pthread_cond_broadcast(&go);
    pthread_mutex_unlock(&lock);
    for (int i = 0; i < MANY; i++) {
        void *result;
        CHECK(pthread_join(threads[i], &result) == 0 && result == (void *)(intptr_t)i);
    }
    CHECK(left == MANY);
    passed("thousands");
}

static volatile int stop, alarms;

static void onAlarm(int number)
{
    (void)number;
    alarms++;
    if (getauxval(AT_HWCAP2) & HWCAP2_FSGSBASE) {
        unsigned long base;
        __asm__ volatile("rdgsbase %0" : "=r"(base));
        __asm__ volatile("wrgsbase %0" : : "r"(base)); // kept as the program has it
    }
}

static void *bases(void *argument)
{
    unsigned long mine = (unsigned long)argument * 0x10000 + 0x123, fs, gs, far = 0xffff800000000000 + mine;
    __asm__ volatile("rdfsbase %0" : "=r"(fs));
    int bad = fs != (unsigned long)pthread_self();
    for (long turn = 0; !stop; turn++) {
        unsigned long set = turn % 3 == 2 ? far : mine + turn;
        __asm__ volatile("wrgsbase %0" : : "r"(set));
        if (turn % 2) {
            sched_yield();
        } else {
            for (volatile int i = 0; i < 3000; i++) {
            }
        }
        __asm__ volatile("rdgsbase %0" : "=r"(gs));
        bad += gs != set;
        unsigned long told = 0;
        bad += syscall(SYS_arch_prctl, 0x1004, &told) != 0 || told != set;
        __asm__ volatile("rdfsbase %0" : "=r"(gs));
        bad += gs != fs;
    }
    __asm__ volatile("wrgsbase %0" : : "r"(0UL));
    return (void *)(intptr_t)bad;
}

static void testBases(void)
{
    if (!(getauxval(AT_HWCAP2) & HWCAP2_FSGSBASE)) {
        passed("bases");
        return;
    }
    struct sigaction action = { .sa_handler = onAlarm, .sa_flags = SA_RESTART };
    sigaction(SIGALRM, &action, NULL);
    struct itimerval interval = { { 0, 3000 }, { 0, 3000 } };
    setitimer(ITIMER_REAL, &interval, NULL);
    pthread_t threads[4];
    for (intptr_t i = 0; i < 4; i++) {
        CHECK(pthread_create(&threads[i], NULL, bases, (void *)i) == 0);
    }
    struct timespec time = { 0, 200000000 };
    while (nanosleep(&time, &time) != 0) {
    }
    stop = 1;
    for (int i = 0; i < 4; i++) {
        void *bad;
        CHECK(pthread_join(threads[i], &bad) == 0 && bad == NULL);
    }
    interval = (struct itimerval){ { 0, 0 }, { 0, 0 } };
    setitimer(ITIMER_REAL, &interval, NULL);
    CHECK(alarms > 0);
    cpu_set_t first;
    CPU_ZERO(&first);
    CPU_SET(0, &first);
    CHECK(sched_setaffinity(0, sizeof first, &first) == 0);
    unsigned a, c, d;
    __asm__ volatile("rdtscp" : "=a"(a), "=d"(d), "=c"(c));
    CHECK(c == 0); // CPU and node, as getcpu(2)
    passed("bases");
}

int main(void)
{
    testClone();
    testThousands();
    testBases();
    return finish();
}
