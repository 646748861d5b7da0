// Fifty threads: thread-local storage, mutexes, condition variables, barriers, keys with destructors, once, cancellation.
#include "check.h"
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>
#include <sys/syscall.h>

#define THREADS 50

static __thread int local = 7;
static __thread char block[5000] = "start";
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turn = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t barrier;
static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int next, destroyed, onceRuns;
static long counter;
static pid_t ids[THREADS];

static void destroy(void *value)
{
    pthread_mutex_lock(&mutex);
    destroyed += (int)(intptr_t)value;
    pthread_mutex_unlock(&mutex);
}

static void runOnce(void)
{
    onceRuns++;
}

static void *body(void *argument)
{
    int index = (int)(intptr_t)argument;
    CHECK(local == 7 && strcmp(block, "start") == 0);
    local = index;
    snprintf(block, sizeof block, "thread %d", index);
    pthread_setspecific(key, (void *)(intptr_t)(index + 1));
    pthread_once(&once, runOnce);
    ids[index] = (pid_t)syscall(SYS_gettid);
    pthread_barrier_wait(&barrier);

    for (int i = 0; i < 1000; i++) {
        pthread_mutex_lock(&mutex);
        counter++;
        pthread_mutex_unlock(&mutex);
    }

    pthread_mutex_lock(&mutex);
    while (next != index) {
        pthread_cond_wait(&turn, &mutex);
    }
    next++;
    pthread_cond_broadcast(&turn);
    pthread_mutex_unlock(&mutex);

    char expected[32];
    snprintf(expected, sizeof expected, "thread %d", index);
    CHECK(local == index && strcmp(block, expected) == 0);
    return (void *)(intptr_t)(index * index);
}

static void *sleeper(void *argument)
{
    (void)argument;
    for (;;) {
        sleep(100);
    }
}

static void *poster(void *argument)
{
    sem_t *semaphore = argument;
    for (int i = 0; i < 100; i++) {
        sem_post(semaphore);
    }
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];
    pthread_barrier_init(&barrier, NULL, THREADS);
    pthread_key_create(&key, destroy);
    for (intptr_t i = 0; i < THREADS; i++) {
        CHECK(pthread_create(&threads[i], NULL, body, (void *)i) == 0);
    }
    long sum = 0;
    for (int i = 0; i < THREADS; i++) {
        void *result;
        CHECK(pthread_join(threads[i], &result) == 0);
        sum += (long)(intptr_t)result;
    }
    for (int i = 0; i < THREADS; i++) {
        CHECK(ids[i] != getpid());
        for (int j = 0; j < i; j++) {
            CHECK(ids[i] != ids[j]);
        }
    }
    printf("sum %ld counter %ld turns %d destroyed %d once %d local %d\n", sum, counter, next, destroyed, onceRuns, local);

    pthread_t thread;
    void *result;
    CHECK(pthread_create(&thread, NULL, sleeper, NULL) == 0);
    usleep(1000);
    CHECK(pthread_cancel(thread) == 0);
    CHECK(pthread_join(thread, &result) == 0 && result == PTHREAD_CANCELED);
    passed("cancel");

    sem_t semaphore;
    sem_init(&semaphore, 0, 0);
    CHECK(pthread_create(&thread, NULL, poster, &semaphore) == 0);
    for (int i = 0; i < 100; i++) {
        CHECK(sem_wait(&semaphore) == 0);
    }
    pthread_join(thread, NULL);
    struct timespec limit;
    clock_gettime(CLOCK_REALTIME, &limit);
    limit.tv_nsec += 20000000;
    if (limit.tv_nsec >= 1000000000) {
        limit.tv_sec++;
        limit.tv_nsec -= 1000000000;
    }
    FAILS(sem_timedwait(&semaphore, &limit), ETIMEDOUT);
    passed("semaphore");

    pthread_mutex_lock(&mutex);
    CHECK(pthread_cond_timedwait(&turn, &mutex, &limit) == ETIMEDOUT);
    pthread_mutex_unlock(&mutex);
    pthread_mutexattr_t attributes;
    pthread_mutex_t recursive;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&recursive, &attributes);
    CHECK(pthread_mutex_lock(&recursive) == 0 && pthread_mutex_trylock(&recursive) == 0);
    CHECK(pthread_mutex_unlock(&recursive) == 0 && pthread_mutex_unlock(&recursive) == 0);
    passed("locks");

    pthread_attr_t attr;
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, 16 << 20);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    sem_t done;
    sem_init(&done, 0, 0);
    CHECK(pthread_create(&thread, &attr, poster, &done) == 0);
    for (int i = 0; i < 100; i++) {
        sem_wait(&done);
    }
    passed("detached");
    return finish();
}
