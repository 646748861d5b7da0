// A little of everything that makes kernel objects; errors are reported and end the program with status 1.
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static void check(const char *what, long result)
{
    if (result < 0) {
        perror(what);
        exit(1);
    }
}

static void *thread(void *value)
{
    return value;
}

int main(void)
{
    int file = open("/tmp/little", O_RDWR | O_CREAT, 0600);
    check("open", file);
    check("write", write(file, "text", 4));
    check("mkdir", mkdir("/tmp/folder", 0700));
    check("symlink", symlink("little", "/tmp/folder/link"));
    int pipes[2];
    check("pipe", pipe(pipes));
    int event = eventfd(0, 0);
    check("eventfd", event);
    int epoll = epoll_create1(0);
    check("epoll_create1", epoll);
    struct epoll_event wanted = {.events = EPOLLIN};
    check("epoll_ctl", epoll_ctl(epoll, EPOLL_CTL_ADD, event, &wanted));
    void *pages = mmap(0, 65536, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    check("mmap", pages == MAP_FAILED ? -1 : 0);
    *(int *)pages = 1;
    check("mprotect", mprotect(pages, 4096, PROT_READ));
    pthread_t id;
    errno = pthread_create(&id, 0, thread, 0);
    check("pthread_create", -errno);
    check("pthread_join", -pthread_join(id, 0));
    check("close", close(epoll));
    check("munmap", munmap(pages, 65536));
    puts("a little of everything");
    return 0;
}
