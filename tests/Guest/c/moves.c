// Makes folders with files in /tmp and becomes mv, which moves them: one process, as long as there is no fork.
// arguments: the program to become, then its arguments
#include "check.h"
#include <sys/stat.h>
#include <unistd.h>

static void put(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    CHECK(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0);
}

int main(int argc, char **argv)
{
    CHECK(argc > 1);
    mkdir("/tmp/mote-test-mv", 0755);
    mkdir("/tmp/mote-test-mv/from", 0755);
    mkdir("/tmp/mote-test-mv/from/folder", 0755);
    mkdir("/tmp/mote-test-mv/to", 0755);
    put("/tmp/mote-test-mv/from/file", "one\n");
    put("/tmp/mote-test-mv/from/folder/inner", "two\n");
    put("/tmp/mote-test-mv/to/file", "old\n");
    put("/dev/shm/mote-test-mv", "from another file system\n");
    if (failures) {
        return finish();
    }
    fflush(stdout);
    execv(argv[1], argv + 2);
    perror(argv[1]);
    return 1;
}
