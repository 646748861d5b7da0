// Offsets at both ends of their range, in memory of a program (proc_pid_mem(5)), which has addresses that are negative as numbers, and in a
// file: no call may do sums with them that overflow.
#include "errors.h"
#include <fcntl.h>
#include <limits.h>
#include <sys/ioctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>

static const long places[] = {0, 4, -1, -16, -4096, LONG_MAX, LONG_MAX - 15, (long)0xffffffffff600000, LONG_MIN, LONG_MIN + 1,
    LONG_MAX - 4095};
static char bytes[64];
static struct iovec piece = {bytes, 16};
static int ends[2];

// Where a file is: the C library takes what lseek(2) returns for an error.
static void go(int file, long place)
{
    printf("at %#lx: ", syscall(SYS_lseek, file, place, SEEK_SET));
}

static void empty(void)
{
    while (read(ends[0], bytes, sizeof bytes) > 0) {
    }
}

static void lockAt(int file, short whence, long start, long length)
{
    struct flock lock = {.l_type = F_RDLCK, .l_whence = whence, .l_start = start, .l_len = length};
    OUTCOME(fcntl(file, F_SETLK, &lock));
    lock.l_type = F_UNLCK;
    OUTCOME(fcntl(file, F_SETLK, &lock));
}

static void tryAt(int file, int other, long place)
{
    int left = 0;
    loff_t at;
    struct stat status;
    go(file, place);
    OUTCOME(readv(file, &piece, 1));
    go(file, place);
    OUTCOME(read(file, bytes, 16));
    go(file, place);
    OUTCOME(syscall(SYS_preadv2, file, &piece, 1, -1L, -1L, 0));
    go(file, place);
    OUTCOME(sendfile(ends[1], file, 0, 16));
    empty();
    go(file, place);
    OUTCOME(splice(file, 0, ends[1], 0, 16, SPLICE_F_NONBLOCK));
    empty();
    go(file, place);
    OUTCOME(copy_file_range(file, 0, other, 0, 16, 0));
    go(file, place);
    OUTCOME(ioctl(file, FIONREAD, &left));
    printf("%d left\n", left);
    const long starts[] = {0, 1, -1, LONG_MAX, LONG_MIN};
    for (unsigned i = 0; i < sizeof starts / sizeof *starts; i++) {
        for (unsigned j = 0; j < sizeof starts / sizeof *starts; j++) {
            printf("%u %u ", i, j);
            lockAt(file, SEEK_CUR, starts[i], starts[j]);
        }
    }
    go(file, 0);
    OUTCOME(pread(file, bytes, 16, place));
    OUTCOME(syscall(SYS_preadv, file, &piece, 1, place, 0L));
    at = place;
    OUTCOME(sendfile(ends[1], file, &at, 16));
    empty();
    at = place;
    OUTCOME(splice(file, &at, ends[1], 0, 16, SPLICE_F_NONBLOCK));
    empty();
    at = place;
    OUTCOME(copy_file_range(file, &at, other, 0, 16, 0));
    at = place;
    OUTCOME(copy_file_range(other, 0, file, &at, 4, 0));
    OUTCOME(fstat(file, &status));
    go(file, place);
    OUTCOME(syscall(SYS_lseek, file, LONG_MIN, SEEK_CUR) == 0 ? 0 : 1);
    OUTCOME(syscall(SYS_lseek, file, LONG_MAX, SEEK_CUR) == 0 ? 0 : 1);
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    int memory = open("/proc/self/mem", O_RDONLY), maps = open("/proc/self/pagemap", O_RDONLY),
        plain = syscall(SYS_memfd_create, "plain", 0), other = syscall(SYS_memfd_create, "other", 0);
    if (memory < 0 || maps < 0 || plain < 0 || pipe2(ends, O_NONBLOCK) != 0 || write(plain, "abcdefgh", 8) != 8
        || write(other, "ijkl", 4) != 4) {
        return 1;
    }
    for (unsigned i = 0; i < sizeof places / sizeof *places; i++) {
        printf("place %#lx\nmemory\n", places[i]);
        tryAt(memory, other, places[i]);
        puts("plain");
        tryAt(plain, other, places[i]);
        if (ftruncate(plain, 8) != 0 || ftruncate(other, 4) != 0) {
            return 1;
        }
        go(maps, places[i]);
        OUTCOME(readv(maps, &piece, 1) < 0 ? -1 : 0);
    }
    return 0;
}
