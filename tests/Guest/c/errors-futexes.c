// How futex(2) and its kin fail, and which error wins when several apply: each operation with each kind of word, timeout and flag.
#include "errors.h"
#include <limits.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>

#define BAD ((void *)0x7030000000)
#define OUTSIDE ((void *)0xffff888000000000)
#define NOBODY 99999999
#define PRIVATE 128
#define WALL 256
#define OP(op, oparg, cmp, cmparg) (int)((unsigned)(op) << 28 | (unsigned)(cmp) << 24 | ((oparg) & 0xfff) << 12 | ((cmparg) & 0xfff))

#ifndef SYS_futex_waitv
#define SYS_futex_waitv 449
#endif

struct waitv { uint64_t value, address; uint32_t flags, reserved; };

static uint32_t words[16] __attribute__((aligned(64)));
static uint32_t *readOnly, *shared;
static char *edge;

static long futex(void *word, int operation, uint32_t value, const void *timeout, void *second, uint32_t third)
{
    return syscall(SYS_futex, word, operation, value, timeout, second, third);
}

// Operations that read or wait, by their numbers; those for priority inheritance follow below.
static const int operations[] = {0, 1, 2, 3, 4, 5, 9, 10, 14, 15, 64, 127};
static const char *const names[] = {"WAIT", "WAKE", "FD", "REQUEUE", "CMP_REQUEUE", "WAKE_OP", "WAIT_BITSET", "WAKE_BITSET", "14",
    "15", "64", "127"};

static void testWords(void)
{
    void *const places[] = {words, (char *)words + 2, (char *)words + 1, NULL, (void *)4, BAD, (char *)BAD + 1, OUTSIDE, (void *)-4,
        (void *)-1, readOnly, shared, edge - 4, edge - 2};
    const char *const kinds[] = {"good", "unaligned", "odd", "null", "low", "unmapped", "unmapped odd", "kernel", "-4", "-1", "read-only",
        "shared", "edge", "edge unaligned"};
    struct timespec none = {0, 0};
    for (size_t i = 0; i < sizeof operations / sizeof operations[0]; i++) {
        for (size_t j = 0; j < sizeof places / sizeof places[0]; j++) {
            for (int flags = 0; flags < 4; flags++) {
                int operation = operations[i] | (flags & 1 ? PRIVATE : 0) | (flags & 2 ? WALL : 0);
                int waits = operations[i] == 0 || operations[i] == 9;
                printf("%s%s%s %s: ", names[i], flags & 1 ? " private" : "", flags & 2 ? " wall" : "", kinds[j]);
                errno = 0;
                long first = futex(places[j], operation, waits ? 77 : 1, waits ? (void *)&none : (void *)1, words + 4, 1);
                int error = errno;
                printf("%ld %s, ", first, first < 0 ? strerrorname_np(error) : "ok");
                errno = 0;
                words[0] = 5;
                long second = operations[i] == 5 || operations[i] == 4 || operations[i] == 3
                    ? futex(words, operation, 1, (void *)1, places[j], 5) : 0;
                error = errno;
                printf("%ld %s\n", second, second < 0 ? strerrorname_np(error) : "ok");
            }
        }
    }
}

static void testTimeouts(void)
{
    struct timespec none = {0, 0}, wrong = {0, 1000000000}, before = {-1, 0}, negative = {0, -1}, past = {1, 0}, soon = {0, 1000000};
    words[0] = 5;
    puts("timeouts");
    for (int i = 0; i < 4; i++) {
        int operation = (i & 1 ? 9 : 0) | (i & 2 ? PRIVATE : 0);
        printf("operation %d\n", operation);
        OUTCOME(futex(words, operation, 5, &none, NULL, 1));
        OUTCOME(futex(words, operation, 4, &none, NULL, 1));
        OUTCOME(futex(words, operation, 5, &wrong, NULL, 1));
        OUTCOME(futex(words, operation, 5, &before, NULL, 1));
        OUTCOME(futex(words, operation, 5, &negative, NULL, 1));
        OUTCOME(futex(words, operation, 4, &wrong, NULL, 1));
        OUTCOME(futex(words, operation, 5, BAD, NULL, 1));
        OUTCOME(futex(words, operation, 4, BAD, NULL, 1));
        OUTCOME(futex(words, operation, 5, edge - 15, NULL, 1));
        OUTCOME(futex(BAD, operation, 5, &wrong, NULL, 1));
        OUTCOME(futex(BAD, operation, 5, BAD, NULL, 1));
        OUTCOME(futex((char *)words + 1, operation, 5, &wrong, NULL, 1));
        OUTCOME(futex((char *)words + 1, operation, 5, BAD, NULL, 1));
        OUTCOME(futex(words, operation | WALL, 5, &wrong, NULL, 1));
        OUTCOME(futex(words, operation | WALL, 4, BAD, NULL, 1));
        OUTCOME(futex(words, operation | WALL, 5, &soon, NULL, 1));
        OUTCOME(futex(words, operation, 5, &past, NULL, 0) == -1 && errno == ETIMEDOUT && !(i & 1) ? 0 : -1);
        OUTCOME(futex(words, operation, 4, &wrong, NULL, 0));
        OUTCOME(futex(words, operation | 1 << 9, 4, NULL, NULL, 1));
        OUTCOME(futex(words, operation | INT_MIN, 4, NULL, NULL, 1));
        OUTCOME(futex(words, -1, 4, NULL, NULL, 1));
        OUTCOME(futex(words, 99, 4, BAD, NULL, 1));
    }
}

static void testBitsets(void)
{
    puts("bitsets");
    words[0] = 5;
    OUTCOME(futex(words, 9, 5, NULL, NULL, 0));
    OUTCOME(futex(words, 9, 4, NULL, NULL, 0));
    OUTCOME(futex(BAD, 9, 4, NULL, NULL, 0));
    OUTCOME(futex((char *)words + 1, 9, 4, NULL, NULL, 0));
    OUTCOME(futex(words, 9, 4, BAD, NULL, 0));
    OUTCOME(futex(words, 10, 1, NULL, NULL, 0));
    OUTCOME(futex(BAD, 10, 1, NULL, NULL, 0));
    OUTCOME(futex((char *)words + 1, 10, 1, NULL, NULL, 0));
    OUTCOME(futex(words, 10, 0, NULL, NULL, -1));
    OUTCOME(futex(words, 10, INT_MIN, NULL, NULL, -1));
    OUTCOME(futex(words, 1, -1, NULL, NULL, 0));
    OUTCOME(futex(words, 1, INT_MIN, BAD, BAD, 0));
}

static void testRequeues(void)
{
    puts("requeues");
    words[0] = 5;
    for (int i = 0; i < 4; i++) {
        int operation = (i & 1 ? 4 : 3) | (i & 2 ? PRIVATE : 0);
        printf("operation %d\n", operation);
        OUTCOME(futex(words, operation, -1, (void *)1, words + 1, 5));
        OUTCOME(futex(words, operation, 1, (void *)-1L, words + 1, 5));
        OUTCOME(futex(words, operation, INT_MIN, (void *)(long)INT_MIN, words + 1, 5));
        OUTCOME(futex(words, operation, -1, (void *)1, BAD, 5));
        OUTCOME(futex(BAD, operation, -1, (void *)1, words, 5));
        OUTCOME(futex((char *)words + 1, operation, -1, (void *)1, words, 5));
        OUTCOME(futex(words, operation, 1, (void *)1, (char *)words + 1, 4));
        OUTCOME(futex(words, operation, 1, (void *)1, BAD, 4));
        OUTCOME(futex(words, operation, 1, (void *)1, BAD, 5));
        OUTCOME(futex(BAD, operation, 1, (void *)1, (char *)words + 1, 5));
        OUTCOME(futex(words, operation, 1, (void *)1, OUTSIDE, 5));
        OUTCOME(futex(words, operation, 1, (void *)1, NULL, 5));
        OUTCOME(futex(words, operation, 1, (void *)1, words, 5));
        OUTCOME(futex(words, operation, 1, (void *)1, words, 4));
        OUTCOME(futex(words, operation, 0, NULL, words + 1, 5));
        OUTCOME(futex(words, operation, 1, (void *)(1UL << 40), words + 1, 5));
        OUTCOME(futex(readOnly, operation, 1, (void *)1, words + 1, 0));
        OUTCOME(futex(words, operation, 1, (void *)1, readOnly, 5));
        OUTCOME(futex(shared, operation, 1, (void *)1, words, 0));
        OUTCOME(futex(words, operation | WALL, 1, (void *)1, words + 1, 5));
    }
}

static void testWakeOperations(void)
{
    puts("wake and change");
    for (int operation = 0; operation < 16; operation++) {
        for (int compare = 0; compare < 16; compare++) {
            words[4] = 0xfffffff3;
            errno = 0;
            long result = futex(words, 5 | PRIVATE, 1, (void *)1, words + 4, OP(operation, 5, compare, -13));
            int error = errno;
            printf("%d %d: %ld %s %x\n", operation, compare, result, result < 0 ? strerrorname_np(error) : "", words[4]);
        }
    }
    const int operands[] = {0, 1, 31, 32, 33, 2047, -1, -2048, 100};
    for (size_t i = 0; i < sizeof operands / sizeof operands[0]; i++) {
        for (int operation = 8; operation < 13; operation++) {
            words[4] = 1;
            errno = 0;
            long result = futex(words, 5, 1, (void *)1, words + 4, OP(operation, operands[i], 0, 1));
            int error = errno;
            printf("shift %d by %d: %ld %s %x\n", operation, operands[i], result, result < 0 ? strerrorname_np(error) : "", words[4]);
        }
    }
    words[4] = 7;
    OUTCOME(futex(words, 5, 1, (void *)1, BAD, OP(7, 0, 9, 0)));
    OUTCOME(futex(words, 5, 1, (void *)1, BAD, OP(0, 0, 9, 0)));
    OUTCOME(futex(words, 5, 1, (void *)1, readOnly, OP(0, 0, 0, 0)));
    OUTCOME(futex(words, 5, 1, (void *)1, (char *)words + 1, OP(7, 0, 0, 0)));
    OUTCOME(futex(BAD, 5, 1, (void *)1, words + 4, OP(7, 0, 0, 0)));
    OUTCOME(futex(BAD, 5, 1, (void *)1, words + 4, OP(0, 1, 0, 0)));
    OUTCOME(futex(BAD, 5 | PRIVATE, 1, (void *)1, words + 4, OP(0, 2, 0, 0)));
    OUTCOME(futex(words, 5, -1, (void *)-1L, words + 4, OP(0, 3, 0, 2)));
    printf("%u\n", words[4]);
}

static void testMany(void)
{
    static struct waitv many[129];
    struct timespec none = {0, 0}, past = {1, 0}, wrong = {0, 1000000000}, before = {-1, 0};
    words[0] = 5;
    struct waitv one = {5, (uintptr_t)words, 2 | PRIVATE, 0};
    puts("futex_waitv");
    OUTCOME(syscall(SYS_futex_waitv, NULL, 1, 0, NULL, 0));
    OUTCOME(syscall(SYS_futex_waitv, NULL, 0, 0, NULL, 0));
    OUTCOME(syscall(SYS_futex_waitv, BAD, 1, 0, NULL, 0));
    OUTCOME(syscall(SYS_futex_waitv, BAD, 129, 0, NULL, 0));
    OUTCOME(syscall(SYS_futex_waitv, BAD, 1, 1, BAD, 99));
    OUTCOME(syscall(SYS_futex_waitv, BAD, 1, 0, BAD, 99));
    OUTCOME(syscall(SYS_futex_waitv, BAD, 1, 0, BAD, CLOCK_MONOTONIC));
    OUTCOME(syscall(SYS_futex_waitv, BAD, 1, 0, &wrong, CLOCK_MONOTONIC));
    OUTCOME(syscall(SYS_futex_waitv, BAD, 1, 0, &none, CLOCK_BOOTTIME));
    OUTCOME(syscall(SYS_futex_waitv, &one, 1, 0, &none, CLOCK_BOOTTIME));
    OUTCOME(syscall(SYS_futex_waitv, &one, 1, 0, &past, CLOCK_MONOTONIC_RAW));
    OUTCOME(syscall(SYS_futex_waitv, &one, 1, 0, &past, -1));
    OUTCOME(syscall(SYS_futex_waitv, &one, 1, 0, &past, CLOCK_REALTIME));
    OUTCOME(syscall(SYS_futex_waitv, &one, 1, 0, &none, CLOCK_MONOTONIC));
    OUTCOME(syscall(SYS_futex_waitv, &one, 1, 0, &before, CLOCK_MONOTONIC));
    OUTCOME(syscall(SYS_futex_waitv, &one, 0, 0, &none, CLOCK_MONOTONIC));
    OUTCOME(syscall(SYS_futex_waitv, &one, -1, 0, &none, CLOCK_MONOTONIC));
    OUTCOME(syscall(SYS_futex_waitv, many, 129, 0, &none, CLOCK_MONOTONIC));
    OUTCOME(syscall(SYS_futex_waitv, many, 128, 0, &none, CLOCK_MONOTONIC));
    one.value = 4;
    OUTCOME(syscall(SYS_futex_waitv, &one, 1, 0, NULL, 99));
    OUTCOME(syscall(SYS_futex_waitv, &one, 1, 0, &none, CLOCK_MONOTONIC));
    one.value = 5UL | 1UL << 40;
    OUTCOME(syscall(SYS_futex_waitv, &one, 1, 0, &none, CLOCK_MONOTONIC));
    one.value = 5;
    const uint32_t flags[] = {0, 1, 2, 3, PRIVATE, 2 | WALL, 0x82, 0xffffffff, 1 | PRIVATE};
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        one.flags = flags[i];
        printf("%x ", flags[i]);
        OUTCOME(syscall(SYS_futex_waitv, &one, 1, 0, &none, CLOCK_MONOTONIC));
    }
    one.flags = 2;
    one.reserved = 1;
    OUTCOME(syscall(SYS_futex_waitv, &one, 1, 0, &none, CLOCK_MONOTONIC));
    one.reserved = 0;
    one.address++;
    OUTCOME(syscall(SYS_futex_waitv, &one, 1, 0, &none, CLOCK_MONOTONIC));
    one.address = (uintptr_t)BAD;
    OUTCOME(syscall(SYS_futex_waitv, &one, 1, 0, &none, CLOCK_MONOTONIC));
    one.flags |= PRIVATE;
    OUTCOME(syscall(SYS_futex_waitv, &one, 1, 0, &none, CLOCK_MONOTONIC));
    one.address = 0;
    OUTCOME(syscall(SYS_futex_waitv, &one, 1, 0, &none, CLOCK_MONOTONIC));
    one.address = (uintptr_t)OUTSIDE;
    OUTCOME(syscall(SYS_futex_waitv, &one, 1, 0, &none, CLOCK_MONOTONIC));
    for (int i = 0; i < 3; i++) {
        many[i] = (struct waitv){5, (uintptr_t)words, 2 | PRIVATE, 0};
    }
    many[1].value = 6;
    many[2].flags = 99;
    OUTCOME(syscall(SYS_futex_waitv, many, 3, 0, &none, CLOCK_MONOTONIC));
    many[2].flags = 2;
    many[2].address = (uintptr_t)BAD;
    OUTCOME(syscall(SYS_futex_waitv, many, 3, 0, &none, CLOCK_MONOTONIC));
    many[2].flags = 2 | PRIVATE;
    OUTCOME(syscall(SYS_futex_waitv, many, 3, 0, &none, CLOCK_MONOTONIC));
    memcpy(edge - 24, many, 24);
    OUTCOME(syscall(SYS_futex_waitv, edge - 24, 2, 0, &none, CLOCK_MONOTONIC));
}

static void testLists(void)
{
    long list[8];
    puts("lists");
    OUTCOME(syscall(SYS_set_robust_list, list, 0L));
    OUTCOME(syscall(SYS_set_robust_list, list, 12L));
    OUTCOME(syscall(SYS_set_robust_list, list, -1L));
    OUTCOME(syscall(SYS_set_robust_list, BAD, 23L));
    OUTCOME(syscall(SYS_set_robust_list, list, 1L << 32 | 24));
    long old = 0;
    size_t length = 0;
    OUTCOME(syscall(SYS_get_robust_list, 0, &old, &length));
    OUTCOME(syscall(SYS_set_robust_list, OUTSIDE, 24L));
    OUTCOME(syscall(SYS_get_robust_list, 0, list, &length));
    printf("%lx %zu\n", list[0], length);
    OUTCOME(syscall(SYS_set_robust_list, NULL, 24L));
    OUTCOME(syscall(SYS_set_robust_list, old, 24L));
    OUTCOME(syscall(SYS_get_robust_list, 0, NULL, &length));
    OUTCOME(syscall(SYS_get_robust_list, 0, list, NULL));
    length = 99;
    OUTCOME(syscall(SYS_get_robust_list, 0, BAD, &length));
    printf("%zu\n", length);
    list[0] = 99;
    OUTCOME(syscall(SYS_get_robust_list, 0, list, BAD));
    printf("%ld\n", list[0]);
    OUTCOME(syscall(SYS_get_robust_list, NOBODY, BAD, BAD));
    OUTCOME(syscall(SYS_get_robust_list, INT_MIN, list, &length));
    OUTCOME(syscall(SYS_get_robust_list, getpid(), list, &length));
    VALUE(syscall(SYS_set_tid_address, BAD) == syscall(SYS_gettid));
    VALUE(syscall(SYS_set_tid_address, NULL) == syscall(SYS_gettid));
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    edge = (char *)mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) + 4096;
    munmap(edge, 4096);
    readOnly = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    testWords();
    testTimeouts();
    testBitsets();
    testRequeues();
    testWakeOperations();
    testMany();
    testLists();
    return 0;
}
