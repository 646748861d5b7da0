// For programs that show how calls fail: each call is printed with its outcome, for Linux and Mote to agree on.
#pragma once
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#ifndef __GLIBC__
#define strerrorname_np strerror // musl has no names of errors
#endif

// Prints "ok" for whatever is no error: addresses and descriptors differ.
#define OUTCOME(call) \
    do { \
        errno = 0; \
        long result_ = (long)(call); \
        int error_ = errno; \
        printf("%s: %s\n", #call, result_ == -1 ? strerrorname_np(error_) : "ok"); \
    } while (0)

// Prints the value too.
#define VALUE(call) \
    do { \
        errno = 0; \
        long result_ = (long)(call); \
        int error_ = errno; \
        printf("%s: %ld%s%s\n", #call, result_, result_ == -1 ? " " : "", result_ == -1 ? strerrorname_np(error_) : ""); \
    } while (0)
