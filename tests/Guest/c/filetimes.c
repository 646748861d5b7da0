// Which times of a file and of its directory each call moves (a access, m modification, c change), with access times as the mount option
// relatime has them (inode(7), mount(8)).
#include "errors.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <time.h>

struct watched {
    const char *path;
    struct stat before;
};

static int isSame(struct timespec left, struct timespec right)
{
    return left.tv_sec == right.tv_sec && left.tv_nsec == right.tv_nsec;
}

static void remember(struct watched *file)
{
    if (lstat(file->path, &file->before) != 0) {
        memset(&file->before, 0, sizeof file->before);
    }
}

static void report(struct watched *file)
{
    struct stat now;
    if (lstat(file->path, &now) != 0) {
        printf(" gone");
        return;
    }
    printf(" %s%s%s%s", isSame(now.st_atim, file->before.st_atim) ? "" : "a", isSame(now.st_mtim, file->before.st_mtim) ? "" : "m",
           isSame(now.st_ctim, file->before.st_ctim) ? "" : "c", memcmp(&now.st_atim, &file->before.st_atim,
               3 * sizeof(struct timespec)) == 0 ? "-" : "");
}

// Does something, and says which times of a file and of the directory it made different.
#define MOVES(path, call) \
    do { \
        struct watched file_ = {path}, directory_ = {"."}; \
        remember(&file_); \
        remember(&directory_); \
        nanosleep(&(struct timespec){0, 15000000}, NULL); \
        errno = 0; \
        long result_ = (long)(call); \
        printf("%s%s%s:", #call, result_ == -1 ? " " : "", result_ == -1 ? strerrorname_np(errno) : ""); \
        report(&file_); \
        report(&directory_); \
        printf("\n"); \
    } while (0)

static char bytes[8192];

static void testFile(void)
{
    int fd = -1;
    MOVES("f", fd = open("f", O_CREAT | O_RDWR, 0600));
    MOVES("f", write(fd, "hello", 5));
    MOVES("f", write(fd, "", 0));
    MOVES("f", pread(fd, bytes, 5, 0));
    MOVES("f", pread(fd, bytes, 5, 0));
    MOVES("f", pwrite(fd, "x", 1, 0));
    MOVES("f", pread(fd, bytes, 5, 100));
    MOVES("f", lseek(fd, 0, SEEK_SET));
    MOVES("f", ftruncate(fd, 100));
    MOVES("f", ftruncate(fd, 100));
    MOVES("f", truncate("f", 50));
    MOVES("f", fsync(fd));
    MOVES("f", fallocate(fd, 0, 0, 8192));
    MOVES("f", fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 4096));
    MOVES("f", close(open("f", O_RDONLY)));
    MOVES("f", close(open("f", O_WRONLY)));
    MOVES("f", close(open("f", O_WRONLY | O_TRUNC)));
    MOVES("f", close(open("f", O_WRONLY | O_TRUNC)));
    MOVES("f", close(open("f", O_WRONLY | O_CREAT, 0600)));
    MOVES("f", fchmod(fd, 0640));
    MOVES("f", fchmod(fd, 0640));
    MOVES("f", chmod("f", 0600));
    MOVES("f", fchown(fd, -1, -1));
    MOVES("f", chown("f", 1, 1));
    MOVES("f", utimensat(AT_FDCWD, "f", NULL, 0));
    MOVES("f", utimensat(AT_FDCWD, "f", ((struct timespec[]){{0, UTIME_OMIT}, {0, UTIME_OMIT}}), 0));
    MOVES("f", utimensat(AT_FDCWD, "f", ((struct timespec[]){{1, 2}, {0, UTIME_OMIT}}), 0));
    MOVES("f", utimensat(AT_FDCWD, "f", ((struct timespec[]){{0, UTIME_OMIT}, {3, 4}}), 0));
    MOVES("f", setxattr("f", "user.a", "x", 1, 0));
    MOVES("f", getxattr("f", "user.a", bytes, 10));
    MOVES("f", listxattr("f", bytes, 100));
    MOVES("f", removexattr("f", "user.a"));
    MOVES("f", removexattr("f", "user.a"));
    MOVES("f", access("f", R_OK));
    MOVES("f", pwrite(fd, bytes, 8192, 0));
    int quiet = open("f", O_RDONLY | O_NOATIME);
    MOVES("f", read(quiet, bytes, 5));
    MOVES("f", mmap(NULL, 4096, PROT_READ, MAP_SHARED, quiet, 0));
    char *map = MAP_FAILED;
    MOVES("f", map = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0));
    MOVES("f", map[4096] = 1);
    MOVES("f", map[4096] = 2);
    MOVES("f", msync(map, 8192, MS_ASYNC));
    MOVES("f", bytes[0] = map[0]);
    MOVES("f", munmap(map, 8192));
    MOVES("f", map = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0));
    MOVES("f", map[0] = 1);
    int other = open("other", O_CREAT | O_RDWR, 0600);
    MOVES("f", sendfile(other, fd, &(off_t){0}, 100));
    MOVES("other", sendfile(other, fd, &(off_t){0}, 100));
    MOVES("f", copy_file_range(other, &(off_t){0}, fd, &(off_t){0}, 10, 0));
    close(fd);
    close(quiet);
    close(other);
}

static void testNames(void)
{
    MOVES("f", link("f", "g"));
    MOVES("f", unlink("g"));
    MOVES("f", unlink("g"));
    MOVES("f", rename("f", "h"));
    MOVES("h", rename("h", "f"));
    MOVES("other", rename("f", "other"));
    MOVES("other", rename("other", "f"));
    MOVES("d", mkdir("d", 0700));
    MOVES("d", mkdir("d/e", 0700));
    MOVES("d", rename("f", "d/f"));
    MOVES("d/f", rename("d/f", "f"));
    MOVES("d/e", rename("d/e", "e"));
    MOVES("d", rename("e", "d/e"));
    MOVES("d", rmdir("d/e"));
    MOVES("l", symlink("f", "l"));
    MOVES("l", readlink("l", bytes, 100));
    MOVES("l", close(open("l", O_RDONLY)));
    MOVES("f", chmod("l", 0600));
    MOVES("l", lchown("l", 1, 1));
    MOVES("l", utimensat(AT_FDCWD, "l", NULL, AT_SYMLINK_NOFOLLOW));
    MOVES("p", mkfifo("p", 0600));
    int fd = open("p", O_RDWR);
    MOVES("p", write(fd, "abc", 3));
    MOVES("p", read(fd, bytes, 1));
    MOVES("p", close(fd));
    DIR *directory = NULL;
    MOVES("d", directory = opendir("d"));
    MOVES("d", readdir(directory));
    closedir(directory);
    MOVES("d", chmod("d", 0755));
    MOVES("d", rmdir("d"));
    MOVES("l", unlink("l"));
    MOVES("p", unlink("p"));
    MOVES("f", unlink("f"));
}

static void testIn(const char *parent)
{
    char top[64];
    snprintf(top, sizeof top, "%s/timesXXXXXX", parent);
    printf("%s\n", parent);
    if (mkdtemp(top) == NULL || chdir(top) != 0) {
        return;
    }
    testFile();
    testNames();
    OUTCOME(chdir("/"));
    OUTCOME(rmdir(top));
}

int main(void)
{
    testIn("/tmp");
    testIn("/dev/shm");
    return 0;
}
