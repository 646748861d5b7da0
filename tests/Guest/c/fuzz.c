// Fuzzes the kernel with system calls: arguments are made from the kinds that the system-call catalogue gives, from several threads at once
// that share their memory. Everything follows from the seed, apart from where the timer switches threads. It only knows how to survive on
// Mote, where a call cannot reach anything outside, and refuses to run elsewhere.
//
//   fuzz SEED CALLS [MINUTES] [trace]    CALLS in all, or as many as MINUTES take; "trace" prints each call before it is made
#include "syscalls.h"
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/timerfd.h>
#include <sys/utsname.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#pragma GCC optimize("no-stack-protector") // a fuzzed FS base takes the canary away

#define WORKERS 3
#define MAX_WORKERS 200
#define ARENA_PAGES 96
#define FIRST_LOOSE 32 // structures are below, and the last page is what has nothing behind it
#define LOOSE_PAGES 63
#define PAGE 4096UL
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct worker {
    uint64_t state;
    int index;
    int tid;
    uint64_t fs; // the thread's own FS base
    unsigned depth;
    char *scratch; // where this worker builds structures
    unsigned scratchUsed;
    _Atomic uint64_t done;
    uint64_t seen; // by the watchdog
    int stuck;
    uint64_t maps[16][2];
    unsigned nextMap;
};

static char *arena;
static char *readOnly;
static struct worker workers[MAX_WORKERS];
static _Atomic uint64_t budget;
static _Atomic int stop;
static int traces;
static struct rlimit filesLimit = { 200, 200 };

static long call(long number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
    long result;
    register uint64_t r10 __asm__("r10") = d;
    register uint64_t r8 __asm__("r8") = e;
    register uint64_t r9 __asm__("r9") = f;
    __asm__ volatile("syscall" : "=a"(result) : "0"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
    return result;
}

// The same for calls that make a thread or a process: what is born ends at once and touches no stack.
static long callBirth(long number, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f)
{
    long result;
    register uint64_t r10 __asm__("r10") = d;
    register uint64_t r8 __asm__("r8") = e;
    register uint64_t r9 __asm__("r9") = f;
    __asm__ volatile("syscall\n"
                     "test %%rax, %%rax\n"
                     "jnz 1f\n"
                     "mov $60, %%eax\n"
                     "xor %%edi, %%edi\n"
                     "syscall\n"
                     "1:"
                     : "=a"(result) : "0"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
    return result;
}

static uint64_t next(struct worker *w)
{
    uint64_t x = w->state += 0x9e3779b97f4a7c15;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
}

static uint64_t below(struct worker *w, uint64_t limit)
{
    return next(w) % limit;
}

#define PICK(w, ...) ({ static const uint64_t choices_[] = { __VA_ARGS__ }; choices_[below(w, COUNT(choices_))]; })

static uint64_t number(struct worker *w)
{
    static const uint64_t edges[] = {
        0, 1, 2, 3, 4, 7, 8, 15, 16, 31, 63, 64, 65, 127, 128, 255, 256, 1023, 1024, 4095, 4096, 4097, 65535, 65536,
        0x7ffffffe, 0x7fffffff, 0x80000000, 0x80000001, 0xfffffffe, 0xffffffff, 0x100000000, 0x7ffffffff000, 0x7fffffffffff, 0x800000000000,
        0x7ffffffffffffffe, 0x7fffffffffffffff, 0x8000000000000000, 0x8000000000000001, 0xfffffffffffff000, 0xfffffffffffffffe,
        0xffffffffffffffff,
    };
    switch (below(w, 8)) {
    case 0:
        return 1UL << below(w, 64);
    case 1:
        return -(1UL << below(w, 64));
    case 2:
        return next(w);
    case 3:
        return (uint32_t)next(w);
    case 4:
        return below(w, 100);
    default:
        return edges[below(w, COUNT(edges))];
    }
}

static uint64_t small(struct worker *w)
{
    return below(w, 20) ? below(w, 40) : number(w);
}

// An address that the kernel must refuse, or at least survive.
static uint64_t bad(struct worker *w)
{
    switch (below(w, 9)) {
    case 0:
        return 0;
    case 1:
        return below(w, 4096);
    case 2:
        return (uint64_t)readOnly + below(w, PAGE);
    case 3:
        return 0xffff800000000000 + (below(w, 1 << 20) << 12); // the kernel's half
    case 4:
        return 0xffffffff80000000 + (below(w, 1 << 12) << 12);
    case 5:
        return 0x800000000000 - below(w, 64);
    case 6:
        return 0x800000000000 + number(w); // many of them not canonical
    case 7:
        return 0xfffffffffffff000 + below(w, 4096);
    default:
        return (uint64_t)arena + (ARENA_PAGES * PAGE) - below(w, 32); // its last bytes, with nothing behind
    }
}

static uint64_t shared(struct worker *w)
{
    return (uint64_t)arena + (below(w, 4) ? below(w, ARENA_PAGES * PAGE) & ~7UL : below(w, ARENA_PAGES * PAGE));
}

// Room for a structure of this worker; sometimes it is somebody else's too, or ends where the memory does.
static void *room(struct worker *w, unsigned bytes)
{
    if (w->scratchUsed + bytes + 8 > 4 * PAGE) {
        w->scratchUsed = 0;
    }
    char *at = w->scratch + w->scratchUsed;
    w->scratchUsed += (bytes + 15) & ~15U;
    return at;
}

static uint64_t out(struct worker *w)
{
    uint64_t which = below(w, 16);
    return which == 0 ? bad(w) : which < 3 ? shared(w) : (uint64_t)room(w, 512);
}

static uint64_t fd(struct worker *w)
{
    uint64_t which = below(w, 24);
    return which == 0 ? number(w) : which == 1 ? (uint64_t)-100 : which == 2 ? 0 : 3 + below(w, 60);
}

static const char *const names[] = {
    "/", "/tmp", "/tmp/a", "/tmp/b", "/tmp/d", "/tmp/d/e", "/tmp/d/f", "/tmp/l", "/tmp/../tmp/a", "a", "b", "d/e", ".", "..", "",
    "/dev/null", "/dev/zero",
    "/dev/urandom", "/dev/full", "/proc/self/maps", "/proc/self/status", "/proc/self/fd/5", "/proc/self/fd", "/proc/self/task",
    "/proc/meminfo", "/proc",
    "/sys", "/etc", "/lib", "/nothing/here", "/tmp/a/b", "/proc/self/cwd", "/proc/self/environ", "/proc/self/stat", "/dev", "/tmp/l2",
    "/proc/self/cmdline", "/proc/self/fdinfo/4",
};

static uint64_t path(struct worker *w)
{
    switch (below(w, 30)) {
    case 0:
        return bad(w);
    case 1: {
        char *text = room(w, 300);
        memset(text, 'x', 299);
        text[below(w, 299)] = '/';
        text[255 + below(w, 4)] = 0;
        return (uint64_t)text;
    }
    case 2:
        return shared(w);
    case 3: { // ends with the memory and without a NUL
        char *text = arena + (ARENA_PAGES * PAGE) - 1 - below(w, 20);
        memset(text, '/', arena + (ARENA_PAGES * PAGE) - text);
        return (uint64_t)text;
    }
    default: {
        char *text = room(w, 64);
        strcpy(text, names[below(w, COUNT(names))]);
        return (uint64_t)text;
    }
    }
}

static uint64_t timeOf(struct worker *w)
{
    if (below(w, 10) == 0) {
        return below(w, 2) ? 0 : bad(w);
    }
    uint64_t *pair = room(w, 32);
    pair[0] = below(w, 8) ? 0 : number(w);
    pair[1] = below(w, 8) ? below(w, 3000000) : number(w);
    pair[2] = below(w, 8) ? 0 : number(w);
    pair[3] = below(w, 8) ? below(w, 3000000) : number(w);
    return (uint64_t)pair;
}

static uint64_t vectors(struct worker *w)
{
    uint64_t *vector = room(w, 8 * 16);
    for (int i = 0; i < 8; i++) {
        vector[2 * i] = out(w);
        vector[2 * i + 1] = below(w, 6) ? below(w, 300) : number(w);
    }
    return below(w, 20) ? (uint64_t)vector : bad(w);
}

static uint64_t words(struct worker *w, unsigned count, uint64_t (*make)(struct worker *))
{
    uint64_t *at = room(w, count * 8);
    for (unsigned i = 0; i < count; i++) {
        at[i] = make(w);
    }
    return below(w, 16) ? (uint64_t)at : bad(w);
}

static uint64_t strings(struct worker *w)
{
    uint64_t *array = room(w, 64);
    unsigned count = below(w, 6);
    for (unsigned i = 0; i < count; i++) {
        array[i] = path(w);
    }
    array[count] = 0;
    return below(w, 10) ? (uint64_t)array : bad(w);
}

// Inside the arena but for whole pages: what may be mapped anew or taken away.
static void place(struct worker *w, uint64_t *address, uint64_t *length)
{
    if (below(w, 6) == 0) {
        *address = bad(w);
        *length = number(w);
        if (*address >= (uint64_t)arena && *address < (uint64_t)arena + (ARENA_PAGES * PAGE)) {
            *address += PAGE;
        } else if (*address < 0x800000000000) {
            *length &= 0xffff; // no hole over all that is mapped
        }
        return;
    }
    uint64_t first = FIRST_LOOSE + below(w, LOOSE_PAGES);
    *address = (uint64_t)arena + (first * PAGE);
    *length = (1 + below(w, FIRST_LOOSE + LOOSE_PAGES - first)) * PAGE;
    if (below(w, 12) == 0) {
        *address += below(w, 16);
    }
    if (below(w, 12) == 0) {
        *length -= below(w, PAGE);
    }
}

static uint64_t signalNumber(struct worker *w)
{
    uint64_t value = below(w, 5) ? 1 + below(w, 64) : number(w);
    uint32_t low = (uint32_t)value;
    return low == SIGKILL || low == SIGSTOP ? SIGUSR2 : value;
}

static uint64_t argument(struct worker *w, enum kind kind)
{
    switch (kind) {
    case KindNone:
        return next(w);
    case KindInt:
    case KindUInt:
    case KindLong:
        return small(w);
    case KindHex:
        return below(w, 4) == 0 ? out(w) : below(w, 2) ? below(w, 16) : number(w);
    case KindSize:
        return below(w, 3) ? below(w, 600) : below(w, 2) ? below(w, 20000) : number(w);
    case KindOffset:
        return below(w, 3) ? below(w, 20000) : number(w);
    case KindAddress:
    case KindBufferOut:
    case KindStatOut:
    case KindStatxOut:
    case KindStatfsOut:
    case KindDirectoryEntriesOut:
    case KindLimitOut:
    case KindUsageOut:
    case KindNamesOut:
    case KindSystemInfoOut:
    case KindTimespecOut:
    case KindTimevalOut:
    case KindIntervalTimerOut:
    case KindTimerSpecOut:
    case KindEpollEventsOut:
    case KindSocketAddressOut:
    case KindFdPairOut:
    case KindIntOut:
    case KindSocketAddress:
        return below(w, 8) == 0 && kind == KindAddress ? 0 : out(w);
    case KindBufferIn:
        return below(w, 4) ? (uint64_t)room(w, 600) : out(w);
    case KindFd:
    case KindDirectoryFd:
        return kind == KindDirectoryFd && below(w, 2) ? (uint64_t)-100 : fd(w);
    case KindPath:
    case KindString:
        return path(w);
    case KindVectorIn:
    case KindVectorOut:
        return vectors(w);
    case KindStringArray:
        return strings(w);
    case KindSignal:
        return signalNumber(w);
    case KindSignalSet:
    case KindLimit:
        return words(w, 2, number);
    case KindSignalAction:
        return 0; // see the exceptions
    case KindSignalInfo:
    case KindSignalStack:
        return words(w, 16, number);
    case KindTimespec:
    case KindTimeval:
    case KindIntervalTimer:
    case KindTimerSpec:
        return timeOf(w);
    case KindClockId:
        return below(w, 6) ? below(w, 12) : number(w);
    case KindPollFds: {
        uint32_t *fds = room(w, 16 * 8);
        for (int i = 0; i < 16; i++) {
            fds[2 * i] = fd(w);
            fds[2 * i + 1] = next(w) & 0xffff;
        }
        return below(w, 16) ? (uint64_t)fds : bad(w);
    }
    case KindEpollEvent:
        return words(w, 2, next);
    case KindEpollOperation:
        return below(w, 8) ? 1 + below(w, 3) : number(w);
    case KindOpenFlags:
        return below(w, 3) ? PICK(w, 0, 1, 2, O_CREAT | O_RDWR, O_CREAT | O_RDWR | O_TRUNC, O_DIRECTORY, O_TMPFILE | O_RDWR, O_PATH,
            O_APPEND | O_RDWR | O_CREAT, O_NONBLOCK, O_CREAT | O_EXCL | O_RDWR) : number(w);
    case KindDescriptorFlags:
        return below(w, 3) ? PICK(w, 0, O_CLOEXEC, O_NONBLOCK, O_CLOEXEC | O_NONBLOCK, 1) : number(w);
    case KindMode:
        return below(w, 4) ? PICK(w, 0777, 0666, 0, 0100666, 040777, 010600, 020600, 060600, 0140600, 07777) : number(w);
    case KindAtFlags:
        return below(w, 3) ? PICK(w, 0, AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH, AT_REMOVEDIR, AT_SYMLINK_FOLLOW, 0x7fff) : number(w);
    case KindProtection:
        return below(w, 8) ? below(w, 8) : number(w);
    case KindMapFlags:
        return below(w, 8) ? PICK(w, 0x22, 0x21, 0x2, 0x1, 0x4022, 0x8022, 0x3) : number(w);
    case KindRemapFlags:
        return below(w, 8) ? below(w, 8) : number(w);
    case KindAdvice:
        return below(w, 8) ? below(w, 26) : number(w);
    case KindFutexOperation:
        return below(w, 8) ? below(w, 14) | (below(w, 2) << 7) | (below(w, 2) << 8) : number(w);
    case KindProcessId:
        return below(w, 3) ? PICK(w, 0, 1, 2, 3, 4) : below(w, 2) ? (uint64_t)w->tid : number(w);
    case KindUserId:
        return below(w, 8) ? 0 : number(w);
    case KindCloneFlags:
        return below(w, 4) ? PICK(w, 0x50f00, 0x3d0f00, 0x7d0f00, 0x100 | 0x800 | 0x10000, 0x4111, 17) : number(w) & ~0x80000000UL;
    case KindCloneArguments: {
        uint64_t *args = room(w, 128);
        for (int i = 0; i < 16; i++) {
            args[i] = below(w, 3) ? 0 : below(w, 2) ? out(w) : number(w);
        }
        if (below(w, 2)) {
            args[0] = PICK(w, 0x50f00, 0x3d0f00, 0x7d0f00);
        }
        return below(w, 16) ? (uint64_t)args : bad(w);
    }
    case KindIoctlRequest:
        return below(w, 2) ? PICK(w, 0x541b, 0x5421, 0x5451, 0x5450, 0x5452, 0x5401, 0x5402, 0x5413, 0x5411, 2, 0x540f) : number(w);
    case KindFcntlCommand:
        return below(w, 4) ? PICK(w, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 15, 16, 36, 37, 38, 1024, 1025, 1026, 1030, 1031, 1032, 1033,
            1034) : number(w);
    case KindPrctlOption:
        return below(w, 4) ? below(w, 70) : number(w);
    case KindArchOption:
        return below(w, 4) ? 0x1001 + below(w, 4) : number(w);
    default: // selections among a few numbers
        return below(w, 4) ? below(w, 20) : number(w);
    }
}

// What would end the program rather than test the kernel is bent. False: not this time.
static int bend(struct worker *w, const struct call *c, uint64_t *a)
{
    switch (c->number) {
    case SYS_exit:
    case SYS_exit_group:
    case SYS_rt_sigreturn:
    case SYS_vfork: // the child would run on this stack
        return 0;
    case SYS_rt_sigaction: {
        // Only ignoring is set: SIG_DFL would end the program, and a handler is an address.
        static const uint64_t actions[][4] = { { 1, 0, 0, 0 }, { 1, 0x14000000, 0, -1 }, { 1, ~0xd0000007UL, 0x1000, 0x5555 } };
        a[1] = below(w, 2) ? 0 : below(w, 2) ? (uint64_t)actions[below(w, COUNT(actions))] : 0xffff800000000000;
        a[3] = below(w, 8) ? 8 : number(w);
        return 1;
    }
    case SYS_rt_sigprocmask:
    case SYS_rt_sigsuspend:
    case SYS_rt_sigpending:
    case SYS_rt_sigtimedwait:
        if (below(w, 4)) {
            a[c->number == SYS_rt_sigsuspend || c->number == SYS_rt_sigpending ? 1 : 3] = 8;
        }
        return 1;
    case SYS_mmap:
        if (a[3] & 0x10) {
            place(w, &a[0], &a[1]);
            if (a[0] < 0x10000000 || (a[0] < 0x800000000000 && (a[0] < (uint64_t)arena + (FIRST_LOOSE * PAGE)
                || a[0] >= (uint64_t)arena + ((FIRST_LOOSE + LOOSE_PAGES) * PAGE)))) {
                a[3] &= ~0x10UL;
            }
        }
        if (a[1] > 1 << 20 && (a[3] & 0xe000) != 0x4000) { // neither locked nor populated
            a[1] = below(w, 1 << 20);
        }
        return 1;
    case SYS_fcntl:
        if ((uint32_t)a[1] == 8 || (uint32_t)a[1] == 15) {
            a[1] = 9; // F_SETOWN: SIGIO, or what F_SETSIG chose, would end the program
        }
        return 1;
    case SYS_shmat:
        a[2] &= ~0x4000UL; // SHM_REMAP would take the place of this program's own memory
        return 1;
    case SYS_mlockall:
        a[0] |= 4; // MCL_ONFAULT: the huge mappings of other threads would take all memory
        return 1;
    case SYS_munmap:
    case SYS_mprotect:
    case SYS_madvise:
    case SYS_msync:
    case SYS_mlock:
    case SYS_munlock:
    case SYS_mlock2:
    case SYS_pkey_mprotect:
        place(w, &a[0], &a[1]);
        return 1;
    case SYS_mincore:
        place(w, &a[0], &a[1]);
        a[2] = out(w);
        return 1;
    case SYS_mremap: {
        uint64_t ignored;
        place(w, &a[0], &a[1]);
        place(w, &a[4], &ignored);
        a[2] = below(w, 8) ? below(w, 40) * PAGE : number(w);
        if (a[3] & 2) {
            uint64_t end = (uint64_t)arena + ((FIRST_LOOSE + LOOSE_PAGES) * PAGE);
            if (a[4] < (uint64_t)arena || a[4] >= end) {
                a[4] |= 0x800000000000;
            } else if (a[2] > end - a[4]) {
                a[2] = end - a[4];
            }
        }
        return 1;
    }
    case SYS_brk:
        a[0] = below(w, 2) ? 0 : bad(w);
        return 1;
    case SYS_close:
    case SYS_dup3:
    case SYS_dup2: {
        uint64_t *target = c->number == SYS_close ? &a[0] : &a[1];
        if ((uint32_t)*target < 3) {
            *target = 9;
        }
        return 1;
    }
    case SYS_close_range:
        if ((uint32_t)a[0] < 3) {
            a[0] = 12;
        }
        if (below(w, 16)) {
            a[1] = a[0] + below(w, 8);
        }
        return 1;
    case SYS_chroot:
        a[0] = below(w, 2) ? (uint64_t)"/" : 0xffff800000000000;
        return 1;
    case SYS_execve:
        a[0] = below(w, 2) ? bad(w) : (uint64_t)"/tmp/a";
        return 1;
    case SYS_execveat:
        a[1] = below(w, 2) ? bad(w) : (uint64_t)"/tmp/a";
        a[4] &= ~0x1000UL;
        return 1;
    case SYS_fallocate:
    case SYS_ftruncate:
    case SYS_truncate:
        if (below(w, 3)) {
            a[1] = below(w, 20);
            a[2] = below(w, 1 << 18);
            a[3] = below(w, 1 << 18);
        } else if (c->number == SYS_fallocate && a[3] > 1 << 18 && a[3] < 1UL << 40) {
            a[3] = 1 << 18;
        }
        return 1;
    case SYS_setrlimit:
    case SYS_prlimit64:
        a[c->number == SYS_setrlimit ? 0 : 1] = below(w, 30) < 3 ? number(w) : PICK(w, 1, 2, 4, 5, 6, 8, 10, 11, 12, 13, 14, 15);
        if ((uint32_t)a[c->number == SYS_setrlimit ? 0 : 1] == RLIMIT_CPU) {
            a[c->number == SYS_setrlimit ? 0 : 1] = RLIMIT_CORE; // a limit of CPU time would end the fuzzer, as it should
        }
        return 1;
    case SYS_kill:
    case SYS_tkill:
    case SYS_tgkill:
    case SYS_rt_sigqueueinfo:
    case SYS_rt_tgsigqueueinfo:
        return 1;
    case SYS_setuid:
    case SYS_setreuid:
    case SYS_setresuid:
    case SYS_setgid:
    case SYS_setregid:
    case SYS_setresgid:
    case SYS_setfsuid:
    case SYS_setfsgid:
        for (int i = 0; i < 3; i++) {
            a[i] = below(w, 2) ? 0 : (uint64_t)-1;
        }
        return 1;
    case SYS_timer_create: {
        uint32_t *event = room(w, 64);
        event[2] = signalNumber(w);
        event[3] = below(w, 8) ? PICK(w, 0, 1, 2, 4) : number(w);
        event[4] = below(w, 2) ? (uint32_t)w->tid : number(w);
        a[1] = below(w, 4) ? (uint64_t)event : below(w, 2) ? 0 : 0xffff800000000000;
        return 1;
    }
    case SYS_pselect6:
    case SYS_select: {
        uint64_t *set = room(w, 128);
        memset(set, 0, 128);
        set[0] = next(w);
        a[0] = below(w, 4) ? below(w, 70) : number(w);
        a[1 + below(w, 3)] = (uint64_t)set;
        return 1;
    }
    case SYS_write:
    case SYS_pwrite64:
    case SYS_writev:
    case SYS_pwritev:
    case SYS_pwritev2:
        if ((uint32_t)a[0] < 3) {
            a[0] = 7;
        }
        return 1;
    default:
        return 1;
    }
}

// After a call: signals, limits and mappings as the program needs them.
static void mend(struct worker *w, const struct call *c, const uint64_t *a, long result)
{
    switch (c->number) {
    case SYS_rt_sigprocmask:
    case SYS_clone:
    case SYS_clone3:
    case SYS_fork: {
        uint64_t none = 0;
        call(SYS_rt_sigprocmask, SIG_SETMASK, (uint64_t)&none, 0, 8, 0, 0);
        break;
    }
    case SYS_setrlimit:
    case SYS_prlimit64: {
        struct rlimit unlimited = { RLIM_INFINITY, RLIM_INFINITY };
        for (int i = 0; i < 16; i++) {
            call(SYS_prlimit64, 0, i, (uint64_t)(i == RLIMIT_NOFILE ? &filesLimit : &unlimited), 0, 0, 0);
        }
        break;
    }
    case SYS_mremap:
    case SYS_mmap:
        if (result > 0 && ((uint64_t)result < (uint64_t)arena || (uint64_t)result >= (uint64_t)arena + (ARENA_PAGES * PAGE))) {
            unsigned slot = w->nextMap++ % COUNT(w->maps);
            if (w->maps[slot][0] != 0) {
                call(SYS_munmap, w->maps[slot][0], w->maps[slot][1], 0, 0, 0, 0);
            }
            w->maps[slot][0] = result;
            w->maps[slot][1] = ((c->number == SYS_mmap ? a[1] : a[2]) + PAGE - 1) & ~(PAGE - 1);
        }
        break;
    case SYS_arch_prctl:
        call(SYS_arch_prctl, 0x1002, w->fs, 0, 0, 0, 0);
        break;
    case SYS_mlockall:
        call(SYS_munlockall, 0, 0, 0, 0, 0, 0);
        break;
    }
}

// Puts back what munmap and mprotect took.
static void restore(void)
{
    call(SYS_mmap, (uint64_t)arena + (FIRST_LOOSE * PAGE), LOOSE_PAGES * PAGE, PROT_READ | PROT_WRITE,
        MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    call(SYS_chdir, (uint64_t)"/tmp", 0, 0, 0, 0, 0);
}

static void trace(const struct worker *w, const struct call *c, const uint64_t *a)
{
    char line[256];
    int length = snprintf(line, sizeof(line), "%d %s %llx %llx %llx %llx %llx %llx\n", w->index, c->name, (long long)a[0], (long long)a[1],
        (long long)a[2], (long long)a[3], (long long)a[4], (long long)a[5]);
    call(SYS_write, 2, (uint64_t)line, length, 0, 0, 0);
}

// Any descriptor but the first three.
static uint64_t anyFd(struct worker *w)
{
    return 3 + below(w, below(w, 2) ? filesLimit.rlim_cur - 3 : 40);
}

// Files in a message to whatever socket there is: of sockets, interest lists, pipes and all the others that hold something.
static void sendFiles(struct worker *w, uint64_t to, const uint64_t *fds, unsigned count)
{
    struct msghdr *message = room(w, sizeof(*message));
    struct iovec *piece = room(w, sizeof(*piece));
    struct cmsghdr *header = room(w, CMSG_SPACE(16 * sizeof(int)));
    *piece = (struct iovec){ readOnly, 1 };
    header->cmsg_len = CMSG_LEN(count * sizeof(int));
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    for (unsigned i = 0; i < count; i++) {
        ((int *)CMSG_DATA(header))[i] = (int)fds[i];
    }
    *message = (struct msghdr){ .msg_iov = piece, .msg_iovlen = 1, .msg_control = header, .msg_controllen = CMSG_SPACE(count * sizeof(int)) };
    call(SYS_sendmsg, to, (uint64_t)message, MSG_DONTWAIT | MSG_NOSIGNAL, 0, 0, 0);
}

static void receiveFiles(struct worker *w, uint64_t from)
{
    struct msghdr *message = room(w, sizeof(*message));
    struct iovec *piece = room(w, sizeof(*piece));
    *piece = (struct iovec){ room(w, 16), 1 };
    *message = (struct msghdr){ .msg_iov = piece, .msg_iovlen = 1, .msg_control = room(w, 128), .msg_controllen = 128 };
    call(SYS_recvmsg, from, (uint64_t)message, MSG_DONTWAIT | (below(w, 8) ? 0 : MSG_PEEK), 0, 0, 0);
}

static void watch(struct worker *w, uint64_t list, uint64_t fd)
{
    struct epoll_event *event = room(w, sizeof(*event));
    event->events = (uint32_t)PICK(w, EPOLLIN, EPOLLIN, EPOLLOUT, EPOLLIN | EPOLLET, EPOLLIN | EPOLLONESHOT);
    call(SYS_epoll_ctl, list, EPOLL_CTL_ADD, fd, (uint64_t)event, 0, 0);
}

static long pairOf(struct worker *w, int *pair)
{
    return call(SYS_socketpair, 1, PICK(w, 1, 2, 5) | 0x800, 0, (uint64_t)pair, 0, 0);
}

// Nests, chains, fans and circles of what holds descriptors or references. The kernel must take them apart again without recursion, and in
// time.
static void tangle(struct worker *w)
{
    int *pair = room(w, 2 * sizeof(int));
    switch (below(w, 10)) {
    case 0: { // a chain of sockets, each in the next one's queue
        if (pairOf(w, pair) < 0) {
            break;
        }
        uint64_t last[2] = { pair[0], pair[1] };
        for (unsigned i = below(w, 300); i > 0 && pairOf(w, pair) >= 0; i--) {
            uint64_t fds[] = { last[1], anyFd(w) };
            int next[2] = { pair[0], pair[1] };
            sendFiles(w, next[0], fds, 1 + below(w, 2));
            call(SYS_close, last[0], 0, 0, 0, 0, 0);
            call(SYS_close, last[1], 0, 0, 0, 0, 0);
            last[0] = next[0];
            last[1] = next[1];
        }
        call(SYS_close, last[0], 0, 0, 0, 0, 0);
        if (below(w, 2)) {
            call(SYS_close, last[1], 0, 0, 0, 0, 0);
        }
        break;
    }
    case 1: { // circles, of which nobody has an end
        for (unsigned i = below(w, 100); i > 0 && pairOf(w, pair) >= 0; i--) {
            int ends[2] = { pair[0], pair[1] };
            uint64_t one[] = { ends[0], anyFd(w) }, other[] = { ends[1], anyFd(w) };
            sendFiles(w, ends[below(w, 2)], one, 2);
            sendFiles(w, ends[below(w, 2)], other, 2);
            call(SYS_close, ends[0], 0, 0, 0, 0, 0);
            call(SYS_close, ends[1], 0, 0, 0, 0, 0);
        }
        break;
    }
    case 2: { // a chain of interest lists, from either end
        uint64_t last = call(SYS_epoll_create1, 0, 0, 0, 0, 0, 0);
        int outward = below(w, 2);
        for (unsigned i = below(w, 12); i > 0; i--) {
            uint64_t list = call(SYS_epoll_create1, 0, 0, 0, 0, 0, 0);
            watch(w, outward ? list : last, outward ? last : list);
            last = list;
        }
        watch(w, last, anyFd(w));
        break;
    }
    case 3: // a fan of whatever lists and files there are
        for (unsigned i = below(w, 200); i > 0; i--) {
            watch(w, anyFd(w), anyFd(w));
        }
        break;
    case 4:
        for (unsigned i = below(w, 40); i > 0; i--) {
            uint64_t fds[] = { anyFd(w), anyFd(w), anyFd(w), anyFd(w) };
            sendFiles(w, anyFd(w), fds, 1 + below(w, 4));
        }
        break;
    case 5:
        for (unsigned i = below(w, 40); i > 0; i--) {
            receiveFiles(w, anyFd(w));
        }
        break;
    case 6: // copies of one descriptor over others
        for (unsigned i = below(w, 40), fd = anyFd(w); i > 0; i--) {
            uint64_t to = anyFd(w);
            if (to != fd) {
                call(SYS_dup3, fd, to, 0, 0, 0, 0);
            }
        }
        break;
    case 7: // from pipe to pipe, and into what takes no bytes
        for (unsigned i = below(w, 20); i > 0; i--) {
            call(SYS_splice, anyFd(w), 0, anyFd(w), 0, number(w), 2);
            call(SYS_tee, anyFd(w), anyFd(w), number(w), 2, 0, 0);
        }
        break;
    case 8: { // everything that can be held, again
        call(SYS_pipe2, (uint64_t)pair, 0x800, 0, 0, 0, 0);
        call(SYS_eventfd2, 1, 0x800, 0, 0, 0, 0);
        call(SYS_inotify_init1, 0x800, 0, 0, 0, 0, 0);
        call(SYS_timerfd_create, 1, 0x800, 0, 0, 0, 0);
        call(SYS_memfd_create, (uint64_t) "tangled", 0, 0, 0, 0, 0);
        call(SYS_pidfd_open, call(SYS_getpid, 0, 0, 0, 0, 0, 0), 0, 0, 0, 0, 0);
        uint64_t *set = room(w, 8);
        *set = 1UL << (SIGUSR2 - 1);
        call(SYS_signalfd4, -1, (uint64_t)set, 8, 0x800, 0, 0);
        break;
    }
    default: // some go
        for (unsigned i = below(w, 60); i > 0; i--) {
            call(SYS_close, anyFd(w), 0, 0, 0, 0, 0);
        }
        break;
    }
}

#include "fuzz-extremes.h"

static void step(struct worker *w)
{
    if (below(w, 12) == 0) {
        reach(w);
    }
    if (below(w, 64) == 0) {
        tangle(w);
    }
    const struct call *c = &calls[below(w, COUNT(calls))];
    uint64_t a[6];
    if (!c->isThere && below(w, 8)) {
        return;
    }
    for (int i = 0; i < 6; i++) {
        a[i] = argument(w, c->kinds[i]);
        if ((c->kinds[i] == KindFd || c->kinds[i] == KindDirectoryFd) && ((uint32_t)a[i] == 1 || (uint32_t)a[i] == 2)) {
            a[i] = 6; // the output is ours
        }
    }
    if (!bend(w, c, a)) {
        return;
    }
    if (traces) {
        trace(w, c, a);
    }
    int isBirth = c->number == SYS_clone || c->number == SYS_clone3 || c->number == SYS_fork;
    if (isBirth) {
        static const uint64_t all = -1; // what is born has no stack for a signal
        call(SYS_rt_sigprocmask, SIG_SETMASK, (uint64_t)&all, 0, 8, 0, 0);
    }
    long result = (isBirth ? callBirth : call)(c->number, a[0], a[1], a[2], a[3], a[4], a[5]);
    mend(w, c, a, result);
    if (below(w, 256) == 0) {
        restore();
    }
}

static void *work(void *argument)
{
    struct worker *w = argument;
    w->tid = (int)call(SYS_gettid, 0, 0, 0, 0, 0, 0);
    call(SYS_arch_prctl, 0x1003, (uint64_t)&w->fs, 0, 0, 0, 0);
    while (!stop && !w->stuck) {
        if (atomic_fetch_sub(&budget, 1) <= 1) {
            stop = 1;
        }
        step(w);
        atomic_fetch_add(&w->done, 1);
    }
    call(SYS_exit, 0, 0, 0, 0, 0, 0); // not by way of the thread library, whose FS base may be gone
    return NULL;
}

static void start(int index, uint64_t seed)
{
    struct worker *w = &workers[index];
    w->state = seed * 1000003 + index;
    w->index = index;
    w->scratch = arena + ((index % WORKERS) * 8 * PAGE);
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 64 << 10);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    if (pthread_create(&thread, &attributes, work, w) != 0) {
        w->stuck = 1;
    }
}

// A fault of the program itself ends it when it comes again and again at the same place; one that a call sent, or made look like a fault,
// does not.
static void take(int number, siginfo_t *info, void *context)
{
    static uint64_t last;
    static unsigned times;
    if (info->si_code > 0 && (number == SIGSEGV || number == SIGBUS || number == SIGILL || number == SIGFPE || number == SIGTRAP)) {
        uint64_t at = ((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP];
        times = at == last ? times + 1 : 0;
        last = at;
        if (times > 1000) {
            static const uint64_t standard[4];
            call(SYS_rt_sigaction, number, (uint64_t)standard, 0, 8, 0, 0);
        }
    }
}

__asm__("restorer: mov $15, %eax\n syscall\n");
extern const char restorer[];

// All signals, those that the thread library keeps for itself too.
static void catchAll(void)
{
    for (int i = 1; i <= 64; i++) {
        uint64_t action[4] = { (uint64_t)take, SA_SIGINFO | 0x04000000, (uint64_t)restorer, -1 }; // one at a time: the stacks are small
        call(SYS_rt_sigaction, i, (uint64_t)action, 0, 8, 0, 0);
    }
}

int main(int argc, char **argv)
{
    struct utsname system;
    uname(&system);
    if (strstr(system.release, "mote") == NULL) {
        fprintf(stderr, "fuzz: this is no Mote machine\n");
        return 2;
    }
    uint64_t seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 1;
    budget = argc > 2 ? strtoull(argv[2], NULL, 0) : 10000;
    double minutes = argc > 3 ? strtod(argv[3], NULL) : 0;
    traces = argc > 4;
    printf("fuzz: seed %llu\n", (unsigned long long)seed);
    fflush(stdout);
    if (minutes > 0) {
        budget = UINT64_MAX;
    }

    // Far below where the kernel places mappings: holes in it stay holes.
    char *area = mmap((void *)0x100000000000, (ARENA_PAGES + 512) * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    arena = area + (256 * PAGE);
    mprotect(arena, ARENA_PAGES * PAGE, PROT_READ | PROT_WRITE);
    readOnly = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    catchAll();
    setrlimit(RLIMIT_NOFILE, &filesLimit);
    chdir("/tmp");
    mkdir("/tmp/d", 0777);
    symlink("/tmp/a", "/tmp/l");
    symlink("/tmp/l2", "/tmp/l2");
    int pair[2];
    for (int i = 0; i < 3; i++) {
        open("/tmp/a", O_CREAT | O_RDWR, 0666);
        pipe2(pair, i == 0 ? O_NONBLOCK : 0);
        open("/tmp", O_DIRECTORY);
        epoll_create1(0);
        eventfd(0, 0);
        timerfd_create(CLOCK_MONOTONIC, 0);
        open("/dev/zero", O_RDWR);
        memfd_create("memory", MFD_ALLOW_SEALING);
        open("/proc/self/maps", O_RDONLY);
        open("/proc", O_DIRECTORY);
    }

    int running = 0;
    for (; running < WORKERS; running++) {
        start(running, seed);
    }

    struct timespec begin, now;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    uint64_t total = 0;
    for (unsigned round = 0; !stop; round++) {
        call(SYS_nanosleep, (uint64_t)&(struct timespec){ 0, 3000000 }, 0, 0, 0, 0, 0);
        catchAll();
        int alive = 0;
        for (int i = 0; i < running; i++) {
            struct worker *w = &workers[i];
            uint64_t done = w->done;
            if (w->stuck >= 1) {
                continue;
            }
            alive++;
            if (done != w->seen) {
                w->seen = done;
                w->depth = 0;
            } else if (++w->depth > 200) {
                w->stuck = 1; // it waits with all signals blocked: leave it behind
            } else if (w->depth > 1) {
                call(SYS_tkill, w->tid, SIGUSR1, 0, 0, 0, 0);
            }
        }
        while (alive < WORKERS && running < MAX_WORKERS) {
            start(running++, seed);
            alive++;
        }
        call(SYS_clock_gettime, CLOCK_MONOTONIC, (uint64_t)&now, 0, 0, 0, 0);
        if (minutes > 0 && (double)(now.tv_sec - begin.tv_sec) > minutes * 60) {
            stop = 1;
        }
        if (alive == 0) {
            break;
        }
    }
    for (int i = 0; i < running; i++) {
        total += workers[i].done;
    }
    char text[128];
    int length = snprintf(text, sizeof(text), "fuzz: %llu calls, %d threads left waiting\n", (unsigned long long)total, running - WORKERS);
    call(SYS_write, 1, (uint64_t)text, length, 0, 0, 0);
    call(SYS_exit_group, 0, 0, 0, 0, 0, 0);
}
