// File seals (memfd_create(2), fcntl(2) F_ADD_SEALS) hold against every way to change a file: writes, sizes, holes, mappings, mprotect,
// splices, modes.
#include "errors.h"
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>

#define NOEXEC_SEAL 8
#define EXEC 16
#define SEAL_EXEC 32

static int make(unsigned flags, long size)
{
    int fd = memfd_create("sealed", flags);
    if (fd < 0 || ftruncate(fd, size) != 0) {
        perror("memfd");
        exit(1);
    }
    return fd;
}

static void testWrite(void)
{
    int fd = make(MFD_ALLOW_SEALING, 8192);
    char *map = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    char *copy = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    OUTCOME(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
    munmap(map, 4096);

    // A mapping that only might become writable counts too.
    map = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
    OUTCOME(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
    mprotect(map, 4096, PROT_NONE);
    OUTCOME(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
    munmap(map, 4096);
    OUTCOME(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
    OUTCOME(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
    struct iovec piece = {"a", 1};
    OUTCOME(write(fd, "a", 1));
    OUTCOME(pwrite(fd, "a", 1, 0));
    OUTCOME(writev(fd, &piece, 1));
    OUTCOME(pwritev2(fd, &piece, 1, 0, 0));
    int other = make(0, 100), ends[2];
    OUTCOME(sendfile(fd, other, NULL, 10));
    OUTCOME(copy_file_range(other, NULL, fd, NULL, 10, 0));
    if (pipe(ends) == 0 && write(ends[1], "abc", 3) == 3) {
        OUTCOME(splice(ends[0], NULL, fd, NULL, 3, 0));
    }
    OUTCOME(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 4096));
    OUTCOME(fallocate(fd, FALLOC_FL_ZERO_RANGE, 0, 4096));
    OUTCOME(fallocate(fd, 0, 0, 4096));
    OUTCOME(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
    OUTCOME(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0));
    map = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
    OUTCOME(map);
    OUTCOME(mprotect(map, 4096, PROT_READ | PROT_WRITE));
    OUTCOME(mprotect(map, 4096, PROT_WRITE));
    OUTCOME(madvise(map, 4096, MADV_REMOVE));
    copy[0] = 'x';
    char c = 0;
    VALUE(pread(fd, &c, 1, 0));
    printf("content %d\n", c);
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    int again = open(path, O_RDWR);
    OUTCOME(write(again, "a", 1));
    OUTCOME(ftruncate(fd, 100));
    OUTCOME(open(path, O_RDWR | O_TRUNC));
    printf("seals %x\n", fcntl(fd, F_GET_SEALS));
}

static void testFutureWrite(void)
{
    int fd = make(MFD_ALLOW_SEALING, 8192);
    char *map = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    OUTCOME(fcntl(fd, F_ADD_SEALS, F_SEAL_FUTURE_WRITE));
    map[0] = 3;
    OUTCOME(mprotect(map, 4096, PROT_READ));
    OUTCOME(mprotect(map, 4096, PROT_READ | PROT_WRITE));
    map[1] = 4;
    OUTCOME(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
    char *view = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
    printf("shown %d %d\n", view[0], view[1]);
    OUTCOME(mprotect(view, 4096, PROT_READ | PROT_WRITE));
    OUTCOME(write(fd, "a", 1));
    OUTCOME(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
    map = mremap(map, 4096, 8192, MREMAP_MAYMOVE);
    OUTCOME(map);
    map[5000] = 1;
    OUTCOME(madvise(map, 4096, MADV_REMOVE));
}

static void testSize(void)
{
    static char bytes[20000];
    int fd = make(MFD_ALLOW_SEALING, 6000);
    OUTCOME(fcntl(fd, F_ADD_SEALS, F_SEAL_GROW));
    VALUE(pwrite(fd, bytes, 20000, 0));
    VALUE(pwrite(fd, bytes, 100, 5950));
    VALUE(pwrite(fd, bytes, 100, 6000));
    OUTCOME(ftruncate(fd, 6001));
    OUTCOME(ftruncate(fd, 6000));
    OUTCOME(fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, 10000));
    OUTCOME(fallocate(fd, 0, 0, 6000));
    OUTCOME(ftruncate(fd, 5000));
    OUTCOME(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK));
    OUTCOME(ftruncate(fd, 4999));
    OUTCOME(ftruncate(fd, 5001));
    OUTCOME(ftruncate(fd, 5000));
    VALUE(pwrite(fd, bytes, 100, 0));
    printf("seals %x\n", fcntl(fd, F_GET_SEALS));
}

static void testSeal(void)
{
    int fd = make(MFD_ALLOW_SEALING, 4096);
    OUTCOME(fcntl(fd, F_ADD_SEALS, 0x4000));
    OUTCOME(fcntl(fd, F_ADD_SEALS, -1));
    OUTCOME(fcntl(fd, F_ADD_SEALS, 0));
    OUTCOME(fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL));
    OUTCOME(fcntl(fd, F_ADD_SEALS, F_SEAL_GROW));
    OUTCOME(ftruncate(fd, 5000));
    int plain = make(0, 4096);
    printf("seals %x\n", fcntl(plain, F_GET_SEALS));
    OUTCOME(fcntl(plain, F_ADD_SEALS, F_SEAL_GROW));
    char path[64];
    fd = make(MFD_ALLOW_SEALING, 4096);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    int reading = open(path, O_RDONLY);
    OUTCOME(fcntl(reading, F_ADD_SEALS, F_SEAL_GROW));
    OUTCOME(fcntl(reading, F_ADD_SEALS, 0x4000));
    OUTCOME(fcntl(reading, F_GET_SEALS));
    char *view = mmap(NULL, 4096, PROT_READ, MAP_SHARED, reading, 0);
    OUTCOME(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
    OUTCOME(mprotect(view, 4096, PROT_READ | PROT_WRITE));
    int file = open("/tmp/seals", O_RDWR | O_CREAT, 0600);
    OUTCOME(fcntl(file, F_GET_SEALS));
    OUTCOME(fcntl(file, F_ADD_SEALS, F_SEAL_GROW));
    int shared = open("/dev/shm/seals", O_RDWR | O_CREAT, 0600);
    VALUE(fcntl(shared, F_GET_SEALS));
    OUTCOME(fcntl(shared, F_ADD_SEALS, F_SEAL_GROW));
    unlink("/tmp/seals");
    unlink("/dev/shm/seals");
}

static void show(int fd)
{
    struct stat status;
    fstat(fd, &status);
    printf("mode %o, seals %x\n", status.st_mode, fcntl(fd, F_GET_SEALS));
}

static void testExecution(void)
{
    int fd = make(NOEXEC_SEAL, 4096);
    show(fd);
    OUTCOME(fchmod(fd, 0777));
    OUTCOME(fchmod(fd, 0644));
    OUTCOME(fchmod(fd, 01666));
    show(make(EXEC, 4096));
    show(make(MFD_ALLOW_SEALING | EXEC, 4096));
    OUTCOME(memfd_create("both", NOEXEC_SEAL | EXEC));
    OUTCOME(memfd_create("unknown", 0x20));
    fd = make(MFD_ALLOW_SEALING, 4096);
    OUTCOME(fcntl(fd, F_ADD_SEALS, SEAL_EXEC));
    show(fd);
    OUTCOME(fchmod(fd, 0666));
    OUTCOME(fchmod(fd, 0711));
    OUTCOME(write(fd, "a", 1));
    fd = make(MFD_ALLOW_SEALING, 4096);
    fchmod(fd, 0600);
    OUTCOME(fcntl(fd, F_ADD_SEALS, SEAL_EXEC));
    show(fd);
    OUTCOME(write(fd, "a", 1));
    OUTCOME(fchmod(fd, 0700));
}

int main(void)
{
    testWrite();
    testFutureWrite();
    testSize();
    testSeal();
    testExecution();
    return 0;
}
