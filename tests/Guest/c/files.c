// Files on /tmp: create, rename, unlink, folders, links, holes, appending, locks, times, limits of names.
#include "check.h"
#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#define ROOT "/tmp/mote-test-files"

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void list(const char *path)
{
    char *names[100];
    int count = 0;
    DIR *folder = opendir(path);
    CHECK(folder != NULL);
    for (struct dirent *entry; folder && (entry = readdir(folder)) && count < 100;) {
        char text[400];
        snprintf(text, sizeof text, "%s:%d", entry->d_name, entry->d_type);
        names[count++] = strdup(text);
    }
    closedir(folder);
    qsort(names, count, sizeof names[0], compare);
    printf("%s:", path);
    for (int i = 0; i < count; i++) {
        printf(" %s", names[i]);
    }
    puts("");
}

static void testData(void)
{
    char text[100] = "";
    struct stat status;
    int fd = open("a", O_RDWR | O_CREAT | O_EXCL, 0640);
    CHECK(fd >= 0);
    FAILS(open("a", O_RDWR | O_CREAT | O_EXCL, 0640), EEXIST);
    CHECK(write(fd, "hello world", 11) == 11 && lseek(fd, 6, SEEK_SET) == 6 && read(fd, text, 99) == 5 && strcmp(text, "world") == 0);
    CHECK(lseek(fd, 10 << 20, SEEK_SET) == 10 << 20 && write(fd, "end", 3) == 3);
    CHECK(fstat(fd, &status) == 0 && status.st_size == (10 << 20) + 3 && status.st_mode == (S_IFREG | 0640) && status.st_nlink == 1);
    CHECK(status.st_blocks * 512 < 1 << 20);
    CHECK(pread(fd, text, 10, 5 << 20) == 10 && memcmp(text, "\0\0\0\0\0\0\0\0\0\0", 10) == 0);
    CHECK(ftruncate(fd, 5) == 0 && lseek(fd, 0, SEEK_END) == 5);
    FAILS(lseek(fd, -1, SEEK_SET), EINVAL);
    CHECK(fallocate(fd, 0, 0, 8192) == 0 && fstat(fd, &status) == 0 && status.st_size == 8192);
    CHECK(ftruncate(fd, 5) == 0);
    CHECK(fsync(fd) == 0 && fdatasync(fd) == 0);
    close(fd);
    fd = open("a", O_WRONLY | O_APPEND);
    int other = open("a", O_WRONLY | O_APPEND);
    CHECK(write(fd, "-one", 4) == 4 && write(other, "-two", 4) == 4 && write(fd, "-three", 6) == 6);
    FAILS(read(fd, text, 1), EBADF);
    close(fd);
    close(other);
    fd = open("a", O_RDONLY);
    memset(text, 0, sizeof text);
    CHECK(read(fd, text, 99) == 19);
    printf("a: %s\n", text);
    CHECK((fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDONLY);
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, 50);
    CHECK(copy >= 50 && fcntl(copy, F_GETFD) == FD_CLOEXEC && lseek(copy, 0, SEEK_CUR) == 19);
    FAILS(write(copy, "x", 1), EBADF);
    close(copy);
    close(fd);
    fd = open("a", O_RDWR | O_TRUNC);
    CHECK(fd >= 0 && fstat(fd, &status) == 0 && status.st_size == 0);
    FILE *stream = fdopen(fd, "w+");
    for (int i = 0; i < 10000; i++) {
        fprintf(stream, "line %d\n", i);
    }
    rewind(stream);
    int value, lines = 0;
    while (fscanf(stream, "line %d\n", &value) == 1) {
        CHECK(value == lines);
        lines++;
    }
    printf("lines %d\n", lines);
    fclose(stream);
    passed("data");
}

static void testNames(void)
{
    struct stat status, other;
    char text[300];
    FAILS(open("missing", O_RDONLY), ENOENT);
    FAILS(open("a/b", O_RDONLY), ENOTDIR);
    FAILS(open("", O_RDONLY), ENOENT);
    CHECK(mkdir("d", 0755) == 0 && mkdir("d/e", 0700) == 0);
    FAILS(mkdir("d", 0755), EEXIST);
    FAILS(mkdir("x/y", 0755), ENOENT);
    FAILS(rmdir("d"), ENOTEMPTY);
    FAILS(rmdir("a"), ENOTDIR);
    FAILS(unlink("d"), EISDIR);
    FAILS(open("d", O_WRONLY), EISDIR);
    CHECK(link("a", "d/hard") == 0 && stat("d/hard", &status) == 0 && stat("a", &other) == 0 && status.st_ino == other.st_ino
        && status.st_nlink == 2);
    CHECK(symlink("../a", "d/soft") == 0 && lstat("d/soft", &status) == 0 && S_ISLNK(status.st_mode) && status.st_size == 4);
    CHECK(readlink("d/soft", text, sizeof text) == 4 && memcmp(text, "../a", 4) == 0);
    CHECK(stat("d/soft", &status) == 0 && status.st_ino == other.st_ino);
    CHECK(symlink("loop", "loop") == 0);
    FAILS(open("loop", O_RDONLY), ELOOP);
    FAILS(open("d/soft", O_RDONLY | O_NOFOLLOW), ELOOP);
    CHECK(symlink("nowhere", "dangling") == 0);
    FAILS(stat("dangling", &status), ENOENT);
    list(".");
    list("d");

    CHECK(rename("a", "b") == 0);
    FAILS(stat("a", &status), ENOENT);
    CHECK(rename("b", "d/e/c") == 0 && stat("d/e/c", &status) == 0 && status.st_ino == other.st_ino);
    FAILS(rename("d", "d/e/d"), EINVAL);
    FAILS(rename("d/e", "d/hard"), ENOTDIR);
    FAILS(rename("d/hard", "d/e"), EISDIR);
    CHECK(rename("d/e", "f") == 0 && rename("f", "d/e") == 0);
    int fd = open("d/e/c", O_RDWR);
    CHECK(fd >= 0 && unlink("d/e/c") == 0 && unlink("d/hard") == 0);
    CHECK(fstat(fd, &status) == 0 && status.st_nlink == 0 && status.st_size > 1000 && write(fd, "x", 1) == 1);
    close(fd);

    memset(text, 'n', 256);
    text[256] = 0;
    FAILS(open(text, O_CREAT | O_RDWR, 0600), ENAMETOOLONG);
    text[255] = 0;
    fd = open(text, O_CREAT | O_RDWR, 0600);
    CHECK(fd >= 0 && unlink(text) == 0);
    close(fd);

    int folder = open("d", O_RDONLY | O_DIRECTORY);
    CHECK(folder >= 0);
    fd = openat(folder, "g", O_CREAT | O_RDWR, 0600);
    CHECK(fd >= 0 && fstatat(folder, "g", &status, 0) == 0 && unlinkat(folder, "g", 0) == 0);
    close(fd);
    CHECK(fchdir(folder) == 0 && getcwd(text, sizeof text) && strcmp(text, ROOT "/d") == 0);
    CHECK(chdir("..") == 0 && getcwd(text, sizeof text) && strcmp(text, ROOT) == 0);
    CHECK(realpath("d/../d/e/.", text) && strcmp(text, ROOT "/d/e") == 0);
    close(folder);
    CHECK(access("d", R_OK | W_OK | X_OK) == 0);
    passed("names");
}

static void testAttributes(void)
{
    struct stat status;
    int fd = open("t", O_CREAT | O_RDWR, 0666);
    CHECK(fchmod(fd, 0604) == 0 && fstat(fd, &status) == 0 && (status.st_mode & 07777) == 0604);
    struct timespec times[2] = { { 1000000000, 123456789 }, { 1234567890, 987654321 } };
    CHECK(futimens(fd, times) == 0 && fstat(fd, &status) == 0);
    printf("times %ld.%09ld %ld.%09ld\n", status.st_atim.tv_sec, status.st_atim.tv_nsec, status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
    CHECK(write(fd, "x", 1) == 1 && fstat(fd, &status) == 0 && status.st_mtim.tv_sec > 1500000000);
#ifdef STATX_BASIC_STATS // musl 1.2.3 has no statx
    struct statx extended;
    CHECK(statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &extended) == 0 && extended.stx_size == 1);
#endif
    umask(027);
    int masked = open("u", O_CREAT | O_RDWR, 0666);
    CHECK(fstat(masked, &status) == 0 && (status.st_mode & 07777) == 0640);
    struct statfs system;
    CHECK(fstatfs(fd, &system) == 0 && system.f_bsize > 0);

    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 10 };
    CHECK(fcntl(fd, F_SETLK, &lock) == 0 && fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type == F_UNLCK);
    CHECK(flock(fd, LOCK_EX | LOCK_NB) == 0);
    int other = open("t", O_RDWR);
    FAILS(flock(other, LOCK_EX | LOCK_NB), EWOULDBLOCK);
    CHECK(flock(fd, LOCK_UN) == 0 && flock(other, LOCK_SH | LOCK_NB) == 0);
    close(other);
    close(masked);
    close(fd);
    passed("attributes");
}

int main(void)
{
    umask(022);
    mkdir(ROOT, 0755);
    CHECK(chdir(ROOT) == 0);
    testData();
    testNames();
    testAttributes();
    unlink("d/soft");
    rmdir("d/e");
    rmdir("d");
    unlink("t");
    unlink("u");
    unlink("loop");
    unlink("dangling");
    list(".");
    CHECK(chdir("/") == 0 && rmdir(ROOT) == 0);

    DIR *many;
    CHECK(mkdir(ROOT, 0755) == 0 && chdir(ROOT) == 0);
    for (int i = 0; i < 500; i++) {
        char name[40];
        snprintf(name, sizeof name, "file-with-a-rather-long-name-%d", i);
        int fd = open(name, O_CREAT | O_WRONLY, 0600);
        CHECK(fd >= 0);
        close(fd);
    }
    int seen = 0;
    many = opendir(".");
    for (struct dirent *entry; (entry = readdir(many));) {
        if (entry->d_name[0] != '.') {
            seen++;
            unlink(entry->d_name);
        }
    }
    closedir(many);
    CHECK(chdir("/") == 0 && rmdir(ROOT) == 0);
    printf("many %d\n", seen);
    return finish();
}
