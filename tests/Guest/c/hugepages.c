// Memory large enough for 2 MiB pages, taken to pieces: whatever pages lie below it, a program sees its bytes and its rights.
#define _GNU_SOURCE
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#ifndef MADV_HUGEPAGE
#define MADV_HUGEPAGE 14
#define MADV_NOHUGEPAGE 15
#endif

enum { page = 4096, huge = 2 << 20, pages = huge / page };

static sigjmp_buf back;

static volatile sig_atomic_t expected;

static void on_fault(int number)
{
    if (!expected) {
        write(1, "an unexpected fault\n", 20);
        _exit(3);
    }
    siglongjmp(back, number);
}

static int can_write(volatile char *at)
{
    volatile int result = 0;
    expected = 1;
    if (!sigsetjmp(back, 1)) {
        *at = *at;
        result = 1;
    }
    expected = 0;
    return result;
}

static int can_read(volatile char *at)
{
    volatile int result = 0;
    expected = 1;
    if (!sigsetjmp(back, 1)) {
        (void)*at;
        result = 1;
    }
    expected = 0;
    return result;
}

static void check(const char *what, int holds)
{
    printf("%s: %s\n", what, holds ? "yes" : "NO");
}

// An aligned range inside a larger mapping.
static char *map_aligned(size_t length)
{
    char *memory = mmap(0, length + huge, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        perror("mmap");
        exit(2);
    }
    return (char *)(((uintptr_t)memory + huge - 1) & ~(uintptr_t)(huge - 1));
}

static void fill(char *memory, size_t count)
{
    for (size_t i = 0; i < count; i++)
        *(size_t *)(memory + i * page) = i + 1;
}

static int is_filled(char *memory, size_t from, size_t count)
{
    for (size_t i = from; i < from + count; i++)
        if (*(size_t *)(memory + i * page) != i + 1)
            return 0;
    return 1;
}

int main(void)
{
    struct sigaction action = {.sa_handler = on_fault};
    sigaction(SIGSEGV, &action, 0);
    sigaction(SIGBUS, &action, 0);

    char *memory = map_aligned(4 * huge);
    check("advice is taken", madvise(memory, 4 * huge, MADV_HUGEPAGE) == 0 || errno == EINVAL);
    check("fresh memory is zero", memory[0] == 0 && memory[huge + 12345] == 0);
    memory[huge - 1] = 1;
    int zero = 1;
    for (int i = 0; i < huge - 1; i++)
        zero &= memory[i] == 0;
    check("all around a written byte is zero", zero);
    fill(memory, 4 * pages);
    check("bytes stay", is_filled(memory, 0, 4 * pages));

    check("mprotect of the middle", mprotect(memory + 100 * page, 3 * page, PROT_READ) == 0);
    check("cannot be written there", !can_write(memory + 101 * page));
    check("can beside", can_write(memory + 99 * page) && can_write(memory + 103 * page));
    check("mprotect of one whole", mprotect(memory + huge, huge, PROT_NONE) == 0);
    check("cannot be read there", !can_read(memory + huge) && !can_read(memory + 2 * huge - 1));
    check("and back", mprotect(memory + huge, huge, PROT_READ | PROT_WRITE) == 0 && can_write(memory + huge + 777));
    check("bytes stay", is_filled(memory, 0, 4 * pages));

    check("munmap of a page", munmap(memory + 2 * huge + 5 * page, page) == 0);
    check("cannot be read there", !can_read(memory + 2 * huge + 5 * page));
    check("bytes around stay", is_filled(memory, 2 * pages, 5) && is_filled(memory, 2 * pages + 6, pages - 6));
    check("a new page there", mmap(memory + 2 * huge + 5 * page, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
        0) == memory + 2 * huge + 5 * page);
    check("is zero", *(size_t *)(memory + 2 * huge + 5 * page) == 0);

    check("MADV_DONTNEED of some", madvise(memory + 3 * huge + 50 * page, 50 * page, MADV_DONTNEED) == 0);
    check("makes them zero", *(size_t *)(memory + 3 * huge + 70 * page) == 0);
    check("and no others", is_filled(memory, 3 * pages, 50) && is_filled(memory, 3 * pages + 100, pages - 100));
    check("MADV_DONTNEED of one whole", madvise(memory + huge, huge, MADV_DONTNEED) == 0);
    check("makes it zero", memory[huge] == 0 && memory[2 * huge - page] == 0);
    check("mprotect back", mprotect(memory + 100 * page, 3 * page, PROT_READ | PROT_WRITE) == 0 && is_filled(memory, 0, pages));
    fill(memory, 2 * pages);

    char *target = map_aligned(2 * huge);
    char *moved = mremap(memory, 2 * huge, 2 * huge, MREMAP_MAYMOVE | MREMAP_FIXED, target);
    check("mremap to an aligned place", moved == target && is_filled(moved, 0, 2 * pages));
    char *odd = map_aligned(3 * huge) + 3 * page;
    moved = mremap(target + huge, huge, huge, MREMAP_MAYMOVE | MREMAP_FIXED, odd);
    check("mremap to another", moved == odd && *(size_t *)(odd + 7 * page) == pages + 8);
    moved = mremap(odd, huge, huge / 2, 0);
    check("shorter", moved == odd && can_read(odd + huge / 2 - 1) && !can_read(odd + huge / 2));

    int ends[2];
    check("a pipe takes and gives bytes across pages", pipe(ends) == 0 && write(ends[1], target + huge - 2000, 2000) == 2000
        && read(ends[0], target + 3000, 2000) == 2000 && memcmp(target + 3000, target + huge - 2000, 2000) == 0);

    check("PR_SET_THP_DISABLE", prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0) == 0 && prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0) == 1);
    check("back", prctl(PR_SET_THP_DISABLE, 0, 0, 0, 0) == 0 && prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0) == 0);
    check("refuses more arguments", prctl(PR_SET_THP_DISABLE, 1, 1, 0, 0) == -1 && errno == EINVAL);

    // Sequential use of a large mapping, without advice.
    char *large = map_aligned(8 * huge);
    fill(large, 8 * pages);
    check("a large mapping keeps its bytes", is_filled(large, 0, 8 * pages));
    check("and goes", munmap(large, 8 * huge) == 0 && !can_read(large + 5 * huge));
    return 0;
}
