// Does what costs a virtual machine exits, and nothing else: exits.c for `mote bench exits`.
// usage: exits idle | compute THREADS | lines COUNT | timers COUNT
// Says "ready" before it idles or computes for ever, "done" after so many lines or timers. As the init of a Linux guest it has a console already.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static void say(const char *text)
{
    if (write(1, text, strlen(text)) < 0) {
        exit(1);
    }
}

static void *compute(void *unused)
{
    (void)unused;
    for (volatile unsigned long i = 0;; i++) {
    }
    return NULL;
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "idle";
    int count = argc > 2 ? atoi(argv[2]) : 1;
    if (strcmp(what, "lines") == 0) {
        for (int i = 0; i < count; i++) {
            say("a line of text that a program writes to its console\n");
        }
    } else if (strcmp(what, "timers") == 0) {
        for (int i = 0; i < count; i++) {
            nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
        }
    }
    if (strcmp(what, "compute") != 0 && strcmp(what, "idle") != 0) {
        say("done\n");
    } else {
        say("ready\n");
    }
    if (strcmp(what, "compute") == 0) {
        for (int i = 1; i < count; i++) {
            pthread_t thread;
            if (pthread_create(&thread, NULL, compute, NULL) != 0) {
                return 1;
            }
        }
        compute(NULL);
    }
    for (;;) {
        pause();
    }
}
