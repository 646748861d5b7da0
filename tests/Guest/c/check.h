// What the test programs share: a check that reports where it failed and a status at the end.
#pragma once
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures;

#define CHECK(what) \
    do { \
        errno = 0; \
        if (!(what)) { \
            printf("FAILED %s:%d: %s (errno %d)\n", __FILE_NAME_ONLY__, __LINE__, #what, errno); \
            failures++; \
        } \
    } while (0)

#define __FILE_NAME_ONLY__ (strrchr(__FILE__, '/') ? strrchr(__FILE__, '/') + 1 : __FILE__)

// The call fails with this error number.
#define FAILS(call, error) CHECK((call) == -1 && errno == (error))

static inline void passed(const char *what)
{
    printf("%s %s\n", failures ? "not" : "ok", what);
    fflush(stdout);
}

// Waits, five seconds at most, until some of these events are there; which are.
static inline short waitForEvents(int fd, short events)
{
    struct pollfd entry = {fd, events, 0};
    poll(&entry, 1, 5000);
    return entry.revents;
}

static inline int finish(void)
{
    fflush(stdout);
    return failures ? 1 : 0;
}
