// Ten thousand threads that are alive at the same time, each with a name, a stack that it touched and thread-local storage; and what the
// kernel says of them.
#define _GNU_SOURCE
#include <dirent.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_long s_sum, s_named;
static sem_t s_ready, s_go;
static __thread long t_own;

static void *run(void *argument)
{
    long n = (long)argument;
    volatile char stack[4096];
    char name[16], got[16];
    memset((char *)stack, (int)n, sizeof stack);
    t_own = n;
    snprintf(name, sizeof name, "worker-%ld", n);
    pthread_setname_np(pthread_self(), name);
    sem_post(&s_ready);
    sem_wait(&s_go);
    sem_post(&s_go);
    s_named += pthread_getname_np(pthread_self(), got, sizeof got) == 0 && strcmp(name, got) == 0;
    s_sum += t_own + (stack[77] == (char)n);
    return argument;
}

static long threads_now(void)
{
    char line[256];
    long threads = 0;
    FILE *status = fopen("/proc/self/status", "r");
    while (fgets(line, sizeof line, status))
        sscanf(line, "Threads: %ld", &threads);
    fclose(status);
    return threads;
}

static long tasks_now(void)
{
    long count = 0;
    DIR *folder = opendir("/proc/self/task");
    for (struct dirent *entry; (entry = readdir(folder));)
        count += entry->d_name[0] != '.';
    closedir(folder);
    return count;
}

int main(int argc, char **argv)
{
    long count = argc > 1 ? atol(argv[1]) : 1000;
    pthread_t *all = calloc(count, sizeof *all);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 32768);
    sem_init(&s_ready, 0, 0);
    sem_init(&s_go, 0, 0);
    long started = 0;
    for (; started < count; started++)
    {
        int error = pthread_create(&all[started], &attributes, run, (void *)started);
        if (error)
        {
            printf("thread %ld: %s\n", started, strerror(error));
            return 1;
        }
    }

    for (long i = 0; i < count; i++)
        while (sem_wait(&s_ready)) { }
    printf("threads %ld tasks %ld\n", threads_now(), tasks_now());
    sem_post(&s_go);
    long joined = 0;
    for (long i = 0; i < count; i++)
    {
        void *result;
        joined += pthread_join(all[i], &result) == 0 && result == (void *)i;
    }

    printf("sum %ld named %ld joined %ld\n", (long)s_sum, (long)s_named, joined);
    for (int i = 0; i < 100 && threads_now() > 1; i++)
        usleep(1000);
    printf("threads %ld tasks %ld\n", threads_now(), tasks_now());
    return 0;
}
