// A file is run or written, never both: ETXTBSY (open(2), truncate(2), execve(2)).
#include "errors.h"
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>

static const char *program = "/tmp/textbusy-program", *script = "/tmp/textbusy-script";
static char own[512];

static void copyTo(int to)
{
    static char bytes[65536];
    int from = open(own, O_RDONLY);
    for (int n; (n = read(from, bytes, sizeof bytes)) > 0;) {
        if (write(to, bytes, n) != n) {
            exit(1);
        }
    }
    close(from);
}

static void testRunning(void)
{
    OUTCOME(open("/proc/self/exe", O_WRONLY));
    OUTCOME(open("/proc/self/exe", O_RDWR | O_TRUNC));
    OUTCOME(open(own, O_RDWR));
    OUTCOME(open(own, O_WRONLY | O_APPEND));
    OUTCOME(open(own, O_RDONLY | O_TRUNC));
    OUTCOME(open(own, O_WRONLY | O_CREAT, 0755));
    OUTCOME(open(own, O_WRONLY | O_CREAT | O_EXCL, 0755));
    OUTCOME(open(own, O_WRONLY | O_DIRECTORY));
    OUTCOME(open(own, O_RDONLY));
    OUTCOME(open(own, 3));
    OUTCOME(open(own, O_PATH));
    OUTCOME(access(own, W_OK));
    OUTCOME(truncate(own, 0));
    OUTCOME(truncate(own, -1));
    OUTCOME(chmod(own, 0755));
    OUTCOME(utimensat(AT_FDCWD, own, NULL, 0));
    OUTCOME(rename(own, "/tmp/textbusy-moved"));
    OUTCOME(open("/tmp/textbusy-moved", O_WRONLY));
    OUTCOME(rename("/tmp/textbusy-moved", own));
}

static void testOpen(char *const again[])
{
    char *const nothing[] = {NULL};
    int fd = open(program, O_CREAT | O_WRONLY | O_TRUNC, 0755);
    copyTo(fd);
    OUTCOME(execve(program, again, nothing));
    int reader = open(program, O_RDONLY);
    OUTCOME(fexecve(reader, again, nothing));
    chmod(program, 0600);
    OUTCOME(execve(program, again, nothing));
    chmod(program, 0755);

    // A mapping keeps the file open for writing, and so does another description of it.
    close(fd);
    fd = open(program, O_RDWR);
    char *map = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
    close(fd);
    OUTCOME(execve(program, again, nothing));
    munmap(map, 4096);
    fd = open("/tmp", O_TMPFILE | O_RDWR, 0755);
    copyTo(fd);
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    OUTCOME(execve(path, again, nothing));
    close(fd);

    int text = open(script, O_CREAT | O_WRONLY | O_TRUNC, 0755);
    dprintf(text, "#!%s\n", program);
    OUTCOME(execve(script, again, nothing));
    close(text);
    fd = open(program, O_WRONLY);
    OUTCOME(execve(script, again, nothing));
    close(fd);
}

int main(int count, char **values)
{
    ssize_t length = readlink("/proc/self/exe", own, sizeof own - 1);
    own[length > 0 ? length : 0] = 0;
    if (count > 1 && strcmp(values[1], "again") == 0) {
        puts("runs again");
        testRunning();
        unlink(program);
        unlink(script);
        puts(access(program, F_OK) == 0 ? "there" : "removed");
        return 0;
    }
    char *again[] = {(char *)program, "again", NULL};
    testOpen(again);
    fflush(stdout);

    // A script is not held while its interpreter runs: the interpreter is.
    execv(program, again);
    perror("execv");
    return 1;
}
