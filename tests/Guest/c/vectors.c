// Every vector register and MXCSR are after a system call what they were before, whatever the kernel did meanwhile: copies and searches of
// all lengths, sleeping, switches to another thread that has its own values, faults and signals.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { registers = 16, rounding_up = 0x5f80, rounding_nearest = 0x1f80 };

struct vectors {
    unsigned char xmm[registers][16];
    uint32_t mxcsr;
} __attribute__((aligned(16)));

static void fill(struct vectors *v, unsigned seed, uint32_t mxcsr)
{
    for (int i = 0; i < registers; i++)
        for (int k = 0; k < 16; k++)
            v->xmm[i][k] = (unsigned char)(seed * 31 + i * 16 + k + 1);
    v->mxcsr = mxcsr;
}

#define LOAD(n) "movaps " #n "*16(%[in]), %%xmm" #n "\n\t"
#define STORE(n) "movaps %%xmm" #n ", " #n "*16(%[out])\n\t"

// One system call between a load of all registers and a store of them.
static long call(const struct vectors *in, struct vectors *out, long number, long a, long b, long c, long d)
{
    register long r10 __asm__("r10") = d;
    long result = number;
    __asm__ volatile(
        "ldmxcsr 256(%[in])\n\t"
        LOAD(0) LOAD(1) LOAD(2) LOAD(3) LOAD(4) LOAD(5) LOAD(6) LOAD(7) LOAD(8) LOAD(9) LOAD(10) LOAD(11) LOAD(12) LOAD(13) LOAD(14) LOAD(15)
        "syscall\n\t"
        STORE(0) STORE(1) STORE(2) STORE(3) STORE(4) STORE(5) STORE(6) STORE(7) STORE(8) STORE(9) STORE(10) STORE(11) STORE(12) STORE(13) STORE(14) STORE(15)
        "stmxcsr 256(%[out])\n\t"
        "ldmxcsr %[usual]"
        : "+a"(result)
        : [in] "r"(in), [out] "r"(out), "D"(a), "S"(b), "d"(c), "r"(r10), [usual] "m"((uint32_t){rounding_nearest})
        : "rcx", "r11", "memory", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
    return result;
}

static int bad;

static void check(const char *what, const struct vectors *in, const struct vectors *out)
{
    for (int i = 0; i < registers; i++)
        if (memcmp(in->xmm[i], out->xmm[i], 16)) {
            printf("%s: xmm%d changed\n", what, i);
            bad++;
        }
    if (in->mxcsr != out->mxcsr) {
        printf("%s: mxcsr %x became %x\n", what, in->mxcsr, out->mxcsr);
        bad++;
    }
}

static void try_call(const char *what, unsigned seed, long number, long a, long b, long c, long d)
{
    static const uint32_t controls[] = {rounding_nearest, rounding_up, 0x1fbf, 0x9fc0};
    for (unsigned i = 0; i < sizeof controls / sizeof *controls; i++) {
        struct vectors in, out;
        fill(&in, seed + i, controls[i]);
        call(&in, &out, number, a, b, c, d);
        check(what, &in, &out);
    }
}

static char buffer[1 << 16];

static void copies(void)
{
    int file = memfd_create("vectors", 0), zero = open("/dev/zero", O_RDONLY), ends[2];
    if (file < 0 || zero < 0 || pipe(ends))
        perror("descriptors");
    for (long length = 1; length < 40000; length += length < 300 ? 1 : 997) {
        try_call("pwrite", length, SYS_pwrite64, file, (long)buffer, length, length);
        try_call("pread", length, SYS_pread64, file, (long)buffer, length, 0);
        try_call("read zero", length, SYS_read, zero, (long)buffer, length, 0);
    }
    for (long length = 1; length < 200; length++) {
        struct iovec pieces[2] = {{buffer, length}, {buffer + length, 7}};
        try_call("writev", length, SYS_writev, ends[1], (long)pieces, 2, 0);
        try_call("read pipe", length, SYS_read, ends[0], (long)buffer, (length + 7), 0);
    }
    try_call("getrandom", 3, SYS_getrandom, (long)buffer, 4096, 0, 0);
    close(file);
    close(zero);
    close(ends[0]);
    close(ends[1]);
}

static void names(void)
{
    char path[4096] = "/";
    struct stat status;
    for (int length = 1; length < 250; length++) {
        memset(path + 1, 'a', length);
        path[1 + length] = 0;
        try_call("stat", length, SYS_stat, (long)path, (long)&status, 0, 0);
        strcat(path, "/../tmp/./none");
        try_call("open", length, SYS_open, (long)path, O_RDONLY, 0, 0);
    }
    static const char *const files[] = {"/proc/self/status", "/proc/self/maps", "/proc/cpuinfo", "/proc/loadavg", "/proc/meminfo",
        "/proc/self/stat"};
    for (unsigned i = 0; i < sizeof files / sizeof *files; i++) {
        int file = open(files[i], O_RDONLY);
        try_call(files[i], i, SYS_pread64, file, (long)buffer, sizeof buffer, 0);
        close(file);
    }
}

static int there[2], back[2];
static volatile int turns = 2000;

static void *other(void *unused)
{
    struct vectors in, out;
    char byte;
    fill(&in, 77, rounding_up);
    for (;;) {
        long got = call(&in, &out, SYS_read, there[0], (long)&byte, 1, 0);
        check("read in the other thread", &in, &out);
        if (got != 1)
            return unused;
        call(&in, &out, SYS_write, back[1], (long)&byte, 1, 0);
        check("write in the other thread", &in, &out);
    }
}

static void switches(void)
{
    pthread_t thread;
    char byte = 1;
    if (pipe(there) || pipe(back) || pthread_create(&thread, 0, other, 0))
        perror("thread");
    for (int i = 0; i < turns; i++) {
        struct vectors in, out;
        fill(&in, i, i & 1 ? rounding_nearest : 0x9fc0);
        call(&in, &out, SYS_write, there[1], (long)&byte, 1, 0);
        check("write", &in, &out);
        call(&in, &out, SYS_read, back[0], (long)&byte, 1, 0);
        check("read", &in, &out);
    }
    struct timespec wait = {0, 1000000};
    for (int i = 0; i < 10; i++)
        try_call("nanosleep", i, SYS_nanosleep, (long)&wait, 0, 0, 0);
    close(there[1]);
    pthread_join(thread, 0);
}

static volatile sig_atomic_t handled;

static void handler(int signal)
{
    (void)signal;
    struct vectors in, out;
    fill(&in, 99, 0x3f80);
    call(&in, &out, SYS_getppid, 0, 0, 0, 0);
    check("in a handler", &in, &out);
    handled++;
}

static void signals(void)
{
    struct sigaction action = {.sa_handler = handler};
    sigaction(SIGUSR1, &action, 0);
    for (int i = 0; i < 50; i++)
        try_call("a signal to oneself", i, SYS_tgkill, getpid(), gettid(), SIGUSR1, 0);
    printf("%d signals\n", (int)handled);
}

// A load from a page that is not there yet is between the loads and the stores, too: the kernel clears a page then.
static void faults(void)
{
    size_t length = 256 * 4096;
    char *memory = mmap(0, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (size_t at = 0; at < length; at += 4096) {
        struct vectors in, out;
        fill(&in, at >> 12, rounding_up);
        __asm__ volatile(
            "ldmxcsr 256(%[in])\n\t"
            LOAD(0) LOAD(1) LOAD(2) LOAD(3) LOAD(4) LOAD(5) LOAD(6) LOAD(7) LOAD(8) LOAD(9) LOAD(10) LOAD(11) LOAD(12) LOAD(13) LOAD(14) LOAD(15)
            "movb $1, (%[page])\n\t"
            STORE(0) STORE(1) STORE(2) STORE(3) STORE(4) STORE(5) STORE(6) STORE(7) STORE(8) STORE(9) STORE(10) STORE(11) STORE(12) STORE(13) STORE(14) STORE(15)
            "stmxcsr 256(%[out])\n\t"
            "ldmxcsr %[usual]"
            :
            : [in] "r"(&in), [out] "r"(&out), [page] "r"(memory + at), [usual] "m"((uint32_t){rounding_nearest})
            : "memory", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
        check("a page fault", &in, &out);
    }
    munmap(memory, length);
}

int main(void)
{
    copies();
    names();
    switches();
    signals();
    faults();
    puts(bad ? "registers were lost" : "all registers kept");
    return bad != 0;
}
