// Locks of priority inheritance (pthread_mutexattr_setprotocol(3), futex(2)): the word holds the owner, the kernel hands it over.
#include "errors.h"
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>

#define BAD ((void *)0x7030000000)
#define LOCK 6
#define UNLOCK 7
#define TRY 8
#define LOCK2 13
#define PRIVATE 128
#define WALL 256
#define WAITERS 0x80000000u
#define DIED 0x40000000u

static uint32_t word, second;

static long futex(void *at, int operation, uint32_t value, const void *timeout, void *other, uint32_t third)
{
    return syscall(SYS_futex, at, operation, value, timeout, other, third);
}

static uint32_t self(void)
{
    return syscall(SYS_gettid);
}

static void shortly(void)
{
    struct timespec time = {0, 20000000};
    while (nanosleep(&time, &time) != 0) {
    }
}

// The word, with the owner as whether it is this thread.
static void show(const char *what, uint32_t value)
{
    uint32_t owner = value & 0x3fffffff;
    printf("%s: %s%s%s\n", what, owner == 0 ? "free" : owner == self() ? "mine" : "another's", value & WAITERS ? ", waited for" : "",
        value & DIED ? ", left" : "");
}

static void testCalls(void)
{
    struct timespec wrong = {0, 1000000000}, before = {-1, 0}, past = {1, 0};
    puts("calls");
    OUTCOME(futex(&word, LOCK, 0, NULL, NULL, 0));
    show("locked", word);
    OUTCOME(futex(&word, LOCK, 0, NULL, NULL, 0));
    OUTCOME(futex(&word, TRY, 0, NULL, NULL, 0));
    OUTCOME(futex(&word, UNLOCK, 0, NULL, NULL, 0));
    show("unlocked", word);
    OUTCOME(futex(&word, UNLOCK, 0, NULL, NULL, 0));
    OUTCOME(futex(&word, TRY | PRIVATE, 0, NULL, NULL, 0));
    OUTCOME(futex(&word, UNLOCK | PRIVATE, 0, NULL, NULL, 0));
    OUTCOME(futex(&word, LOCK2 | PRIVATE, 0, NULL, NULL, 0));
    OUTCOME(futex(&word, LOCK2 | PRIVATE | WALL, 0, &past, NULL, 0));
    OUTCOME(futex(&word, UNLOCK | PRIVATE, 0, NULL, NULL, 0));
    OUTCOME(futex(&word, LOCK | WALL, 0, &past, NULL, 0));
    OUTCOME(futex(&word, TRY | WALL, 0, NULL, NULL, 0));
    OUTCOME(futex(&word, UNLOCK | WALL, 0, NULL, NULL, 0));
    void *const places[] = {BAD, (char *)&word + 2, (char *)BAD + 1, NULL, (void *)-4, (void *)-1};
    const int operations[] = {LOCK, UNLOCK, TRY, LOCK2};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        for (size_t j = 0; j < sizeof operations / sizeof operations[0]; j++) {
            printf("%zu %zu ", i, j);
            OUTCOME(futex(places[i], operations[j], 0, NULL, NULL, 0));
            OUTCOME(futex(places[i], operations[j] | PRIVATE, 0, NULL, NULL, 0));
        }
    }
    OUTCOME(futex(&word, LOCK, 0, &wrong, NULL, 0));
    OUTCOME(futex(&word, LOCK, 0, &before, NULL, 0));
    OUTCOME(futex(&word, LOCK2, 0, &wrong, NULL, 0));
    OUTCOME(futex(&word, LOCK, 0, BAD, NULL, 0));
    OUTCOME(futex(BAD, LOCK, 0, &wrong, NULL, 0));
    OUTCOME(futex((char *)&word + 1, LOCK, 0, BAD, NULL, 0));
    OUTCOME(futex(&word, UNLOCK, 0, BAD, NULL, 0));
    show("after", word);
    word = 99999999;
    OUTCOME(futex(&word, LOCK, 0, NULL, NULL, 0));
    printf("%x\n", word == (99999999 | WAITERS));
    word = 99999999;
    OUTCOME(futex(&word, TRY, 0, NULL, NULL, 0));
    OUTCOME(futex(&word, UNLOCK, 0, NULL, NULL, 0));
    word = DIED;
    OUTCOME(futex(&word, LOCK, 0, NULL, NULL, 0));
    show("of one who died", word);
    OUTCOME(futex(&word, UNLOCK, 0, NULL, NULL, 0));
    word = WAITERS;
    OUTCOME(futex(&word, TRY, 0, NULL, NULL, 0));
    OUTCOME(futex(&word, UNLOCK, 0, NULL, NULL, 0));
    show("after", word);
}

static long outcome;
static uint32_t handedOver; // the word as its next owner found it, with owner 1 for itself
static volatile int isWaiting;

static void *lockAndLeave(void *argument)
{
    isWaiting = 1;
    outcome = futex(&word, LOCK, 0, argument, NULL, 0);
    if (outcome < 0) {
        outcome = -errno;
    } else {
        handedOver = (word & ~0x3fffffffu) | ((word & 0x3fffffff) == self());
        futex(&word, UNLOCK, 0, NULL, NULL, 0);
    }
    return argument;
}

static void *lockAndDie(void *argument)
{
    futex(&word, LOCK, 0, NULL, NULL, 0);
    isWaiting = 1;
    while (isWaiting == 1) {
        shortly();
    }
    return argument;
}

static void *cross(void *argument)
{
    futex(&second, LOCK, 0, NULL, NULL, 0);
    isWaiting = 1;
    futex(&word, LOCK, 0, NULL, NULL, 0);
    futex(&word, UNLOCK, 0, NULL, NULL, 0);
    futex(&second, UNLOCK, 0, NULL, NULL, 0);
    return argument;
}

static pthread_t start(void *(*run)(void *), void *argument)
{
    pthread_t thread;
    isWaiting = 0;
    pthread_create(&thread, NULL, run, argument);
    while (isWaiting == 0) {
        shortly();
    }
    shortly();
    return thread;
}

static void onAlarm(int number)
{
    (void)number;
}

static void testWaiting(void)
{
    puts("waiting");
    word = 0;
    OUTCOME(futex(&word, LOCK, 0, NULL, NULL, 0));
    pthread_t thread = start(lockAndLeave, NULL);
    show("somebody waits", word);
    OUTCOME(futex(&word, 1, 1, NULL, NULL, 0));
    OUTCOME(futex(&word, 3, 1, (void *)1, &second, 0));
    OUTCOME(futex(&word, UNLOCK, 0, NULL, NULL, 0));
    pthread_join(thread, NULL);
    printf("%ld %#x\n", outcome, handedOver);
    show("free again", word);

    struct timespec soon;
    clock_gettime(CLOCK_REALTIME, &soon);
    soon.tv_sec += 1;
    OUTCOME(futex(&word, LOCK, 0, NULL, NULL, 0));
    thread = start(lockAndLeave, &soon);
    pthread_join(thread, NULL);
    printf("%s\n", strerrorname_np(-outcome));
    show("mine still", word);
    OUTCOME(futex(&word, UNLOCK, 0, NULL, NULL, 0));
    show("free", word);

    thread = start(lockAndDie, NULL);
    OUTCOME(futex(&word, TRY, 0, NULL, NULL, 0));
    OUTCOME(futex(&word, UNLOCK, 0, NULL, NULL, 0));
    isWaiting = 2;
    OUTCOME(futex(&word, LOCK, 0, NULL, NULL, 0));
    show("left by who ended", word);
    pthread_join(thread, NULL);
    thread = start(cross, NULL);
    OUTCOME(futex(&second, LOCK, 0, NULL, NULL, 0));
    OUTCOME(futex(&word, UNLOCK, 0, NULL, NULL, 0));
    pthread_join(thread, NULL);
    show("first", word);
    show("second", second);

    // A handler does not end the wait.
    struct sigaction action = {.sa_handler = onAlarm};
    sigaction(SIGUSR1, &action, NULL);
    OUTCOME(futex(&word, LOCK, 0, NULL, NULL, 0));
    thread = start(lockAndLeave, NULL);
    pthread_kill(thread, SIGUSR1);
    shortly();
    pthread_kill(thread, SIGUSR1);
    shortly();
    OUTCOME(futex(&word, UNLOCK, 0, NULL, NULL, 0));
    pthread_join(thread, NULL);
    printf("%ld %#x\n", outcome, handedOver);
}

static pthread_mutex_t mutex;
static long counter;

static void *count(void *argument)
{
    for (int i = 0; i < 2000; i++) {
        pthread_mutex_lock(&mutex);
        long now = counter;
        if (i % 64 == 0) {
            sched_yield();
        }
        counter = now + 1;
        pthread_mutex_unlock(&mutex);
    }
    return argument;
}

static void *holdAndEnd(void *argument)
{
    pthread_mutex_lock(&mutex);
    isWaiting = 1;
    shortly();
    return argument;
}

static void testMutexes(void)
{
    pthread_mutexattr_t attributes;
    pthread_t threads[6];
    puts("mutexes");
    pthread_mutexattr_init(&attributes);
    printf("%d\n", pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT));
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_ERRORCHECK);
    printf("%d\n", pthread_mutex_init(&mutex, &attributes));
    printf("%d %d\n", pthread_mutex_lock(&mutex), pthread_mutex_lock(&mutex));
    printf("%d %d\n", pthread_mutex_unlock(&mutex), pthread_mutex_unlock(&mutex));
    for (int i = 0; i < 6; i++) {
        pthread_create(&threads[i], NULL, count, NULL);
    }
    for (int i = 0; i < 6; i++) {
        pthread_join(threads[i], NULL);
    }
    printf("%ld\n", counter);
    pthread_mutex_destroy(&mutex);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    printf("%d\n", pthread_mutex_init(&mutex, &attributes));
    pthread_t thread = start(holdAndEnd, NULL);
    printf("%d\n", pthread_mutex_lock(&mutex) == EOWNERDEAD);
    printf("%d\n", pthread_mutex_consistent(&mutex));
    printf("%d\n", pthread_mutex_unlock(&mutex));
    pthread_join(thread, NULL);
    pthread_create(&thread, NULL, holdAndEnd, NULL);
    pthread_join(thread, NULL);
    struct timespec later;
    clock_gettime(CLOCK_REALTIME, &later);
    later.tv_sec += 5;
    printf("%d\n", pthread_mutex_timedlock(&mutex, &later) == EOWNERDEAD);
    printf("%d\n", pthread_mutex_unlock(&mutex));
    printf("%d\n", pthread_mutex_lock(&mutex) == ENOTRECOVERABLE);
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    testCalls();
    testWaiting();
    testMutexes();
    return 0;
}
