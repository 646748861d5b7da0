// Strings and structures of a program at the edges of its pages: the end of what is mapped, pages that cannot be written, pages that
// were never touched,
// every alignment. What is read and written there, and EFAULT, are as on Linux.
#include "errors.h"
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>

#define PAGE 4096

static char *pages; // two that can be used, then one that cannot

static int isThere(const char *path)
{
    struct stat status;
    return stat(path, &status);
}

// A string whose NUL is the last byte before an edge, at every distance of its beginning from it.
static void stringsBefore(char *edge, const char *what)
{
    int found = 0, missing = 0, other = 0;
    char path[64];
    for (int slashes = 1; slashes < 40; slashes++) {
        memset(path, '/', sizeof path);
        strcpy(path + slashes, "dev/null");
        size_t length = strlen(path) + 1;
        memcpy(edge - length, path, length);
        if (isThere(edge - length) == 0)
            found++;
        edge[-2] = 'x';
        if (isThere(edge - length) == -1 && errno == ENOENT)
            missing++;
        edge[-1] = 'x'; // without an end
        if (isThere(edge - length) == -1)
            other = errno;
    }
    printf("%s: %d found, %d missing, at last %s\n", what, found, missing, other ? strerrorname_np(other) : "none");
}

static void stringsAcross(char *edge, const char *what)
{
    int found = 0, missing = 0;
    char path[64];
    for (int before = 0; before < 40; before++) {
        memset(path, '/', sizeof path);
        strcpy(path + 30, "dev/null");
        memcpy(edge - before, path, strlen(path) + 1);
        found += isThere(edge - before) == 0;
        edge[-before + 34] = 'x';
        missing += isThere(edge - before) == -1 && errno == ENOENT;
    }
    printf("%s: %d found, %d missing\n", what, found, missing);
}

static void lengths(void)
{
    char *path = pages;
    for (int length = PATH_MAX - 20; length <= PATH_MAX + 2; length++) {
        memset(path, '/', 2 * PAGE);
        memcpy(path + length - 8, "dev/null", 9);
        printf("%d ", length);
        OUTCOME(isThere(path));
        // From another place in its page, so that it lies in two.
        memset(path, '/', 2 * PAGE);
        memcpy(path + 5 + length - 8, "dev/null", 9);
        OUTCOME(isThere(path + 5));
    }
    memset(path, 0, 2 * PAGE);
    OUTCOME(isThere(path));
    OUTCOME(isThere(0));
    OUTCOME(isThere((char *)1));
    OUTCOME(isThere((char *)-1));
    OUTCOME(isThere((char *)0x7ffffffff000));
    OUTCOME(isThere((char *)0x7fffffffeff8));
    OUTCOME(isThere((char *)0x800000000000));
    OUTCOME(isThere((char *)0xffffffff80200000));
}

// Every name comes back as it was given, whatever the place and the length.
static void names(void)
{
    int same = 0;
    for (int at = 0; at < 17; at++) {
        for (int length = 0; length < 20; length++) {
            char *name = pages + PAGE - 8 + at, back[16] = "";
            memset(pages + PAGE - 16, 'z', 64);
            for (int i = 0; i < length; i++)
                name[i] = 'a' + i;
            name[length] = 0;
            prctl(PR_SET_NAME, name);
            prctl(PR_GET_NAME, back);
            same += strncmp(name, back, 15) == 0 && strlen(back) == (size_t)(length < 15 ? length : 15);
        }
    }
    printf("%d names\n", same);
}

// Structures of four, eight and sixteen bytes over an edge.
static void structures(char *edge, const char *what)
{
    puts(what);
    int event = eventfd(0, EFD_NONBLOCK);
    for (int before = 0; before <= 17; before++) {
        printf("%d before: ", before);
        OUTCOME(syscall(SYS_clock_gettime, CLOCK_MONOTONIC, edge - before));
        OUTCOME(syscall(SYS_clock_gettime, CLOCK_PROCESS_CPUTIME_ID, edge - before));
        OUTCOME(syscall(SYS_getcpu, edge - before, 0, 0) == 0 ? 0 : -1);
        OUTCOME(prctl(PR_GET_PDEATHSIG, edge - before));
        uint64_t one = 1;
        write(event, &one, sizeof one);
        OUTCOME(read(event, edge - before, 8) == 8 ? 0 : -1);
        memset(pages, 0, 2 * PAGE); // for no time
        OUTCOME(syscall(SYS_nanosleep, edge - before, 0) == 0 ? 0 : -1);
        OUTCOME(syscall(SYS_rt_sigprocmask, SIG_BLOCK, 0, edge - before, 8));
        OUTCOME(syscall(SYS_pipe2, edge - before, 0) == 0 ? 0 : -1);
    }
    close(event);
}

int main(void)
{
    for (int i = 3; i < 30; i++)
        close(i);
    pages = mmap(0, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(pages + 2 * PAGE, PAGE, PROT_NONE);
    stringsBefore(pages + 2 * PAGE, "before what cannot be read");
    stringsBefore(pages + PAGE, "before another page");
    stringsAcross(pages + PAGE, "across pages");
    lengths();
    names();
    memset(pages, 0, 2 * PAGE);
    structures(pages + 2 * PAGE, "what cannot be touched");
    mprotect(pages + 2 * PAGE, PAGE, PROT_READ);
    structures(pages + 2 * PAGE, "what cannot be written");
    madvise(pages, 2 * PAGE, MADV_DONTNEED);
    structures(pages + PAGE, "what was never touched");
    return 0;
}
