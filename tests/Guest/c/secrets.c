// What the machine and the kernel must not tell a program, and where this kernel is stricter than a host on which the program is root. For
// Mote alone.
#include "check.h"
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static sigjmp_buf back;
static int files;

static void jump(int number)
{
    siglongjmp(back, number);
}

// A table address that a program may know, or none at all.
#define HIDDEN(instruction) \
    do { \
        struct { uint16_t limit; uint64_t base; } __attribute__((packed)) table = { 0, 0 }; \
        if (sigsetjmp(back, 1) == 0) { \
            __asm__ volatile(instruction " %0" : "=m"(table)); \
            CHECK(!instruction " was carried out"); \
        } \
    } while (0)

static void testTables(void)
{
    HIDDEN("sgdt");
    HIDDEN("sidt");
    HIDDEN("sldt");
    HIDDEN("str");
    HIDDEN("smsw");
    passed("tables");
}

static void testPrivileges(void)
{
    FAILS(syscall(SYS_iopl, 3), ENOSYS);
    FAILS(syscall(SYS_ioperm, 0xf4, 4, 1), ENOSYS);
    FAILS(syscall(SYS_modify_ldt, 1, &files, 16), ENOSYS);
    FAILS(syscall(SYS_init_module, &files, 4, ""), ENOSYS);
    FAILS(syscall(SYS_kexec_load, 0, 0, 0, 0), ENOSYS);
    FAILS(syscall(SYS_bpf, 0, 0, 0), ENOSYS);
    FAILS(syscall(SYS_perf_event_open, 0, 0, 0, 0, 0), ENOSYS);
    FAILS(syscall(SYS_ptrace, 0, 0, 0, 0), EPERM);
    CHECK(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED && errno == EPERM);
    CHECK(mmap((void *)0xf000, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED
        && errno == EPERM);
    char *page = mmap((void *)0x10000, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    CHECK(page == (char *)0x10000);
    CHECK(mremap(page, 4096, 4096, MREMAP_MAYMOVE | MREMAP_FIXED, NULL) == MAP_FAILED);
    CHECK(mmap((void *)0x1000, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) > (void *)0xffff); // a hint may be taken elsewhere
    CHECK(open("/dev/mem", O_RDONLY) == -1 && open("/dev/kmem", O_RDONLY) == -1 && open("/dev/port", O_RDONLY) == -1
        && open("/proc/kcore", O_RDONLY) == -1);
    passed("privileges");
}

// Hexadecimal words of the kernel's half, and the same in decimal; two well-known limits are none.
static int looksLikeAddress(const char *text)
{
    for (const char *at = text; *at != 0; at++) {
        if (strncmp(at, "ffff8", 5) == 0 || strncmp(at, "ffffc", 5) == 0 || strncmp(at, "ffffd", 5) == 0
            || strncmp(at, "ffffffff8", 9) == 0) {
            if (strspn(at, "0123456789abcdef") >= 16) {
                return 1;
            }
        }
        if (strspn(at, "0123456789") == 20 && strncmp(at, "1844", 4) == 0 && strncmp(at, "18446744073709551615", 20) != 0
            && strncmp(at, "18446744073692774399", 20) != 0) {
            return 1;
        }
        at += strspn(at, "0123456789abcdef") > 0 ? strspn(at, "0123456789abcdef") - 1 : 0;
    }
    return 0;
}

static void look(const char *folder, int depth)
{
    DIR *directory = depth > 6 ? NULL : opendir(folder);
    for (struct dirent *entry; directory != NULL && (entry = readdir(directory)) != NULL;) {
        char path[512], text[16384];
        struct stat status;
        snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
        if (entry->d_name[0] == '.' || lstat(path, &status) != 0) {
            continue;
        }
        if (S_ISDIR(status.st_mode)) {
            look(path, depth + 1);
        } else if (S_ISREG(status.st_mode)) {
            int fd = open(path, O_RDONLY | O_NONBLOCK);
            long length = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);
            text[length < 0 ? 0 : length] = 0;
            if (looksLikeAddress(text)) {
                printf("FAILED %s shows an address of the kernel: %.200s\n", path, text);
                failures++;
            }
            files++;
            close(fd);
        } else if (S_ISLNK(status.st_mode)) {
            long length = readlink(path, text, sizeof(text) - 1);
            text[length < 0 ? 0 : length] = 0;
            CHECK(!looksLikeAddress(text));
        }
    }
    if (directory != NULL) {
        closedir(directory);
    }
}

static void testFiles(void)
{
    look("/proc", 0);
    look("/sys", 0);
    look("/dev", 0);
    CHECK(files > 20);
    CHECK(access("/proc/kallsyms", R_OK) != 0 || files > 0);
    passed("files");
}

int main(void)
{
    struct sigaction action = { .sa_handler = jump, .sa_flags = SA_NODEFER };
    sigaction(SIGSEGV, &action, NULL);
    testTables();
    testPrivileges();
    testFiles();
    return finish();
}
