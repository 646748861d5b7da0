// How the calls on processes and threads fail, and which error wins when several apply: clone(2) to uname(2).
#include "errors.h"
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/times.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <sys/wait.h>

#define BAD ((void *)0x7030000000)
#define NOBODY 99999999

static char page[4096] __attribute__((aligned(4096)));

static void testClone(void)
{
    static struct clone_args args;
    char big[128] = {0};
    OUTCOME(syscall(SYS_clone3, &args, 0));
    OUTCOME(syscall(SYS_clone3, &args, 63));
    OUTCOME(syscall(SYS_clone3, &args, -1));
    OUTCOME(syscall(SYS_clone3, &args, 4097));
    OUTCOME(syscall(SYS_clone3, BAD, 63));
    OUTCOME(syscall(SYS_clone3, BAD, 64));
    OUTCOME(syscall(SYS_clone3, BAD, 88));
    OUTCOME(syscall(SYS_clone3, BAD, 4096));
    OUTCOME(syscall(SYS_clone3, BAD, 4097));
    big[100] = 1;
    OUTCOME(syscall(SYS_clone3, big, 128));
    args.flags = CLONE_DETACHED;
    OUTCOME(syscall(SYS_clone3, &args, 64));
    args.flags = 1;
    OUTCOME(syscall(SYS_clone3, &args, 64));
    args.flags = 1UL << 40;
    OUTCOME(syscall(SYS_clone3, &args, 64));
    args.flags = CLONE_THREAD;
    OUTCOME(syscall(SYS_clone3, &args, 64));
    args.flags = CLONE_SIGHAND;
    OUTCOME(syscall(SYS_clone3, &args, 64));
    args.flags = CLONE_THREAD | CLONE_SIGHAND | CLONE_VM;
    args.exit_signal = SIGCHLD;
    OUTCOME(syscall(SYS_clone3, &args, 64));
    args.exit_signal = 65;
    OUTCOME(syscall(SYS_clone3, &args, 64));
    args.exit_signal = -1;
    OUTCOME(syscall(SYS_clone3, &args, 64));
    args.exit_signal = 0;
    args.stack = 4096;
    OUTCOME(syscall(SYS_clone3, &args, 64));
    args.stack = 0;
    args.stack_size = 4096;
    OUTCOME(syscall(SYS_clone3, &args, 64));
    args.stack = -4096UL;
    args.stack_size = 8192;
    OUTCOME(syscall(SYS_clone3, &args, 64));
    args.stack = 0;
    args.stack_size = 0;
    args.set_tid_size = 33;
    OUTCOME(syscall(SYS_clone3, &args, 88));
    args.set_tid_size = 1;
    OUTCOME(syscall(SYS_clone3, &args, 88));
    args.set_tid_size = 0;
    args.set_tid = (uintptr_t)page;
    OUTCOME(syscall(SYS_clone3, &args, 88));
    args.set_tid = 0;
    args.flags = CLONE_FS | CLONE_NEWNS;
    OUTCOME(syscall(SYS_clone3, &args, 88));
    args.flags = CLONE_SIGHAND | CLONE_VM | CLONE_CLEAR_SIGHAND;
    OUTCOME(syscall(SYS_clone3, &args, 88));
    args.flags = CLONE_NEWUSER | CLONE_FS;
    OUTCOME(syscall(SYS_clone3, &args, 88));
    args.flags = CLONE_THREAD | CLONE_SIGHAND | CLONE_VM | CLONE_NEWPID;
    OUTCOME(syscall(SYS_clone3, &args, 88));
    args.flags = CLONE_THREAD | CLONE_SIGHAND | CLONE_VM | CLONE_NEWUSER;
    OUTCOME(syscall(SYS_clone3, &args, 88));
    args.flags = CLONE_INTO_CGROUP;
    args.cgroup = 1UL << 40;
    OUTCOME(syscall(SYS_clone3, &args, 88));

    OUTCOME(syscall(SYS_clone, CLONE_THREAD, 0, 0, 0, 0));
    OUTCOME(syscall(SYS_clone, CLONE_SIGHAND, 0, 0, 0, 0));
    OUTCOME(syscall(SYS_clone, CLONE_THREAD | CLONE_SIGHAND, 0, 0, 0, 0));
    OUTCOME(syscall(SYS_clone, CLONE_NEWNS | CLONE_FS, 0, 0, 0, 0));
    OUTCOME(syscall(SYS_clone, CLONE_NEWUSER | CLONE_FS, 0, 0, 0, 0));
    OUTCOME(syscall(SYS_clone, CLONE_THREAD | CLONE_SIGHAND | CLONE_VM | CLONE_NEWPID, 0, 0, 0, 0));
    OUTCOME(syscall(SYS_clone, CLONE_PIDFD | CLONE_PARENT_SETTID, 0, 0, 0, 0));
    OUTCOME(syscall(SYS_clone, CLONE_PIDFD | CLONE_DETACHED, 0, 0, 0, 0));
}

static void testWait(void)
{
    int status;
    siginfo_t info;
    OUTCOME(syscall(SYS_wait4, -1, NULL, 0, NULL));
    OUTCOME(syscall(SYS_wait4, INT_MIN, NULL, 0, NULL));
    OUTCOME(syscall(SYS_wait4, INT_MIN, NULL, 0x100, NULL));
    OUTCOME(syscall(SYS_wait4, INT_MIN + 1, NULL, 0, NULL));
    OUTCOME(syscall(SYS_wait4, 0, NULL, 0, NULL));
    OUTCOME(syscall(SYS_wait4, NOBODY, NULL, 0, NULL));
    OUTCOME(syscall(SYS_wait4, -NOBODY, NULL, WNOHANG, NULL));
    OUTCOME(syscall(SYS_wait4, -1, BAD, 0, BAD));
    OUTCOME(syscall(SYS_wait4, -1, &status, 4, NULL));
    OUTCOME(syscall(SYS_wait4, -1, &status, -1, NULL));
    OUTCOME(syscall(SYS_wait4, -1, &status, __WALL | __WCLONE | __WNOTHREAD | WUNTRACED | WCONTINUED, NULL));
    OUTCOME(syscall(SYS_wait4, -1, &status, WNOWAIT, NULL));
    OUTCOME(syscall(SYS_wait4, getpid(), NULL, 0, NULL));
    OUTCOME(syscall(SYS_waitid, P_ALL, 0, &info, 0, NULL));
    OUTCOME(syscall(SYS_waitid, P_ALL, 0, &info, WNOHANG, NULL));
    OUTCOME(syscall(SYS_waitid, P_ALL, 0, &info, WEXITED, NULL));
    OUTCOME(syscall(SYS_waitid, P_ALL, 0, BAD, WEXITED, NULL));
    OUTCOME(syscall(SYS_waitid, P_ALL, 0, BAD, 0, NULL));
    OUTCOME(syscall(SYS_waitid, P_ALL, 0, NULL, WEXITED, BAD));
    OUTCOME(syscall(SYS_waitid, P_ALL, 0, &info, WEXITED | 0x100, NULL));
    OUTCOME(syscall(SYS_waitid, P_PID, 0, &info, WEXITED, NULL));
    OUTCOME(syscall(SYS_waitid, P_PID, -1, &info, WEXITED, NULL));
    OUTCOME(syscall(SYS_waitid, P_PID, NOBODY, &info, WEXITED, NULL));
    OUTCOME(syscall(SYS_waitid, P_PGID, 0, &info, WEXITED, NULL));
    OUTCOME(syscall(SYS_waitid, P_PGID, -1, &info, WEXITED, NULL));
    OUTCOME(syscall(SYS_waitid, P_PIDFD, -1, &info, WEXITED, NULL));
    OUTCOME(syscall(SYS_waitid, P_PIDFD, 999, &info, WEXITED, NULL));
    OUTCOME(syscall(SYS_waitid, P_PIDFD, 0, &info, WEXITED, NULL));
    OUTCOME(syscall(SYS_waitid, P_PIDFD, syscall(SYS_pidfd_open, getpid(), 0), &info, WEXITED, NULL));
    OUTCOME(syscall(SYS_waitid, 4, 0, &info, WEXITED, NULL));
    OUTCOME(syscall(SYS_waitid, -1, 0, &info, WEXITED, NULL));
}

static void testGroups(void)
{
    OUTCOME(setpgid(-1, 0));
    OUTCOME(setpgid(0, -1));
    OUTCOME(setpgid(-1, -1));
    OUTCOME(setpgid(NOBODY, 0));
    OUTCOME(setpgid(NOBODY, -1));
    OUTCOME(setpgid(INT_MIN, 0));
    OUTCOME(setpgid(0, INT_MIN));
    OUTCOME(setpgid(0, NOBODY));
    OUTCOME(getpgid(-1));
    OUTCOME(getpgid(NOBODY));
    OUTCOME(getpgid(INT_MIN));
    OUTCOME(getsid(-1));
    OUTCOME(getsid(NOBODY));
    OUTCOME(getsid(INT_MIN));
}

static void *idle(void *argument)
{
    pause();
    return argument;
}

static void testSignals(void)
{
    siginfo_t info = {.si_code = SI_QUEUE, .si_signo = SIGUSR1};
    OUTCOME(kill(getpid(), -1));
    OUTCOME(kill(getpid(), 65));
    OUTCOME(kill(NOBODY, 65));
    OUTCOME(kill(NOBODY, 0));
    OUTCOME(kill(INT_MIN, 0));
    OUTCOME(kill(INT_MIN, 65));
    OUTCOME(kill(-NOBODY, 0));
    OUTCOME(kill(-NOBODY, 65));
    OUTCOME(kill(getpid(), 0));
    OUTCOME(syscall(SYS_tkill, 0, 0));
    OUTCOME(syscall(SYS_tkill, -1, 65));
    OUTCOME(syscall(SYS_tkill, NOBODY, 65));
    OUTCOME(syscall(SYS_tkill, NOBODY, 0));
    OUTCOME(syscall(SYS_tkill, getpid(), 65));
    OUTCOME(syscall(SYS_tkill, getpid(), -1));
    OUTCOME(syscall(SYS_tgkill, 0, getpid(), 0));
    OUTCOME(syscall(SYS_tgkill, -1, getpid(), 0));
    OUTCOME(syscall(SYS_tgkill, getpid(), 0, 0));
    OUTCOME(syscall(SYS_tgkill, getpid(), NOBODY, 0));
    OUTCOME(syscall(SYS_tgkill, NOBODY, getpid(), 0));
    OUTCOME(syscall(SYS_tgkill, getpid(), getpid(), 65));
    OUTCOME(syscall(SYS_rt_sigqueueinfo, getpid(), SIGUSR1, BAD));
    OUTCOME(syscall(SYS_rt_sigqueueinfo, NOBODY, SIGUSR1, &info));
    OUTCOME(syscall(SYS_rt_sigqueueinfo, NOBODY, 65, BAD));
    OUTCOME(syscall(SYS_rt_sigqueueinfo, getpid(), 65, &info));
    OUTCOME(syscall(SYS_rt_sigqueueinfo, getpid(), -1, &info));
    OUTCOME(syscall(SYS_rt_tgsigqueueinfo, 0, 0, SIGUSR1, &info));
    OUTCOME(syscall(SYS_rt_tgsigqueueinfo, -1, getpid(), SIGUSR1, BAD));
    OUTCOME(syscall(SYS_rt_tgsigqueueinfo, getpid(), NOBODY, SIGUSR1, &info));
    OUTCOME(syscall(SYS_rt_tgsigqueueinfo, getpid(), getpid(), 65, &info));

    int fd = syscall(SYS_pidfd_open, getpid(), 0);
    OUTCOME(syscall(SYS_pidfd_open, 0, 0));
    OUTCOME(syscall(SYS_pidfd_open, -1, 0));
    OUTCOME(syscall(SYS_pidfd_open, NOBODY, 0));
    OUTCOME(syscall(SYS_pidfd_open, getpid(), 1));
    OUTCOME(syscall(SYS_pidfd_open, NOBODY, 1));
    OUTCOME(syscall(SYS_pidfd_open, getpid(), O_NONBLOCK));
    OUTCOME(syscall(SYS_pidfd_send_signal, -1, 0, NULL, 0));
    OUTCOME(syscall(SYS_pidfd_send_signal, 0, 0, NULL, 0));
    OUTCOME(syscall(SYS_pidfd_send_signal, fd, 65, NULL, 0));
    OUTCOME(syscall(SYS_pidfd_send_signal, fd, 0, NULL, 0x100));
    OUTCOME(syscall(SYS_pidfd_send_signal, -1, 65, BAD, 0x100));
    OUTCOME(syscall(SYS_pidfd_send_signal, fd, SIGUSR1, BAD, 0));
    OUTCOME(syscall(SYS_pidfd_send_signal, fd, SIGUSR2, &info, 0));
    OUTCOME(syscall(SYS_pidfd_send_signal, fd, 0, NULL, 0));
    OUTCOME(syscall(SYS_pidfd_getfd, fd, -1, 0));
    OUTCOME(syscall(SYS_pidfd_getfd, fd, 999, 0));
    OUTCOME(syscall(SYS_pidfd_getfd, fd, 0, 1));
    OUTCOME(syscall(SYS_pidfd_getfd, -1, 0, 1));
    OUTCOME(syscall(SYS_pidfd_getfd, 0, 0, 0));
    OUTCOME(syscall(SYS_pidfd_getfd, fd, 0, 0));

    pthread_t thread;
    pthread_create(&thread, NULL, idle, NULL);
    OUTCOME(syscall(SYS_kcmp, getpid(), getpid(), -1, 0, 0));
    OUTCOME(syscall(SYS_kcmp, getpid(), getpid(), 99, 0, 0));
    OUTCOME(syscall(SYS_kcmp, NOBODY, getpid(), 0, 0, 0));
    OUTCOME(syscall(SYS_kcmp, NOBODY, getpid(), 99, 0, 0));
    OUTCOME(syscall(SYS_kcmp, getpid(), -1, 0, 0, 0));
    OUTCOME(syscall(SYS_kcmp, 0, getpid(), 0, 0, 0));
    OUTCOME(syscall(SYS_kcmp, getpid(), getpid(), 0, 999, 0));
    OUTCOME(syscall(SYS_kcmp, getpid(), getpid(), 0, 0, -1));
}

static void testLimits(void)
{
    struct rlimit limit;
    struct rusage usage;
    OUTCOME(syscall(SYS_getrlimit, -1, &limit));
    OUTCOME(syscall(SYS_getrlimit, 16, &limit));
    OUTCOME(syscall(SYS_getrlimit, 16, BAD));
    OUTCOME(syscall(SYS_getrlimit, INT_MIN, &limit));
    OUTCOME(syscall(SYS_getrlimit, 0, BAD));
    OUTCOME(syscall(SYS_getrlimit, 0, NULL));
    OUTCOME(syscall(SYS_setrlimit, 16, &limit));
    OUTCOME(syscall(SYS_setrlimit, 16, BAD));
    OUTCOME(syscall(SYS_setrlimit, 0, NULL));
    limit = (struct rlimit){10, 5};
    OUTCOME(syscall(SYS_setrlimit, RLIMIT_NOFILE, &limit));
    OUTCOME(syscall(SYS_setrlimit, 99, &limit));
    limit = (struct rlimit){10, 1UL << 40};
    OUTCOME(syscall(SYS_setrlimit, RLIMIT_NOFILE, &limit));
    limit = (struct rlimit){-1, -1};
    OUTCOME(syscall(SYS_setrlimit, RLIMIT_NOFILE, &limit));
    OUTCOME(syscall(SYS_prlimit64, -1, RLIMIT_CPU, NULL, NULL));
    OUTCOME(syscall(SYS_prlimit64, NOBODY, RLIMIT_CPU, NULL, NULL));
    OUTCOME(syscall(SYS_prlimit64, NOBODY, 99, NULL, NULL));
    OUTCOME(syscall(SYS_prlimit64, NOBODY, RLIMIT_CPU, BAD, NULL));
    OUTCOME(syscall(SYS_prlimit64, 0, 99, NULL, NULL));
    OUTCOME(syscall(SYS_prlimit64, 0, -1, BAD, BAD));
    OUTCOME(syscall(SYS_prlimit64, 0, RLIMIT_CPU, BAD, NULL));
    OUTCOME(syscall(SYS_prlimit64, 0, RLIMIT_CPU, NULL, BAD));
    OUTCOME(syscall(SYS_prlimit64, 0, RLIMIT_CPU, NULL, NULL));
    OUTCOME(syscall(SYS_prlimit64, getpid(), RLIMIT_CPU, NULL, &limit));
    OUTCOME(getrusage(2, &usage));
    OUTCOME(getrusage(-2, &usage));
    OUTCOME(getrusage(INT_MIN, BAD));
    OUTCOME(getrusage(RUSAGE_SELF, BAD));
    OUTCOME(getrusage(RUSAGE_CHILDREN, NULL));
    OUTCOME(syscall(SYS_times, BAD));
    OUTCOME(syscall(SYS_times, NULL) > 0 ? 0 : -1);
    OUTCOME(syscall(SYS_uname, BAD));
    OUTCOME(syscall(SYS_uname, NULL));
    OUTCOME(syscall(SYS_sysinfo, BAD));
}

static void testScheduling(void)
{
    struct sched_param one = {1}, zero = {0}, high = {100}, low = {-1};
    struct timespec time;
    char mask[128] = {0};
    OUTCOME(syscall(SYS_getpriority, 3, 0));
    OUTCOME(syscall(SYS_getpriority, -1, NOBODY));
    OUTCOME(syscall(SYS_getpriority, PRIO_PROCESS, NOBODY));
    OUTCOME(syscall(SYS_getpriority, PRIO_PROCESS, -1));
    OUTCOME(syscall(SYS_getpriority, PRIO_PGRP, NOBODY));
    OUTCOME(syscall(SYS_getpriority, PRIO_USER, NOBODY));
    OUTCOME(syscall(SYS_setpriority, 3, 0, 0));
    OUTCOME(syscall(SYS_setpriority, PRIO_PROCESS, NOBODY, 0));
    OUTCOME(syscall(SYS_setpriority, PRIO_PROCESS, 0, INT_MAX));
    OUTCOME(syscall(SYS_setpriority, PRIO_PROCESS, 0, 0));
    OUTCOME(syscall(SYS_sched_setscheduler, 0, -1, &zero));
    OUTCOME(syscall(SYS_sched_setscheduler, 0, SCHED_FIFO, &zero));
    OUTCOME(syscall(SYS_sched_setscheduler, 0, SCHED_OTHER, &one));
    OUTCOME(syscall(SYS_sched_setscheduler, 0, SCHED_FIFO, &high));
    OUTCOME(syscall(SYS_sched_setscheduler, 0, SCHED_OTHER, &low));
    OUTCOME(syscall(SYS_sched_setscheduler, 0, 4, &zero));
    OUTCOME(syscall(SYS_sched_setscheduler, 0, 99, &zero));
    OUTCOME(syscall(SYS_sched_setscheduler, 0, SCHED_OTHER, NULL));
    OUTCOME(syscall(SYS_sched_setscheduler, 0, SCHED_OTHER, BAD));
    OUTCOME(syscall(SYS_sched_setscheduler, -1, SCHED_OTHER, BAD));
    OUTCOME(syscall(SYS_sched_setscheduler, NOBODY, SCHED_OTHER, BAD));
    OUTCOME(syscall(SYS_sched_setscheduler, NOBODY, SCHED_OTHER, &zero));
    OUTCOME(syscall(SYS_sched_setscheduler, NOBODY, 99, &zero));
    OUTCOME(syscall(SYS_sched_setparam, 0, NULL));
    OUTCOME(syscall(SYS_sched_setparam, 0, BAD));
    OUTCOME(syscall(SYS_sched_setparam, 0, &one));
    OUTCOME(syscall(SYS_sched_setparam, -1, &zero));
    OUTCOME(syscall(SYS_sched_setparam, NOBODY, &zero));
    OUTCOME(syscall(SYS_sched_getparam, 0, NULL));
    OUTCOME(syscall(SYS_sched_getparam, 0, BAD));
    OUTCOME(syscall(SYS_sched_getparam, -1, BAD));
    OUTCOME(syscall(SYS_sched_getparam, NOBODY, BAD));
    OUTCOME(syscall(SYS_sched_getscheduler, -1));
    OUTCOME(syscall(SYS_sched_getscheduler, NOBODY));
    OUTCOME(syscall(SYS_sched_get_priority_max, -1));
    OUTCOME(syscall(SYS_sched_get_priority_max, 4));
    OUTCOME(syscall(SYS_sched_get_priority_min, 99));
    OUTCOME(syscall(SYS_sched_rr_get_interval, -1, &time));
    OUTCOME(syscall(SYS_sched_rr_get_interval, NOBODY, &time));
    OUTCOME(syscall(SYS_sched_rr_get_interval, 0, BAD));
    OUTCOME(syscall(SYS_sched_rr_get_interval, NOBODY, BAD));
    OUTCOME(syscall(SYS_sched_getaffinity, 0, 0, mask));
    OUTCOME(syscall(SYS_sched_getaffinity, 0, 12, mask));
    OUTCOME(syscall(SYS_sched_getaffinity, NOBODY, 128, mask));
    OUTCOME(syscall(SYS_sched_getaffinity, -1, 128, mask));
    OUTCOME(syscall(SYS_sched_getaffinity, 0, 128, BAD));
    OUTCOME(syscall(SYS_sched_getaffinity, 0, -1, mask));
    OUTCOME(syscall(SYS_sched_setaffinity, 0, 128, BAD));
    OUTCOME(syscall(SYS_sched_setaffinity, 0, 0, NULL));
    memset(mask, 0, sizeof mask);
    OUTCOME(syscall(SYS_sched_setaffinity, 0, 128, mask));
    OUTCOME(syscall(SYS_sched_setaffinity, NOBODY, 128, mask));
    OUTCOME(syscall(SYS_sched_setaffinity, -1, 128, mask));
    OUTCOME(syscall(SYS_sched_setattr, 0, NULL, 0));
    OUTCOME(syscall(SYS_sched_setattr, 0, BAD, 0));
    OUTCOME(syscall(SYS_sched_setattr, 0, BAD, 1));
    OUTCOME(syscall(SYS_sched_setattr, -1, BAD, 0));
    OUTCOME(syscall(SYS_sched_getattr, 0, page, 47, 0));
    OUTCOME(syscall(SYS_sched_getattr, 0, page, 4097, 0));
    OUTCOME(syscall(SYS_sched_getattr, 0, page, 48, 1));
    OUTCOME(syscall(SYS_sched_getattr, 0, NULL, 48, 0));
    OUTCOME(syscall(SYS_sched_getattr, 0, BAD, 48, 0));
    OUTCOME(syscall(SYS_sched_getattr, NOBODY, BAD, 48, 0));
    OUTCOME(syscall(SYS_sched_getattr, -1, page, 48, 0));
    OUTCOME(syscall(SYS_ioprio_get, 0, 0));
    OUTCOME(syscall(SYS_ioprio_get, 4, 0));
    OUTCOME(syscall(SYS_ioprio_get, 1, NOBODY));
    OUTCOME(syscall(SYS_ioprio_set, 0, 0, 0));
    OUTCOME(syscall(SYS_ioprio_set, 1, NOBODY, 0));
    OUTCOME(syscall(SYS_ioprio_set, 1, 0, 4 << 13));
    OUTCOME(syscall(SYS_ioprio_set, 1, 0, 1));
    OUTCOME(syscall(SYS_getcpu, BAD, NULL, NULL));
    OUTCOME(syscall(SYS_getcpu, NULL, BAD, NULL));
    OUTCOME(syscall(SYS_getcpu, NULL, NULL, BAD));
}

static void testIds(void)
{
    unsigned ids[4];
    OUTCOME(syscall(SYS_setuid, -1));
    OUTCOME(syscall(SYS_setgid, -1));
    OUTCOME(syscall(SYS_setreuid, -1, -1));
    OUTCOME(syscall(SYS_setresuid, -1, -1, -1));
    OUTCOME(syscall(SYS_setresgid, -1, -1, -1));
    VALUE(syscall(SYS_setfsuid, -1));
    VALUE(syscall(SYS_setfsgid, -1));
    OUTCOME(syscall(SYS_getresuid, BAD, ids, ids));
    OUTCOME(syscall(SYS_getresuid, ids, ids, NULL));
    OUTCOME(syscall(SYS_getresgid, ids, BAD, ids));
    OUTCOME(syscall(SYS_getgroups, -1, ids));
    OUTCOME(syscall(SYS_getgroups, INT_MIN, BAD));
    OUTCOME(syscall(SYS_getgroups, 0, BAD));
    OUTCOME(syscall(SYS_setgroups, -1, ids));
    OUTCOME(syscall(SYS_setgroups, 65537, BAD));
    OUTCOME(syscall(SYS_setgroups, 1, BAD));
    OUTCOME(syscall(SYS_setgroups, 0, BAD));
}

static void testExecute(void)
{
    char *const one[] = {"x", NULL};
    char *const *const none = NULL;
    static char name[5000];
    memset(name, 'a', sizeof name - 1);
    OUTCOME(syscall(SYS_execve, BAD, one, none));
    OUTCOME(syscall(SYS_execve, NULL, one, none));
    OUTCOME(syscall(SYS_execve, "", one, none));
    OUTCOME(syscall(SYS_execve, name, one, none));
    OUTCOME(syscall(SYS_execve, "/none", one, none));
    OUTCOME(syscall(SYS_execve, "/none", BAD, none));
    OUTCOME(syscall(SYS_execve, "/proc/self/exe/x", one, none));
    OUTCOME(syscall(SYS_execve, "/tmp", one, none));
    OUTCOME(syscall(SYS_execve, "/tmp", BAD, none));
    OUTCOME(syscall(SYS_execve, "/proc/self/exe", BAD, none));
    OUTCOME(syscall(SYS_execve, "/proc/self/exe", one, BAD));
    OUTCOME(syscall(SYS_execve, "/dev/null", one, none));
    int fd = open("/tmp/errors-processes", O_CREAT | O_WRONLY | O_TRUNC, 0755);
    OUTCOME(write(fd, "hello\n", 6));
    close(fd);
    OUTCOME(syscall(SYS_execve, "/tmp/errors-processes", one, none));
    OUTCOME(truncate("/tmp/errors-processes", 0));
    OUTCOME(syscall(SYS_execve, "/tmp/errors-processes", one, none));
    fd = open("/tmp/errors-processes", O_WRONLY | O_TRUNC);
    OUTCOME(write(fd, "#!/none\n", 8));
    close(fd);
    OUTCOME(syscall(SYS_execve, "/tmp/errors-processes", one, none));
    fd = open("/tmp/errors-processes", O_WRONLY | O_TRUNC);
    OUTCOME(write(fd, "#!/tmp/errors-processes\n", 24));
    close(fd);
    OUTCOME(syscall(SYS_execve, "/tmp/errors-processes", one, none));
    fd = open("/tmp/errors-processes", O_WRONLY | O_TRUNC);
    OUTCOME(write(fd, "#!\n", 3));
    close(fd);
    OUTCOME(syscall(SYS_execve, "/tmp/errors-processes", one, none));
    chmod("/tmp/errors-processes", 0644);
    OUTCOME(syscall(SYS_execve, "/tmp/errors-processes", one, none));
    fd = open("/tmp/errors-processes", O_RDONLY);
    OUTCOME(syscall(SYS_execveat, fd, "", one, none, AT_EMPTY_PATH));
    OUTCOME(syscall(SYS_execveat, fd, "", one, none, 0));
    OUTCOME(syscall(SYS_execveat, fd, "x", one, none, 0));
    OUTCOME(syscall(SYS_execveat, -1, "x", one, none, 0));
    OUTCOME(syscall(SYS_execveat, -1, "/none", one, none, 0));
    OUTCOME(syscall(SYS_execveat, -1, "", one, none, AT_EMPTY_PATH));
    OUTCOME(syscall(SYS_execveat, -1, BAD, one, none, 0));
    OUTCOME(syscall(SYS_execveat, -1, BAD, one, none, 1));
    OUTCOME(syscall(SYS_execveat, -1, "x", one, none, 1));
    OUTCOME(syscall(SYS_execveat, AT_FDCWD, "/proc/self/exe", one, none, AT_SYMLINK_NOFOLLOW));
    unlink("/tmp/errors-processes");
}

static void testControl(void)
{
    char name[16];
    int value;
    OUTCOME(prctl(0, 0, 0, 0, 0));
    OUTCOME(prctl(-1, 0, 0, 0, 0));
    OUTCOME(prctl(PR_SET_PDEATHSIG, 65));
    OUTCOME(prctl(PR_SET_PDEATHSIG, -1));
    OUTCOME(prctl(PR_GET_PDEATHSIG, BAD));
    OUTCOME(prctl(PR_SET_DUMPABLE, 2));
    OUTCOME(prctl(PR_SET_DUMPABLE, -1));
    OUTCOME(prctl(PR_SET_KEEPCAPS, 2));
    OUTCOME(prctl(PR_SET_TIMING, 1));
    OUTCOME(prctl(PR_SET_NAME, BAD));
    OUTCOME(prctl(PR_GET_NAME, BAD));
    OUTCOME(prctl(PR_GET_NAME, name));
    OUTCOME(prctl(PR_GET_TSC, BAD));
    OUTCOME(prctl(PR_SET_TSC, 3));
    OUTCOME(prctl(PR_SET_UNALIGN, 1));
    OUTCOME(prctl(PR_GET_UNALIGN, &value));
    OUTCOME(prctl(PR_SET_FPEMU, 1));
    OUTCOME(prctl(PR_SET_FPEXC, 1));
    OUTCOME(prctl(PR_GET_ENDIAN, &value));
    OUTCOME(prctl(PR_CAPBSET_READ, 99));
    OUTCOME(prctl(PR_MCE_KILL, 2, 0, 0, 0));
    OUTCOME(prctl(PR_MCE_KILL, 1, 3, 0, 0));
    OUTCOME(prctl(PR_MCE_KILL, 1, 0, 1, 0));
    OUTCOME(prctl(PR_MCE_KILL, 0, 1, 0, 0));
    OUTCOME(prctl(PR_MCE_KILL_GET, 1, 0, 0, 0));
    OUTCOME(prctl(PR_GET_CHILD_SUBREAPER, BAD));
    OUTCOME(prctl(PR_SET_NO_NEW_PRIVS, 2, 0, 0, 0));
    OUTCOME(prctl(PR_SET_NO_NEW_PRIVS, 1, 1, 0, 0));
    OUTCOME(prctl(PR_GET_NO_NEW_PRIVS, 0, 1, 0, 0));
    OUTCOME(prctl(PR_GET_TID_ADDRESS, BAD));
    OUTCOME(prctl(PR_SET_THP_DISABLE, 0, 1, 0, 0));
    OUTCOME(prctl(PR_GET_THP_DISABLE, 1, 0, 0, 0));
    OUTCOME(prctl(PR_CAP_AMBIENT, 0, 0, 0, 0));
    OUTCOME(prctl(PR_CAP_AMBIENT, 1, 99, 0, 0));
    OUTCOME(prctl(PR_CAP_AMBIENT, 4, 1, 0, 0));
    OUTCOME(prctl(PR_SET_SECUREBITS, -1));
    OUTCOME(prctl(PR_SET_VMA, 1, page, 4096, 0));
    OUTCOME(prctl(PR_SET_VMA, 0, page + 1, 4096, NULL));
    OUTCOME(prctl(PR_SET_MM, 99, 0, 0, 1));
    OUTCOME(prctl(PR_SET_SECCOMP, 99, 0));
    OUTCOME(prctl(PR_GET_SPECULATION_CTRL, 99, 0, 0, 0));
    OUTCOME(prctl(PR_GET_SPECULATION_CTRL, 0, 1, 0, 0));
    OUTCOME(prctl(PR_SET_SPECULATION_CTRL, 99, 0, 0, 0));

    OUTCOME(syscall(SYS_arch_prctl, 0, 0));
    OUTCOME(syscall(SYS_arch_prctl, 0x1002, 1UL << 47));
    OUTCOME(syscall(SYS_arch_prctl, 0x1003, BAD));
    OUTCOME(syscall(SYS_arch_prctl, 0x1004, BAD));
    OUTCOME(syscall(SYS_arch_prctl, 0x1021, BAD));
    OUTCOME(syscall(SYS_arch_prctl, 0x1022, BAD));
    OUTCOME(syscall(SYS_arch_prctl, 0x1023, 99));
    OUTCOME(syscall(SYS_personality, -1));
    OUTCOME(syscall(SYS_membarrier, 3, 0, 0));
    OUTCOME(syscall(SYS_membarrier, 0, 2, 0));
    OUTCOME(syscall(SYS_membarrier, 0, 1, 0));
    OUTCOME(syscall(SYS_membarrier, -1, 0, 0));
    OUTCOME(syscall(SYS_membarrier, 8, 0, 0));
    OUTCOME(syscall(SYS_set_robust_list, page, 23));
    OUTCOME(syscall(SYS_set_robust_list, page, 0));
    OUTCOME(syscall(SYS_get_robust_list, NOBODY, page, page + 8));
    OUTCOME(syscall(SYS_get_robust_list, 0, BAD, page + 8));
    OUTCOME(syscall(SYS_get_robust_list, -1, page, page + 8));
}

static void testMachine(void)
{
    char text[100];
    OUTCOME(sethostname("x", -1));
    OUTCOME(sethostname("x", 65));
    OUTCOME(sethostname(BAD, 3));
    OUTCOME(sethostname(BAD, 65));
    OUTCOME(setdomainname("x", -1));
    OUTCOME(setdomainname("x", 65));
    OUTCOME(setdomainname(BAD, 3));
    OUTCOME(syscall(SYS_syslog, -1, NULL, 0));
    OUTCOME(syscall(SYS_syslog, 11, NULL, 0));
    OUTCOME(syscall(SYS_syslog, 2, NULL, 10));
    OUTCOME(syscall(SYS_syslog, 2, text, -1));
    OUTCOME(syscall(SYS_syslog, 3, NULL, 10));
    OUTCOME(syscall(SYS_syslog, 3, text, -1));
    OUTCOME(syscall(SYS_syslog, 3, text, 0));
    OUTCOME(syscall(SYS_syslog, 3, BAD, 0));
    OUTCOME(syscall(SYS_syslog, 4, NULL, 10));
    OUTCOME(syscall(SYS_syslog, 8, NULL, 0));
    OUTCOME(syscall(SYS_syslog, 8, NULL, 9));
    OUTCOME(syscall(SYS_syslog, 10, NULL, 0));
    OUTCOME(syscall(SYS_reboot, 0, 672274793, 0x89abcdef, NULL));
    OUTCOME(syscall(SYS_reboot, 0xfee1dead, 0, 0x89abcdef, NULL));
    OUTCOME(syscall(SYS_reboot, 0xfee1dead, 672274793, 12345, NULL));
    OUTCOME(syscall(SYS_setns, -1, 0));
    OUTCOME(syscall(SYS_setns, 999, 0));
    OUTCOME(syscall(SYS_unshare, 1));
    OUTCOME(syscall(SYS_unshare, 0));
    OUTCOME(syscall(SYS_unshare, CLONE_PARENT));
    OUTCOME(syscall(SYS_ptrace, 99, 0, 0, 0));
}

static void testMemory(void)
{
    struct iovec own = {page, 100}, bad = {BAD, 100}, long_ = {page, -1}, none = {page, 0};
    static struct iovec many[1100];
    int pid = getpid(), fd = syscall(SYS_pidfd_open, pid, 0);
    OUTCOME(syscall(SYS_process_vm_readv, pid, &own, 1, &own, 1, 1));
    OUTCOME(syscall(SYS_process_vm_readv, pid, BAD, 1, &own, 1, 0));
    OUTCOME(syscall(SYS_process_vm_readv, pid, &own, 1, BAD, 1, 0));
    OUTCOME(syscall(SYS_process_vm_readv, NOBODY, &own, 1, &own, 1, 0));
    OUTCOME(syscall(SYS_process_vm_readv, NOBODY, &own, 1, BAD, 1, 0));
    OUTCOME(syscall(SYS_process_vm_readv, NOBODY, &none, 1, &own, 1, 0));
    OUTCOME(syscall(SYS_process_vm_readv, NOBODY, &own, 1, &none, 1, 0));
    OUTCOME(syscall(SYS_process_vm_readv, NOBODY, &own, 0, &own, 1, 0));
    OUTCOME(syscall(SYS_process_vm_readv, NOBODY, &own, 1, &own, 0, 0));
    OUTCOME(syscall(SYS_process_vm_readv, pid, &own, 1, &bad, 1, 0));
    OUTCOME(syscall(SYS_process_vm_readv, pid, &bad, 1, &own, 1, 0));
    OUTCOME(syscall(SYS_process_vm_readv, pid, &long_, 1, &own, 1, 0));
    OUTCOME(syscall(SYS_process_vm_readv, pid, &own, 1, &long_, 1, 0));
    OUTCOME(syscall(SYS_process_vm_readv, pid, many, 1025, &own, 1, 0));
    OUTCOME(syscall(SYS_process_vm_readv, pid, &own, 1, many, 1025, 0));
    OUTCOME(syscall(SYS_process_vm_readv, pid, &own, -1, &own, 1, 0));
    OUTCOME(syscall(SYS_process_vm_writev, pid, &own, 1, &bad, 1, 0));
    OUTCOME(syscall(SYS_process_vm_writev, -1, &own, 1, &own, 1, 0));
    OUTCOME(syscall(SYS_process_madvise, fd, &own, 1, MADV_COLD, 1));
    OUTCOME(syscall(SYS_process_madvise, -1, &own, 1, MADV_COLD, 0));
    OUTCOME(syscall(SYS_process_madvise, 0, &own, 1, MADV_COLD, 0));
    OUTCOME(syscall(SYS_process_madvise, -1, BAD, 1, MADV_COLD, 0));
    OUTCOME(syscall(SYS_process_madvise, fd, BAD, 1, MADV_COLD, 0));
    OUTCOME(syscall(SYS_process_madvise, fd, many, 1025, MADV_COLD, 0));
    OUTCOME(syscall(SYS_process_madvise, fd, &own, 1, 99, 0));
    OUTCOME(syscall(SYS_process_madvise, fd, &bad, 1, MADV_COLD, 0));
    OUTCOME(syscall(SYS_process_madvise, fd, &own, 0, MADV_COLD, 0));
}

int main(void)
{
    signal(SIGUSR1, SIG_IGN);
    signal(SIGUSR2, SIG_IGN);
    testClone();
    testWait();
    testGroups();
    testSignals();
    testLimits();
    testScheduling();
    testIds();
    testExecute();
    testControl();
    testMachine();
    testMemory();
    return 0;
}
