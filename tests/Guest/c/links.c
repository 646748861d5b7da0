// Link counts after every call that makes, moves or removes names, of files and of the directories that hold them (link(2), rename(2),
// mkdir(2) ...).
#include "errors.h"
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#define NOREPLACE 1
#define EXCHANGE 2

static long links(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0 ? (long)status.st_nlink : -1;
}

static long linksOf(int fd)
{
    struct stat status;
    return fstat(fd, &status) == 0 ? (long)status.st_nlink : -1;
}

static int moves(const char *from, const char *to, unsigned flags)
{
    return syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, flags);
}

static int make(const char *path)
{
    return close(open(path, O_CREAT | O_WRONLY, 0600));
}

static void show(const char *what)
{
    printf("%s: top %ld a %ld b %ld a/c %ld b/c %ld f %ld a/f %ld\n", what, links("."), links("a"), links("b"), links("a/c"), links("b/c"),
        links("f"), links("a/f"));
}

static void testIn(const char *parent)
{
    char top[64];
    snprintf(top, sizeof top, "%s/linksXXXXXX", parent);
    if (mkdtemp(top) == NULL || chdir(top) != 0) {
        return;
    }
    printf("%s\n", parent);
    show("empty");
    mkdir("a", 0700);
    mkdir("b", 0700);
    mkdir("a/c", 0700);
    make("f");
    show("made");
    for (int i = 0; i < 100; i++) {
        moves("a", "b", EXCHANGE);
    }
    show("exchanged 100 times");
    OUTCOME(moves("a/c", "f", EXCHANGE));
    printf("%ld %ld %ld %ld\n", links("."), links("a"), links("f"), links("a/c"));
    OUTCOME(moves("a/c", "f", EXCHANGE));
    show("back");
    mkdir("b/d", 0700);
    OUTCOME(moves("a/c", "b/d", EXCHANGE));
    printf("%ld %ld %ld\n", links("a"), links("b"), links("b/d"));
    OUTCOME(moves("a", "a/c", EXCHANGE));
    OUTCOME(moves("a/c", "a", EXCHANGE));
    OUTCOME(moves("a", "a", EXCHANGE));
    OUTCOME(moves("a", "none", EXCHANGE));
    OUTCOME(moves("a/c", "b/c", NOREPLACE));
    show("moved down");
    OUTCOME(moves("b/c", "b/e", 0));
    OUTCOME(moves("b/e", "b/d", 0));
    show("over an empty one");
    int held = open("b/d", O_RDONLY);
    mkdir("b/x", 0700);
    OUTCOME(moves("b/x", "b/d", 0));
    printf("replaced: %ld\n", linksOf(held));
    close(held);
    OUTCOME(moves("b/d", "a/c", 0));
    show("moved up");
    OUTCOME(link("f", "a/f"));
    OUTCOME(link("f", "a/f"));
    OUTCOME(link("a", "b/a"));
    show("linked");
    OUTCOME(moves("f", "a/f", 0));
    show("same file");
    make("g");
    OUTCOME(link("g", "h"));
    held = open("f", O_RDONLY);
    OUTCOME(moves("g", "f", 0));
    printf("replaced: %ld, left %ld, moved %ld\n", linksOf(held), links("a/f"), links("f"));
    OUTCOME(unlink("a/f"));
    printf("open: %ld\n", linksOf(held));
    close(held);
    OUTCOME(moves("f", "a/c", EXCHANGE));
    OUTCOME(moves("f", "a/c", EXCHANGE));
    OUTCOME(symlink("f", "s"));
    OUTCOME(link("s", "t"));
    printf("symbolic: %ld %ld, target %ld\n", links("s"), links("t"), links("f"));
    OUTCOME(linkat(AT_FDCWD, "s", AT_FDCWD, "u", AT_SYMLINK_FOLLOW));
    printf("symbolic: %ld, target %ld\n", links("s"), links("f"));
    OUTCOME(mkfifo("p", 0600));
    OUTCOME(link("p", "q"));
    OUTCOME(moves("p", "q", EXCHANGE));
    printf("pipe: %ld\n", links("p"));
    held = open("a/c", O_RDONLY);
    OUTCOME(rmdir("a/c"));
    printf("removed: %ld\n", linksOf(held));
    show("after");
    int unnamed = open(".", O_TMPFILE | O_RDWR, 0600);
    printf("unnamed: %ld\n", linksOf(unnamed));
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", unnamed);
    OUTCOME(linkat(AT_FDCWD, path, AT_FDCWD, "v", AT_SYMLINK_FOLLOW));
    printf("named: %ld\n", linksOf(unnamed));
    OUTCOME(unlink("v"));
    printf("gone: %ld\n", linksOf(unnamed));
    OUTCOME(rmdir("b"));
    show("end");
    const char *left[] = {"a/f", "f", "h", "p", "q", "s", "t", "u"};
    for (size_t i = 0; i < sizeof left / sizeof left[0]; i++) {
        unlink(left[i]);
    }
    rmdir("a");
    OUTCOME(rmdir(top));
    if (chdir("/") != 0) {
        return;
    }
}

int main(void)
{
    testIn("/tmp");
    testIn("/var/tmp");
    testIn("/dev/shm");

    // One file system from / to /tmp, another one at /dev/shm.
    make("/tmp/links-one");
    OUTCOME(link("/tmp/links-one", "/var/tmp/links-two"));
    OUTCOME(rename("/tmp/links-one", "/var/links-three"));
    OUTCOME(rename("/var/links-three", "/dev/shm/links-three"));
    OUTCOME(link("/var/links-three", "/dev/shm/links-three"));
    printf("%ld\n", links("/var/links-three"));
    unlink("/var/links-three");
    unlink("/var/tmp/links-two");
    struct stat status;
    stat("/tmp", &status);
    printf("/tmp %o\n", status.st_mode);
    stat("/dev/shm", &status);
    printf("/dev/shm %o\n", status.st_mode);
    return 0;
}
