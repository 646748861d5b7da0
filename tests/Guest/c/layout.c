// Where things are in this run, a line each, for a test that looks at many runs.
#include <elf.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(void)
{
    const unsigned char *random = (const unsigned char *)getauxval(AT_RANDOM);
    printf("stack %lx\n", (unsigned long)&random & ~0xfffUL);
    printf("heap %lx\n", (unsigned long)syscall(SYS_brk, 0));
    printf("mapping %lx\n", (unsigned long)mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    printf("program %lx\n", (unsigned long)getauxval(AT_PHDR) & ~0xfffUL);
    printf("loader %lx\n", (unsigned long)getauxval(AT_BASE));
    printf("vdso %lx\n", (unsigned long)getauxval(AT_SYSINFO_EHDR));
    printf("canary ");
    for (int i = 0; i < 16; i++) {
        printf("%02x", random[i]);
    }
    printf("\n");
    return 0;
}
