/* IRETQ in a program: goes to another place on another stack with other flags, as CoreCLR does to go on at a saved context. */
#include "check.h"

static char stack[4096] __attribute__((aligned(16)));

int main(void)
{
    unsigned long sp, flags, kept = 0x1234;
    for (int i = 0; i < 3; i++) {
        __asm__ volatile(
            "mov %%rsp, %%r12\n"
            "mov %%ss, %%eax\n push %%rax\n"
            "push %3\n"
            "push %4\n"
            "mov %%cs, %%eax\n push %%rax\n"
            "lea 1f(%%rip), %%rax\n push %%rax\n"
            "iretq\n"
            "hlt\n"
            "1: mov %%rsp, %0\n"
            "pushfq\n pop %1\n"
            "mov %%r12, %%rsp\n cld\n"
            : "=&r"(sp), "=&r"(flags), "+r"(kept)
            : "r"(stack + sizeof stack), "r"((unsigned long)(i == 1 ? 0x643 : 0x246))
            : "rax", "r12", "memory", "cc");
        CHECK(sp == (unsigned long)(stack + sizeof stack));
        CHECK(kept == 0x1234);
        printf("flags %#lx\n", flags & 0xcd5);
    }
    passed("iret");
    return finish();
}
