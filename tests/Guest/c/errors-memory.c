// How the calls of the mmap family fail, and which error wins when several apply: mmap(2) to pkey_alloc(2).
#include "errors.h"
#include <fcntl.h>
#include <limits.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#define TOP (1UL << 47)
#define PA (MAP_PRIVATE | MAP_ANONYMOUS)

static const char *path = "/tmp/errors-memory";
static char *area, *view, *shared, *none, *holes;
static unsigned char states[1 << 20];

// The call itself: the library looks at offsets first.
static long map(void *address, size_t length, int protection, int flags, int fd, long offset)
{
    return syscall(SYS_mmap, address, length, protection, flags, fd, offset);
}

static void testMap(void)
{
    int fd = open(path, O_RDWR), ro = open(path, O_RDONLY), wo = open(path, O_WRONLY), op = open(path, O_PATH);
    int dir = open("/tmp", O_RDONLY), nul = open("/dev/null", O_RDWR), full = open("/dev/full", O_RDWR),
        proc = open("/proc/self/status", O_RDONLY);
    int pp[2];
    if (pipe(pp) != 0) {
        return;
    }

    OUTCOME(map(0, 0, 3, PA, -1, 0));
    OUTCOME(map(0, 0, 3, MAP_PRIVATE, -1, 0));
    OUTCOME(map(0, 0, 3, MAP_PRIVATE, -1, 1));
    OUTCOME(map(0, 4096, 3, MAP_PRIVATE, -1, 1));
    OUTCOME(map(0, 4096, 3, MAP_PRIVATE, -1, 0));
    OUTCOME(map(0, 4096, 3, 0, -1, 0));
    OUTCOME(map(0, 4096, 3, MAP_ANONYMOUS, -1, 0));
    OUTCOME(map(0, 4096, 3, 0, fd, 0));
    OUTCOME(map(0, 0, 3, 0, fd, 0));
    OUTCOME(map(0, 4096, 3, 3, fd, 0));
    OUTCOME(map(0, 4096, 3, MAP_ANONYMOUS | 3, -1, 0));
    OUTCOME(map(0, -1, 3, PA, -1, 0));
    OUTCOME(map(0, -4096, 3, PA, -1, 0));
    OUTCOME(map(0, TOP, 3, PA, -1, 0));
    OUTCOME(map(0, 1UL << 62, 3, MAP_PRIVATE, fd, 0));
    OUTCOME(map(0, 8192, 3, MAP_PRIVATE, fd, -4096));
    OUTCOME(map(0, 4096, 3, MAP_PRIVATE, fd, -4096));
    OUTCOME(map(0, 4096, 3, MAP_PRIVATE, fd, LONG_MIN));
    OUTCOME(map(0, 4096, 3, MAP_PRIVATE, fd, 0x7ffffffffffff000));
    OUTCOME(map(0, 8192, 3, MAP_PRIVATE, fd, 0x7fffffffffffe000));
    OUTCOME(map(0, 4096, 3, MAP_PRIVATE, fd, 0x7fffffffffffe000));
    OUTCOME(map((void *)1, 4096, 3, PA | MAP_FIXED, -1, 0));
    OUTCOME(map(area + 1, 4096, 3, PA | MAP_FIXED, -1, 0));
    OUTCOME(map((void *)-4096, 4096, 3, PA | MAP_FIXED, -1, 0));
    OUTCOME(map((void *)TOP, 4096, 3, PA | MAP_FIXED, -1, 0));
    OUTCOME(map((void *)(TOP - 4096), 4096, 3, PA | MAP_FIXED, -1, 0));
    OUTCOME(map((void *)(TOP - 8192), 8192, 3, PA | MAP_FIXED, -1, 0));
    OUTCOME(map(area + 1, 4096, 3, PA | MAP_FIXED_NOREPLACE, -1, 0));
    OUTCOME(map(area, 4096, 3, PA | MAP_FIXED_NOREPLACE, -1, 0));
    OUTCOME(map(area, 4096, 3, MAP_PRIVATE | MAP_FIXED_NOREPLACE, wo, 0));
    OUTCOME(map(area, 4096, 3, MAP_PRIVATE | MAP_FIXED_NOREPLACE, -1, 0));
    OUTCOME(map(0, 4096, 1, MAP_PRIVATE, wo, 0));
    OUTCOME(map(0, 4096, 1, MAP_SHARED, wo, 0));
    OUTCOME(map(0, 4096, 3, MAP_SHARED, ro, 0));
    OUTCOME(map(0, 4096, 3, MAP_PRIVATE, ro, 0));
    OUTCOME(map(0, 4096, 2, MAP_SHARED, wo, 0));
    OUTCOME(map(0, 4096, 1, MAP_PRIVATE, op, 0));
    OUTCOME(map(0, 4096, 1, MAP_PRIVATE, dir, 0));
    OUTCOME(map(0, 4096, 3, MAP_SHARED, dir, 0));
    OUTCOME(map(0, 4096, 3, MAP_PRIVATE, pp[0], 0));
    OUTCOME(map(0, 4096, 1, MAP_PRIVATE, pp[1], 0));
    OUTCOME(map(0, 4096, 1, MAP_PRIVATE, nul, 0));
    OUTCOME(map(0, 4096, 1, MAP_PRIVATE, full, 0));
    OUTCOME(map(0, 4096, 1, MAP_PRIVATE, proc, 0));
    OUTCOME(map(0, 4096, 3, MAP_SHARED, proc, 0));
    OUTCOME(map(0, 4096, 3, MAP_SHARED_VALIDATE, fd, 0));
    OUTCOME(map(0, 4096, 3, MAP_SHARED_VALIDATE | 0x8000000, fd, 0));
    OUTCOME(map(0, 4096, 3, MAP_SHARED_VALIDATE | MAP_SYNC, fd, 0));
    OUTCOME(map(0, 4096, 3, MAP_SHARED_VALIDATE | 0x8000000, ro, 0));
    OUTCOME(map(0, 4096, 3, MAP_SHARED | MAP_SYNC, fd, 0));
    OUTCOME(map(0, 4096, 3, MAP_PRIVATE | MAP_GROWSDOWN, fd, 0));
    OUTCOME(map(0, 4096, 3, MAP_SHARED | MAP_ANONYMOUS | MAP_GROWSDOWN, -1, 0));
    OUTCOME(map(0, 4096, 0xff, PA, -1, 0));
    OUTCOME(map(0, 4096, -1, PA, -1, 0));
    OUTCOME(map(0, 4096, 3, PA | 0x80000000 | 0x100, -1, 0));
    OUTCOME(map(0, 4096, 3, MAP_PRIVATE | MAP_HUGETLB, fd, 0));
    OUTCOME(map(0, 4096, 3, PA | MAP_HUGETLB | (5 << 26), -1, 0));
    OUTCOME(map(0, 4096, 3, PA | MAP_HUGETLB, -1, 4096));
    OUTCOME(map(0, 4096, 3, PA, -1, 4096));
    OUTCOME(map(0, 4096, 3, MAP_SHARED | MAP_ANONYMOUS, -1, 4096));
    OUTCOME(map(0, 4096, 3, PA, 999, -4096));
    VALUE(map((void *)0x1000, 4096, 3, PA, -1, 0));
    VALUE(map((void *)0x20000800, 4096, 3, PA, -1, 0));
    VALUE(map((void *)0x20002800, 4096, 3, PA | MAP_32BIT, -1, 0));
    VALUE(map((void *)0x7ffff000, 8192, 3, PA | MAP_32BIT, -1, 0) < 0x7fffe000);
    view = (char *)map(0, 4096, 1, MAP_SHARED, ro, 0);
}

static void testUnmap(void)
{
    OUTCOME(munmap(area + 1, 4096));
    OUTCOME(munmap(area, 0));
    OUTCOME(munmap((void *)-4096, 4096));
    OUTCOME(munmap((void *)TOP, 4096));
    OUTCOME(munmap((void *)(TOP - 8192), 8192));
    OUTCOME(munmap((void *)(TOP - 4096), 4096));
    OUTCOME(munmap(area, -1));
    OUTCOME(munmap((void *)0x7030000000, 4096));
    OUTCOME(munmap(0, 4096));
}

static void testProtect(void)
{
    OUTCOME(mprotect(area + 1, 0, 1));
    OUTCOME(mprotect(area + 1, 4096, 1));
    OUTCOME(mprotect(area, 0, 1));
    OUTCOME(mprotect(area, 0, 0x999990));
    OUTCOME(mprotect(area, 4096, 0x10));
    OUTCOME(mprotect(area, 4096, -1));
    OUTCOME(mprotect(area, -1, 1));
    OUTCOME(mprotect(area, -4096, 1));
    OUTCOME(mprotect((void *)0x7030000000, 4096, 1));
    OUTCOME(mprotect((void *)0x7030000000, 4096, 0x40));
    OUTCOME(mprotect((void *)TOP, 4096, 1));
    OUTCOME(mprotect((void *)-4096, 4096, 1));
    OUTCOME(mprotect((void *)-4096, 8192, 1));
    OUTCOME(mprotect(area, 4096, PROT_GROWSDOWN | PROT_GROWSUP | 1));
    OUTCOME(mprotect(area, 4096, PROT_GROWSDOWN | 1));
    OUTCOME(mprotect(area, 4096, PROT_GROWSUP | 1));
    OUTCOME(mprotect((void *)0x7030000000, 4096, PROT_GROWSDOWN | 1));
    OUTCOME(mprotect(area + 1, 4096, PROT_GROWSDOWN | PROT_GROWSUP));
    OUTCOME(mprotect(area, 4096, 8 | 3));
    OUTCOME(mprotect(view, 4096, 3));
    OUTCOME(mprotect(view, 4096, 2));
    OUTCOME(mprotect(view, 8192, 3));
}

static const char *advise(char *at, size_t length, int advice)
{
    return madvise(at, length, advice) == 0 ? "ok" : strerrorname_np(errno);
}

static void testAdvise(void)
{
    for (int advice = -1; advice <= 30; advice++) {
        printf("advice %d: %s", advice, advise(area, 4096, advice));
        printf(" %s", advise(area, 0, advice));
        printf(" %s", advise(area + 1, 0, advice));
        printf(" %s", advise((char *)0x30000000, 4096, advice));
        printf(" %s\n", advise(view, 4096, advice));
    }
    OUTCOME(madvise(shared, 4096, MADV_REMOVE));
    OUTCOME(madvise(shared, 4096, MADV_FREE));
    OUTCOME(madvise(shared, 4096, MADV_WIPEONFORK));
    OUTCOME(madvise(shared, 4096, MADV_MERGEABLE));
    OUTCOME(mlock(shared, 4096));
    OUTCOME(madvise(shared, 4096, MADV_DONTNEED));
    OUTCOME(madvise(shared, 4096, MADV_COLD));
    OUTCOME(madvise(shared, 4096, MADV_PAGEOUT));
    OUTCOME(madvise(shared, 4096, MADV_REMOVE));
    OUTCOME(madvise(shared, 4096, 24));
    OUTCOME(munlock(shared, 4096));
    OUTCOME(madvise(none, 4096, 22));
    OUTCOME(madvise(none, 4096, 23));
    OUTCOME(madvise(view, 4096, 22));
    OUTCOME(madvise(view, 4096, 23));
}

static void testRemap(void)
{
    OUTCOME(mremap(holes + 1, 4096, 4096, 0));
    OUTCOME(mremap(holes, 4096, 0, 0));
    OUTCOME(mremap(holes, 0, 4096, 1));
    OUTCOME(mremap(holes, 0, 4096, 0));
    OUTCOME(mremap(shared, 0, 4096, 0));
    OUTCOME(mremap(holes, 4096, 4096, 8));
    OUTCOME(mremap(holes, 4096, 4096, 2));
    OUTCOME(mremap(holes, 4096, 4096, 3, area + 1));
    OUTCOME(mremap(holes, 4096, 4096, 3, holes));
    OUTCOME(mremap(holes, 8192, 8192, 3, holes + 4096));
    OUTCOME(mremap(holes, 4096, 4096, 3, (void *)-4096));
    OUTCOME(mremap(holes, 4096, 4096, 4));
    OUTCOME(mremap(holes, 4096, 8192, 5));
    OUTCOME(mremap((void *)0x7030000000, 4096, 8192, 1));
    OUTCOME(mremap((void *)0x7030000000, 4096, 4096, 0));
    OUTCOME(mremap(holes, 8 * 4096, 9 * 4096, 1));
    OUTCOME(mremap(holes, 4096, 8192, 0));
    OUTCOME(mremap(holes, 4096, -4096, 1));
    OUTCOME(mremap(holes, -4096, 4096, 1));
    OUTCOME(mremap(holes, 4096, -1, 1));
    OUTCOME(mremap(holes, 4096, 1UL << 46, 1));
    OUTCOME(mremap((void *)-4096, 4096, 8192, 1));
    OUTCOME(mremap((void *)-4096, 8192, 4096, 1));
    OUTCOME(mremap((void *)-4096, 4096, 4096, 1));
}

static void testSync(void)
{
    OUTCOME(msync(area + 1, 4096, MS_SYNC));
    OUTCOME(msync(area, 4096, 0));
    OUTCOME(msync(area, 4096, MS_SYNC | MS_ASYNC));
    OUTCOME(msync(area, 4096, 8));
    OUTCOME(msync(area, 0, MS_SYNC));
    OUTCOME(msync(area + 1, 0, MS_SYNC));
    OUTCOME(msync((void *)0x7030000000, 4096, MS_SYNC));
    OUTCOME(msync((void *)0x7030000000, 0, MS_SYNC));
    OUTCOME(msync(area, -1, MS_SYNC));
    OUTCOME(msync(area, -4096, MS_SYNC));
    OUTCOME(msync((void *)TOP, 4096, 4));
    OUTCOME(msync((void *)-4096, 8192, 4));
    OUTCOME(mlock(area, 4096));
    OUTCOME(msync(area, 4096, MS_INVALIDATE));
    OUTCOME(msync(area, 4096, MS_INVALIDATE | MS_SYNC));
    OUTCOME(munlock(area, 4096));
    OUTCOME(msync(holes, 8 * 4096, 4));
}

static void testResidence(void)
{
    OUTCOME(mincore(area + 1, 4096, states));
    OUTCOME(mincore(area, 4096, 0));
    OUTCOME(mincore(area, 0, 0));
    OUTCOME(mincore((void *)0x7030000000, 4096, states));
    OUTCOME(mincore((void *)0x7030000000, 4096, 0));
    OUTCOME(mincore(area, -1, states));
    OUTCOME(mincore((void *)TOP, 4096, states));
    OUTCOME(mincore((void *)-4096, 4096, states));
    OUTCOME(mincore((void *)-4096, 8192, states));
    OUTCOME(mincore(area, -4096, states));
    OUTCOME(mincore((void *)-4096, 0, states));
    OUTCOME(mincore(area, 1, states));
    OUTCOME(mincore(area, 1 << 30, states));
    OUTCOME(mincore((void *)0x7030000000, 4096, (void *)-4096));
    OUTCOME(mincore(area + 1, 4096, (void *)-4096));
}

static void testLock(void)
{
    OUTCOME(mlock(area, 0));
    OUTCOME(mlock((void *)1, 0));
    OUTCOME(mlock(area + 1, 1));
    OUTCOME(mlock((void *)0x7030000000, 4096));
    OUTCOME(mlock((void *)0x7030000000, 0));
    OUTCOME(mlock(area, -1));
    OUTCOME(mlock(area + 1, -1));
    OUTCOME(mlock(area, -4096));
    OUTCOME(mlock((void *)-4096, 4096));
    OUTCOME(mlock((void *)-4096, 8192));
    OUTCOME(mlock(none, 4096));
    OUTCOME(munlock(none, 4096));
    OUTCOME(syscall(SYS_mlock2, area, 4096, 2));
    OUTCOME(syscall(SYS_mlock2, area, 4096, -1));
    OUTCOME(syscall(SYS_mlock2, none, 4096, 1));
    OUTCOME(mlockall(0));
    OUTCOME(mlockall(4));
    OUTCOME(mlockall(8));
    OUTCOME(mlockall(-1));
    OUTCOME(munlock((void *)0x7030000000, 4096));
    OUTCOME(munlock(area, -1));
    OUTCOME(munlock(area, -4096));
    OUTCOME(mlock(holes, 8 * 4096));
}

static void testMemoryFile(void)
{
    char name[300];
    memset(name, 'a', 299);
    name[250] = 0;
    OUTCOME(syscall(SYS_memfd_create, name, 0));
    name[249] = 0;
    OUTCOME(syscall(SYS_memfd_create, name, 0));
    OUTCOME(syscall(SYS_memfd_create, 0, 0));
    OUTCOME(syscall(SYS_memfd_create, 0, 0x100));
    OUTCOME(syscall(SYS_memfd_create, "a", 0x20));
    OUTCOME(syscall(SYS_memfd_create, "", 0));
    OUTCOME(syscall(SYS_memfd_create, "x", -1));
}

static void testRest(void)
{
    long end = syscall(SYS_brk, 0);
    printf("%d %d %d\n", syscall(SYS_brk, -1) == end, syscall(SYS_brk, 1) == end, syscall(SYS_brk, TOP) == end);
    OUTCOME(syscall(SYS_remap_file_pages, shared, 4096, 0, 0, 0));
    OUTCOME(syscall(SYS_remap_file_pages, area, 4096, 0, 0, 0));
    OUTCOME(syscall(SYS_remap_file_pages, shared, 4096, 1, 0, 0));
    OUTCOME(syscall(SYS_remap_file_pages, shared + 1, 0, 0, 0, 0));
    OUTCOME(syscall(SYS_remap_file_pages, shared, 4096, 0, 1, 0));
    OUTCOME(syscall(SYS_remap_file_pages, shared, 8192, 0, -1, 0));
    VALUE(syscall(SYS_pkey_alloc, 0, 0));
    VALUE(syscall(SYS_pkey_alloc, 1, 0));
    VALUE(syscall(SYS_pkey_alloc, 0, 4));
    VALUE(syscall(SYS_pkey_free, 0));
    VALUE(syscall(SYS_pkey_free, 1));
    VALUE(syscall(SYS_pkey_free, -1));
    VALUE(syscall(SYS_pkey_free, 99));
    VALUE(syscall(SYS_pkey_mprotect, area, 4096, 3, -1));
    VALUE(syscall(SYS_pkey_mprotect, area, 4096, 3, 0));
    VALUE(syscall(SYS_pkey_mprotect, area, 4096, 3, 1));
    VALUE(syscall(SYS_pkey_mprotect, area + 1, 4096, 3, -1));
}

int main(void)
{
    int fd = open(path, O_CREAT | O_RDWR | O_TRUNC, 0600);
    if (fd < 0 || ftruncate(fd, 8192) != 0) {
        return 1;
    }
    area = (char *)map(0, 16 * 4096, 3, PA, -1, 0);
    none = (char *)map(0, 4096, 0, PA, -1, 0);
    shared = (char *)map(0, 8192, 3, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    holes = (char *)map(0, 8 * 4096, 3, PA, -1, 0);
    munmap(holes + 5 * 4096, 4096);
    testMap();
    testUnmap();
    testProtect();
    testAdvise();
    testRemap();
    testSync();
    testResidence();
    testLock();
    testMemoryFile();
    testRest();
    unlink(path);
    return 0;
}
