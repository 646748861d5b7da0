// The mmap family where it is seldom used: validated flags, places, moves that leave the old range or copy, seals, advice, locks, limits,
// names (mmap(2), mremap(2), mprotect(2), mseal(2), madvise(2), mlock(2), mincore(2), prctl(2)).
#include "check.h"
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif
#ifndef MREMAP_DONTUNMAP
#define MREMAP_DONTUNMAP 4
#endif
#ifndef MAP_SHARED_VALIDATE
#define MAP_SHARED_VALIDATE 3
#endif
#ifndef MAP_SYNC
#define MAP_SYNC 0x80000
#endif
#ifndef PR_SET_VMA
#define PR_SET_VMA 0x53564d41
#endif
#define SYS_MSEAL 462
#define PAGE 4096UL
#define PRIVATE (MAP_PRIVATE | MAP_ANONYMOUS)
#define RW (PROT_READ | PROT_WRITE)

static sigjmp_buf back;

static void onFault(int number)
{
    (void)number;
    siglongjmp(back, 1);
}

static int faults(volatile char *at, int writes)
{
    if (sigsetjmp(back, 1) != 0) {
        return 1;
    }
    if (writes) {
        *at = 1;
    } else {
        (void)*at;
    }
    return 0;
}

static char *map(size_t pages, int protection, int flags)
{
    char *at = mmap(NULL, pages * PAGE, protection, flags, -1, 0);
    CHECK(at != MAP_FAILED);
    return at;
}

// The line of /proc/self/maps that starts at an address.
static int line(void *at, char *access, char *name, unsigned long *end)
{
    FILE *file = fopen("/proc/self/maps", "r");
    char text[512];
    int found = 0;
    while (!found && fgets(text, sizeof text, file)) {
        unsigned long low, high;
        char rights[8], path[256] = "";
        if (sscanf(text, "%lx-%lx %7s %*s %*s %*s %255[^\n]", &low, &high, rights, path) >= 3 && low == (uintptr_t)at) {
            strcpy(access, rights);
            strcpy(name, path);
            *end = high;
            found = 1;
        }
    }
    fclose(file);
    return found;
}

static void testFlags(void)
{
    FILE *file = tmpfile();
    int fd = fileno(file);
    CHECK(ftruncate(fd, 2 * PAGE) == 0);
    CHECK(mmap(NULL, PAGE, RW, MAP_SHARED_VALIDATE, fd, 0) != MAP_FAILED);
    CHECK(mmap(NULL, PAGE, RW, MAP_SHARED_VALIDATE | MAP_SYNC, fd, 0) == MAP_FAILED && errno == EOPNOTSUPP);
    CHECK(mmap(NULL, PAGE, RW, MAP_SHARED_VALIDATE | 1 << 21, fd, 0) == MAP_FAILED && errno == EOPNOTSUPP);
    CHECK(mmap(NULL, PAGE, RW, MAP_SHARED | 1 << 21, fd, 0) != MAP_FAILED); // others ignore what they do not know
    CHECK(mmap(NULL, PAGE, RW, MAP_SHARED_VALIDATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED && errno == EINVAL);
    CHECK(mmap(NULL, PAGE, RW, MAP_ANONYMOUS, -1, 0) == MAP_FAILED && errno == EINVAL);
    CHECK(mmap(NULL, 0, RW, PRIVATE, -1, 0) == MAP_FAILED && errno == EINVAL);
    CHECK(mmap(NULL, PAGE, RW, MAP_PRIVATE, fd, 1) == MAP_FAILED && errno == EINVAL);
    CHECK(mmap(NULL, PAGE, RW, MAP_PRIVATE, -1, 0) == MAP_FAILED && errno == EBADF);
    CHECK(mmap((void *)1, PAGE, RW, PRIVATE | MAP_FIXED, -1, 0) == MAP_FAILED && errno == EINVAL);
    CHECK(mmap(NULL, 1UL << 47, RW, PRIVATE | MAP_NORESERVE, -1, 0) == MAP_FAILED && errno == ENOMEM);
    CHECK(mmap(NULL, -PAGE, RW, PRIVATE | MAP_NORESERVE, -1, 0) == MAP_FAILED && errno == ENOMEM);
    char *three = map(3, RW, PRIVATE);
    CHECK(mmap(three + PAGE, PAGE, RW, PRIVATE | MAP_FIXED_NOREPLACE, -1, 0) == MAP_FAILED && errno == EEXIST);
    munmap(three + PAGE, PAGE);
    CHECK(mmap(three + PAGE, PAGE, RW, PRIVATE | MAP_FIXED_NOREPLACE, -1, 0) == three + PAGE);
    CHECK(mmap(three + 100, PAGE, RW, PRIVATE, -1, 0) != three); // a hint only
    char *low = mmap(NULL, PAGE, RW, PRIVATE | MAP_32BIT, -1, 0);
    CHECK((uintptr_t)low < 1UL << 31);
    CHECK(mmap(NULL, PAGE, 0x40 | PROT_READ, PRIVATE, -1, 0) != MAP_FAILED);
    int readOnly = open("/proc/self/exe", O_RDONLY), writeOnly = open("/tmp", O_WRONLY | O_TMPFILE, 0600);
    CHECK(mmap(NULL, PAGE, RW, MAP_SHARED, readOnly, 0) == MAP_FAILED && errno == EACCES);
    char *text = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, readOnly, 0);
    FAILS(mprotect(text, PAGE, RW), EACCES);
    CHECK(mmap(NULL, PAGE, RW, MAP_PRIVATE, readOnly, 0) != MAP_FAILED);
    CHECK(writeOnly < 0 || (mmap(NULL, PAGE, PROT_READ, MAP_SHARED, writeOnly, 0) == MAP_FAILED && errno == EACCES));
    fclose(file);
    passed("flags");
}

static void testGrowth(void)
{
    char *pages = map(64, PROT_NONE, PRIVATE | MAP_NORESERVE);
    munmap(pages, 64 * PAGE);
    char *top = mmap(pages + 62 * PAGE, 2 * PAGE, RW, PRIVATE | MAP_FIXED | MAP_GROWSDOWN, -1, 0);
    CHECK(top == pages + 62 * PAGE);
    top[-1] = 1;
    top[-5 * (long)PAGE] = 1;
    CHECK(mprotect(top + PAGE, PAGE, PROT_READ | PROT_GROWSDOWN) == 0); // all of it, from where it has grown to
    CHECK(faults(top - 5 * PAGE, 1) && !faults(top - 5 * PAGE, 0));
    char *plain = map(1, RW, PRIVATE);
    FAILS(mprotect(plain, PAGE, PROT_READ | PROT_GROWSDOWN), EINVAL);
    FAILS(mprotect(plain, PAGE, PROT_READ | PROT_GROWSUP), EINVAL);
    FAILS(mprotect(plain, PAGE, PROT_READ | PROT_GROWSUP | PROT_GROWSDOWN), EINVAL);
    FAILS(mprotect(plain, PAGE, 0x40), EINVAL);
    FAILS(mprotect(plain + 1, PAGE, PROT_READ), EINVAL);
    CHECK(mprotect(plain, 0, PROT_READ) == 0);
    munmap(plain, PAGE);
    FAILS(mprotect(plain, PAGE, PROT_READ), ENOMEM);
    munmap(pages, 64 * PAGE);
    passed("growth");
}

static void testMoves(void)
{
    // Left behind, the old range is fresh; the new one has the pages.
    char *old = map(4, RW, PRIVATE);
    memset(old, 7, 4 * PAGE);
    char *new = mremap(old, 4 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, NULL);
    CHECK(new != MAP_FAILED && new != old && new[0] == 7 && new[4 * PAGE - 1] == 7 && old[0] == 0 && old[3 * PAGE] == 0);
    CHECK(mremap(old, 4 * PAGE, 8 * PAGE, MREMAP_MAYMOVE | MREMAP_DONTUNMAP, NULL) == MAP_FAILED && errno == EINVAL);
    CHECK(mremap(old, 4 * PAGE, 4 * PAGE, MREMAP_DONTUNMAP, NULL) == MAP_FAILED && errno == EINVAL);
    // Onto another mapping, which goes.
    char *target = map(4, RW, PRIVATE);
    target[0] = 9;
    CHECK(mremap(new, 4 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, target) == target && target[0] == 7 && faults(new, 0));
    CHECK(mremap(target, 4 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, target + PAGE) == MAP_FAILED && errno == EINVAL);
    CHECK(mremap(target, 4 * PAGE, 4 * PAGE, MREMAP_FIXED, old) == MAP_FAILED && errno == EINVAL);
    CHECK(mremap(target, 4 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, old + 1) == MAP_FAILED && errno == EINVAL);
    CHECK(mremap(target + 1, PAGE, PAGE, 0) == MAP_FAILED && errno == EINVAL);
    CHECK(mremap(target, PAGE, 0, 0) == MAP_FAILED && errno == EINVAL);
    CHECK(mremap(target, PAGE, PAGE, 64) == MAP_FAILED && errno == EINVAL);
    CHECK(mremap(new, PAGE, 2 * PAGE, MREMAP_MAYMOVE) == MAP_FAILED && errno == EFAULT); // nothing there
    // Shrinking unmaps, whatever lies in the rest.
    mprotect(target + 2 * PAGE, PAGE, PROT_READ);
    CHECK(mremap(target, 4 * PAGE, PAGE, 0) == target && faults(target + PAGE, 0) && faults(target + 3 * PAGE, 0) && target[0] == 7);
    // Growing in place, or not at all.
    CHECK(mremap(target, PAGE, 2 * PAGE, 0) == target && target[PAGE] == 0);
    mmap(target + 2 * PAGE, PAGE, PROT_READ, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    CHECK(mremap(target, 2 * PAGE, 3 * PAGE, 0) == MAP_FAILED && errno == ENOMEM);
    new = mremap(target, 2 * PAGE, 3 * PAGE, MREMAP_MAYMOVE);
    CHECK(new != MAP_FAILED && new != target && new[0] == 7 && new[2 * PAGE] == 0);
    // A shared mapping's second sight.
    char *shared = map(2, RW, MAP_SHARED | MAP_ANONYMOUS);
    char *again = mremap(shared, 0, 2 * PAGE, MREMAP_MAYMOVE);
    CHECK(again != MAP_FAILED && again != shared);
    shared[PAGE + 3] = 33;
    again[4] = 44;
    CHECK(again[PAGE + 3] == 33 && shared[4] == 44);
    CHECK(mremap(new, 0, PAGE, MREMAP_MAYMOVE) == MAP_FAILED && errno == EINVAL);
    passed("moves");
}

static void testAdvice(void)
{
    char *pages = map(4, RW, PRIVATE);
    memset(pages, 5, 4 * PAGE);
    CHECK(madvise(pages + PAGE, 2 * PAGE, MADV_DONTNEED) == 0 && pages[0] == 5 && pages[PAGE] == 0 && pages[2 * PAGE] == 0
        && pages[3 * PAGE] == 5);
    CHECK(madvise(pages, 4 * PAGE, 8 /* FREE */) == 0);
    pages[0] = 6;
    CHECK(pages[0] == 6);
    for (int advice = 0; advice <= 3; advice++) {
        CHECK(madvise(pages, 4 * PAGE, advice) == 0);
    }
    static const int fine[] = { 10, 11, 16, 17, 18, 19, 20, 21, 22, 23 }; // DONTFORK .. POPULATE_WRITE, without the mergeable and huge ones
    for (unsigned i = 0; i < sizeof fine / sizeof *fine; i++) {
        CHECK(madvise(pages, 4 * PAGE, fine[i]) == 0);
    }
    CHECK(pages[0] == 6);
    FAILS(madvise(pages, PAGE, 1234), EINVAL);
    FAILS(madvise(pages + 1, PAGE, MADV_NORMAL), EINVAL);
    FAILS(madvise(pages, -PAGE, MADV_NORMAL), EINVAL);
    CHECK(madvise(pages, 0, MADV_DONTNEED) == 0);
    munmap(pages + PAGE, PAGE);
    pages[2 * PAGE] = 1;
    FAILS(madvise(pages, 4 * PAGE, MADV_DONTNEED), ENOMEM); // and yet done where something is
    CHECK(pages[2 * PAGE] == 0);
    char *shared = map(1, RW, MAP_SHARED | MAP_ANONYMOUS);
    shared[0] = 3;
    CHECK(madvise(shared, PAGE, MADV_DONTNEED) == 0 && shared[0] == 3);
    FAILS(madvise(shared, PAGE, 8 /* FREE */), EINVAL);
    FAILS(madvise(shared, PAGE, 18 /* WIPEONFORK */), EINVAL);
    char *nothing = map(1, PROT_NONE, PRIVATE);
    FAILS(madvise(nothing, PAGE, 22 /* POPULATE_READ */), EINVAL);
    CHECK(mlock(pages, PAGE) == 0);
    FAILS(madvise(pages, PAGE, MADV_DONTNEED), EINVAL);
    CHECK(madvise(pages, PAGE, 24 /* DONTNEED_LOCKED */) == 0 && pages[0] == 0);
    passed("advice");
}

static void testLocks(void)
{
    char *pages = map(4, RW, PRIVATE), access[8], name[256];
    unsigned char resident[4];
    unsigned long end;
    CHECK(mlock(pages + 10, PAGE) == 0); // rounded to two pages
    CHECK(mincore(pages, 4 * PAGE, resident) == 0 && (resident[0] & 1) && (resident[1] & 1) && !(resident[2] & 1));
    CHECK(syscall(SYS_mlock2, pages + 2 * PAGE, PAGE, 1) == 0); // as they are touched
    CHECK(mincore(pages, 4 * PAGE, resident) == 0 && !(resident[2] & 1));
    pages[2 * PAGE] = 1;
    CHECK(mincore(pages, 4 * PAGE, resident) == 0 && (resident[2] & 1) && !(resident[3] & 1));
    FAILS(syscall(SYS_mlock2, pages, PAGE, 2), EINVAL);
    CHECK(munlock(pages, 4 * PAGE) == 0 && mlock(pages, 0) == 0);
    munmap(pages + PAGE, PAGE);
    FAILS(mlock(pages, 4 * PAGE), ENOMEM);
    FAILS(munlock(pages, 4 * PAGE), ENOMEM);
    FAILS(mincore(pages, 4 * PAGE, resident), ENOMEM);
    FAILS(mincore(pages + 1, PAGE, resident), EINVAL);
    FAILS(mincore(pages, PAGE, (void *)8), EFAULT);
    FAILS(mlockall(0), EINVAL);
    FAILS(mlockall(4), EINVAL);
    FAILS(mlockall(8), EINVAL);
    CHECK(mlockall(MCL_FUTURE) == 0);
    char *locked = map(2, RW, PRIVATE);
    CHECK(mincore(locked, 2 * PAGE, resident) == 0 && (resident[0] & 1) && (resident[1] & 1));
    FAILS(madvise(locked, PAGE, MADV_DONTNEED), EINVAL);
    CHECK(munlockall() == 0 && madvise(locked, PAGE, MADV_DONTNEED) == 0);
    char *later = map(1, RW, PRIVATE);
    CHECK(mincore(later, PAGE, resident) == 0 && !(resident[0] & 1));
    // What may be locked counts for whoever is not root.
    struct rlimit old, little = { 2 * PAGE, 2 * PAGE };
    if (getuid() == 0 && getrlimit(RLIMIT_MEMLOCK, &old) == 0) {
        CHECK(setrlimit(RLIMIT_MEMLOCK, &little) == 0);
        char *more = map(4, RW, PRIVATE);
        CHECK(mlock(more, 4 * PAGE) == 0); // CAP_IPC_LOCK
        munlock(more, 4 * PAGE);
    }
    passed("locks");
}

static void testLimits(void)
{
    struct rlimit old, limit;
    CHECK(getrlimit(RLIMIT_DATA, &old) == 0);
    limit = old;
    limit.rlim_cur = PAGE;
    CHECK(setrlimit(RLIMIT_DATA, &limit) == 0);
    CHECK(mmap(NULL, PAGE, RW, PRIVATE, -1, 0) == MAP_FAILED && errno == ENOMEM); // private memory to write counts as data
    char *readable = mmap(NULL, PAGE, PROT_READ, PRIVATE, -1, 0);
    CHECK(readable != MAP_FAILED && mmap(NULL, PAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0) != MAP_FAILED);
    FAILS(mprotect(readable, PAGE, RW), ENOMEM);
    char *end = (char *)syscall(SYS_brk, 0);
    CHECK((char *)syscall(SYS_brk, end + PAGE) == end);
    CHECK(setrlimit(RLIMIT_DATA, &old) == 0 && mprotect(readable, PAGE, RW) == 0);
    CHECK(getrlimit(RLIMIT_AS, &old) == 0);
    limit = old;
    limit.rlim_cur = 1 << 20;
    CHECK(setrlimit(RLIMIT_AS, &limit) == 0);
    CHECK(mmap(NULL, 1 << 21, PROT_NONE, PRIVATE | MAP_NORESERVE, -1, 0) == MAP_FAILED && errno == ENOMEM);
    CHECK(setrlimit(RLIMIT_AS, &old) == 0);
    passed("limits");
}

static void testSeals(void)
{
    char *pages = map(4, RW, PRIVATE);
    pages[0] = 1;
    if (syscall(SYS_MSEAL, pages, 2 * PAGE, 0) == -1 && errno == ENOSYS) {
        passed("seals");
        return;
    }
    FAILS(syscall(SYS_MSEAL, pages, PAGE, 1), EINVAL);
    FAILS(syscall(SYS_MSEAL, pages + 1, PAGE, 0), EINVAL);
    CHECK(syscall(SYS_MSEAL, pages, 0, 0) == 0);
    FAILS(munmap(pages, PAGE), EPERM);
    FAILS(munmap(pages, 4 * PAGE), EPERM);
    FAILS(mprotect(pages, PAGE, PROT_READ), EPERM);
    CHECK(mmap(pages, PAGE, RW, PRIVATE | MAP_FIXED, -1, 0) == MAP_FAILED && errno == EPERM);
    CHECK(mremap(pages, 2 * PAGE, PAGE, 0) == MAP_FAILED && errno == EPERM);
    CHECK(mremap(pages, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_DONTUNMAP) == MAP_FAILED && errno == EPERM);
    CHECK(mremap(pages + 2 * PAGE, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, pages) == MAP_FAILED && errno == EPERM);
    CHECK(madvise(pages, PAGE, MADV_DONTNEED) == 0); // it can be written anyway
    CHECK(munmap(pages + 2 * PAGE, PAGE) == 0);
    FAILS(syscall(SYS_MSEAL, pages + PAGE, 2 * PAGE, 0), ENOMEM);
    char *readable = map(1, RW, PRIVATE);
    CHECK(mprotect(readable, PAGE, PROT_READ) == 0 && syscall(SYS_MSEAL, readable, PAGE, 0) == 0);
    FAILS(madvise(readable, PAGE, MADV_DONTNEED), EPERM);
    CHECK(madvise(readable, PAGE, MADV_WILLNEED) == 0);
    passed("seals");
}

static void testNames(void)
{
    char *pages = map(3, RW, PRIVATE), access[8], name[256];
    unsigned long end;
    if (prctl(PR_SET_VMA, 0, pages + PAGE, PAGE, "arena one") == -1 && errno == EINVAL) {
        passed("names");
        return;
    }
    CHECK(line(pages + PAGE, access, name, &end) && strcmp(name, "[anon:arena one]") == 0 && end == (uintptr_t)pages + 2 * PAGE);
    CHECK(prctl(PR_SET_VMA, 0, pages, 3 * PAGE, "arena one") == 0);
    CHECK(prctl(PR_SET_VMA, 0, pages + PAGE, PAGE, NULL) == 0 && line(pages + PAGE, access, name, &end) && name[0] == 0);
    FAILS(prctl(PR_SET_VMA, 0, pages, PAGE, "bad [name]"), EINVAL);
    FAILS(prctl(PR_SET_VMA, 0, pages, PAGE,
        "a name that is much longer than the eighty bytes that fit, its terminating zero byte included"), EINVAL);
    FAILS(prctl(PR_SET_VMA, 0, pages + 1, PAGE, "x"), EINVAL);
    FAILS(prctl(PR_SET_VMA, 1, pages, PAGE, "x"), EINVAL);
    FAILS(prctl(PR_SET_VMA, 0, pages, PAGE, (char *)8), EFAULT);
    munmap(pages, PAGE);
    FAILS(prctl(PR_SET_VMA, 0, pages, PAGE, "x"), ENOMEM);
    passed("names");
}

int main(void)
{
    signal(SIGSEGV, onFault);
    signal(SIGBUS, onFault);
    testFlags();
    testGrowth();
    testMoves();
    testAdvice();
    testLocks();
    testLimits();
    testSeals();
    testNames();
    return finish();
}
