// A program's name is the last part of the path that execve was given, whatever that leads to (proc_pid_comm(5)).
#include "check.h"
#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    char name[17] = "", comm[32] = "";
    CHECK(prctl(PR_GET_NAME, name) == 0);
    int file = open("/proc/self/comm", O_RDONLY);
    CHECK(read(file, comm, sizeof comm - 1) > 0);
    comm[strcspn(comm, "\n")] = 0;
    CHECK(strcmp(name, comm) == 0);
    if (argc > 1) {
        printf("%s\n", name);
        unlink("/tmp/another-name-for-it");
        passed("linked name");
        return finish();
    }

    unlink("/tmp/another-name-for-it");
    CHECK(symlink("/proc/self/exe", "/tmp/another-name-for-it") == 0);
    fflush(stdout);
    execl("/tmp/another-name-for-it", argv[0], "again", NULL);
    CHECK(!"execl");
    return finish();
}
