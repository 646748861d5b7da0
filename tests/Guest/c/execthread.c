// execve(2) by a thread that is not the first: it takes the number of the process over, and everything that goes by numbers finds it.
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

static char own[512];

static void *execute(void *which)
{
    char *again[] = {own, which, NULL};
    execv(own, again);
    perror("execv");
    return NULL;
}

static void show(void)
{
    struct sched_param parameter;
    char path[64];
    printf("first thread: %d\n", getpid() == syscall(SYS_gettid));
    printf("set_tid_address: %d\n", syscall(SYS_set_tid_address, NULL) == getpid());
    printf("sched_getparam: %d\n", sched_getparam(getpid(), &parameter));
    printf("tgkill: %ld\n", syscall(SYS_tgkill, getpid(), getpid(), 0));
    printf("getpriority: %d\n", getpriority(PRIO_PROCESS, getpid()));
    snprintf(path, sizeof path, "/proc/self/task/%d", getpid());
    printf("task: %d\n", access(path, F_OK));
    fflush(stdout);
}

int main(int count, char **values)
{
    // Not by the link itself: it leads nowhere once the first thread is gone.
    ssize_t length = readlink("/proc/self/exe", own, sizeof own - 1);
    own[length > 0 ? length : 0] = 0;
    pthread_t thread;
    if (count < 2) {
        show();
        pthread_create(&thread, NULL, execute, "second");
        pthread_join(thread, NULL);
        return 1;
    }
    show();
    if (strcmp(values[1], "second") == 0) {
        // Once more, after the first thread is gone.
        pthread_create(&thread, NULL, execute, "third");
        pthread_exit(NULL);
    }
    return 0;
}
