// Arguments, environment, auxiliary vector and the stack as the kernel leaves them (System V ABI, AMD64 supplement, 3.4.1).
#include "check.h"
#include <elf.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <unistd.h>

extern char **environ;

int main(int argc, char **argv)
{
    const char *name = strrchr(argv[0], '/');
    printf("argc %d name %s\n", argc, name ? name + 1 : argv[0]);
    for (int i = 1; i < argc; i++) {
        printf("arg %d [%s]\n", i, argv[i]);
    }
    CHECK(argv[argc] == NULL);
    CHECK((char **)&argv[argc + 1] == environ);
    for (char **e = environ; *e; e++) {
        if (strncmp(*e, "MOTE_TEST_", 10) == 0) {
            printf("env %s\n", *e);
        }
    }

    printf("page %lu tick %lu secure %lu phent %lu\n", getauxval(AT_PAGESZ), getauxval(AT_CLKTCK), getauxval(AT_SECURE),
        getauxval(AT_PHENT));
    printf("uid %lu %lu gid %lu %lu\n", getauxval(AT_UID), getauxval(AT_EUID), getauxval(AT_GID), getauxval(AT_EGID));
    printf("platform %s\n", (const char *)getauxval(AT_PLATFORM));
    CHECK(getauxval(AT_PHNUM) > 0 && getauxval(AT_PHDR) != 0);
    CHECK(getauxval(AT_ENTRY) != 0);
    CHECK(getauxval(AT_HWCAP) != 0);
    CHECK(getauxval(AT_SYSINFO_EHDR) != 0);
    const unsigned char *vdso = (const unsigned char *)getauxval(AT_SYSINFO_EHDR);
    CHECK(vdso && memcmp(vdso, ELFMAG, SELFMAG) == 0);

    const uint64_t *random = (const uint64_t *)getauxval(AT_RANDOM);
    CHECK(random && random[0] != 0 && random[1] != 0 && random[0] != random[1]);
    const char *executable = (const char *)getauxval(AT_EXECFN);
    CHECK(executable && strlen(executable) > 0 && strcmp(strrchr(executable, '/') ? strrchr(executable, '/') + 1 : executable,
        name ? name + 1 : argv[0]) == 0);
    CHECK(getpid() > 0 && getppid() >= 0);
    passed("args");
    return finish();
}
