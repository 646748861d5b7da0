// Ends by the signal that is named, most of them by doing what raises it.
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static void *killer(void *argument)
{
    kill(getpid(), (int)(intptr_t)argument);
    for (;;) {
        pause();
    }
}

static void handler(int number)
{
    _exit(number);
}

static int overflow(volatile char *above)
{
    volatile char here[4096];
    here[0] = above ? *above : 0;
    return overflow(here) + here[0];
}

int main(int argc, char **argv)
{
    const char *how = argc > 1 ? argv[1] : "";
    volatile int zero = 0;
    printf("before %s\n", how);
    fflush(stdout);
    if (!strcmp(how, "abort")) {
        abort();
    } else if (!strcmp(how, "null-read")) {
        return *(volatile int *)(intptr_t)zero;
    } else if (!strcmp(how, "null-write")) {
        *(volatile int *)(intptr_t)zero = 1;
    } else if (!strcmp(how, "text-write")) {
        *(volatile char *)(intptr_t)main = 1;
    } else if (!strcmp(how, "data-execute")) {
        static char code[] = { (char)0xc3 };
        ((void (*)(void))(intptr_t)code)();
    } else if (!strcmp(how, "kernel-read")) {
        return *(volatile int *)0xffffffff80000000;
    } else if (!strcmp(how, "non-canonical")) {
        return *(volatile int *)0x8000000000000000;
    } else if (!strcmp(how, "stack-overflow")) {
        return overflow(NULL);
    } else if (!strcmp(how, "stack-overflow-handled")) {
        // The handler would run on the stack that is full.
        signal(SIGSEGV, handler);
        return overflow(NULL);
    } else if (!strcmp(how, "divide")) {
        __asm__ volatile("xor %%edx,%%edx; mov $1,%%eax; xor %%ecx,%%ecx; div %%ecx" : : : "eax", "ecx", "edx");
    } else if (!strcmp(how, "illegal")) {
        __asm__ volatile("ud2");
    } else if (!strcmp(how, "privileged")) {
        __asm__ volatile("hlt");
    } else if (!strcmp(how, "trap")) {
        __asm__ volatile("int3");
    } else if (!strcmp(how, "bus")) {
        int fd = open("/tmp", O_TMPFILE | O_RDWR, 0600);
        if (fd < 0) {
            fd = open("/tmp/mote-test-bus", O_CREAT | O_TRUNC | O_RDWR, 0600);
            unlink("/tmp/mote-test-bus");
        }
        char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (ftruncate(fd, 100) != 0 || page == MAP_FAILED) {
            return 99;
        }
        page[0] = 1;
        page[4096] = 1;
    } else if (!strcmp(how, "segv-ignored")) {
        // An exception's signal cannot be ignored.
        signal(SIGSEGV, SIG_IGN);
        *(volatile int *)(intptr_t)zero = 1;
    } else if (!strcmp(how, "kill-thread")) {
        pthread_t thread;
        pthread_create(&thread, NULL, killer, (void *)(intptr_t)SIGTERM);
        pthread_join(thread, NULL);
    } else {
        int number = atoi(how);
        raise(number);
        printf("survived %d\n", number);
        return 0;
    }
    puts("survived");
    return 98;
}
