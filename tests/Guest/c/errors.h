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
// What glibc has: the name of an error.
static inline const char *strerrorname_np(int error)
{
    static const char *const names[] = {
        "0", "EPERM", "ENOENT", "ESRCH", "EINTR", "EIO", "ENXIO", "E2BIG", "ENOEXEC", "EBADF", "ECHILD", "EAGAIN", "ENOMEM", "EACCES", "EFAULT", "ENOTBLK", "EBUSY", "EEXIST", "EXDEV",
        "ENODEV", "ENOTDIR", "EISDIR", "EINVAL", "ENFILE", "EMFILE", "ENOTTY", "ETXTBSY", "EFBIG", "ENOSPC", "ESPIPE", "EROFS", "EMLINK", "EPIPE", "EDOM", "ERANGE", "EDEADLK",
        "ENAMETOOLONG", "ENOLCK", "ENOSYS", "ENOTEMPTY", "ELOOP", "?", "ENOMSG", "EIDRM",
    };
    return error >= 0 && error < (int)(sizeof names / sizeof names[0]) ? names[error] : error == EOPNOTSUPP ? "ENOTSUP" : error == ETIMEDOUT ? "ETIMEDOUT" : strerror(error);
}
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
