// Something to see in a core file: threads that wait, compute and sleep, memory of each kind. Ends by a signal when it is told to, else
// goes on once its input has ended.
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define VAST (64UL << 30)

static pthread_mutex_t held = PTHREAD_MUTEX_INITIALIZER;
static volatile int spins;
static char *volatile on_the_heap, *volatile kept_out, *volatile vast;
static char kept[] = "kept in the data";

__attribute__((noinline)) static void waits_for_a_lock(void)
{
    pthread_mutex_lock(&held);
    pthread_mutex_unlock(&held);
}

__attribute__((noinline)) static void computes(void)
{
    for (;;)
        spins++;
}

__attribute__((noinline)) static void sleeps(void)
{
    sleep(1000);
    spins = 0;
}

__attribute__((noinline)) static void reads_its_input(void)
{
    char byte;
    printf("read %d\n", (int)read(0, &byte, 1));
    fflush(stdout);
}

static void *first(void *nothing)
{
    waits_for_a_lock();
    return nothing;
}

static void *second(void *nothing)
{
    computes();
    return nothing;
}

static void *third(void *nothing)
{
    sleeps();
    return nothing;
}

int main(int argc, char **argv)
{
    pthread_t threads[3];
    on_the_heap = malloc(1 << 20);
    strcpy(on_the_heap + 500000, "found on the heap");
    kept_out = mmap(0, 1 << 16, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    strcpy(kept_out, "kept out of it");
    madvise(kept_out, 1 << 16, MADV_DONTDUMP);
    vast = mmap(0, VAST, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    strcpy(vast + VAST / 2, "in the middle of nothing");
    pthread_mutex_lock(&held);
    pthread_create(threads, 0, first, 0);
    pthread_create(threads + 1, 0, second, 0);
    pthread_create(threads + 2, 0, third, 0);
    usleep(50000);
    printf("ready, %s\n", kept);
    fflush(stdout);
    if (argc > 1 && !strcmp(argv[1], "segv"))
        *(volatile int *)0x1234 = 1;
    if (argc > 1 && !strcmp(argv[1], "abort"))
        abort();
    reads_its_input();
    int before = spins;
    usleep(50000);
    printf("%s\n", spins != before ? "goes on" : "stands still");
    return 0;
}
