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
// musl has no such function.
static const char *strerrorname_np(int error)
{
#define NAME(name) case name: return #name;
    switch (error) {
        NAME(EPERM) NAME(ENOENT) NAME(ESRCH) NAME(EINTR) NAME(EIO) NAME(ENXIO) NAME(E2BIG) NAME(ENOEXEC) NAME(EBADF) NAME(ECHILD)
        NAME(EAGAIN) NAME(ENOMEM) NAME(EACCES) NAME(EFAULT) NAME(ENOTBLK) NAME(EBUSY) NAME(EEXIST) NAME(EXDEV) NAME(ENODEV) NAME(ENOTDIR)
        NAME(EISDIR) NAME(EINVAL) NAME(ENFILE) NAME(EMFILE) NAME(ENOTTY) NAME(ETXTBSY) NAME(EFBIG) NAME(ENOSPC) NAME(ESPIPE) NAME(EROFS)
        NAME(EMLINK) NAME(EPIPE) NAME(EDOM) NAME(ERANGE) NAME(EDEADLK) NAME(ENAMETOOLONG) NAME(ENOLCK) NAME(ENOSYS) NAME(ENOTEMPTY)
        NAME(ELOOP) NAME(ENODATA) NAME(EOVERFLOW) NAME(EILSEQ) NAME(ENOTSOCK) NAME(EDESTADDRREQ) NAME(EMSGSIZE) NAME(EPROTOTYPE)
        NAME(ENOPROTOOPT) NAME(EPROTONOSUPPORT) NAME(ESOCKTNOSUPPORT) NAME(EOPNOTSUPP) NAME(EPFNOSUPPORT) NAME(EAFNOSUPPORT)
        NAME(EADDRINUSE) NAME(EADDRNOTAVAIL) NAME(ENETDOWN) NAME(ENETUNREACH) NAME(ECONNABORTED) NAME(ECONNRESET) NAME(ENOBUFS)
        NAME(EISCONN) NAME(ENOTCONN) NAME(ETIMEDOUT) NAME(ECONNREFUSED) NAME(EHOSTUNREACH) NAME(EALREADY) NAME(EINPROGRESS) NAME(ESTALE)
        NAME(ECANCELED)
        default: return "another";
    }
#undef NAME
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
