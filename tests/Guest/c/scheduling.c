// What threads may ask and set about scheduling: policies, priorities, nice values, affinity, I/O priorities (sched(7), setpriority(2),
// ioprio_set(2)), and barriers (membarrier(2)). What is set is told back; that it changes anything is nothing that a test could see.
#include "check.h"
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

struct attributes { uint32_t size, policy; uint64_t flags; int32_t nice; uint32_t priority; uint64_t runtime, deadline, period;
    uint32_t least, most; };

#define RESET 0x40000000

static int setScheduler(pid_t id, int policy, const int *priority)
{
    return syscall(SYS_sched_setscheduler, id, policy, priority);
}

static int policyOf(pid_t id)
{
    return syscall(SYS_sched_getscheduler, id);
}

static int priorityOf(pid_t id)
{
    int priority = -1;
    CHECK(syscall(SYS_sched_getparam, id, &priority) == 0);
    return priority;
}

static void testPolicies(void)
{
    int none = 0, ten = 10, hundred = 100;
    CHECK(policyOf(0) == SCHED_OTHER && priorityOf(0) == 0);
    CHECK(setScheduler(0, SCHED_RR, &ten) == 0 && policyOf(0) == SCHED_RR && priorityOf(0) == 10);
    struct timespec slice = { 5, 5 };
    CHECK(syscall(SYS_sched_rr_get_interval, 0, &slice) == 0 && slice.tv_sec == 0 && slice.tv_nsec > 0);
    CHECK(syscall(SYS_sched_setparam, 0, &none) == -1 && errno == EINVAL);
    int twelve = 12;
    CHECK(syscall(SYS_sched_setparam, 0, &twelve) == 0 && priorityOf(0) == 12);
    CHECK(setScheduler(0, SCHED_FIFO, &ten) == 0 && policyOf(getpid()) == SCHED_FIFO);
    CHECK(syscall(SYS_sched_rr_get_interval, 0, &slice) == 0 && slice.tv_sec == 0 && slice.tv_nsec == 0);
    CHECK(setScheduler(0, SCHED_BATCH, &none) == 0 && policyOf(0) == SCHED_BATCH);
    CHECK(setScheduler(0, SCHED_IDLE | RESET, &none) == 0 && policyOf(0) == (SCHED_IDLE | RESET));
    CHECK(setScheduler(0, SCHED_OTHER, &none) == 0 && policyOf(0) == SCHED_OTHER);
    FAILS(setScheduler(0, SCHED_OTHER, &ten), EINVAL);
    FAILS(setScheduler(0, SCHED_FIFO, &none), EINVAL);
    FAILS(setScheduler(0, SCHED_FIFO, &hundred), EINVAL);
    FAILS(setScheduler(0, 99, &none), EINVAL);
    FAILS(setScheduler(0, SCHED_OTHER, NULL), EINVAL);
    FAILS(setScheduler(-1, SCHED_OTHER, &none), EINVAL);
    FAILS(setScheduler(1 << 22, SCHED_OTHER, &none), ESRCH);
    FAILS(setScheduler(0, SCHED_OTHER, (int *)8), EFAULT);
    FAILS(policyOf(-1), EINVAL);
    FAILS(policyOf(1 << 22), ESRCH);
    FAILS(syscall(SYS_sched_getparam, 0, NULL), EINVAL);
    FAILS(syscall(SYS_sched_getparam, 0, (void *)8), EFAULT);
    FAILS(syscall(SYS_sched_rr_get_interval, -1, &slice), EINVAL);
    CHECK(sched_get_priority_max(SCHED_FIFO) == 99 && sched_get_priority_min(SCHED_RR) == 1 && sched_get_priority_max(SCHED_OTHER) == 0);
    CHECK(sched_get_priority_max(6) == 0 && sched_get_priority_min(SCHED_IDLE) == 0);
    FAILS(sched_get_priority_max(99), EINVAL);
    passed("policies");
}

static void testAttributes(void)
{
    struct attributes given = { .size = sizeof given, .policy = SCHED_RR, .priority = 7 }, got;
    memset(&got, 0, sizeof got);
    CHECK(syscall(SYS_sched_setattr, 0, &given, 0) == 0);
    CHECK(syscall(SYS_sched_getattr, 0, &got, sizeof got, 0) == 0 && got.size == sizeof got && got.policy == SCHED_RR && got.priority == 7
        && got.flags == 0 && got.nice == 0);
    given = (struct attributes){ .size = 48, .policy = SCHED_OTHER, .nice = 3, .flags = 1 };
    CHECK(syscall(SYS_sched_setattr, 0, &given, 0) == 0);
    memset(&got, 0, sizeof got);
    CHECK(syscall(SYS_sched_getattr, 0, &got, 48, 0) == 0 && got.size == 48 && got.policy == SCHED_OTHER && got.nice == 3
        && got.flags == 1);
    CHECK(getpriority(PRIO_PROCESS, 0) == 3);
    given = (struct attributes){ .size = sizeof given, .flags = 8 | 16 }; // keep policy and parameters
    CHECK(syscall(SYS_sched_setattr, 0, &given, 0) == 0 && getpriority(PRIO_PROCESS, 0) == 3);
    given = (struct attributes){ .size = sizeof given };
    CHECK(syscall(SYS_sched_setattr, 0, &given, 0) == 0 && getpriority(PRIO_PROCESS, 0) == 0);
    FAILS(syscall(SYS_sched_setattr, 0, &given, 1), EINVAL);
    FAILS(syscall(SYS_sched_setattr, 0, NULL, 0), EINVAL);
    FAILS(syscall(SYS_sched_setattr, 0, (void *)8, 0), EFAULT);
    FAILS(syscall(SYS_sched_getattr, 0, &got, 47, 0), EINVAL);
    FAILS(syscall(SYS_sched_getattr, 0, &got, 48, 1), EINVAL);
    FAILS(syscall(SYS_sched_getattr, 1 << 22, &got, 48, 0), ESRCH);
    given = (struct attributes){ .size = 20 };
    FAILS(syscall(SYS_sched_setattr, 0, &given, 0), E2BIG);
    CHECK(given.size >= 48);
    given = (struct attributes){ .size = sizeof given, .policy = 99 };
    FAILS(syscall(SYS_sched_setattr, 0, &given, 0), EINVAL);
    given = (struct attributes){ .size = sizeof given, .flags = 1ULL << 40 };
    FAILS(syscall(SYS_sched_setattr, 0, &given, 0), EINVAL);
    unsigned char larger[128] = { 0 };
    given = (struct attributes){ .size = 128 };
    memcpy(larger, &given, sizeof given);
    CHECK(syscall(SYS_sched_setattr, 0, larger, 0) == 0);
    larger[100] = 1;
    FAILS(syscall(SYS_sched_setattr, 0, larger, 0), E2BIG);
    passed("attributes");
}

static pid_t otherId;
static int otherNice, otherPolicy;

static void *other(void *unused)
{
    (void)unused;
    otherId = syscall(SYS_gettid);
    otherNice = getpriority(PRIO_PROCESS, 0);
    otherPolicy = policyOf(0);
    CHECK(setpriority(PRIO_PROCESS, 0, 9) == 0);
    CHECK(getpriority(PRIO_PROCESS, getpid()) == 4 && getpriority(PRIO_PROCESS, otherId) == 9);
    return NULL;
}

static void testNice(void)
{
    CHECK(getpriority(PRIO_PROCESS, 0) == 0);
    CHECK(setpriority(PRIO_PROCESS, 0, 4) == 0 && getpriority(PRIO_PROCESS, 0) == 4);
    CHECK(syscall(SYS_getpriority, PRIO_PROCESS, 0) == 16);
    // Each thread has its own, inherited from its maker; a policy with the reset flag is not inherited.
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, other, NULL) == 0);
    pthread_join(thread, NULL);
    CHECK(otherNice == 4 && otherPolicy == SCHED_OTHER && getpriority(PRIO_PROCESS, 0) == 4);
    int none = 0;
    CHECK(setScheduler(0, SCHED_BATCH | RESET, &none) == 0);
    CHECK(pthread_create(&thread, NULL, other, NULL) == 0);
    pthread_join(thread, NULL);
    CHECK(otherPolicy == SCHED_BATCH); // the flag resets real-time policies and negative nice values
    CHECK(setScheduler(0, SCHED_OTHER, &none) == 0);
    CHECK(setpriority(PRIO_PROCESS, 0, 100) == 0 && getpriority(PRIO_PROCESS, 0) == 19);
    CHECK(setpriority(PRIO_PROCESS, 0, -100) == 0 && getpriority(PRIO_PROCESS, 0) == -20);
    CHECK(setpriority(PRIO_PROCESS, 0, 0) == 0);
    FAILS(setpriority(3, 0, 0), EINVAL);
    FAILS(getpriority(-1, 0), EINVAL);
    FAILS(setpriority(PRIO_PROCESS, 1 << 22, 0), ESRCH);
    FAILS(getpriority(PRIO_PROCESS, 1 << 22), ESRCH);
    FAILS(getpriority(PRIO_USER, 12345), ESRCH);
    CHECK(getpriority(PRIO_USER, 0) <= 0);
    passed("nice");
}

static void testAffinity(void)
{
    unsigned long mask[128] = { 0 };
    long bytes = syscall(SYS_sched_getaffinity, 0, sizeof mask, mask);
    CHECK(bytes >= 8 && (mask[0] & 1));
    FAILS(syscall(SYS_sched_getaffinity, 0, 4, mask), EINVAL);
    FAILS(syscall(SYS_sched_getaffinity, 0, 12, mask), EINVAL);
    FAILS(syscall(SYS_sched_getaffinity, 1 << 22, sizeof mask, mask), ESRCH);
    FAILS(syscall(SYS_sched_getaffinity, 0, sizeof mask, (void *)8), EFAULT);
    unsigned long one = 1, far = 1UL << 63;
    CHECK(syscall(SYS_sched_setaffinity, 0, sizeof one, &one) == 0);
    CHECK(syscall(SYS_sched_getaffinity, 0, sizeof mask, mask) == bytes && mask[0] == 1);
    FAILS(syscall(SYS_sched_setaffinity, 0, sizeof far, &far), EINVAL);
    FAILS(syscall(SYS_sched_setaffinity, 1 << 22, sizeof one, &one), ESRCH);
    FAILS(syscall(SYS_sched_setaffinity, 0, sizeof one, (void *)8), EFAULT);
    unsigned cpu = 7, node = 7;
    CHECK(syscall(SYS_getcpu, &cpu, &node, NULL) == 0 && cpu == 0 && node == 0 && sched_getcpu() == 0);
    passed("affinity");
}

static void testInputOutput(void)
{
    CHECK(syscall(SYS_ioprio_get, 1, 0) >= 0);
    CHECK(syscall(SYS_ioprio_set, 1, 0, 2 << 13 | 6) == 0 && syscall(SYS_ioprio_get, 1, 0) == (2 << 13 | 6));
    CHECK(syscall(SYS_ioprio_set, 1, 0, 3 << 13) == 0 && syscall(SYS_ioprio_get, 1, getpid()) == 3 << 13);
    CHECK(syscall(SYS_ioprio_set, 1, 0, 1 << 13 | 3) == 0 && syscall(SYS_ioprio_get, 1, 0) == (1 << 13 | 3));
    CHECK(syscall(SYS_ioprio_set, 1, 0, 0) == 0);
    FAILS(syscall(SYS_ioprio_set, 1, 0, 1), EINVAL);
    FAILS(syscall(SYS_ioprio_set, 1, 0, 5 << 13), EINVAL);
    FAILS(syscall(SYS_ioprio_set, 9, 0, 2 << 13), EINVAL);
    FAILS(syscall(SYS_ioprio_set, 1, 1 << 22, 2 << 13), ESRCH);
    FAILS(syscall(SYS_ioprio_get, 9, 0), EINVAL);
    FAILS(syscall(SYS_ioprio_get, 1, 1 << 22), ESRCH);
    passed("input and output");
}

static void testBarriers(void)
{
    int commands = syscall(SYS_membarrier, 0, 0, 0);
    CHECK((commands & 0x7f) == 0x7f);
    FAILS(syscall(SYS_membarrier, 8, 0, 0), EPERM);
    FAILS(syscall(SYS_membarrier, 32, 0, 0), EPERM);
    CHECK(syscall(SYS_membarrier, 1, 0, 0) == 0 && syscall(SYS_membarrier, 2, 0, 0) == 0);
    CHECK(syscall(SYS_membarrier, 4, 0, 0) == 0);
    CHECK(syscall(SYS_membarrier, 16, 0, 0) == 0 && syscall(SYS_membarrier, 8, 0, 0) == 0);
    CHECK(syscall(SYS_membarrier, 64, 0, 0) == 0 && syscall(SYS_membarrier, 32, 0, 0) == 0);
    FAILS(syscall(SYS_membarrier, 3, 0, 0), EINVAL);
    FAILS(syscall(SYS_membarrier, 0, 1, 0), EINVAL);
    FAILS(syscall(SYS_membarrier, 8, 1, 0), EINVAL);
    FAILS(syscall(SYS_membarrier, 1 << 20, 0, 0), EINVAL);
    CHECK((commands & 512) == 0 || (syscall(SYS_membarrier, 512, 0, 0) & (4 | 16 | 64)) == (4 | 16 | 64)); // what has been registered
    passed("barriers");
}

int main(void)
{
    testPolicies();
    testAttributes();
    testNice();
    testAffinity();
    testInputOutput();
    testBarriers();
    return finish();
}
