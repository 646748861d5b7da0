// futex(2) in all its operations but priority inheritance, futex_waitv(2) and its kin, robust lists, by the calls themselves.
#include "check.h"
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#ifndef SYS_futex_waitv
#define SYS_futex_waitv 449
#endif
#define CALL_WAKE 454
#define CALL_WAIT 455
#define CALL_REQUEUE 456
#define SIZE_U32 2
#define OP(op, oparg, cmp, cmparg) (int)((unsigned)(op) << 28 | (unsigned)(cmp) << 24 | ((oparg) & 0xfff) << 12 | ((cmparg) & 0xfff))

struct waitv { uint64_t value, address; uint32_t flags, reserved; };

static uint32_t words[8] __attribute__((aligned(64)));
static volatile int ready, released;

static long futex(void *word, int operation, uint32_t value, const void *timeout, void *second, uint32_t third)
{
    return syscall(SYS_futex, word, operation, value, timeout, second, third);
}

static struct timespec later(clockid_t clock, long nanoseconds)
{
    struct timespec time;
    clock_gettime(clock, &time);
    time.tv_nsec += nanoseconds;
    time.tv_sec += time.tv_nsec / 1000000000;
    time.tv_nsec %= 1000000000;
    return time;
}

static void shortly(void)
{
    struct timespec time = { 0, 2000000 };
    while (nanosleep(&time, &time) != 0) {
    }
}

struct wait { uint32_t *word; int operation; uint32_t mask; long result; };

static void *waitFor(void *argument)
{
    struct wait *wait = argument;
    __atomic_add_fetch(&ready, 1, __ATOMIC_SEQ_CST);
    wait->result = futex(wait->word, wait->operation, 0, NULL, NULL, wait->mask);
    __atomic_add_fetch(&released, 1, __ATOMIC_SEQ_CST);
    return NULL;
}

static pthread_t threads[8];
static struct wait waits[8];

static void start(int count, uint32_t *word, int operation)
{
    ready = released = 0;
    for (int i = 0; i < count; i++) {
        waits[i] = (struct wait){ word, operation, 1u << i, -1 };
        CHECK(pthread_create(&threads[i], NULL, waitFor, &waits[i]) == 0);
    }
    while (ready < count) {
        shortly();
    }
    for (int i = 0; i < 10; i++) {
        shortly(); // they were about to wait: now they do
    }
}

static void finished(int count)
{
    for (int i = 0; i < count; i++) {
        pthread_join(threads[i], NULL);
        CHECK(waits[i].result == 0);
    }
}

static void untilReleased(int count)
{
    while (released < count) {
        shortly();
    }
    CHECK(released == count);
}

static void testErrors(void)
{
    words[0] = 5;
    struct timespec none = { 0, 1000000 }, bad = { 0, 1000000000 }, past = { 1, 0 };
    FAILS(futex(words, FUTEX_WAIT_PRIVATE, 4, NULL, NULL, 0), EAGAIN);
    FAILS(futex(words, FUTEX_WAIT_PRIVATE, 5, &none, NULL, 0), ETIMEDOUT);
    FAILS(futex(words, FUTEX_WAIT, 5, &none, NULL, 0), ETIMEDOUT);
    FAILS(futex(words, FUTEX_WAIT_PRIVATE, 5, &bad, NULL, 0), EINVAL);
    FAILS(futex(words, FUTEX_WAIT_PRIVATE, 4, &bad, NULL, 0), EINVAL);
    FAILS(futex(words, FUTEX_WAIT_PRIVATE, 5, (void *)8, NULL, 0), EFAULT);
    FAILS(futex((char *)words + 2, FUTEX_WAIT_PRIVATE, 5, NULL, NULL, 0), EINVAL);
    FAILS(futex((void *)8, FUTEX_WAIT_PRIVATE, 5, NULL, NULL, 0), EFAULT);
    FAILS(futex((void *)8, FUTEX_WAKE, 1, NULL, NULL, 0), EFAULT);
    CHECK(futex((void *)8, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0) == 0);
    FAILS(futex(words, FUTEX_WAIT_BITSET_PRIVATE, 5, NULL, NULL, 0), EINVAL);
    FAILS(futex(words, FUTEX_WAKE_BITSET_PRIVATE, 5, NULL, NULL, 0), EINVAL);
    FAILS(futex(words, FUTEX_WAIT_BITSET_PRIVATE, 5, &past, NULL, 1), ETIMEDOUT);
    FAILS(futex(words, FUTEX_WAIT_BITSET_PRIVATE | FUTEX_CLOCK_REALTIME, 5, &past, NULL, 1), ETIMEDOUT);
    FAILS(futex(words, FUTEX_WAIT_PRIVATE | FUTEX_CLOCK_REALTIME, 5, &past, NULL, 1), ENOSYS);
    FAILS(futex(words, FUTEX_WAKE_PRIVATE | FUTEX_CLOCK_REALTIME, 5, NULL, NULL, 1), ENOSYS);
    FAILS(futex(words, 99, 5, NULL, NULL, 1), ENOSYS);
    FAILS(futex(words, FUTEX_CMP_REQUEUE_PRIVATE, 1, (void *)1, words + 1, 4), EAGAIN);
    FAILS(futex(words, FUTEX_CMP_REQUEUE_PRIVATE, -1, (void *)1, words + 1, 5), EINVAL);
    FAILS(futex(words, FUTEX_CMP_REQUEUE_PRIVATE, 1, (void *)-1, words + 1, 5), EINVAL);
    FAILS(futex(words, FUTEX_WAKE_OP_PRIVATE, 1, (void *)1, words + 1, OP(7, 1, 0, 0)), ENOSYS);
    FAILS(futex(words, FUTEX_WAKE_OP_PRIVATE, 1, (void *)1, words + 1, OP(0, 1, 9, 0)), ENOSYS);
    FAILS(futex(words, FUTEX_WAKE_OP_PRIVATE, 1, (void *)1, (void *)8, OP(0, 1, 0, 0)), EFAULT);
    struct timespec soon = later(CLOCK_REALTIME, 5000000);
    FAILS(futex(words, FUTEX_WAIT_BITSET_PRIVATE | FUTEX_CLOCK_REALTIME, 5, &soon, NULL, 1), ETIMEDOUT);
    words[0] = 0;
    passed("errors");
}

static void testWake(void)
{
    start(4, words, FUTEX_WAIT_PRIVATE);
    CHECK(futex(words, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0) == 1);
    untilReleased(1);
    CHECK(futex(words, FUTEX_WAKE_PRIVATE, 2, NULL, NULL, 0) == 2);
    untilReleased(3);
    CHECK(futex(words, FUTEX_WAKE_PRIVATE, INT32_MAX, NULL, NULL, 0) == 1);
    finished(4);
    CHECK(futex(words, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0) == 0);

    start(4, words, FUTEX_WAIT_BITSET_PRIVATE);
    CHECK(futex(words, FUTEX_WAKE_BITSET_PRIVATE, 8, NULL, NULL, 0x10) == 0);
    CHECK(futex(words, FUTEX_WAKE_BITSET_PRIVATE, 8, NULL, NULL, 0x6) == 2);
    untilReleased(2);
    CHECK(futex(words, FUTEX_WAKE_PRIVATE, 8, NULL, NULL, 0) == 2);
    finished(4);
    passed("wake");
}

static void testRequeue(void)
{
    start(5, words, FUTEX_WAIT_PRIVATE);
    CHECK(futex(words, FUTEX_CMP_REQUEUE_PRIVATE, 1, (void *)2, words + 1, 0) == 3);
    untilReleased(1);
    CHECK(futex(words + 1, FUTEX_WAKE_PRIVATE, 8, NULL, NULL, 0) == 2);
    untilReleased(3);
    CHECK(futex(words, FUTEX_REQUEUE_PRIVATE, 0, (void *)8, words + 2, 0) == 2);
    CHECK(futex(words, FUTEX_WAKE_PRIVATE, 8, NULL, NULL, 0) == 0);
    CHECK(futex(words + 2, FUTEX_REQUEUE_PRIVATE, 1, (void *)8, words + 2, 0) == 2); // onto itself: one woken, one stays
    untilReleased(4);
    CHECK(futex(words + 2, FUTEX_WAKE_PRIVATE, 8, NULL, NULL, 0) == 1);
    finished(5);
    passed("requeue");
}

static void testOperation(void)
{
    start(2, words, FUTEX_WAIT_PRIVATE);
    words[1] = 6;
    CHECK(futex(words + 1, FUTEX_WAKE_OP_PRIVATE, 1, (void *)1, words, OP(1, 3, 0, 0)) == 1); // adds 3; it was 0: wakes one there
    CHECK(words[0] == 3);
    untilReleased(1);
    CHECK(futex(words, FUTEX_WAKE_OP_PRIVATE, 8, (void *)8, words + 1, OP(4, 3, 4, 100)) == 1 && words[1] == 5); // 6 ^ 3
    finished(2);
    words[1] = 1;
    CHECK(futex(words, FUTEX_WAKE_OP_PRIVATE, 1, (void *)1, words + 1, OP(8 | 2, 4, 1, 5)) == 0 && words[1] == 17); // |= 1 << 4
    CHECK(futex(words, FUTEX_WAKE_OP_PRIVATE, 1, (void *)1, words + 1, OP(3, 1, 2, 5)) == 0 && words[1] == 16); // &= ~1
    CHECK(futex(words, FUTEX_WAKE_OP_PRIVATE, 1, (void *)1, words + 1, OP(0, -1, 5, -5)) == 0 && words[1] == 0xffffffff);
    words[0] = words[1] = 0;
    passed("operation");
}

static void testShared(void)
{
    // One page of a file at two addresses: the same word.
    FILE *file = tmpfile();
    CHECK(ftruncate(fileno(file), 8192) == 0);
    uint32_t *one = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fileno(file), 0);
    uint32_t *two = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fileno(file), 4096);
    CHECK(one != MAP_FAILED && two != MAP_FAILED);
    start(1, one + 1024 + 3, FUTEX_WAIT);
    CHECK(futex(one + 3, FUTEX_WAKE, 8, NULL, NULL, 0) == 0);
    CHECK(futex(two + 3, FUTEX_WAKE, 8, NULL, NULL, 0) == 1);
    finished(1);
    munmap(one, 8192);
    munmap(two, 4096);
    fclose(file);
    passed("shared");
}

static void *wakeThird(void *unused)
{
    (void)unused;
    for (int i = 0; i < 10; i++) {
        shortly();
    }
    CHECK(futex(words + 2, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0) == 1);
    return NULL;
}

static void testVector(void)
{
    struct waitv vector[4];
    memset(vector, 0, sizeof vector);
    for (int i = 0; i < 4; i++) {
        vector[i] = (struct waitv){ 0, (uintptr_t)(words + i), SIZE_U32 | FUTEX_PRIVATE_FLAG, 0 };
    }
    struct timespec soon = later(CLOCK_MONOTONIC, 5000000), bad = { 0, -1 };
    FAILS(syscall(SYS_futex_waitv, vector, 4, 0, &soon, CLOCK_MONOTONIC), ETIMEDOUT);
    FAILS(syscall(SYS_futex_waitv, vector, 4, 0, &bad, CLOCK_MONOTONIC), EINVAL);
    FAILS(syscall(SYS_futex_waitv, vector, 4, 0, &soon, CLOCK_BOOTTIME), EINVAL);
    FAILS(syscall(SYS_futex_waitv, vector, 0, 0, NULL, 0), EINVAL);
    FAILS(syscall(SYS_futex_waitv, vector, 129, 0, NULL, 0), EINVAL);
    FAILS(syscall(SYS_futex_waitv, vector, 4, 1, NULL, 0), EINVAL);
    FAILS(syscall(SYS_futex_waitv, NULL, 4, 0, NULL, 0), EINVAL);
    FAILS(syscall(SYS_futex_waitv, (void *)8, 4, 0, NULL, 0), EFAULT);
    vector[3].value = 9;
    FAILS(syscall(SYS_futex_waitv, vector, 4, 0, NULL, 0), EAGAIN);
    vector[3].value = 0;
    vector[1].flags = FUTEX_PRIVATE_FLAG; // bytes: not there
    FAILS(syscall(SYS_futex_waitv, vector, 4, 0, NULL, 0), EINVAL);
    vector[1].flags = SIZE_U32 | FUTEX_PRIVATE_FLAG;
    vector[1].reserved = 1;
    FAILS(syscall(SYS_futex_waitv, vector, 4, 0, NULL, 0), EINVAL);
    vector[1].reserved = 0;
    vector[1].address = 8;
    FAILS(syscall(SYS_futex_waitv, vector, 4, 0, NULL, 0), EFAULT);
    vector[1].address = (uintptr_t)words + 2;
    FAILS(syscall(SYS_futex_waitv, vector, 4, 0, NULL, 0), EINVAL);
    vector[1].address = (uintptr_t)(words + 1);
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, wakeThird, NULL) == 0);
    CHECK(syscall(SYS_futex_waitv, vector, 4, 0, NULL, 0) == 2);
    pthread_join(thread, NULL);
    CHECK(futex(words, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0) == 0);
    passed("vector");
}

// The newer calls: only where the host has them.
static void testNewer(void)
{
    struct timespec soon = later(CLOCK_MONOTONIC, 5000000);
    if (syscall(CALL_WAKE, words, ~0UL, 1, SIZE_U32 | FUTEX_PRIVATE_FLAG) == -1 && errno == ENOSYS) {
        passed("newer");
        return;
    }
    FAILS(syscall(CALL_WAIT, words, 1UL, ~0u, SIZE_U32 | FUTEX_PRIVATE_FLAG, NULL, CLOCK_MONOTONIC), EAGAIN);
    FAILS(syscall(CALL_WAIT, words, 0UL, ~0u, SIZE_U32 | FUTEX_PRIVATE_FLAG, &soon, CLOCK_MONOTONIC), ETIMEDOUT);
    FAILS(syscall(CALL_WAIT, words, 0UL, 0, SIZE_U32 | FUTEX_PRIVATE_FLAG, NULL, CLOCK_MONOTONIC), EINVAL);
    FAILS(syscall(CALL_WAIT, words, 1UL << 32, ~0u, SIZE_U32 | FUTEX_PRIVATE_FLAG, NULL, CLOCK_MONOTONIC), EINVAL);
    FAILS(syscall(CALL_WAIT, words, 0UL, ~0u, FUTEX_PRIVATE_FLAG, NULL, CLOCK_MONOTONIC), EINVAL);
    FAILS(syscall(CALL_WAKE, words, 1UL << 32, 1, SIZE_U32 | FUTEX_PRIVATE_FLAG), EINVAL);
    start(3, words, FUTEX_WAIT_PRIVATE);
    CHECK(syscall(CALL_WAKE, words, ~0u, 0, SIZE_U32 | FUTEX_PRIVATE_FLAG) == 0);
    CHECK(syscall(CALL_WAKE, words, ~0u, 1, SIZE_U32 | FUTEX_PRIVATE_FLAG) == 1);
    untilReleased(1);
    struct waitv pair[2] = { { 0, (uintptr_t)words, SIZE_U32 | FUTEX_PRIVATE_FLAG, 0 },
        { 0, (uintptr_t)(words + 4), SIZE_U32 | FUTEX_PRIVATE_FLAG, 0 } };
    CHECK(syscall(CALL_REQUEUE, pair, 0, 1, 1) == 2);
    untilReleased(2);
    FAILS(syscall(CALL_REQUEUE, pair, 1, 1, 1), EINVAL);
    pair[0].value = 1;
    FAILS(syscall(CALL_REQUEUE, pair, 0, 1, 1), EAGAIN);
    CHECK(syscall(CALL_WAKE, words + 4, ~0u, 9, SIZE_U32 | FUTEX_PRIVATE_FLAG) == 1);
    finished(3);
    passed("newer");
}

struct entry { struct entry *next; uint32_t word; };

static struct { struct entry *first; long offset; struct entry *pending; } list;
static struct entry held, waited, pendingEntry, others;

static void *dies(void *unused)
{
    (void)unused;
    uint32_t id = syscall(SYS_gettid);
    held.word = id;
    waited.word = id | FUTEX_WAITERS;
    pendingEntry.word = id;
    others.word = 1;
    held.next = &waited;
    waited.next = &others;
    others.next = (struct entry *)&list;
    list.first = &held;
    list.offset = offsetof(struct entry, word);
    list.pending = &pendingEntry;
    CHECK(syscall(SYS_set_robust_list, &list, sizeof list) == 0);
    void *head;
    size_t size;
    CHECK(syscall(SYS_get_robust_list, 0, &head, &size) == 0 && head == &list && size == sizeof list);
    FAILS(syscall(SYS_set_robust_list, &list, sizeof list - 1), EINVAL);
    syscall(SYS_exit, 0);
    return NULL;
}

static void testRobust(void)
{
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, dies, NULL) == 0);
    pthread_join(thread, NULL);
    CHECK(held.word == FUTEX_OWNER_DIED && waited.word == (FUTEX_OWNER_DIED | FUTEX_WAITERS) && pendingEntry.word == FUTEX_OWNER_DIED
        && others.word == 1);
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    CHECK(pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST) == 0);
    passed("robust");
}

static volatile int alarms;

static void onAlarm(int number)
{
    (void)number;
    alarms++;
}

static void testInterrupted(void)
{
    struct itimerval soon = { .it_value = { 0, 20000 } };
    struct sigaction action = { .sa_handler = onAlarm };
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &soon, NULL);
    FAILS(futex(words, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0), EINTR);
    action.sa_flags = SA_RESTART;
    sigaction(SIGALRM, &action, NULL);
    struct timespec relative = { 0, 60000000 };
    setitimer(ITIMER_REAL, &soon, NULL);
    FAILS(futex(words, FUTEX_WAIT_PRIVATE, 0, &relative, NULL, 0), EINTR); // with a timeout it is never restarted behind a handler
    CHECK(alarms == 2);
    passed("interrupted");
}

int main(void)
{
    testErrors();
    testWake();
    testRequeue();
    testOperation();
    testShared();
    testVector();
    testNewer();
    testRobust();
    testInterrupted();
    return finish();
}
