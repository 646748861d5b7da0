// The mmap family: reservations, guards, protection, discarding, moving, sharing (mmap(2), madvise(2), mremap(2)).
#include "check.h"
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static sigjmp_buf back;

static void jumpBack(int number)
{
    siglongjmp(back, number);
}

// The signal that a read (or a write) of the address raises, or 0.
static int touch(volatile char *address, int writes)
{
    int number = sigsetjmp(back, 1);
    if (number == 0) {
        if (writes) {
            *address = 1;
        } else {
            (void)*address;
        }
    }
    return number;
}

static void testReservation(void)
{
    size_t size = 256UL << 30;
    char *area = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    CHECK(area != MAP_FAILED);
    CHECK(touch(area + (size / 2), 0) == SIGSEGV);
    CHECK(mprotect(area + (100UL << 30), 1 << 20, PROT_READ | PROT_WRITE) == 0);
    memset(area + (100UL << 30), 7, 1 << 20);
    CHECK(area[(100UL << 30) + 12345] == 7);
    CHECK(touch(area + (100UL << 30) - 1, 1) == SIGSEGV);
    CHECK(touch(area + (100UL << 30) + (1 << 20), 1) == SIGSEGV);
    CHECK(munmap(area, size) == 0);
    CHECK(touch(area + (100UL << 30), 0) == SIGSEGV);
    char *writable = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    CHECK(writable != MAP_FAILED);
    for (size_t at = 0; at < size; at += size / 64) {
        CHECK(writable[at] == 0);
        writable[at] = 1;
    }
    CHECK(munmap(writable, size) == 0);
    passed("reservation");
}

static void testProtection(void)
{
    char *area = mmap(NULL, 16 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memset(area, 5, 16 * 4096);
    CHECK(mprotect(area + 4096, 4096, PROT_READ) == 0);
    CHECK(touch(area + 4096, 0) == 0 && touch(area + 4096, 1) == SIGSEGV && touch(area + 8192, 1) == 0);
    CHECK(mprotect(area + 4096, 4096, PROT_NONE) == 0 && touch(area + 4096, 0) == SIGSEGV);
    CHECK(mprotect(area + 4096, 4096, PROT_READ | PROT_WRITE) == 0 && area[4096] == 5);
    FAILS(syscall(SYS_mprotect, area + 1, 4096, PROT_READ), EINVAL); // musl's own rounds down
    CHECK(munmap(area + 4096, 4096) == 0 && touch(area + 4096, 0) == SIGSEGV && area[0] == 5);
    FAILS(mprotect(area, 3 * 4096, PROT_READ), ENOMEM);
    CHECK(touch(area, 1) == SIGSEGV); // what lies before the hole was changed
    CHECK(mprotect(area, 4096, PROT_READ | PROT_WRITE) == 0);
    char *again = mmap(area + 4096, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    CHECK(again == area + 4096 && again[0] == 0);
    CHECK(mmap(area, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) == MAP_FAILED && errno == EEXIST);
    CHECK(mmap(NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED && errno == EINVAL);
    FAILS(munmap(area + 1, 4096), EINVAL);

    // ret, in a page that is first written and then executed.
    area[0] = (char)0xc3;
    CHECK(mprotect(area, 4096, PROT_READ | PROT_EXEC) == 0);
    ((void (*)(void))(intptr_t)area)();
    passed("protection");
}

static void testAdvice(void)
{
    char *area = mmap(NULL, 64 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memset(area, 9, 64 * 4096);
    CHECK(madvise(area + 4096, 8 * 4096, MADV_DONTNEED) == 0);
    CHECK(area[0] == 9 && area[4096] == 0 && area[9 * 4096] == 9);
    CHECK(madvise(area, 64 * 4096, MADV_WILLNEED) == 0);
    CHECK(madvise(area, 64 * 4096, MADV_FREE) == 0);
    area[0] = 3;
    CHECK(area[0] == 3);
    madvise(area, 64 * 4096, MADV_HUGEPAGE);
    FAILS(madvise(area + 1, 4096, MADV_DONTNEED), EINVAL);
    unsigned char resident[64];
    CHECK(mincore(area, 64 * 4096, resident) == 0 && (resident[0] & 1));
    CHECK(munmap(area, 64 * 4096) == 0);
    passed("advice");
}

static void testMoving(void)
{
    char *area = mmap(NULL, 8 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memset(area, 1, 8 * 4096);
    char *large = mremap(area, 8 * 4096, 4096 * 4096, MREMAP_MAYMOVE);
    CHECK(large != MAP_FAILED && large[8 * 4096 - 1] == 1 && large[8 * 4096] == 0 && large[4096 * 4096 - 1] == 0);
    char *small = mremap(large, 4096 * 4096, 4096, 0);
    CHECK(small == large && small[0] == 1 && touch(large + 4096, 0) == SIGSEGV);
    char *target = mmap(NULL, 2 * 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *moved = mremap(small, 4096, 2 * 4096, MREMAP_MAYMOVE | MREMAP_FIXED, target);
    CHECK(moved == target && moved[0] == 1 && moved[4096] == 0 && touch(small, 0) == SIGSEGV);
    passed("moving");
}

static void testFiles(void)
{
    int fd = memfd_create("shared", MFD_CLOEXEC);
    CHECK(fd >= 0 && ftruncate(fd, 3 * 4096) == 0);
    char *one = mmap(NULL, 3 * 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    char *two = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 4096);
    char *own = mmap(NULL, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    CHECK(one != MAP_FAILED && two != MAP_FAILED && own != MAP_FAILED);
    strcpy(one + 4096, "seen by all");
    CHECK(strcmp(two, "seen by all") == 0 && strcmp(own + 4096, "seen by all") == 0);
    strcpy(own + 4096, "own");
    CHECK(strcmp(two, "seen by all") == 0);
    char text[32] = "";
    CHECK(pread(fd, text, 11, 4096) == 11 && strcmp(text, "seen by all") == 0);
    CHECK(pwrite(fd, "written", 8, 2 * 4096) == 8 && strcmp(one + 2 * 4096, "written") == 0);
    CHECK(msync(one, 3 * 4096, MS_SYNC) == 0);
    CHECK(ftruncate(fd, 4096) == 0);
    CHECK(touch(one + 4096, 0) == SIGBUS && touch(one, 0) == 0);
    close(fd);
    one[0] = 1;

    char *program = NULL;
    fd = open("/proc/self/exe", O_RDONLY);
    struct stat status;
    CHECK(fd >= 0 && fstat(fd, &status) == 0);
    program = mmap(NULL, status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    CHECK(program != MAP_FAILED && memcmp(program, "\177ELF", 4) == 0);
    char *copy = malloc(status.st_size);
    CHECK(pread(fd, copy, status.st_size, 0) == status.st_size && memcmp(copy, program, status.st_size) == 0);
    CHECK(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED && errno == EACCES);
    free(copy);
    close(fd);
    CHECK(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 77, 0) == MAP_FAILED && errno == EBADF);
    passed("files");
}

static void testHeap(void)
{
    char *start = (char *)syscall(SYS_brk, 0);
    CHECK((char *)syscall(SYS_brk, start + (1 << 20)) == start + (1 << 20));
    memset(start, 1, 1 << 20);
    CHECK((char *)syscall(SYS_brk, start) == start);
    CHECK((char *)syscall(SYS_brk, 1) == start);
    char *blocks[64];
    for (int i = 0; i < 64; i++) {
        blocks[i] = malloc((size_t)1000 << (i % 11));
        memset(blocks[i], i, (size_t)1000 << (i % 11));
    }
    for (int i = 0; i < 64; i += 2) {
        blocks[i] = realloc(blocks[i], 200000);
        CHECK(blocks[i][999] == i);
    }
    for (int i = 0; i < 64; i++) {
        CHECK(blocks[i][500] == i);
        free(blocks[i]);
    }
    passed("heap");
}

// Heuristic overcommit: what is more than any machine has is refused, unless nothing is promised.
static void testOvercommit(void)
{
    size_t large = (size_t)1 << 40;
    int access = PROT_READ | PROT_WRITE, flags = MAP_PRIVATE | MAP_ANONYMOUS;
    CHECK(mmap(NULL, large, access, flags, -1, 0) == MAP_FAILED && errno == ENOMEM);
    char *place = mmap(NULL, large, access, flags | MAP_NORESERVE, -1, 0);
    CHECK(place != MAP_FAILED && munmap(place, large) == 0);
    place = mmap(NULL, large, PROT_NONE, flags, -1, 0);
    CHECK(place != MAP_FAILED);
    FAILS(mprotect(place, large, access), ENOMEM);
    CHECK(mprotect(place + (large >> 1), 4096, access) == 0);
    place[large >> 1] = 1;
    CHECK(munmap(place, large) == 0);
    place = mmap(NULL, 4096, access, flags, -1, 0);
    CHECK(mremap(place, 4096, large, MREMAP_MAYMOVE) == MAP_FAILED && errno == ENOMEM);
    CHECK(munmap(place, 4096) == 0);
    passed("overcommit");
}

int main(void)
{
    struct sigaction action = { .sa_handler = jumpBack };
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
    testReservation();
    testProtection();
    testAdvice();
    testMoving();
    testFiles();
    testHeap();
    testOvercommit();
    return finish();
}
